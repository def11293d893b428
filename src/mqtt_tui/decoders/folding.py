"""A structure with some of its containers folded into a line each."""

from bisect import bisect_left, bisect_right

from mqtt_tui.decoders.base import LazyLines, Line, Token
from mqtt_tui.decoders.structure import Step, Structure

Path = tuple[Step, ...]


class FoldedLines(LazyLines):
    """The lines of ``structure`` without those that are folded away; a folded container tells how much it holds.

    Rows are counted in the structure, lines are what can be seen.
    """

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self._folded: set[int] = set()  # rows that open a folded container, nested ones too
        self._outer: list[int] = []  # those in sight, in order ...
        self._lines: list[int] = []  # ... the line on which each stands ...
        self._hidden: list[int] = []  # ... and how many rows are hidden up to and with each
        self._counts: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.structure) - (self._hidden[-1] if self._hidden else 0)

    @property
    def is_complete(self) -> bool:  # type: ignore[override]  # of the structure
        """As the structure's."""
        return self.structure.is_complete

    def lay_out(self, tokens: int) -> None:
        """As the structure's."""
        self.structure.lay_out(tokens)

    def line(self, number: int) -> Line:
        """One line; of a folded container the two ends, and how much is between them."""
        row = self.row_of(number)
        line = self.structure.line(row)
        closing = self.structure.closing(row)
        if row not in self._folded or closing is None:
            return line
        return (*line, (Token.NOTE, f" {self._held(row)} "), *self.structure.line(closing)[1:])

    def _held(self, row: int) -> str:
        if row not in self._counts:
            self._counts[row] = sum(1 for _ in self.structure.children(row))
        count, what = self._counts[row], "key" if self.structure.row(row)[-1][1] == "{" else "item"
        return f"… {count:,} {what if count == 1 else f'{what}s'} …"

    # Places

    def row_of(self, line: int) -> int:
        """The row that is seen on ``line``."""
        at = bisect_left(self._lines, line) - 1
        return line if at < 0 else line + self._hidden[at]

    def line_of(self, row: int) -> int:
        """The line on which ``row`` is seen, or what it is folded away in."""
        at = bisect_right(self._outer, row) - 1
        if at < 0:
            return row
        closing = self.structure.closing(self._outer[at])
        return self._lines[at] if closing is not None and row <= closing else row - self._hidden[at]

    def foldable(self, row: int) -> int | None:
        """The row that opens what is folded from ``row``: itself, what it closes, or what it stands in; None: none."""
        return row if self.structure.closing(row) is not None else self.structure.opening(row)

    def is_folded(self, row: int) -> bool:
        """Whether ``row`` opens a folded container."""
        return row in self._folded

    # Folding

    def fold(self, row: int, *, folded: bool) -> None:
        """Fold what ``row`` opens, or unfold it."""
        if folded and self.structure.closing(row) is not None:
            self._folded.add(row)
        else:
            self._folded.discard(row)
        self._settle()

    def fold_all(self, *, folded: bool) -> None:
        """Fold everything but the outermost container, or nothing."""
        self._folded = set()
        if folded:
            openers = (row for row in range(len(self.structure)) if self.structure.closing(row) is not None)
            self._folded = {row for row in openers if self.structure.opening(row) is not None}
        self._settle()

    def reveal(self, row: int) -> None:
        """Unfold all that ``row`` is folded away in."""
        above = self.structure.opening(row)
        while above is not None:
            self._folded.discard(above)
            above = self.structure.opening(above)
        self._settle()

    @property
    def folded_paths(self) -> list[Path]:
        """What is folded, for the next message of the same kind."""
        return [self.structure.path(row) for row in self._folded]

    def fold_paths(self, paths: list[Path]) -> None:
        """Fold what has these paths, as far as it is there."""
        found = (self.structure.find(path) for path in paths)
        self._folded = {row for row in found if row is not None and self.structure.closing(row) is not None}
        self._settle()

    def _settle(self) -> None:
        self._outer, self._lines, self._hidden = [], [], []
        hidden, end = 0, -1
        for row in sorted(self._folded):
            closing = self.structure.closing(row)
            if row > end and closing is not None:
                self._outer.append(row)
                self._lines.append(row - hidden)
                hidden, end = hidden + closing - row, closing
                self._hidden.append(hidden)
