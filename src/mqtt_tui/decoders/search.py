"""Where a text is found in what a decoder made, worked out bit by bit."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from mqtt_tui.decoders.base import LazyLines, Line
from mqtt_tui.decoders.structure import Structure

_WINDOW = 1 << 17
"""Characters that are looked through in one go: 2 ms."""
_LINES, _CHARACTERS = 128, 1 << 14
"""Lines, or what stands in them, that are made in one go: 2 ms."""
_WORD = re.compile(r"\w+", re.ASCII)
_PERHAPS_ESCAPED = r"[^ -~\t\r\n]"
"""Characters that may be shown as something else than themselves."""


class Search:
    """The lines in which ``wanted`` is seen, first to last. Capitals in it make case count.

    Lines are made to be looked at only where they have to be: of a structure that comes from a text, the text is
    looked through for the longest word of ``wanted`` first.

    Args:
        wanted: as it is seen, not empty.
        lines: where to look; of a structure all rows, folded away or not.
    """

    def __init__(self, wanted: str, lines: Sequence[Line]) -> None:
        self.wanted = wanted
        self.found = array("i")
        """Numbers of lines, growing."""
        self.is_complete = False
        self._flags = re.NOFLAG if any(map(str.isupper, wanted)) else re.IGNORECASE
        self._pattern = re.compile(re.escape(wanted), self._flags)
        self._work = self._go_through(lines)

    def go_on(self) -> None:
        """Look a little further: some milliseconds."""
        next(self._work, None)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where in a line's ``text`` it is seen: first character and the one behind the last."""
        return [found.span() for found in self._pattern.finditer(text)]

    def after(self, line: int) -> int | None:
        """The first line behind ``line`` that was found; None: none so far."""
        at = bisect_right(self.found, line)
        return self.found[at] if at < len(self.found) else None

    def before(self, line: int) -> int | None:
        """The last line in front of ``line`` that was found; None: none so far."""
        at = bisect_left(self.found, line)
        return self.found[at - 1] if at else None

    def rank(self, line: int) -> int | None:
        """Which of those found ``line`` is, from 1; None where it is none of them."""
        at = bisect_left(self.found, line)
        return at + 1 if at < len(self.found) and self.found[at] == line else None

    def _go_through(self, lines: Sequence[Line]) -> Iterator[None]:
        words = sorted(_WORD.findall(self.wanted), key=len)
        text = lines.source.text if isinstance(lines, Structure) else None
        if isinstance(lines, Structure) and text is not None and words:
            yield from self._by_word(lines, text, words[-1])
            yield from self._by_line(lines, lines.laid_out_rows)
        else:
            yield from self._by_line(lines, 0)
        self.is_complete = True

    def _by_word(self, lines: Structure, text: str, word: str) -> Iterator[None]:
        """Through all of a text that is laid out in rows, in so far as it can be read."""
        may_be_here = re.compile(f"{word}|{_PERHAPS_ESCAPED}", self._flags)
        at, looks = 0, 0
        while True:
            was_complete, ends = lines.is_complete, lines.laid_out_to
            while at < ends:
                window = min(at + _WINDOW, ends)
                found = may_be_here.search(text, at, min(window + len(word), ends))
                if found is None:
                    at = window
                    yield
                    continue
                row = lines.row_at(found.start())
                self._look_at(lines, row)
                at = lines.place(row + 1) if row + 1 < lines.laid_out_rows else ends
                looks += 1
                if not looks % _LINES:
                    yield
            if was_complete:
                return
            yield

    def _by_line(self, lines: Sequence[Line], first: int) -> Iterator[None]:
        at, characters = first, 0
        while True:
            is_complete = not isinstance(lines, LazyLines) or lines.is_complete
            while at < len(lines):
                characters += self._look_at(lines, at)
                at += 1
                if not at % _LINES or characters >= _CHARACTERS:
                    characters = 0
                    yield
            if is_complete:
                return
            yield

    def _look_at(self, lines: Sequence[Line], number: int) -> int:
        text = "".join(text for _, text in lines[number])
        if self._pattern.search(text):
            self.found.append(number)
        return len(text)
