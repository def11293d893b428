"""How a connection, a request and an attempt ended, as the packets said it."""

import logging
from dataclasses import dataclass
from typing import Any

from paho.mqtt.properties import Properties

from mqtt_tui.model.reason_code import FROM_CONNECT_RETURN_CODE, ReasonCode

CONNACK = 0x20
"""First byte of the only packet that a server may begin with (MQTT 5.0, 3.2)."""


@dataclass(frozen=True, slots=True)
class ConnackPacket:
    """What came with CONNACK."""

    reason_code: ReasonCode
    session_present: bool
    properties: Properties | None


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the connection is over."""

    reason_code: ReasonCode | None = None
    """Of the server's DISCONNECT."""
    reason_string: str | None = None
    server_reference: str | None = None
    error: Exception | None = None
    """What the socket or the packet handler raised."""
    silent_for: float | None = None
    """Seconds since the last byte, where a server that was asked for a sign of life gave none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement: one reason code, or one for each topic filter."""

    reason_codes: tuple[ReasonCode, ...]
    reason_string: str | None


class NotSentAgain(Exception):
    """A message that was not acknowledged when the link was lost is given up.

    Args:
        why: safe to show.
    """


class LoggedErrors(logging.Logger):
    """Stands where paho logs: keeps the latest exception, which paho tells nobody else. Writes nothing."""

    def __init__(self) -> None:
        super().__init__("mqtt_tui.paho")
        self.disabled = True
        self.latest: Exception | None = None

    def log(self, level: int, msg: object, *args: object, **_options: Any) -> None:  # noqa: ANN401, ARG002  as inherited
        """Keep the exception that paho logs as its last argument."""
        if args and isinstance(args[-1], Exception):
            self.latest = args[-1]


class NotBeforeConnack(Exception):
    """The first packet of the peer is no CONNACK: it does not speak MQTT (MQTT 5.0, 3.2).

    Args:
        spoken: the first bytes that it sent.
    """

    def __init__(self, spoken: bytes) -> None:
        super().__init__("the first packet is no CONNACK")
        self.spoken = spoken


def connack_code(code: int) -> ReasonCode:
    """What stands in CONNACK in the words of MQTT 5; failures below 0x80 are return codes of 3.1.1."""
    return FROM_CONNECT_RETURN_CODE.get(code, ReasonCode(code))
