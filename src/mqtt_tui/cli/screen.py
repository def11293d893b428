"""``mqtt-tui [TARGET] [FILTER…]``: the screen."""

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from mqtt_tui import __version__, garbage
from mqtt_tui.cli.commands import COMMANDS, load_command
from mqtt_tui.cli.connection_options import ConnectingCommand, ConnectionOptions, connection_options
from mqtt_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mqtt_tui.profiles.stored import Profiles
    from mqtt_tui.profiles.target import Target
    from mqtt_tui.tui.launch import DemoOptions


class _ScreenCommand(ConnectingCommand):
    """The help of the whole program; and a mistyped command explains flags that are not known."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = list(args)  # click empties it
        try:
            return super().parse_args(ctx, args)
        except click.UsageError:
            if words and not words[0].startswith("-"):
                from mqtt_tui.cli.files import profile_repository
                from mqtt_tui.cli.target import check_first_word

                check_first_word(words[0], profile_repository().load())
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands in front."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, load_command(name).get_short_help_str(60)) for name in COMMANDS])
        super().format_options(ctx, formatter)


@click.command(cls=_ScreenCommand)
@connection_options
@click.argument("words", nargs=-1, metavar="[TARGET] [FILTER]...")
@click.version_option(__version__, message="mqtt-tui %(version)s")
def screen(words: tuple[str, ...], connection: ConnectionOptions) -> None:
    """Explore an MQTT broker in the terminal.

    TARGET is a saved profile, a URL (mqtt, mqtts, ws, wss, unix) or HOST:PORT; without it the default profile is
    meant, then localhost. FILTERs are subscribed to in place of the profile's.

    \b
    mqtt-tui mqtt://localhost
    mqtt-tui factory 'plant/#' 'alarms/+'
    """  # noqa: D301  click's mark for lines that stay as they are
    from mqtt_tui.cli.files import profile_repository

    profiles = profile_repository().load()
    if words or connection.given:
        from mqtt_tui.cli.target import choose_target

        choice = choose_target(words, connection, profiles)
        open_screen(targets=(choice.target,), warnings=choice.warnings)
    open_screen(targets=_at_start(profiles))


def _at_start(profiles: "Profiles") -> "Sequence[Target]":
    """Those that connect at a start without arguments; the default one comes last, and so in front."""
    names = [name for name, profile in profiles.entries.items() if profile.auto_connect and name != profiles.default]
    names += [] if profiles.default is None else [profiles.default]
    if not names:
        return ()
    from mqtt_tui.cli.target import choose_target

    return [choose_target([name], ConnectionOptions(), profiles).target for name in names]


def open_screen(
    *, targets: "Sequence[Target]" = (), demo: "DemoOptions | None" = None, warnings: tuple[str, ...] = ()
) -> None:
    """Open the screen and leave with its exit code.

    Raises:
        UsageError: there is no terminal that could show it.
    """
    check_terminal()
    garbage.hold_back()
    from mqtt_tui.cli.event_loop import choose_event_loop
    from mqtt_tui.cli.files import profile_repository, settings
    from mqtt_tui.tui.app import run
    from mqtt_tui.tui.launch import Launch

    repository = profile_repository()
    chosen, problems = settings()
    opens_connections = not targets and demo is None  # a screen that shows what is wrong with profiles by itself
    in_profiles = () if opens_connections else repository.load().problems
    found = [*map(str, problems), *map(str, in_profiles), *warnings]
    choose_event_loop()
    launch = Launch(repository=repository, settings=chosen, problems=found, targets=targets, demo=demo)
    raise click.exceptions.Exit(run(launch))


def check_terminal() -> None:
    """Refuse to draw where nobody could see it or press a key.

    Raises:
        UsageError: a standard stream is no terminal, or one that cannot place its cursor.
    """
    streams: dict[str, Any] = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    for name, stream in streams.items():
        if stream is None or not stream.isatty():
            raise UsageError(
                f"The screen needs a terminal, and standard {name} is none.",
                hint="mqtt-tui export works without one.",
            )
    if os.environ.get("TERM") == "dumb":
        raise UsageError(
            "The screen needs a terminal that can place its cursor, and TERM is dumb.",
            hint="mqtt-tui export works without one.",
        )
