"""The connection flags: one table for every command that connects, with the names that mosquitto_sub gives them."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from mqtt_tui.errors import UsageError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.topic import TopicFilter, TopicName
from mqtt_tui.text.display_text import display_text

PASSWORD_VARIABLE = "MQTT_TUI_PASSWORD"  # noqa: S105  the name of a variable
NEVER_EXPIRES = 0xFFFF_FFFF  # MQTT 5.0, 3.1.2.11.2


def _protocol(text: str) -> str:
    try:
        return text if text == "auto" else Protocol.parse(text).title
    except ValueError:
        raise UsageError(
            f"'{display_text(text)}' is no MQTT version: auto, 5 (mqttv5), 311 (mqttv311), 31 (mqttv31)."
        ) from None


def _session_expiry(text: str) -> int:
    if text in ("-1", "∞"):
        return NEVER_EXPIRES
    if text.isascii() and text.isdigit() and int(text) <= NEVER_EXPIRES:
        return int(text)
    raise UsageError(f"'{display_text(text)}' is no number of seconds; -1 is for ever.")


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not value.strip().isprintable():
        raise UsageError("A header is 'Name: value'.")  # it may be a secret, so it is not quoted
    return name, value.strip()


def _host(text: str) -> str:
    if "://" in text:
        raise UsageError("What follows -h is a whole URL.", hint="Give it without -h.")
    if not text or text.startswith("-"):
        raise UsageError(f"'{display_text(text)}' is no host name.", hint="--help shows what there is.")
    return text


def _absolute(text: str) -> str:
    return str(Path(text).expanduser().absolute())  # profiles are relative to their own directory


def _qos(text: str) -> int:
    if text not in ("0", "1", "2"):
        raise UsageError(f"'{display_text(text)}' is no QoS, which is 0, 1 or 2.")
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFlag:
    """A row of the table."""

    names: tuple[str, ...]
    field: str
    """What it sets: a field of ``BrokerProfile``, dotted; ``url.`` and ``subscriptions.`` stand for parts of those."""
    help: str
    type: Callable[[str], object] | None = None
    """Reads the argument; a text as it is where there is none."""
    metavar: str | None = None
    switch: bool | None = None
    """The value that a flag without argument sets."""
    repeats: bool = False

    @property
    def parameter(self) -> str:
        """The name under which click knows it."""
        return self.field.replace(".", "_")

    def option(self) -> click.Option:
        """The same for click; what is not given has no value."""
        names = [*self.names, self.parameter]
        if self.switch is not None:
            return click.Option(names, is_flag=True, flag_value=self.switch, default=None, help=self.help)
        return click.Option(names, type=self.type, metavar=self.metavar, multiple=self.repeats, help=self.help)


def _flag(*names: str, sets: str, help: str, **more: Any) -> ConnectionFlag:  # noqa: A002, ANN401  as click says it
    return ConnectionFlag(names=names, field=sets, help=help, **more)


CONNECTION_FLAGS = (
    _flag(
        "-h",
        "--host",
        sets="url.host",
        type=_host,
        metavar="HOST",
        help="Host to connect to; localhost. Without HOST: this help.",
    ),
    _flag("-p", "--port", sets="url.port", type=click.IntRange(1, 65_535), metavar="PORT", help="Port; 1883."),
    _flag("--unix", sets="url.socket", type=_absolute, metavar="PATH", help="Unix socket to connect to."),
    _flag("--ws", sets="url.websocket", switch=True, help="Speak MQTT over WebSocket."),
    _flag("--ws-path", sets="url.path", metavar="PATH", help="Path of the WebSocket; /mqtt."),
    _flag(
        "--ws-header",
        sets="websocket.headers",
        type=_header,
        metavar="HEADER",
        repeats=True,
        help="'Name: value' for the WebSocket's request; repeatable.",
    ),
    _flag("-u", "--username", sets="username", metavar="NAME", help="User name."),
    _flag(
        "-P",
        "--pw",
        sets="password",
        metavar="PASSWORD",
        help=f"Password. Others can see it in the process list: rather set {PASSWORD_VARIABLE}.",
    ),
    _flag("--cafile", sets="tls.ca_file", type=_absolute, metavar="FILE", help="PEM file of authorities to trust."),
    _flag("--cert", sets="tls.certificate_file", type=_absolute, metavar="FILE", help="Client certificate, PEM."),
    _flag("--key", sets="tls.key_file", type=_absolute, metavar="FILE", help="Its private key, PEM."),
    _flag("--insecure", sets="tls.verify", switch=False, help="Accept any certificate for any host."),
    _flag(
        "-V",
        "--protocol-version",
        sets="protocol",
        type=_protocol,
        metavar="VERSION",
        help="5 (mqttv5), 311 (mqttv311), 31 (mqttv31) or auto.",
    ),
    _flag("-i", "--id", sets="client_id", metavar="ID", help="Client identifier; random."),
    _flag(
        "-k",
        "--keepalive",
        sets="keep_alive",
        type=click.IntRange(5, 65_535),
        metavar="SECONDS",
        help="Keep alive; 60.",
    ),
    _flag("-c", "--disable-clean-session", sets="clean_start", switch=False, help="Resume the session of this id."),
    _flag(
        "-x",
        "--session-expiry-interval",
        sets="session_expiry_interval",
        type=_session_expiry,
        metavar="SECONDS",
        help="How long the broker keeps the session (MQTT 5); -1 is for ever.",
    ),
    _flag("--read-only", sets="read_only", switch=True, help="Publish nothing to this broker, not even the will."),
    _flag(
        "--connect-timeout",
        sets="connect_timeout",
        type=click.IntRange(1, 600),
        metavar="SECONDS",
        help="How long to try to connect; 10.",
    ),
    _flag(
        "-t",
        "--topic",
        sets="subscriptions.filter",
        type=TopicFilter,
        metavar="FILTER",
        repeats=True,
        help="Topic filter to subscribe to; repeatable.",
    ),
    _flag("-q", "--qos", sets="subscriptions.qos", type=_qos, metavar="QOS", help="QoS of the subscriptions; 0."),
    _flag("--will-topic", sets="will.topic", type=TopicName, metavar="TOPIC", help="Topic of the will."),
    _flag("--will-payload", sets="will.payload", metavar="TEXT", help="Payload of the will."),
    _flag("--will-qos", sets="will.qos", type=_qos, metavar="QOS", help="QoS of the will; 0."),
    _flag("--will-retain", sets="will.retain", switch=True, help="Retain the will."),
)


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """The connection flags that somebody gave, by ``ConnectionFlag.field``; the ``repr`` shows no value."""

    given: Mapping[str, Any] = field(default_factory=dict, repr=False)


_Command = TypeVar("_Command", bound=Callable[..., Any])


def connection_options(command: _Command) -> _Command:
    """Give a click command all connection flags; its function gets them as ``connection``."""

    @functools.wraps(command)
    def with_connection(**values: Any) -> Any:  # noqa: ANN401  the command's own
        given = {flag.field: values.pop(flag.parameter) for flag in CONNECTION_FLAGS}
        set_by_user = {name: value for name, value in given.items() if value not in (None, ())}
        return command(connection=ConnectionOptions(set_by_user), **values)

    options = [flag.option() for flag in reversed(CONNECTION_FLAGS)]
    with_connection.__click_params__ = [*getattr(command, "__click_params__", []), *options]  # type: ignore[attr-defined]
    return with_connection  # type: ignore[return-value]  # the same but for its flags


class ConnectingCommand(click.Command):
    """A command in which ``-h`` is the host; a bare ``-h`` still prints the help.

    The connection flags, which are many and the same everywhere, have a section of their own there.
    """

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options, then those of the connection."""
        of_connection = {flag.parameter for flag in CONNECTION_FLAGS}
        sections: dict[str, list[tuple[str, str]]] = {"Options": [], "Connection": []}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)):
                sections["Connection" if parameter.name in of_connection else "Options"].append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401  click's
    ) -> click.Context:
        """Parse ``args``."""
        if args[-1:] == ["-h"]:
            args = ["--help"]
        extra.setdefault("help_option_names", ["--help"])
        return super().make_context(info_name, args, parent, **extra)
