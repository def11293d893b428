"""Any payload, byte by byte."""

from collections.abc import Iterator
from itertools import groupby

from mqtt_tui.decoders.base import Decoded, LazyLines, Line, Span, Token
from mqtt_tui.model.application_message import ApplicationMessage

_GROUP = 8
_PER_LINE = (32, 16, 8, 4)
_LEFT = 10
"""Columns of the offset and what follows it."""


class HexLines(LazyLines):
    """Offset, bytes in groups of eight, and their ASCII characters; each line is made when it is asked for."""

    def __init__(self, payload: bytes, per_line: int = 16) -> None:
        self._payload = payload
        self._per_line = per_line

    def fitted(self, width: int) -> "HexLines":
        """The same, as many bytes a line as fit into ``width`` columns."""
        per_line = next((count for count in _PER_LINE if _LEFT + _width(count) + 2 + count <= width), _PER_LINE[-1])
        return HexLines(self._payload, per_line)

    def __len__(self) -> int:
        return (len(self._payload) + self._per_line - 1) // self._per_line

    def line(self, number: int) -> Line:
        """The bytes from ``number * per_line`` on."""
        offset = number * self._per_line
        data = self._payload[offset : offset + self._per_line]
        gap = " " * (_width(self._per_line) + 2 - _width(len(data)))
        return (
            (Token.OFFSET, f"{offset:08x}"),
            (Token.PLAIN, "  "),
            *_hex_spans(data),
            (Token.PLAIN, gap),
            *_ascii_spans(data),
        )


class HexDecoder:
    """Accepts everything and declines nothing: what is shown when no other decoder can."""

    name = "hex"
    title = "hex"

    def accepts(self, message: ApplicationMessage) -> int:  # noqa: ARG002  the protocol's
        """The last resort."""
        return 1

    def decode(self, message: ApplicationMessage) -> Decoded:
        """All of the payload."""
        return Decoded(self.title, HexLines(message.payload), "" if message.payload else "The payload is empty.")


def _width(count: int) -> int:
    return count * 3 - 1 + (count - 1) // _GROUP


def _hex_spans(data: bytes) -> Iterator[Span]:
    """Zeros apart from other bytes, so that a theme can let them step back."""
    at = 0
    for is_zero, run in groupby(data, key=lambda byte: byte == 0):
        texts = []
        for byte in run:
            texts.append(f"{byte:02x}" if not at else f"  {byte:02x}" if at % _GROUP == 0 else f" {byte:02x}")
            at += 1
        yield Token.HEX_ZERO if is_zero else Token.HEX, "".join(texts)


def _ascii_spans(data: bytes) -> Iterator[Span]:
    for is_shown, run in groupby(data, key=lambda byte: 0x20 <= byte < 0x7F):
        part = bytes(run)
        yield (Token.ASCII, part.decode("ascii")) if is_shown else (Token.HEX_ZERO, "·" * len(part))
