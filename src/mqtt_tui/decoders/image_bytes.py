"""Fields of an image's header, read with every length checked."""

import struct
from collections.abc import Iterator

from mqtt_tui.decoders.base import NotDecodable

Fact = tuple[str, str]
"""What is known about an image: a label and a value, both not yet safe to show."""

MOST_PARTS = 20_000
"""Chunks, segments or blocks that are walked through, a microsecond each."""


class ImageBytes:
    """The bytes of one image.

    Args:
        kind: what it is, for reasons: ``PNG``.
        data: the bytes.
        start: where they begin in the payload.
    """

    def __init__(self, kind: str, data: bytes, start: int = 0) -> None:
        self.kind = kind
        self.data = data
        self._start = start

    def __len__(self) -> int:
        """How many there are."""
        return len(self.data)

    def fields(self, form: str, at: int) -> tuple[int, ...]:
        """Integers at a place, as ``struct`` writes their form.

        Raises:
            NotDecodable: it ends before.
        """
        self.need(at, struct.calcsize(form))
        return struct.unpack_from(form, self.data, at)

    def part(self, at: int, size: int) -> bytes:
        """``size`` bytes from a place on.

        Raises:
            NotDecodable: it ends before.
        """
        self.need(at, size)
        return self.data[at : at + size]

    def need(self, at: int, size: int) -> None:
        """See that there are ``size`` bytes at a place.

        Raises:
            NotDecodable: it ends before.
        """
        if at + size > len(self.data):
            raise self.damaged(at, f"{size:,} bytes should come, not {max(len(self.data) - at, 0):,}")

    def damaged(self, at: int, reason: str) -> NotDecodable:
        """The error to raise.

        Args:
            at: where it is wrong.
            reason: why, safe to show.
        """
        article = "an" if self.kind[0] in "AEIO" else "a"
        return NotDecodable(f"not {article} {self.kind} image (byte {self._start + at:,}): {reason}")

    def sized(self, width: int, height: int, at: int) -> Fact:
        """Width and height in pixels, as a fact.

        Raises:
            NotDecodable: one of them is 0; ``at`` is where they stand.
        """
        if not width or not height:
            raise self.damaged(at, f"{width:,} × {height:,} pixels")
        return "size", f"{width:,} × {height:,} pixels"

    def chunks(self, at: int, end: int, *, big: bool = False) -> Iterator[tuple[bytes, int, int]]:
        """Names, places and sizes of what has a name and a size in front, in the manner of RIFF, padded to two bytes.

        Args:
            at: where the first begins.
            end: where the last ends.
            big: sizes stand first and hold their own eight bytes, as in ISO 14496-12; 1 and 0 mean what they do there.

        Raises:
            NotDecodable: one of them ends behind ``end``.
        """
        for _ in range(MOST_PARTS):
            if at >= end:
                return
            name, place, size = self._box(at, end) if big else self._chunk(at)
            if place + size > end:
                raise self.damaged(at, f"a part of {size:,} bytes should end before byte {self._start + end:,}")
            yield name, place, size
            at = place + size + (size % 2 if not big else 0)

    def _chunk(self, at: int) -> tuple[bytes, int, int]:
        return self.part(at, 4), at + 8, self.fields("<I", at + 4)[0]

    def _box(self, at: int, end: int) -> tuple[bytes, int, int]:
        (size,), name, head = self.fields(">I", at), self.part(at + 4, 4), 8
        if size == 1:
            (size,), head = self.fields(">Q", at + 8), 16
        elif size == 0:
            size = end - at
        if size < head:
            raise self.damaged(at, f"a part of {size:,} bytes has no room for its own head")
        return name, at + head, size - head
