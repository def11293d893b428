"""``mqtt-tui bench intake``: the real connection and the real store, without a screen."""

import click

from mqtt_tui.cli.connection_options import ConnectingCommand, ConnectionOptions, connection_options
from mqtt_tui.errors import UsageError


@click.command(cls=ConnectingCommand)
@connection_options
@click.argument("words", nargs=-1, metavar="[TARGET] [FILTER]...")
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="End after N messages.")
@click.option(
    "--seconds", type=click.FloatRange(min=0, min_open=True), metavar="S", help="End S seconds after subscribing."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object in place of the table.")
def intake(
    words: tuple[str, ...], connection: ConnectionOptions, count: int | None, seconds: float | None, *, as_json: bool
) -> None:
    """Measure how fast messages come in, and what they cost.

    They go the way that they go to the screen, into the same store. Without N and S it ends when nothing came for two
    seconds after something came. Seconds and CPU count from the first message to the last.

    \b
    mqtt-tui bench intake mqtt://localhost -t 'plant/#' --seconds 10
    mqtt-tui bench intake -h localhost -V 311 -t '#' --count 200000 --json
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.cli.bench_intake_run import IntakeRun, Limits
    from mqtt_tui.cli.endings import tell
    from mqtt_tui.cli.event_loop import run
    from mqtt_tui.cli.files import profile_repository, settings
    from mqtt_tui.cli.passwords import answers_at_terminal
    from mqtt_tui.cli.target import choose_target
    from mqtt_tui.profiles.secrets import resolve

    choice = choose_target(words, connection, profile_repository().load())
    if not choice.has_filters:
        raise UsageError(
            "No topic filter says what to take in.", hint="Add -t FILTER; everything the broker lets you see is -t '#'."
        )
    for warning in choice.warnings:
        tell(warning)
    profile = choice.target.profile
    credentials = resolve(profile, answers_at_terminal(profile))
    budget = settings()[0].memory_bytes
    limits = Limits(count=count, seconds=seconds)
    run(IntakeRun(choice.target, credentials, budget=budget, limits=limits, as_json=as_json).run())
