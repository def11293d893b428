"""A few bytes as the numbers that they may be: what a sensor sends that knows nothing of text."""

from struct import Struct
from typing import NamedTuple

from mqtt_tui.decoders.base import Decoded, LazyLines, Line, NotDecodable, Token
from mqtt_tui.decoders.float_text import float_text
from mqtt_tui.model.application_message import ApplicationMessage

LARGEST = 4096
"""Bytes of a payload that is shown as arrays."""

_CODES = {1: "bB", 2: "hHe", 4: "iIf", 8: "qQd"}
"""Integer with and without sign, and binary fraction (IEEE 754), by bytes, as ``struct`` names them."""
_FLOATS = "efd"
_ORDERS = {"little endian": "<", "big endian": ">"}
_PER_ROW = 16
"""Bytes; of all sizes a multiple."""
_WIDTHS = {"h": 6, "H": 5, "e": 11, "i": 11, "I": 10, "f": 15, "q": 20, "Q": 20, "d": 24}
"""Characters of the longest number."""
_WITH_BITS = 2
"""Bytes up to which the single bits are shown: flags have seldom more."""


class NumbersDecoder:
    """Integers and fractions of 1, 2, 4 or 8 bytes in both orders; of longer payloads arrays, where asked for."""

    name = "numbers"
    title = "numbers"

    def accepts(self, message: ApplicationMessage) -> int:
        """By size alone, and only where it is no text: what is meant, the bytes do not say."""
        payload = message.payload
        return 20 if len(payload) in _CODES and not _is_text(payload) else 0

    def decode(self, message: ApplicationMessage) -> Decoded:
        """A reading a line; of an array the readings one after the other."""
        payload = message.payload
        size = len(payload)
        if size in _CODES:
            return Decoded(self.title, _table(payload))
        if size > LARGEST:
            raise NotDecodable(f"numbers are shown up to {LARGEST:,} bytes, this is {size:,} bytes")
        if not size or size % 2:
            raise NotDecodable(f"{size:,} bytes are neither a number of 1, 2, 4 or 8 bytes nor several of 2, 4 or 8")
        return Decoded(self.title, NumberRows(payload))


class _Reading(NamedTuple):
    """One way to understand the bytes."""

    kind: str  # int16
    order: str  # little endian; empty for a single byte
    code: str
    layout: Struct

    def numbers(self, data: bytes) -> list[str]:
        """All in ``data``."""
        return [
            float_text(value, self.code) if self.code in _FLOATS else str(value)
            for (value,) in self.layout.iter_unpack(data)
        ]


class NumberRows(LazyLines):
    """A payload as array after array, each below its name; a line is made when it is asked for.

    Args:
        payload: of an even number of bytes.
    """

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._readings = [reading for size in (2, 4, 8) if len(payload) % size == 0 for reading in _readings(size)]
        self._lines = 1 + (len(payload) + _PER_ROW - 1) // _PER_ROW  # of each, with its name

    def __len__(self) -> int:
        return self._lines * len(self._readings)

    def line(self, number: int) -> Line:
        """The name of an array, or the offset of a row in it and the numbers from there on."""
        which, row = divmod(number, self._lines)
        reading = self._readings[which]
        if not row:
            return ((Token.NOTE, f"{reading.kind}, {reading.order}"),)
        offset = (row - 1) * _PER_ROW
        width = _WIDTHS[reading.code]
        numbers = reading.numbers(self._payload[offset : offset + _PER_ROW])
        return (
            (Token.OFFSET, f"{offset:04x}"),
            (Token.PLAIN, "  "),
            (Token.NUMBER, "  ".join(f"{text:>{width}}" for text in numbers)),
        )


def _readings(size: int) -> list[_Reading]:
    names = ("int", "uint", "float")
    orders = _ORDERS if size > 1 else {"": ">"}
    return [
        _Reading(f"{name}{size * 8}", order, code, Struct(sign + code))
        for name, code in zip(names, _CODES[size], strict=False)  # a single byte is no fraction
        for order, sign in orders.items()
    ]


def _table(payload: bytes) -> list[Line]:
    """A line for each reading, with its one number, and the bits in the order of the bytes."""
    rows = [(f"{at.kind:7} {at.order}".rstrip(), at.numbers(payload)[0]) for at in _readings(len(payload))]
    if len(payload) <= _WITH_BITS:
        rows.append(("bits", " ".join(f"{byte:08b}" for byte in payload)))
    width = max(len(label) for label, _ in rows) + 2
    return [((Token.NOTE, f"{label:{width}}"), (Token.NUMBER, text)) for label, text in rows]


def _is_text(payload: bytes) -> bool:
    """Whether it is printable, but for the end of a line behind it."""
    try:
        text = payload.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return False
    return bool(text) and text.isprintable()
