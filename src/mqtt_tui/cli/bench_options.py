"""The flags of the benches of brokers."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from mqtt_tui.cli.connection_options import CONNECTION_FLAGS, given_options
from mqtt_tui.errors import UsageError
from mqtt_tui.text.display_text import display_text

_Command = TypeVar("_Command", bound=Callable[..., Any])

_OF_ONE_CLIENT = ("clean_start", "session_expiry_interval", "subscriptions.", "will.")
"""Connection flags that have no sense for a crowd, or another meaning here."""

_FLAGS = tuple(
    replace(flag, help="What the client identifiers begin with.") if flag.field == "client_id" else flag
    for flag in CONNECTION_FLAGS
    if not flag.field.startswith(_OF_ONE_CLIENT)
)

_POSITIVE = click.FloatRange(min=0, min_open=True)
_NUMBERED = "%i in it is the number of the client."


def _qos(text: str) -> int:
    if text not in ("0", "1", "2"):
        raise UsageError(f"'{display_text(text)}' is no QoS, which is 0, 1 or 2.")
    return int(text)


_CLIENTS = (
    click.option("-c", "--clients", type=click.IntRange(1, 100_000), default=1, metavar="CLIENTS", help="Clients; 1."),
    click.option(
        "--ramp",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="SECONDS",
        help="Let them come up evenly over SECONDS; as fast as they can.",
    ),
)
_MEASURED = (
    click.option("-q", "--qos", type=_qos, default="0", metavar="QOS", help="QoS; 0."),
    click.option("--count", type=click.IntRange(min=1), metavar="N", help="End after N messages of all clients."),
    click.option("--seconds", type=_POSITIVE, metavar="S", help="End after S seconds; 10 where there is no N."),
    click.option(
        "--warmup", type=click.FloatRange(min=0), default=0.0, metavar="S", help="Begin to count after S seconds; 0."
    ),
)
_SENT = (
    click.option("--rate", type=_POSITIVE, metavar="R", help="Messages per second of all clients; as fast as it goes."),
    click.option(
        "--size", type=click.IntRange(0, 260_000_000), default=64, metavar="BYTES", help="Bytes of each payload; 64."
    ),
)
_JUDGED = (
    click.option(
        "--fail-if",
        "fail_if",
        multiple=True,
        metavar="CONDITION",
        help="Exit code 8 where it is true, as 'p99>50ms', 'rate<10k', 'loss>0.1%'; repeatable.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object in place of the table."),
)


def _topic(what: str) -> tuple[Callable[[_Command], _Command], ...]:
    return (click.option("-t", "--topic", required=True, metavar="TOPIC", help=f"{what} {_NUMBERED}"),)


def publishing_options(command: _Command) -> _Command:
    """The flags of ``bench pub`` and ``bench rtt``."""
    return _with(command, *_topic("Topic to publish to."), *_CLIENTS, *_SENT, *_MEASURED, *_JUDGED)


def subscribing_options(command: _Command) -> _Command:
    """The flags of ``bench sub``."""
    return _with(command, *_topic("Topic filter to subscribe to."), *_CLIENTS, *_MEASURED, *_JUDGED)


def connecting_options(command: _Command) -> _Command:
    """The flags of ``bench conn``."""
    hold = click.option("--seconds", type=_POSITIVE, metavar="S", help="Hold them open for S seconds; 0.")
    return _with(command, *_CLIENTS, hold, *_JUDGED)


def _with(command: _Command, *options: Callable[[_Command], _Command]) -> _Command:
    """``command`` with TARGET, the connection flags and ``options``; its function gets all of the latter in one."""

    @functools.wraps(command)
    def with_connection(**values: Any) -> Any:  # noqa: ANN401  the command's own
        connection = given_options(values, _FLAGS)
        judged = {name: values.pop(name) for name in ("target", "fail_if", "as_json")}
        return command(connection=connection, options=values, **judged)

    of_connection = [flag.option() for flag in reversed(_FLAGS)]
    with_connection.__click_params__ = of_connection  # type: ignore[attr-defined]
    decorated: Any = with_connection
    for option in reversed(options):
        decorated = option(decorated)
    return click.argument("target", required=False)(decorated)  # type: ignore[no-any-return]
