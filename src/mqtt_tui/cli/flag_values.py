"""What the flags of a connection say, as values of a profile's keys."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from mqtt_tui.errors import UsageError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.fields import FIELDS
from mqtt_tui.profiles.options import Pairs
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.text.display_text import display_text

if TYPE_CHECKING:
    from mqtt_tui.cli.connection_options import ConnectionFlag

_NEVER_EXPIRES = 0xFFFF_FFFF  # MQTT 5.0, 3.1.2.11.2


def read(flag: "ConnectionFlag", text: str) -> object:
    """One argument of ``flag``; a switch has none.

    Raises:
        UsageError: naming the flag, what is wrong with its argument, and what a right one looks like.
    """
    field = FIELDS[flag.field]
    try:
        if flag.field in _OF_THEIR_OWN:
            return _OF_THEIR_OWN[flag.field](text)
        return _pair(text) if field.kind == Pairs else field.read(text)
    except UsageError as error:
        raise type(error)(f"{flag.names[-1]}: {error.message}", hint=error.hint) from None


def _protocol(text: str) -> str:
    try:
        return text if text == "auto" else Protocol.parse(text).title
    except ValueError:
        raise UsageError(
            f"'{display_text(text)}' is no MQTT version: auto, 5 (mqttv5), 311 (mqttv311), 31 (mqttv31)."
        ) from None


def _session_expiry(text: str) -> object:
    return _NEVER_EXPIRES if text in ("-1", "∞") else FIELDS["session_expiry_interval"].read(text)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not value.strip().isprintable():
        raise UsageError("A header is 'Name: value'.")  # it may be a secret, so it is not quoted
    return name, value.strip()


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise UsageError(f"'{display_text(text)}' is no property.", hint="It is written NAME=VALUE.")
    return name, value


def _tls_version(text: str) -> object:
    return FIELDS["tls.minimum_version"].read(text.lower().removeprefix("tlsv"))  # mosquitto_sub writes tlsv1.2


_OF_THEIR_OWN: Mapping[str, Callable[[str], object]] = {
    "password": lambda text: Secret(value=text),
    "protocol": _protocol,
    "session_expiry_interval": _session_expiry,
    "tls.minimum_version": _tls_version,
    "websocket.headers": _header,
}
