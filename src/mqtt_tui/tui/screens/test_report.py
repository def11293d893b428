"""How a try to connect went, step by step."""

import asyncio
import textwrap
from collections.abc import Iterator

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.config.paths import config_directory, make_private
from mqtt_tui.connection.certificates import save_chain
from mqtt_tui.connection.check import check
from mqtt_tui.connection.check_report import CheckProgress, CheckReport, StepReport, Verdict
from mqtt_tui.errors import LocalError, MqttTuiError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import took_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import line, tell
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.screens.secret_prompt import ask_for_secrets

_SIGNS = {
    Verdict.PASSED: ("✓", "$success"),
    Verdict.WARNING: ("!", "$warning"),
    Verdict.FAILED: ("✗", "$error"),
    Verdict.NOT_REACHED: ("·", "$text-faint"),
    Verdict.UNDER_WAY: ("◌", "$primary"),
    Verdict.TO_COME: ("·", "$text-faint"),
}
_LOOK = 0.1
"""Seconds between looks at a try that is under way."""
_INDENT = " " * 4
_LABEL = 21  # cells


class TestReport(Dialog[None]):
    """Connects as a profile says, which need not be saved, and disconnects again.

    Args:
        name: of the profile; empty for one that has none yet.
        profile: the broker.
    """

    __test__ = False  # for pytest: no test, in spite of its name

    DEFAULT_CSS = """
    TestReport > #box { width: 100; height: 34; }
    """
    BINDINGS = bindings_for(Scope.TEST)
    keeps_something = False
    verbs = {"dialog.cancel": "close"}

    def __init__(self, name: str, profile: BrokerProfile) -> None:
        super().__init__()
        self.heading = f"Test of {display_text(name)}" if name else "Test"
        self._profile = profile
        self._progress = CheckProgress(profile)
        self._report: CheckReport | None = None
        self._shown = Static()

    def content(self) -> ComposeResult:
        """The steps."""
        yield self._shown

    def on_mount(self) -> None:
        """Begin."""
        box = self.query_one("#box")
        box.can_focus = True  # so that keys scroll it
        box.focus()
        self.action_again()

    def on_resize(self) -> None:
        """Lines break elsewhere."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        self._shown.update(Content("").join(self._lines()))

    def action_again(self) -> None:
        """Try once more."""
        self._report, self._progress = None, CheckProgress(self._profile)
        self.refresh_bindings()
        self._try()

    @work(exclusive=True)
    async def _try(self) -> None:
        answers = await ask_for_secrets(self.app, self._profile)
        if answers is None:
            self.dismiss(None)
            return
        trying = asyncio.create_task(check(self._profile, answers, self._progress))
        try:
            while not trying.done():
                self._show()
                await asyncio.wait((trying,), timeout=_LOOK)
            self._report = trying.result()
        finally:
            trying.cancel()
        self._show()
        self.refresh_bindings()

    def _lines(self) -> Iterator[Content]:
        report = self._report
        yield line((f"{display_text(self._profile.endpoint.public)}\n", "bold"), "\n")
        for step in self._progress.steps if report is None else report.steps:
            yield from _step(step, self._shown.content_size.width)
        if report is None:
            yield line("\n", ("Connecting…", "$text-soft"))
        elif report.error is None:
            yield line("\n", ("The broker lets us in. ", "bold $success"), ("Nothing was subscribed to.", "$text-soft"))
        else:
            yield line("\n", ("There is no connection.", "bold $error"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Certificates can be saved where there are some."""
        if action == "save_chain":
            return self._report is not None and bool(self._report.chain)
        return super().check_action(action, parameters)

    def action_save_chain(self) -> None:
        """Write the certificates that the broker showed into the configuration directory."""
        if self._report is None:
            return
        name = f"{self._profile.endpoint.host}.pem".replace("/", "_")
        try:
            make_private(config_directory())
            save_chain(self._report.chain, config_directory() / name)
        except MqttTuiError as error:
            tell(self, error)
            return
        except OSError as error:
            tell(self, LocalError(f"{display_text(str(config_directory()))} cannot be created: {error.strerror}."))
            return
        self.notify(
            f"The certificates are in {display_text(name)}, beside profiles.toml. Compare the SHA-256 with what the "
            "broker's operator says; then it can be the CA file.",
            timeout=12,
            markup=False,
        )


def _step(step: StepReport, width: int) -> Iterator[Content]:
    sign, color = _SIGNS[step.verdict]
    time = "" if step.seconds is None else took_text(step.seconds)
    said = f"{time:>12}"
    if step.verdict in (Verdict.NOT_REACHED, Verdict.TO_COME):
        said = "not reached" if step.verdict is Verdict.NOT_REACHED else ""
        title = (f"{step.title:<14}", "$text-faint")
    else:
        title = (f"{step.title:<14}", "bold")
    yield line((f"{sign}   ", f"bold {color}"), title, (said, "$text-faint"))
    yield Content("\n")
    for text in _wrapped(step.message, width):
        yield line((f"{_INDENT}{text}\n", color))
    for number, text in enumerate(_wrapped(step.hint, width - 2)):
        yield line(f"{_INDENT}{'  ' if number else '→ '}{text}\n")
    for label, fact in step.facts:
        for number, text in enumerate(_wrapped(fact, width - _LABEL - 1) or ("",)):
            yield line((f"{_INDENT}{'' if number else label:<{_LABEL}} ", "$text-soft"), f"{text}\n")


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(20, width - len(_INDENT)), break_on_hyphens=False)
