"""``mqtt-tui profiles check``."""

import asyncio
import json
from pathlib import Path
from typing import Any

import click

from mqtt_tui.cli.connection_options import ConnectionOptions
from mqtt_tui.cli.endings import tell
from mqtt_tui.cli.event_loop import run
from mqtt_tui.cli.files import profile_repository
from mqtt_tui.cli.narration import Progress
from mqtt_tui.cli.passwords import answers_at_terminal
from mqtt_tui.cli.target import choose_target
from mqtt_tui.connection.certificates import save_chain
from mqtt_tui.connection.check import check
from mqtt_tui.connection.check_report import CheckProgress, CheckReport, StepReport, Verdict
from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.target import Target
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import counted, took_text

_SIGNS = {Verdict.PASSED: "✓", Verdict.WARNING: "!", Verdict.FAILED: "✗", Verdict.NOT_REACHED: "·"}
_COLORS = {Verdict.PASSED: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "red", Verdict.NOT_REACHED: None}
_LABEL = 20  # cells
_LOOK = 0.2  # seconds between looks at what is under way


def run_check(target: str | None, connection: ConnectionOptions, *, as_json: bool, save_chain: str | None) -> None:
    """Check, print, and leave with the exit code of what failed.

    Raises:
        UsageError: no broker can be meant.
        LocalError: the chain cannot be written, or there is none.
    """
    profiles = profile_repository().load()
    choice = choose_target([target] if target else [], connection, profiles)
    if target and not choice.has_target:
        raise UsageError(
            f"{display_text(target)} is neither a profile nor a URL.", hint="A URL is written mqtt://host:1883."
        )
    for warning in choice.warnings:
        tell(warning)
    report, profile = CheckReport(), choice.target.profile
    answers = answers_at_terminal(profile)

    async def work() -> None:
        nonlocal report
        so_far, line = CheckProgress(profile), Progress()
        trying = asyncio.create_task(check(profile, answers, so_far))
        try:
            while not trying.done():
                line.show(_progress(so_far))
                await asyncio.wait((trying,), timeout=_LOOK)
            report = trying.result()
        finally:
            trying.cancel()
            line.clear()

    run(work())
    if as_json:
        click.echo(json.dumps(_as_json(choice.target, report), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(choice.target, report)))
    if save_chain is not None:
        _save_chain(report, Path(save_chain))
    if report.error is not None:
        raise click.exceptions.Exit(report.error.exit_code)


def _progress(so_far: CheckProgress) -> str:
    """What is under way, and since when."""
    step = next((one for one in so_far.steps if one.verdict is Verdict.UNDER_WAY), None)
    return "" if step is None else f"◌ {step.title}  {step.seconds or 0:.1f} s"


def _lines(target: Target, report: CheckReport) -> list[str]:
    heading = click.style(display_text(target.name), bold=True)
    lines = [f"{heading}  {display_text(target.profile.endpoint.public)}", ""]
    for step in report.steps:
        lines += _step_lines(step)
    verdict = "The broker lets us in." if report.error is None else "There is no connection."
    return [*lines, "", verdict]


def _step_lines(step: StepReport) -> list[str]:
    sign = click.style(_SIGNS[step.verdict], fg=_COLORS[step.verdict], bold=True)
    time = "" if step.seconds is None else took_text(step.seconds)
    said = "not reached" if step.verdict is Verdict.NOT_REACHED else step.message
    lines = [f"{sign} {step.title:<10} {time:>11}  {said}".rstrip()]
    if step.hint:
        lines.append(f"{'':26}→ {step.hint}")
    return lines + [f"{'':26}{click.style(f'{label:<{_LABEL}}', dim=True)} {text}" for label, text in step.facts]


def _as_json(target: Target, report: CheckReport) -> dict[str, Any]:
    error = report.error
    return {
        "name": target.name,
        "url": target.profile.endpoint.public,
        "connected": error is None,
        "exit_code": 0 if error is None else int(error.exit_code),
        "error": None if error is None else {"message": error.message, "hint": error.hint},
        "steps": [
            {
                "step": step.title,
                "verdict": step.verdict.value,
                "seconds": None if step.seconds is None else round(step.seconds, 6),
                "message": step.message,
                "hint": step.hint,
                "facts": [list(fact) for fact in step.facts],
            }
            for step in report.steps
        ],
    }


def _save_chain(report: CheckReport, file: Path) -> None:
    save_chain(report.chain, file)
    click.echo(
        f"{counted(len(report.chain), 'certificate')} written to {display_text(str(file))}. Compare the SHA-256 with "
        "what the broker's operator says before you trust them.",
        err=True,
    )
