"""What goes to the process of the plug-ins and what comes back: length and MessagePack, one after the other."""

from typing import Annotated

import msgspec

from mqtt_tui.decoders.base import Decoded, Token
from mqtt_tui.model.application_message import ApplicationMessage, Arrival
from mqtt_tui.model.protocol import Protocol

LARGEST_ANSWER = 8 << 20
"""Bytes; a decoder that has more to say is too eager."""
MOST_LINES = 20_000
LENGTH_BYTES = 4

_Line = Annotated[list[tuple[str, str]], msgspec.Meta(max_length=LARGEST_ANSWER)]


class Request(msgspec.Struct):
    """A message to read."""

    entries: list[tuple[str, str]]
    """Names and values of entry points."""
    wanted: str
    """The one to read it with; empty: the surest."""
    topic: bytes
    rest: bytes
    head: int
    protocol: int
    received_at: int

    def message(self) -> ApplicationMessage:
        """The message."""
        arrival = Arrival(self.received_at, self.head, protocol=Protocol(self.protocol))
        return ApplicationMessage(self.topic, arrival, self.rest)


class Answer(msgspec.Struct):
    """How it reads; nothing here is safe to show yet."""

    confidence: int = 0
    read_as: str = ""
    """Empty: none of the plug-ins reads it."""
    lines: list[_Line] = []
    note: str = ""
    faults: dict[str, str] = {}
    """By decoder, what it did that it must not."""
    declined: str = ""
    """Why the one that was wanted does not."""


def request_of(message: ApplicationMessage, entries: list[tuple[str, str]], wanted: str) -> Request:
    """A request for ``message``."""
    arrival = message.arrival
    return Request(
        entries, wanted, message.topic, message.rest, arrival.head, int(arrival.protocol), arrival.received_at
    )


def answer_of(decoded: Decoded, confidence: int) -> Answer:
    """An answer with what a decoder made, as far as that is what it should be."""
    lines = [[(str(token), text) for token, text in line] for line in decoded.lines[:MOST_LINES]]
    more = len(decoded.lines) - len(lines)
    note = f"{decoded.note} {more:,} more lines are left out.".strip() if more else decoded.note
    return Answer(confidence, decoded.format, lines, note)


def framed(struct: msgspec.Struct) -> bytes:
    """A struct with its length in front."""
    body = msgspec.msgpack.encode(struct)
    return len(body).to_bytes(LENGTH_BYTES) + body


def token_of(name: str) -> Token:
    """The token of this name; plain where there is none."""
    return Token(name) if name in Token.__members__.values() else Token.PLAIN
