"""The connection flags of every command that connects, with the names that mosquitto_sub gives them."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.sections import all_words
from mqtt_tui.profiles.words import Words
from mqtt_tui.text.display_text import display_text

PASSWORD_VARIABLE = "MQTT_TUI_PASSWORD"  # noqa: S105  the name of a variable


def _host(text: str) -> str:
    if "://" in text:
        raise UsageError("What follows -h is a whole URL.", hint="Give it without -h.")
    if not text or text.startswith("-"):
        raise UsageError(f"'{display_text(text)}' is no host name.", hint="--help shows what there is.")
    return text


def _absolute(text: str) -> str:
    return str(Path(text).expanduser().absolute())  # profiles are relative to their own directory


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFlag:
    """A row of the table."""

    names: tuple[str, ...]
    field: str
    """What it sets: a key of the profile, dotted; ``url.`` stands for parts of the URL."""
    help: str
    metavar: str = ""
    """Of its argument; empty for a switch."""
    type: Any = None
    """Reads the argument, for click; a text as it is where there is none."""
    repeats: bool = False

    @property
    def parameter(self) -> str:
        """The name under which click knows it."""
        return self.field.replace(".", "_")

    def option(self) -> click.Option:
        """The same for click; what is not given has no value."""
        names = [*self.names, self.parameter]
        if not self.metavar:
            return click.Option(names, is_flag=True, flag_value="", type=str, default=None, help=self.help)
        return click.Option(names, type=self.type, metavar=self.metavar, multiple=self.repeats, help=self.help)

    def value(self, given: Any) -> object:  # noqa: ANN401  whatever click made of it
        """What was ``given`` as a value of the field.

        Raises:
            UsageError: it is none.
        """
        if self.field.startswith("url."):
            return given
        from mqtt_tui.cli.flag_values import read  # with the schema; only who gives a flag needs it

        return tuple(read(self, one) for one in given) if self.repeats else read(self, given)


def _of_url(*names: str, sets: str, help: str, **more: Any) -> ConnectionFlag:  # noqa: A002, ANN401  as click says it
    return ConnectionFlag(names=names, field=f"url.{sets}", help=help, **more)


def _of_words(key: str, words: Words) -> ConnectionFlag:
    parts = words.flag.split()
    names = tuple(part for part in parts if part.startswith("-"))
    metavar = " ".join(parts[len(names) :])
    if metavar:
        said = words.help if words.help.startswith(words.label) else f"{words.label}. {words.help}"
    else:
        said = words.caution or re.sub("^(On|Off): ", "", words.help)
        said = said[:1].upper() + said[1:]
    return ConnectionFlag(
        names=names,
        field=key,
        help=said,
        metavar=metavar.removesuffix("..."),
        type=_absolute if metavar in ("FILE", "DIRECTORY") else None,
        repeats=metavar.endswith("..."),
    )


_PASSWORD = ConnectionFlag(
    names=("-P", "--pw"),
    field="password",
    metavar="PASSWORD",
    help=f"Password. Others can see it in the process list: rather set {PASSWORD_VARIABLE}.",
)
CONNECTION_FLAGS = (
    _of_url("-h", "--host", sets="host", type=_host, metavar="HOST", help="Host; localhost. Without HOST: this help."),
    _of_url("-p", "--port", sets="port", type=click.IntRange(1, 65_535), metavar="PORT", help="Port; 1883."),
    _of_url("--unix", sets="socket", type=_absolute, metavar="PATH", help="Unix socket to connect to."),
    _of_url("--ws", sets="websocket", help="Speak MQTT over WebSocket."),
    _of_url("--ws-path", sets="path", metavar="PATH", help="Path of the WebSocket; /mqtt."),
    *(_PASSWORD if key == "password" else _of_words(key, words) for key, words in all_words() if words.flag),
)
"""All of them: those of the URL, and what the words of each key of a profile name."""


def given_options(values: dict[str, Any], flags: Iterable[ConnectionFlag] = CONNECTION_FLAGS) -> "ConnectionOptions":
    """Take what click has read of ``flags`` out of ``values``.

    Raises:
        UsageError: something is no value of its field.
    """
    given = {flag: values.pop(flag.parameter) for flag in flags}
    return ConnectionOptions({flag.field: flag.value(one) for flag, one in given.items() if one not in (None, ())})


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """The connection flags that somebody gave, by ``ConnectionFlag.field``; the ``repr`` shows no value."""

    given: Mapping[str, Any] = field(default_factory=dict, repr=False)


_Command = TypeVar("_Command", bound=Callable[..., Any])


def connection_options(command: _Command) -> _Command:
    """Give a click command all connection flags; its function gets them as ``connection``."""

    @functools.wraps(command)
    def with_connection(**values: Any) -> Any:  # noqa: ANN401  the command's own
        return command(connection=given_options(values), **values)

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
