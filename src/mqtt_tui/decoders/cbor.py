"""CBOR in its diagnostic notation (RFC 8949, section 8), read straight from the bytes.

Libraries give values, and with them the second of two equal keys wins, and tags, indefinite lengths and the order of
keys are lost. Here every item stays as it was sent, and the stack is a list.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mqtt_tui.decoders.base import Decoded, NotDecodable, Span, Token
from mqtt_tui.decoders.detection import LOOKED_AT, media_type
from mqtt_tui.decoders.structure import laid_out_at_once
from mqtt_tui.decoders.token_list import TokenList, quoted
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.quantities import counted

LARGEST = 1 << 20
"""Bytes; each may become a token, which takes some hundred bytes."""

_MEDIA_TYPE = re.compile(r"application/cbor(-seq)?|[^/]+/[^/]+\+cbor(-seq)?")
# None of these bytes begins a character of UTF-8, and so no text is taken for CBOR.
_LIKELY = re.compile(rb"[\xa1-\xb7][\x61-\x77]|\xd9\xd9\xf7", re.DOTALL)
_POSSIBLE = re.compile(rb"[\x80-\x9b\x9f\xa0-\xbb\xbf]", re.DOTALL)

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)  # major types (3.1)
_TWO_BYTES, _LAST_LENGTH, _INDEFINITE = 24, 27, 31  # additional information (3)
_BREAK = 0xFF
_FLOATS = {25: struct.Struct(">e"), 26: struct.Struct(">f"), 27: struct.Struct(">d")}
_FLOAT_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
_LITERALS = {20: "false", 21: "true", 22: "null", 23: "undefined"}
_NOT_UTF8 = "Bytes of text strings that are not UTF-8 are shown as \\udc80 to \\udcff."
_NO_KEYS: set[int] = set()


def _simple(number: int) -> Span:
    return Token.LITERAL, _LITERALS.get(number, f"simple({number})")


_SHORT: dict[int, Span] = (
    {number: (Token.NUMBER, str(number)) for number in range(24)}
    | {0x20 + number: (Token.NUMBER, str(-1 - number)) for number in range(24)}
    | {0xE0 + number: _simple(number) for number in range(24)}
    | {0x40: (Token.STRING, "h''"), 0x60: (Token.STRING, '""')}
)
"""Items of one byte; most are."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What can be open, and the signs of it."""

    name: str
    opens: Span
    closes: Span
    separators: tuple[Span, Span]
    """After an even number of members, and after an odd one."""


_COMMA = Token.PUNCTUATION, ","
_NOTED_COMMA = Token.NOTE, ","
_UNDERSCORE = Token.NOTE, "_"
_END_OF_NOTE = Token.NOTE, ")"
_ITEMS = _Kind("a payload", _COMMA, _COMMA, (_COMMA, _COMMA))  # the payload itself: nothing of it is shown
_ELEMENTS = _Kind("an array", (Token.PUNCTUATION, "["), (Token.PUNCTUATION, "]"), (_COMMA, _COMMA))
_PAIRS = _Kind("a map", (Token.PUNCTUATION, "{"), (Token.PUNCTUATION, "}"), (_COMMA, (Token.PUNCTUATION, ":")))
_STRINGS = {
    major: _Kind(name, (Token.NOTE, "(_"), _END_OF_NOTE, (_NOTED_COMMA, _NOTED_COMMA))
    for major, name in ((_BYTES, "a byte string"), (_TEXT, "a text string"))
}


class _Open:
    """A container, a tag or an indefinite string that is open.

    Args:
        kind: what it is.
        left: members that are to come; below zero: until a break.
        begins: the place of its first token.
        is_key: whether a scalar in it is a key, or a part of one.
        is_compared: whether it is a key, or stands in one.
    """

    __slots__ = ("begins", "is_key", "keys", "kind", "left", "members", "taken")

    def __init__(
        self, kind: _Kind, left: int, begins: int = 0, *, is_key: bool = False, is_compared: bool = False
    ) -> None:
        self.kind = kind
        self.left = left
        self.begins = begins
        self.taken = 0
        self.is_key = (True, False) if kind is _PAIRS else (is_key, is_key)  # after an even number of members, or odd
        self.keys: set[int] = set() if kind is _PAIRS else _NO_KEYS
        self.members: list[str | int] | None = [] if is_compared else None

    def meaning(self) -> str | int:
        """What tells it from others, once it is closed: equal for a string in parts and the same in one."""
        if self.members is None:
            return 0
        if self.kind not in _STRINGS.values():
            return hash((self.kind.opens, *self.members))  # siphash within, with a secret of this process
        begins = "h'" if self.kind is _STRINGS[_BYTES] else '"'
        return begins + "".join(str(part)[len(begins) : -1] for part in self.members) + begins[-1]


class CborTokens(TokenList):
    """A payload in tokens of the diagnostic notation, read once.

    Args:
        payload: the source.
        is_sequence: whether items may follow each other (RFC 8742).
    """

    def __init__(self, payload: bytes, *, is_sequence: bool = False) -> None:
        super().__init__()
        self._payload = payload
        self._is_sequence = is_sequence
        self._at = 0

    def read(self) -> Iterator[Span]:
        """As ``TokenList``."""
        outer: list[_Open] = []
        inner = _Open(_ITEMS, 1)
        while True:
            if inner.left == 0 or (inner.left < 0 and self._is_ended(inner)):
                if not outer:
                    if self._at == len(self._payload):
                        return
                    inner = self._next_item()
                    continue
                yield inner.kind.closes
                closed, inner = inner, outer.pop()
                self._take(inner, closed.meaning(), closed.begins)
                continue
            if inner.taken:
                yield inner.kind.separators[inner.taken & 1]
            scalar = self._scalar(inner)
            if scalar is None:
                outer.append(inner)
                inner = self._opened(inner)
                yield inner.kind.opens
                if inner.left < 0 and (inner.kind is _ELEMENTS or inner.kind is _PAIRS):
                    yield _UNDERSCORE
                continue
            begins = self.read_to
            if inner.is_key[inner.taken & 1]:
                scalar = Token.KEY, scalar[1]
            yield scalar
            self._take(inner, scalar[1], begins)

    def _next_item(self) -> _Open:
        if not self._is_sequence:
            raise _not_cbor(self._at, f"nothing more should come, not 0x{self._payload[self._at]:02x}")
        return _Open(_ITEMS, 1)

    def _is_ended(self, inner: _Open) -> bool:
        """Step over a break, where there is one."""
        if self._at == len(self._payload) or self._payload[self._at] != _BREAK:
            return False
        if inner.kind is _PAIRS and inner.taken & 1:
            raise _not_cbor(self._at, "the value of a key should come, not a break")
        self._at += 1
        return True

    def _take(self, inner: _Open, meaning: str | int, begins: int) -> None:
        """Count one member more, whose tokens begin at ``begins``; mark it where it is a key that was there before."""
        if inner.kind is _PAIRS and not inner.taken & 1:
            key = hash(meaning)
            if key in inner.keys:
                self.mark_duplicate(begins)
            inner.keys.add(key)
        if inner.members is not None:
            inner.members.append(meaning)
        inner.taken += 1
        inner.left -= 1

    # Items

    def _scalar(self, inner: _Open) -> Span | None:
        """The item that comes; None where that has members, and nothing is read yet."""
        at = self._at
        if at == len(self._payload):
            or_break = " or a break" if inner.left < 0 else ""
            raise _not_cbor(at, f"an item{or_break} should come, not the end")
        head = self._payload[at]
        major, information = head >> 5, head & 0x1F
        if inner.kind.opens[1] == "(_" and (inner.kind is not _STRINGS.get(major) or information == _INDEFINITE):
            raise _not_cbor(at, f"a part of {inner.kind.name} should come, not 0x{head:02x}")
        short = _SHORT.get(head)
        if short is not None:
            self._at += 1
            return short
        if major in (_ARRAY, _MAP, _TAG):
            return None
        if information == _INDEFINITE and major in _STRINGS:
            if self._payload[at + 1 : at + 2] != b"\xff":
                return None
            self._at += 2
            return Token.STRING, "''_" if major == _BYTES else '""_'  # as RFC 8949, 8.1, wants it
        if major == _SIMPLE:
            return self._simple_or_float(information)
        number = self._argument()
        if major in _STRINGS:
            return Token.STRING, self._string(at, major, number)
        return Token.NUMBER, str(number if major == _UNSIGNED else -1 - number)

    def _opened(self, outer: _Open) -> _Open:
        """What comes and has members."""
        at = self._at
        major, is_indefinite = self._payload[at] >> 5, self._payload[at] & 0x1F == _INDEFINITE
        is_key = outer.is_key[outer.taken & 1]
        is_compared = is_key or outer.members is not None
        if is_indefinite and major != _TAG:
            self._at += 1
            left = -1
        else:
            left = self._argument()
        if major == _TAG:
            kind = _Kind("a tag", (Token.NOTE, f"{left}("), _END_OF_NOTE, (_COMMA, _COMMA))
            return _Open(kind, 1, self.read_to, is_key=is_key, is_compared=is_compared)
        if major in _STRINGS:
            return _Open(_STRINGS[major], left, self.read_to, is_key=is_key, is_compared=is_compared)
        kind, size = (_PAIRS, 2) if major == _MAP else (_ELEMENTS, 1)
        if left * size > len(self._payload) - self._at:
            members = counted(left, "pair" if major == _MAP else "item")
            raise _not_cbor(at, f"{kind.name} of {members} with {self._bytes_left()}")
        return _Open(kind, left * size, self.read_to, is_compared=is_compared)

    def _argument(self) -> int:
        """The number in a head, and in the bytes behind it; steps over both."""
        at = self._at
        information = self._payload[at] & 0x1F
        self._at += 1
        if information < _TWO_BYTES:
            return information
        if information > _LAST_LENGTH:
            raise _not_cbor(at, f"0x{self._payload[at]:02x} begins no item")
        return int.from_bytes(self._bytes(at, 1 << (information - _TWO_BYTES)), "big")

    def _bytes(self, at: int, size: int) -> bytes:
        """So many bytes more of the item at ``at``."""
        ends = self._at + size
        if ends > len(self._payload):
            raise _not_cbor(at, f"an item that goes on for {counted(size, 'byte')} with {self._bytes_left()}")
        found = self._payload[self._at : ends]
        self._at = ends
        return found

    def _bytes_left(self) -> str:
        return f"{counted(len(self._payload) - self._at, 'byte')} left"

    def _string(self, at: int, major: int, size: int) -> str:
        written = self._bytes(at, size)
        if major == _BYTES:
            return f"h'{written.hex()}'"
        try:
            return quoted(written.decode())
        except UnicodeDecodeError:
            if _NOT_UTF8 not in self.remarks:
                self.remarks.append(_NOT_UTF8)
            return quoted(written.decode("utf-8", "surrogateescape"))

    def _simple_or_float(self, information: int) -> Span:
        at = self._at
        if information == _INDEFINITE:
            raise _not_cbor(at, "a break that ends nothing")
        if information in _FLOATS:
            self._at += 1
            layout = _FLOATS[information]
            text = repr(layout.unpack(self._bytes(at, layout.size))[0])
            name = _FLOAT_NAMES.get(text)
            return (Token.NUMBER, text) if name is None else (Token.LITERAL, name)
        number = self._argument()
        if number < 32:  # these have heads of one byte (3.3)
            raise _not_cbor(at, f"a simple value of two bytes that is {number}")
        return _simple(number)


class CborDecoder:
    """CBOR by RFC 8949, and sequences of it by RFC 8742 where the content type says so."""

    name = "cbor"
    title = "CBOR"

    def accepts(self, message: ApplicationMessage) -> int:
        """By content type, else by the first bytes: most payloads are maps with keys of text."""
        head = message.payload[:LOOKED_AT]
        if head and _MEDIA_TYPE.fullmatch(media_type(message)):
            return 100
        if _LIKELY.match(head):
            return 60
        return 40 if _POSSIBLE.match(head) else 0

    def decode(self, message: ApplicationMessage) -> Decoded:
        """All of the payload; what takes longer is laid out by whoever shows it."""
        payload = message.payload
        if len(payload) > LARGEST:
            raise NotDecodable(f"CBOR is laid out up to 1 MiB, this is {len(payload):,} bytes")
        is_sequence = media_type(message).endswith("cbor-seq")
        lines = laid_out_at_once(CborTokens(payload, is_sequence=is_sequence))
        return Decoded("CBOR sequence" if is_sequence else self.title, lines)


def _not_cbor(at: int, reason: str) -> NotDecodable:
    return NotDecodable(f"not CBOR (byte {at:,}): {reason}")
