"""``mqtt-tui export``: messages into a file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mqtt_tui.cli.connection_options import ConnectingCommand, ConnectionOptions, connection_options
from mqtt_tui.errors import UsageError

if TYPE_CHECKING:
    from mqtt_tui.cli.target import Choice

STDOUT = "-"


@click.command(cls=ConnectingCommand)
@connection_options
@click.argument("words", nargs=-1, metavar="[TARGET] [FILTER]...")
@click.option("-o", "--output", required=True, metavar="FILE", help="File to create; - is standard output.")
@click.option("-C", "--count", type=click.IntRange(min=1), metavar="N", help="End after N messages.")
@click.option(
    "-W", "--wait", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="End SECONDS after the start."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["json", "ndjson"]),
    help="By the ending of FILE: .ndjson and .jsonl are lines, all else is one document.",
)
@click.option("--overwrite", is_flag=True, help="Replace FILE where it is there already.")
def command(
    words: tuple[str, ...],
    connection: ConnectionOptions,
    output: str,
    count: int | None,
    wait: float | None,
    format_name: str | None,
    *,
    overwrite: bool,
) -> None:
    """Write messages to a file as JSON.

    Ends after N messages or SECONDS, whichever is first; without either, once the stored messages are in and nothing
    came for two seconds. Exit code 27: fewer than N came; they are in the file.

    \b
    mqtt-tui export factory -t 'plant/#' -o plant.json
    mqtt-tui export mqtt://localhost -t 'alarms/#' -C 10 -o - --format ndjson
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.cli.endings import tell
    from mqtt_tui.cli.event_loop import run
    from mqtt_tui.cli.exporting import Export, Limits
    from mqtt_tui.cli.files import profile_repository
    from mqtt_tui.cli.passwords import answers_at_terminal
    from mqtt_tui.cli.target import choose_target
    from mqtt_tui.profiles.secrets import resolve
    from mqtt_tui.recording.message_file import FileFormat

    choice = choose_target(words, connection, profile_repository().load())
    _check_filters(choice)
    for warning in choice.warnings:
        tell(warning)
    path = None if output == STDOUT else Path(output)
    if format_name is not None:
        file_format = FileFormat(format_name)
    else:
        file_format = FileFormat.of(path) if path else FileFormat.JSON
    profile = choice.target.profile
    export = Export(profile, path, file_format, overwrite=overwrite, limits=Limits(count=count, seconds=wait))
    run(export.run(resolve(profile, answers_at_terminal(profile))))


def _check_filters(choice: "Choice") -> None:
    if not choice.has_filters:
        raise UsageError(
            "No topic filter says what to export.", hint="Add -t FILTER; everything the broker lets you see is -t '#'."
        )
