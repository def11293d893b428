"""MessagePack, in JSON's notation: exact numbers, repeated keys and the width of a fraction are kept.

Readers of MessagePack give values, and with them the second of two equal keys wins, a float32 becomes a float64 with
digits that nobody sent, and a thousand levels exceed the stack. Here each item becomes tokens, and the stack is a list.
The format: https://github.com/msgpack/msgpack/blob/master/spec.md, which names what the comments call by its names.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from struct import Struct

from mqtt_tui.decoders.base import Decoded, NotDecodable, Span, Token
from mqtt_tui.decoders.detection import LOOKED_AT, media_type, text_head
from mqtt_tui.decoders.float_text import float_text
from mqtt_tui.decoders.structure import LONGEST_PIECE, laid_out_at_once
from mqtt_tui.decoders.token_list import TokenList, quoted
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_text

LARGEST = 1 << 20
"""Bytes of a payload; the tokens of one are kept, and take 50 to 160 times its size."""

_MEDIA_TYPE = re.compile(r"application/(?:x-|vnd\.)?msgpack|[^/]+/[^/]+\+msgpack")
_MAP_WITH_NAMES = re.compile(rb"(?:[\x81-\x8f]|\xde..|\xdf....)[\xa1-\xbf\xd9]", re.DOTALL)
_CONTAINER = re.compile(rb"[\x80-\x9f\xdc-\xdf]")

# By the first byte of an item.
_READY: dict[int, Span] = {
    **{head: (Token.NUMBER, str(head)) for head in range(0x80)},  # positive fixint
    **{head: (Token.NUMBER, str(head - 0x100)) for head in range(0xE0, 0x100)},  # negative fixint
    0xC0: (Token.LITERAL, "null"),
    0xC2: (Token.LITERAL, "false"),
    0xC3: (Token.LITERAL, "true"),
}
_MAPS = frozenset([*range(0x80, 0x90), 0xDE, 0xDF])
_CONTAINERS = _MAPS | {*range(0x90, 0xA0), 0xDC, 0xDD}
_COUNT_BYTES = {0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}  # array 16 and 32, map 16 and 32
_STRINGS = {0xD9: 1, 0xDA: 2, 0xDB: 4}  # bytes of the length
_BINARY = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}  # bytes of the data
_UNSIGNED = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}
_SIGNED = {0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
_FLOAT32 = 0xCA
_FLOATS = {_FLOAT32: ("f", Struct(">f")), 0xCB: ("d", Struct(">d"))}
_NEVER_USED = 0xC1

_TIMESTAMP = -1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES = range(-62_135_596_800, 253_402_300_800)
"""Seconds since 1970 of the years 1 to 9999, which RFC 3339 can write."""
_SECOND = 1_000_000_000

_COMMA, _COLON = (Token.PUNCTUATION, ","), (Token.PUNCTUATION, ":")
_OPEN_MAP, _CLOSE_MAP = (Token.PUNCTUATION, "{"), (Token.PUNCTUATION, "}")
_OPEN_ARRAY, _CLOSE_ARRAY = (Token.PUNCTUATION, "["), (Token.PUNCTUATION, "]")

_NO_UTF8 = re.compile("[\udc80-\udcff]")
_ESCAPE = re.compile(r'(\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["\\bfnrt]))')
_BROKEN_TEXT = r"Bytes of strings that are not UTF-8 are shown as escapes (\xff)."
_HIDDEN = "Hidden characters in strings are shown as escapes."


class MessagePackDecoder:
    """One item of MessagePack, which is all of the payload."""

    name = "msgpack"
    title = "MessagePack"

    def accepts(self, message: ApplicationMessage) -> int:
        """By content type, else where a map or an array begins what is no text; a map with names is the likeliest."""
        payload = message.payload
        if payload and _MEDIA_TYPE.fullmatch(media_type(message)):
            return 100
        if not _CONTAINER.match(payload):
            return 0
        try:
            text_head(payload, LOOKED_AT)
        except UnicodeDecodeError:
            return 60 if _MAP_WITH_NAMES.match(payload) else 35
        return 0

    def decode(self, message: ApplicationMessage) -> Decoded:
        """All of the payload; what takes longer is laid out by whoever shows it."""
        size = len(message.payload)
        if size > LARGEST:
            raise NotDecodable(f"MessagePack is laid out up to 1 MiB, this is {size:,} bytes")
        return Decoded(self.title, laid_out_at_once(MessagePackTokens(message.payload)))


class _Container:
    """One that is open."""

    __slots__ = ("keys", "left")

    def __init__(self, left: int, *, is_map: bool) -> None:
        self.left = left  # items to come; of a map keys and values, so that before a key it is even
        self.keys = set[int]() if is_map else None


class MessagePackTokens(TokenList):
    """The items of a payload, read once.

    A key is one token, whatever it is: of a container too, so that each row of a map begins with its key.

    Args:
        payload: the source.
    """

    def __init__(self, payload: bytes) -> None:
        super().__init__()
        self._payload = payload
        self._at = 0  # the byte that is read next
        self._began = 0  # the first byte of the item

    def read(self) -> Iterator[Span]:
        """As ``TokenList``: the one item, and nothing behind it."""
        yield from self._item()
        if self._at < len(self._payload):
            self._began = self._at
            raise self._damage(f"nothing more should come, not {self._left():,} bytes")

    def shown(self, text: str) -> str:
        """Safe to show. The escapes of ``_string`` stay as they are, since nothing else has a single backslash."""
        if text.isascii() and text.isprintable():
            return text
        return "".join(part if at % 2 else display_text(part) for at, part in enumerate(_ESCAPE.split(text)))

    # Items

    def _item(self, *, in_key: bool = False) -> Iterator[Span]:
        """The tokens of the item that comes next, with all that it holds."""
        open_: list[_Container] = []
        while True:
            head = self._head()
            keys = open_[-1].keys if open_ and not open_[-1].left & 1 else None  # None too where no key comes
            if head not in _CONTAINERS:
                if keys is not None:
                    yield self._scalar_key(head, keys)
                elif (ready := _READY.get(head)) is not None:  # as in _scalar, which a call makes half as fast
                    self._at += 1
                    yield ready
                elif open_:
                    yield from self._scalar(head)
                else:
                    yield _joined(self._scalar(head))
            elif keys is not None and not in_key:
                yield from self._container_key(keys)
            else:
                container = self._container(head)
                yield _OPEN_ARRAY if container.keys is None else _OPEN_MAP
                if container.left:
                    open_.append(container)
                    continue
                yield _CLOSE_ARRAY if container.keys is None else _CLOSE_MAP
            while open_:
                inner = open_[-1]
                inner.left -= 1
                if inner.left:
                    yield _COLON if inner.keys is not None and inner.left & 1 else _COMMA
                    break
                yield _CLOSE_ARRAY if inner.keys is None else _CLOSE_MAP
                open_.pop()
            else:
                return

    def _container(self, head: int) -> _Container:
        self._at += 1
        count = self._number(_COUNT_BYTES[head]) if head in _COUNT_BYTES else head & 0x0F
        is_map = head in _MAPS
        least = 2 * count if is_map else count  # an item has a byte at least
        if least > self._left():
            what = f"a map of {count:,} keys" if is_map else f"an array of {count:,} items"
            raise self._damage(f"{what}, of which {self._left():,} bytes are left")
        return _Container(least, is_map=is_map)

    def _scalar_key(self, head: int, keys: set[int]) -> Span:
        text = _joined(self._scalar(head))[1]
        if head == _FLOAT32:  # 0.1 of this width is not the 0.1 of the other, though both are written so
            return self._marked(text, repr(_FLOATS[head][1].unpack_from(self._payload, self._began + 1)[0]), keys)
        return self._marked(text, text, keys)

    def _container_key(self, keys: set[int]) -> Iterator[Span]:
        """Given in parts as it grows, since it may be all of the payload; only a short one is looked up."""
        text, is_cut = "", False
        for _, part in self._item(in_key=True):
            text += f"{part} " if part in (",", ":") else part
            if len(text) >= LONGEST_PIECE:
                whole = len(text) - len(text) % LONGEST_PIECE
                yield Token.KEY, text[:whole]
                text, is_cut = text[whole:], True
        if text:
            yield (Token.KEY, text) if is_cut else self._marked(text, text, keys)

    def _marked(self, key: str, meaning: str, keys: set[int]) -> Span:
        meant = hash(meaning)  # siphash, with a secret of this process; long keys are not kept
        if meant in keys:
            self.duplicates.append(key)
            return Token.ERROR, key
        keys.add(meant)
        return Token.KEY, key

    def _scalar(self, head: int) -> tuple[Span, ...]:
        self._at += 1
        if (ready := _READY.get(head)) is not None:
            return (ready,)
        if 0xA0 <= head <= 0xBF:
            return self._string(head & 0x1F)
        if head in _STRINGS:
            return self._string(self._number(_STRINGS[head]))
        if head in _UNSIGNED:
            return ((Token.NUMBER, str(self._number(_UNSIGNED[head]))),)
        if head in _SIGNED:
            return ((Token.NUMBER, str(self._number(_SIGNED[head], signed=True))),)
        if head in _FLOATS:
            return self._float(*_FLOATS[head])
        if head in _BINARY:
            return ((Token.STRING, _hex(self._bytes(self._number(_BINARY[head]), "a binary"))),)
        if head == _NEVER_USED:
            raise self._damage("nothing begins with 0xc1")
        return self._extension(self._number(_EXTENSIONS[head]) if head in _EXTENSIONS else _FIXED_EXTENSIONS[head])

    def _string(self, size: int) -> tuple[Span, ...]:
        data = self._bytes(size, "a string")
        try:
            text = quoted(data.decode())
        except UnicodeDecodeError:
            text = quoted(data.decode("utf-8", "surrogateescape"))
            text = _NO_UTF8.sub(lambda byte: f"\\x{ord(byte[0]) - 0xDC00:02x}", text)
            self._remark(_BROKEN_TEXT)
        if not text.isprintable():
            self._remark(_HIDDEN)
        return ((Token.STRING, text),)

    def _float(self, code: str, layout: Struct) -> tuple[Span, ...]:
        value = layout.unpack(self._bytes(layout.size, "a number"))[0]
        text = float_text(value, code)
        return ((Token.NUMBER if text[-1].isdigit() else Token.LITERAL, text),)

    def _extension(self, size: int) -> tuple[Span, ...]:
        kind = self._number(1, signed=True)
        data = self._bytes(size, "an extension")
        if kind == _TIMESTAMP and (time := _timestamp(data)) is not None:
            return _time_spans(*time)
        # The comma is part of the sign: as a token of its own it would end the row.
        return (Token.NOTE, f"ext({kind}, "), (Token.STRING, _hex(data)), (Token.NOTE, ")")

    # Bytes

    def _head(self) -> int:
        self._began = at = self._at
        if at == len(self._payload):
            raise self._damage("a value should come, not the end")
        return self._payload[at]

    def _left(self) -> int:
        return len(self._payload) - self._at

    def _bytes(self, size: int, what: str) -> bytes:
        end = self._at + size
        if end > len(self._payload):
            raise self._damage(f"{what} of {size:,} bytes, of which {self._left():,} are left")
        data = self._payload[self._at : end]
        self._at = end
        return data

    def _number(self, size: int, *, signed: bool = False) -> int:
        return int.from_bytes(self._bytes(size, "a number"), "big", signed=signed)

    def _damage(self, reason: str) -> NotDecodable:
        return NotDecodable(f"not MessagePack (byte {self._began:,}): {reason}")

    def _remark(self, sentence: str) -> None:
        if sentence not in self.remarks:
            self.remarks.append(sentence)


def _joined(spans: tuple[Span, ...]) -> Span:
    """One token of several: outside of all containers each would have a row of its own."""
    return spans[0] if len(spans) == 1 else (spans[1][0], "".join(text for _, text in spans))


def _hex(data: bytes) -> str:
    return f"h'{data.hex()}'"  # as RFC 8949, section 8


def _timestamp(data: bytes) -> tuple[int, int] | None:
    """Seconds since 1970 and nanoseconds; None where it is none of the three layouts of the timestamp extension."""
    if len(data) == 4:
        return int.from_bytes(data, "big"), 0
    if len(data) == 8:
        both = int.from_bytes(data, "big")
        return both & ((1 << 34) - 1), both >> 34
    if len(data) == 12:
        return int.from_bytes(data[4:], "big", signed=True), int.from_bytes(data[:4], "big")
    return None


def _time_spans(seconds: int, nanoseconds: int) -> tuple[Span, ...]:
    if seconds in _TIMES and nanoseconds < _SECOND:
        whole = (_EPOCH + timedelta(seconds=seconds)).isoformat().removesuffix("+00:00")
        return ((Token.LITERAL, f"{whole}.{nanoseconds:09}Z" if nanoseconds else f"{whole}Z"),)
    return (
        (Token.NOTE, "timestamp("),
        (Token.NUMBER, str(seconds)),
        (Token.NOTE, ", "),
        (Token.NUMBER, str(nanoseconds)),
        (Token.NOTE, ")"),
    )
