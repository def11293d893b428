"""A list of things that happened, oldest first, that follows what is new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message

from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.widgets.line_cells import clipped
from mqtt_tui.tui.widgets.line_view import LineView, Span

_STYLES = ("time", "note", "good", "warning", "problem", "out", "in", "faint", "cursor")


@dataclass(frozen=True, slots=True)
class LogRow:
    """One of them; all texts are safe to show.

    Args:
        time: when.
        sign: one cell.
        style: of the sign, one of the list's own names.
        text: what.
        tail: what else, fainter.
    """

    time: str
    sign: str
    style: str
    text: str
    tail: str = ""


class LogList(LineView, inherit_bindings=False):
    """Rows with a cursor; while that stands on the last one, it goes on with what is new."""

    DEFAULT_CSS = """
    LogList {
        background: $surface;
        & > .log--time { color: $text-soft; }
        & > .log--note { color: $text-soft; }
        & > .log--good { color: $success; }
        & > .log--warning { color: $warning; }
        & > .log--problem { color: $error; }
        & > .log--out { color: $primary; }
        & > .log--in { color: $secondary; }
        & > .log--faint { color: $text-faint; }
        & > .log--cursor { color: $cursor; background: $selection; }
    }
    """
    BINDINGS = bindings_for(Scope.LIST)
    COMPONENT_CLASSES = {f"log--{name}" for name in _STYLES}

    class Moved(Message):
        """The cursor stands on another row."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[LogRow] = ()
        self.at = 0
        """The number of the row under the cursor."""

    @property
    def is_following(self) -> bool:
        """Whether the cursor stands on the last row."""
        return self.at >= len(self._rows) - 1

    def show(self, rows: Sequence[LogRow], *, gone: int = 0) -> None:
        """Show ``rows``; so many of those that were shown have gone at the beginning."""
        follows = self.is_following
        self._rows = rows
        self.set_rows(len(rows))
        self.at = max(0, len(rows) - 1 if follows else min(self.at - gone, len(rows) - 1))
        if follows:
            self.call_after_refresh(self.reveal_row, self.at)
        self.refresh()

    def move(self, by: int) -> None:
        """Take the cursor some rows down, or up."""
        self.at = max(0, min(self.at + by, len(self._rows) - 1))
        self.reveal_row(self.at)
        self.refresh()
        self.post_message(self.Moved())

    def action_move(self, by: int) -> None:
        """Some rows down, or up."""
        self.move(by)

    def action_page(self, pages: int) -> None:
        """Some pages down, or up."""
        self.move(pages * max(1, self.page_rows - 1))

    def action_first(self) -> None:
        """To the oldest."""
        self.move(-len(self._rows))

    def action_last(self) -> None:
        """To the newest, and on with what comes."""
        self.move(len(self._rows))

    def row(self, number: int, width: int) -> Iterator[Span]:
        """One of them."""
        if number >= len(self._rows):
            return
        one = self._rows[number]
        cursor = self._style("cursor") if number == self.at else Style()
        on = cursor.background_style
        yield ("▌" if number == self.at else " "), cursor
        yield f"{one.time} ", self._style("time") + on
        yield f"{one.sign} ", self._style(one.style) + on
        room = width - cell_len(one.time) - 5
        text = clipped(one.text, room)
        yield text, self.rich_style + on
        room -= cell_len(text) + 2
        tail = f"  {clipped(one.tail, room)}" if one.tail and room > 3 else ""
        yield tail, self._style("faint") + on
        yield " " * (room + 2 - cell_len(tail)), on

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"log--{name}", partial=True)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there."""
        at = event.get_content_offset(self)
        if at is not None and self._rows:
            self.move(self.first_row + at.y - self.at)
