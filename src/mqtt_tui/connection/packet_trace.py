"""The control packets of a connection, for who wants to see them."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mqtt_tui.connection.packet_text import describe, kind_of
from mqtt_tui.model.properties import MalformedProperties, read_variable_byte_integer
from mqtt_tui.model.protocol import Protocol

KEPT = 5_000
"""Packets; the oldest give way."""
_PUBLISH = 0x30
_WITH_SECRETS = (0x10, 0x20, 0xF0)
"""CONNECT, CONNACK, AUTH: passwords, authentication data."""
_DESCRIBED = 4_096
"""Bytes of a packet that are kept at most, to be described; a payload is none of them."""


@dataclass(frozen=True, slots=True)
class TracedPacket:
    """One packet, read when it is looked at."""

    number: int
    """How many came before it."""
    at: int
    """Nanoseconds since the epoch."""
    is_sent: bool
    head: int
    size: int
    """Bytes behind the remaining length."""
    body: bytes = field(repr=False)
    """How it began; of what carries secrets, whose text stands in ``text`` from the beginning, nothing."""
    protocol: Protocol
    text: str = ""

    @property
    def kind(self) -> str:
        """In the specification's names."""
        return kind_of(self.head)

    @property
    def description(self) -> str:
        """What it says; safe to show, and without secrets."""
        return self.text or describe(self.head, self.body, self.protocol)


class PacketTrace:
    """The newest packets of a session, while it is on; off, it costs a look at a flag.

    Of messages what stands before the payload is kept; of what carries secrets only what ``describe`` says.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.total = 0
        """How many there have been."""
        self.protocol = Protocol.V5
        """Of the connection that stands."""
        self._packets: deque[TracedPacket] = deque(maxlen=KEPT)

    @property
    def packets(self) -> list[TracedPacket]:
        """Those that are kept, oldest first."""
        return list(self._packets)

    def clear(self) -> None:
        """Forget them all."""
        self._packets.clear()
        self.total = 0

    def received_messages(self, heads: bytes, topics: Sequence[bytes], rests: Sequence[bytes]) -> None:
        """PUBLISH packets that came in one read, taken apart already."""
        now, first = time.time_ns(), max(0, len(topics) - KEPT)
        self.total += first
        for head, topic, rest in zip(heads[first:], topics[first:], rests[first:], strict=True):
            before = len(topic).to_bytes(2) + topic + rest[: self._payload_at(head, rest, 0)]
            self._add(now, head, before[:_DESCRIBED], 2 + len(topic) + len(rest), is_sent=False)

    def received(self, head: int, body: bytes | bytearray) -> None:
        """Any other packet that came."""
        self._add(time.time_ns(), head, bytes(body[:_DESCRIBED]), len(body), is_sent=False)

    def sent(self, data: bytes | bytearray) -> None:
        """Whole packets, one behind the other."""
        now = time.time_ns()
        for head, start, end in _packets_in(data):
            body = bytes(data[start : min(end, start + _DESCRIBED)])
            if head & 0xF0 == _PUBLISH:
                body = body[: self._payload_at(head, body, 2 + int.from_bytes(body[:2]))]
            self._add(now, head, body, end - start, is_sent=True)

    def _payload_at(self, head: int, body: bytes, at: int) -> int:
        """Where the payload of a PUBLISH begins, whose topic name ends at ``at``."""
        at += 2 if head & 6 else 0
        if self.protocol >= Protocol.V5:
            try:
                length, at = read_variable_byte_integer(body, at)
            except MalformedProperties:
                return at
            at += length
        return at

    def _add(self, at: int, head: int, body: bytes, size: int, *, is_sent: bool) -> None:
        text = ""
        if head in _WITH_SECRETS:
            text, body = describe(head, body, self.protocol), b""
        self._packets.append(TracedPacket(self.total, at, is_sent, head, size, body, self.protocol, text))
        self.total += 1


def _packets_in(data: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """First byte, and begin and end of what follows the remaining length, of each packet."""
    at = 0
    while at + 1 < len(data):
        head, length, shift = data[at], 0, 0
        at += 1
        while True:
            byte = data[at] if at < len(data) else 0
            length |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if byte < 0x80:
                break
        yield head, at, min(at + length, len(data))
        at += length
