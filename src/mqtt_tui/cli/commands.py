"""The commands, found by name and imported when they are needed."""

import importlib
from collections.abc import Mapping
from types import MappingProxyType

import click

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "bench": "mqtt_tui.cli.bench",
        "decoders": "mqtt_tui.cli.decoders",
        "demo": "mqtt_tui.cli.demo",
        "export": "mqtt_tui.cli.export",
        "profiles": "mqtt_tui.cli.profiles",
        "themes": "mqtt_tui.cli.themes",
    }
)
"""The module of each command; its function is ``command``. No profile can have one of these names."""


def load_command(name: str) -> click.Command:
    """The command called ``name``, one of ``COMMANDS``."""
    command = importlib.import_module(COMMANDS[name]).command
    assert isinstance(command, click.Command)  # noqa: S101  for mypy, and for who adds one
    return command
