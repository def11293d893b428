"""Long lines on several rows each, measured only where somebody looks."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from mqtt_tui.decoders.base import Line
from mqtt_tui.tui.widgets.line_cells import chopped, hanging_indent

_REMEMBERED = 512
"""Lines whose pieces are kept: some screens full."""


class WrappedLines:
    """Rows of ``lines``, each line chopped at ``width`` cells.

    Measuring a million lines would take seconds, so a line counts as one row until it has been measured. The rows in
    front of a place never move by what is measured behind it.

    Args:
        lines: what to wrap.
        width: cells of a row; 0: every line is one row.
    """

    def __init__(self, lines: Sequence[Line], width: int) -> None:
        self.lines = lines
        """As given."""
        self._width = width
        self._measured: set[int] = set()
        self._tall: list[int] = []  # numbers of the measured lines that take several rows ...
        self._starts: list[int] = []  # ... the row on which each begins ...
        self._extras: list[int] = []  # ... and how many rows it takes besides the first
        self._pieces: dict[int, list[Line]] = {}

    def __len__(self) -> int:
        """Rows, as far as is known."""
        if not self._tall:
            return len(self.lines)
        return len(self.lines) + self._starts[-1] - self._tall[-1] + self._extras[-1]

    def place(self, row: int) -> tuple[int, int]:
        """The line that ``row`` belongs to, and which of its rows it is, both from 0."""
        at = bisect_right(self._starts, row) - 1
        if at < 0:
            return row, 0
        into = row - self._starts[at]
        extra = self._extras[at]
        return (self._tall[at], into) if into <= extra else (self._tall[at] + into - extra, 0)

    def row_of(self, line: int) -> int:
        """The first row of ``line``."""
        at = bisect_left(self._tall, line) - 1
        return line if at < 0 else line + self._starts[at] - self._tall[at] + self._extras[at]

    def rows_of(self, line: int) -> int:
        """How many rows ``line`` takes; those behind it know it from now on."""
        return self._measure(line)

    def piece(self, row: int) -> Line:
        """What stands on ``row``."""
        line, number = self.place(row)
        pieces = self._chopped(line)
        return pieces[number] if number < len(pieces) else ()

    def origin(self, row: int) -> tuple[int, int]:
        """How many characters of its line stand in front of ``row``, and how many blanks it is indented by."""
        line, number = self.place(row)
        pieces = self._chopped(line)
        indent = hanging_indent(self.lines[line], self._width) if len(pieces) > 1 else 0
        before = sum(len(text) for piece in pieces[:number] for _, text in piece) - indent * max(0, number - 1)
        return before, indent if number else 0

    def measure_from(self, row: int, rows: int) -> None:
        """Measure as many lines as fill ``rows`` rows from ``row`` on."""
        line, into = self.place(row)
        left = rows + into
        while left > 0 and line < len(self.lines):
            left -= self._measure(line)
            line += 1

    def measure_above(self, row: int, rows: int) -> int:
        """Measure the lines of ``rows`` rows above that of ``row``; by how much this moved ``row`` down."""
        line = self.place(row)[0]
        before = self.row_of(line)
        above, left = line - 1, rows
        while left > 0 and above >= 0:
            left -= self._measure(above)
            above -= 1
        return self.row_of(line) - before

    def _measure(self, line: int) -> int:
        """How many rows ``line`` takes."""
        if not self._width:
            return 1
        rows = len(self._chopped(line))
        if line not in self._measured:
            self._measured.add(line)
            if rows > 1:
                self._grow(line, rows - 1)
        return rows

    def _grow(self, line: int, extra: int) -> None:
        at = bisect_left(self._tall, line)
        self._starts.insert(at, self.row_of(line))
        self._tall.insert(at, line)
        self._extras.insert(at, extra)
        for behind in range(at + 1, len(self._starts)):
            self._starts[behind] += extra

    def _chopped(self, line: int) -> list[Line]:
        pieces = self._pieces.get(line)
        if pieces is None:
            if len(self._pieces) >= _REMEMBERED:
                self._pieces.clear()
            whole = self.lines[line]
            pieces = self._pieces[line] = chopped(whole, self._width) if self._width else [whole]
        return pieces
