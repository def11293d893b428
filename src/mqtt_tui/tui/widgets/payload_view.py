"""The payload of a message, to be read: with a cursor, and containers that can be folded."""

from collections.abc import Sequence

from rich.style import Style
from textual import events
from textual.message import Message

from mqtt_tui.decoders.base import Decoded, Line
from mqtt_tui.decoders.folding import FoldedLines, Path
from mqtt_tui.decoders.structure import Structure
from mqtt_tui.tui.widgets.line_cells import line_cells
from mqtt_tui.tui.widgets.payload_lines import PayloadLines


class PayloadView(PayloadLines):
    """A payload whose rows are gone through one by one."""

    class CursorMoved(Message):
        """The cursor stands somewhere else, or what it stands on was folded."""

    def __init__(self) -> None:
        super().__init__()
        self._folds: FoldedLines | None = None
        self._line = self._into = 0  # of the cursor, and which row of that line

    # What is shown

    def show(self, decoded: Decoded, summary: Sequence[tuple[str, list[str]]], *, keeps_place: bool) -> None:
        """As inherited; what was folded and where the cursor stood are looked for in what takes the place."""
        folded = self._folds.folded_paths if self._folds is not None and keeps_place else []
        path = self.path if keeps_place else None
        self._folds = FoldedLines(decoded.lines) if isinstance(decoded.lines, Structure) else None
        if self._folds is not None:
            self._folds.fold_paths(folded)
        self._put_cursor(path, keeps_place=keeps_place)
        super().show(decoded, summary, keeps_place=keeps_place)

    def _put_cursor(self, path: Path | None, *, keeps_place: bool) -> None:
        if not keeps_place:
            self._line = self._into = 0
        if path and self._folds is not None and (row := self._folds.structure.find(path)) is not None:
            self._line, self._into = self._folds.line_of(row), 0

    @property
    def _lines_to_show(self) -> Sequence[Line]:
        return self._folds if self._folds is not None else super()._lines_to_show

    # Where the cursor is

    @property
    def is_structured(self) -> bool:
        """Whether what is shown has parts that have names."""
        return self._folds is not None

    @property
    def path(self) -> Path | None:
        """The way to what is under the cursor; None where the payload has no parts."""
        return self._folds.structure.path(self._row) if self._folds is not None else None

    @property
    def value(self) -> str | None:
        """What is under the cursor, as it was written; None where the payload has no parts."""
        if self._folds is None:
            return None
        structure, row = self._folds.structure, self._row
        opening = structure.opening(row)
        is_closing = opening is not None and structure.closing(opening) == row
        return structure.value(opening if is_closing and opening is not None else row)

    @property
    def _row(self) -> int:
        return self._folds.row_of(self._line) if self._folds is not None else self._line

    def _go_to(self, row: int) -> None:
        """Put the cursor on a row of the lines, from 0, and show it."""
        row = max(0, min(row, len(self._lines) - 1))
        self._line, self._into = self._lines.place(row)
        if row == 0:
            self.scroll_to(y=0, animate=False, immediate=True)  # with what stands above
        else:
            self.reveal_row(len(self._notes) + row)
        self.refresh()
        self.post_message(self.CursorMoved())

    @property
    def _cursor(self) -> int:
        return min(self._lines.row_of(self._line) + self._into, max(0, len(self._lines) - 1))

    # Drawing

    def _ground_of(self, row: int) -> Style:
        is_seen = self._shows_cursor and len(self._lines) > 1  # in a single row there is nowhere to go
        return self._style("cursor") if is_seen and row == self._cursor else Style()

    def _number_and_sign(self, line: int) -> tuple[int, str]:
        folds = self._folds
        if folds is None:
            return super()._number_and_sign(line)
        row = folds.row_of(line)
        sign = "  " if folds.structure.closing(row) is None else "▸ " if folds.is_folded(row) else "▾ "
        return row + 1, sign

    @property
    def _shows_cursor(self) -> bool:
        return self.has_focus

    def on_focus(self) -> None:
        """The cursor is seen while it can be moved."""
        self.refresh()

    def on_blur(self) -> None:
        """And not afterwards."""
        self.refresh()

    # Folding

    def toggle_fold(self) -> None:
        """Fold what begins or ends under the cursor, or what it stands in; or unfold it."""
        if self._folds is not None and (row := self._folds.foldable(self._row)) is not None:
            self._fold(row, folded=not self._folds.is_folded(row))

    def open_or_enter(self) -> None:
        """Unfold what is under the cursor, or go into it."""
        if self._folds is None or self._folds.structure.closing(self._row) is None:
            return
        if self._folds.is_folded(self._row):
            self._fold(self._row, folded=False)
        else:
            self.move(1)

    def shut_or_leave(self) -> None:
        """Fold what is under the cursor, or go to what holds it."""
        if self._folds is None:
            return
        row, structure = self._row, self._folds.structure
        if structure.closing(row) is not None and not self._folds.is_folded(row):
            self._fold(row, folded=True)
        elif (opening := structure.opening(row)) is not None:
            self._show_row(opening)

    def fold_all(self, *, folded: bool) -> None:
        """Fold everything but the outermost container, or nothing."""
        if self._folds is not None:
            row = self._row
            self._folds.fold_all(folded=folded)
            self._folded_at(row)

    def _fold(self, row: int, *, folded: bool) -> None:
        if self._folds is not None:
            self._folds.fold(row, folded=folded)
            self._folded_at(row)

    def _folded_at(self, row: int) -> None:
        self._lay_out()
        self._show_row(row)

    def _show_row(self, row: int) -> None:
        line = self._folds.line_of(row) if self._folds is not None else row
        line = min(line, len(self._lines.lines) - 1)
        self._lines.measure_above(self._lines.row_of(line), self.page_rows)
        self._lines.measure_from(self._lines.row_of(line), 1)
        self.set_rows(len(self._notes) + len(self._lines) + len(self._below))
        self._go_to(self._lines.row_of(line))

    # Moving

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there; a click on the sign folds."""
        at = event.get_content_offset(self)
        row = self.first_row + at.y - len(self._notes) if at is not None else -1
        if at is not None and 0 <= row < len(self._lines):
            self._go_to(row)
            if self._gutter > 1 and at.x == self._gutter - 2 and self._number_and_sign(self._line)[1].strip():
                self.toggle_fold()

    def move(self, by: int) -> None:
        """The cursor some rows down, or up."""
        self._go_to(self._cursor + by)

    def page(self, pages: float) -> None:
        """Some pages down, or up, with the cursor."""
        by = round(pages * max(1, self.page_rows - 1))
        self.scroll_to(y=self.first_row + by, animate=False, immediate=True)
        self._go_to(self._cursor + by)

    def first(self) -> None:
        """To the beginning."""
        self._go_to(0)

    def last(self) -> None:
        """To the end."""
        self._lines.measure_above(len(self._lines), self.page_rows)
        self.set_rows(len(self._notes) + len(self._lines) + len(self._below))
        self.scroll_to(y=self.virtual_size.height, animate=False, immediate=True)
        self._go_to(len(self._lines) - 1)

    def pan(self, by: int) -> None:
        """Show what stands further to the right, or left."""
        widest = max((line_cells(self._lines.piece(row)) for row in self._rows_in_sight()), default=0)
        room = self.scrollable_content_region.width - self._gutter
        self._pan = max(0, min(self._pan + by, widest - room))
        self.refresh()

    def toggle_wrap(self) -> None:
        """Wrap long lines, or let them run out of sight."""
        self.is_wrapped = not self.is_wrapped
        self._pan = 0
        self.on_resize()
