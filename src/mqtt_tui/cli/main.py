"""The entry point: which command is meant, and how it ended."""

import sys
from io import TextIOWrapper
from typing import Any

import click

from mqtt_tui.cli.commands import COMMANDS, load_command
from mqtt_tui.cli.endings import ending
from mqtt_tui.cli.screen import screen
from mqtt_tui.errors import ExitCode

PROGRAM = "mqtt-tui"


class Program(click.Group):
    """``mqtt-tui COMMAND …``; without a command the words are the screen's."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's
        """All names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's
        """Import the command only now: ``--help`` of one does not pay for the others."""
        return load_command(cmd_name) if cmd_name in COMMANDS else None

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  click's
    ) -> click.Context:
        """Parse ``args`` for the command that they begin with, or for the screen."""
        if args and args[0] in COMMANDS:
            return super().make_context(info_name, args, parent, **extra)
        return screen.make_context(info_name, args, parent, **extra)


def main() -> int:
    """Run the command of ``sys.argv``; its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # not where the caller closed it
            stream.reconfigure(errors="backslashreplace")  # LANG=C knows no ellipsis
    try:
        with Program(PROGRAM).make_context(PROGRAM, sys.argv[1:]) as context:
            context.command.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except BaseException as error:  # noqa: BLE001  the last place that can explain it to a person
        return ending(error)
    return ExitCode.DONE
