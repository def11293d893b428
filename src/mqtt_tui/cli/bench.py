"""``mqtt-tui bench``: measurements of a broker and of this program."""

import importlib
from collections.abc import Mapping
from types import MappingProxyType

import click

_BENCHES: Mapping[str, str] = MappingProxyType(
    {
        "intake": "mqtt_tui.cli.bench_intake",
        "pub": "mqtt_tui.cli.bench_broker",
        "sub": "mqtt_tui.cli.bench_broker",
        "rtt": "mqtt_tui.cli.bench_broker",
        "conn": "mqtt_tui.cli.bench_broker",
    }
)
"""The module of each; its function has the name of the bench."""


class _Benches(click.Group):
    """Finds each bench by name and imports it when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's
        """All names."""
        return list(_BENCHES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's
        """The bench called ``cmd_name``."""
        if cmd_name not in _BENCHES:
            return None
        found = getattr(importlib.import_module(_BENCHES[cmd_name]), cmd_name)
        assert isinstance(found, click.Command)  # noqa: S101  for mypy, and for who adds one
        return found


@click.group(cls=_Benches, context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Measure a broker, or how fast this program takes messages in."""
