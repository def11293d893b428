"""Control packets in words, without what may be a secret: no user name, password, payload, or value of a property."""

from collections.abc import Iterator

from mqtt_tui.model.packet_kinds import BINARY, BYTE, FOUR, KINDS, PAIR, PROPERTIES, TWO
from mqtt_tui.model.properties import MalformedProperties, read_variable_byte_integer
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.reason_code import FROM_CONNECT_RETURN_CODE, ReasonCode
from mqtt_tui.text.display_text import display_text

_MOST_NAMES = 12
"""Filters, codes and properties of one packet that are named."""


class _Cut(Exception):
    """The packet ends before it should."""


class _Reader:
    """Reads a body from the front."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes that are not read."""
        return len(self._body) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise _Cut
        self._at += size
        return self._body[self._at - size : self._at]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def text(self) -> str:
        return display_text(self.take(self.number(2)))

    def variable(self) -> int:
        try:
            value, self._at = read_variable_byte_integer(self._body, self._at)
        except MalformedProperties:
            raise _Cut from None
        return value

    def properties(self) -> list[str]:
        """The names of those that stand here."""
        end = self.variable()
        end += self._at
        names: list[str] = []
        while self._at < end:
            name, form = PROPERTIES.get(self.variable(), ("", ""))
            if not name:
                raise _Cut
            if form == PAIR:
                self.take(self.number(2))
            if form in (BINARY, PAIR):
                self.take(self.number(2))
            elif form in (BYTE, TWO, FOUR):
                self.take({BYTE: 1, TWO: 2, FOUR: 4}[form])
            else:
                self.variable()
            if len(names) < _MOST_NAMES:
                names.append(name)
        return names


def kind_of(head: int) -> str:
    """What a packet with this first byte is."""
    return KINDS.get(head >> 4, f"type {head >> 4}")


def describe(head: int, body: bytes, protocol: Protocol) -> str:
    """What ``body``, all that follows the remaining length, says besides its kind; safe to show."""
    reader, is_v5 = _Reader(body), protocol >= Protocol.V5
    parts: list[str] = []
    try:
        for part in _parts(kind_of(head), head, reader, is_v5=is_v5):
            parts.append(part)  # noqa: PERF402  what comes before a cut counts
    except _Cut:
        parts.append("cut off or malformed")
    return ", ".join(parts)


def _parts(kind: str, head: int, reader: _Reader, *, is_v5: bool) -> Iterator[str]:
    match kind:
        case "CONNECT":
            yield from _connect(reader)
        case "CONNACK":
            yield "session present" if reader.number(1) & 1 else "no session"
            code = reader.number(1)
            yield str(FROM_CONNECT_RETURN_CODE.get(code, ReasonCode(code)))
            yield from _properties(reader, is_v5=is_v5)
        case "PUBLISH":
            yield from _publish(head, reader, is_v5=is_v5)
        case "PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP":
            yield f"id {reader.number(2)}"
            if reader.left:
                yield str(ReasonCode(reader.number(1)))
                yield from _properties(reader, is_v5=is_v5)
        case "SUBSCRIBE" | "UNSUBSCRIBE" | "SUBACK" | "UNSUBACK":
            yield f"id {reader.number(2)}"
            yield from _properties(reader, is_v5=is_v5)
            yield from _each_filter(kind, reader)
        case "DISCONNECT" | "AUTH":
            yield str(ReasonCode(reader.number(1) if reader.left else 0))
            yield from _properties(reader, is_v5=is_v5)


def _publish(head: int, reader: _Reader, *, is_v5: bool) -> Iterator[str]:
    yield reader.text()
    yield f"QoS {head >> 1 & 3}"
    yield from (name for bit, name in ((8, "DUP"), (1, "RETAIN")) if head & bit)
    if head & 6:
        yield f"id {reader.number(2)}"
    yield from _properties(reader, is_v5=is_v5)


def _each_filter(kind: str, reader: _Reader) -> Iterator[str]:
    """What a packet about several topic filters says of each."""
    for _ in range(_MOST_NAMES):
        if not reader.left:
            return
        if kind in ("SUBACK", "UNSUBACK"):
            yield str(ReasonCode(reader.number(1)))
        else:
            name = reader.text()
            yield f"{name} with QoS {reader.number(1) & 3}" if kind == "SUBSCRIBE" else name
    if reader.left:
        yield "…"


def _connect(reader: _Reader) -> Iterator[str]:
    name, level, flags = reader.text(), reader.number(1), reader.number(1)
    yield f"{name} level {level}"
    yield f"keep alive {reader.number(2)} s"
    yield "clean start" if flags & 2 else "resume the session"
    if level >= Protocol.V5:
        yield from _properties(reader, is_v5=True)
    client_id = reader.text()
    yield f"client identifier {client_id}" if client_id else "no client identifier"
    yield from (what for bit, what in ((4, "will"), (0x80, "user name"), (0x40, "password")) if flags & bit)


def _properties(reader: _Reader, *, is_v5: bool) -> Iterator[str]:
    if is_v5 and reader.left:
        names = reader.properties()
        if names:
            yield f"properties: {' · '.join(names)}"
