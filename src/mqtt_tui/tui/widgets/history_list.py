"""The messages of one topic."""

import datetime
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message

from mqtt_tui.connection.state import Gap
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.quantities import SECOND, TimeFormat, clock_text, duration_text, size_text, time_text
from mqtt_tui.tui.widgets.history_rows import HistoryRows
from mqtt_tui.tui.widgets.line_cells import clipped
from mqtt_tui.tui.widgets.line_view import LineView, Span

_TIME_CELLS = {TimeFormat.AGE: 6, TimeFormat.LOCAL: 12, TimeFormat.UTC: 12, TimeFormat.DELTA: 10}
_SIZE_CELLS = 7
_FLAG_CELLS = 7
_ROOM_FOR_SIZES = 64
"""Cells of a row from which on sizes stand in it."""
_STYLES = (
    "number",
    "time",
    "size",
    "retained",
    "dup",
    "qos-0",
    "qos-1",
    "qos-2",
    "value",
    "shown",
    "note",
    "gap",
    "cursor",
)


class HistoryList(LineView, inherit_bindings=False):
    """What is at hand of a topic, newest first; only the messages in sight are read.

    The cursor follows the newest while it stands on top, and otherwise keeps to its message.

    Args:
        decoders: for previews of values.
    """

    DEFAULT_CSS = """
    HistoryList {
        scrollbar-gutter: stable;
        & > .history--number { color: $text-faint; }
        & > .history--time { color: $text-soft; }
        & > .history--size { color: $text-faint; }
        & > .history--retained { color: $retained; text-style: bold; }
        & > .history--dup { color: $warning; }
        & > .history--qos-0 { color: $qos-0; }
        & > .history--qos-1 { color: $qos-1; }
        & > .history--qos-2 { color: $qos-2; }
        & > .history--value { color: $foreground; }
        & > .history--shown { color: $warning; text-style: bold; }
        & > .history--gap { color: $warning; }
        & > .history--note { color: $text-faint; text-style: italic; }
        & > .history--cursor { color: $cursor; background: $selection; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {f"history--{name}" for name in _STYLES}

    class Chosen(Message):
        """The user wants to see this message of the topic."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, decoders: DecoderRegistry) -> None:
        super().__init__()
        self._decoders = decoders
        self._node: TopicNode | None = None
        self._newest = 0  # number of the message on the first row
        self._oldest = 1  # and of that on the last one
        self._rows: HistoryRows | None = None
        self._gaps = 0  # how many there were
        self._cursor: int | None = None  # number of the selected message; None: the newest, whichever that is
        self._shown: int | None = None  # number of the message that the inspector holds on to
        self._now = 0
        self._time_format = TimeFormat.LOCAL

    # What is shown

    def show(
        self, node: TopicNode, shown: int | None, time_format: TimeFormat, now: int, gaps: Sequence[Gap] = ()
    ) -> None:
        """Bring the list up to date.

        Args:
            node: whose messages.
            shown: the number of the one that the inspector holds on to; None while it follows the newest.
            time_format: how times are written.
            now: nanoseconds since the epoch.
            gaps: the times in which messages may have been missed.
        """
        is_same = node is self._node and len(gaps) == self._gaps
        self._gaps = len(gaps)
        if node is not self._node:
            self._node = node
            self.scroll_to(y=0, animate=False, immediate=True)
            self._put_cursor(shown)
        elif shown != self._shown:
            self._put_cursor(shown)
        ages = time_format is TimeFormat.AGE and now // SECOND != self._now // SECOND
        is_same &= (node.count, shown, time_format) == (self._newest, self._shown, self._time_format) and not ages
        is_same &= self._oldest == node.count - node.kept + 1
        if is_same and self._rows is not None:
            return
        before = len(self._rows or ()) + self._evicted
        self._rows = HistoryRows(node, gaps)
        self._newest, self._oldest = self._rows.newest, self._rows.oldest
        came = len(self._rows) + self._evicted - before
        self._shown, self._time_format, self._now = shown, time_format, now
        if self._cursor is not None and self._cursor < self._oldest:
            self._cursor = self._oldest
        self.set_rows(len(self._rows) + (self._evicted > 0))
        if came and (self._cursor is not None or self.first_row):  # what is read stays where it is
            self.scroll_to(y=self.first_row + came, animate=False, immediate=True)
        self.refresh()

    def _put_cursor(self, number: int | None) -> None:
        self._cursor = number
        if number is not None:
            self.call_after_refresh(self._reveal_cursor)  # the list may not have its rows yet

    @property
    def selected(self) -> ApplicationMessage | None:
        """The message under the cursor."""
        return self._node.message(self._cursor or self._newest) if self._node is not None else None

    @property
    def _evicted(self) -> int:
        return self._oldest - 1

    # Drawing

    def row(self, number: int, width: int) -> Iterator[Span]:
        """One message, a gap, or after the last one what is no longer at hand."""
        if self._node is None or self._rows is None:
            return
        there = self._rows.at(number)
        if isinstance(there, list):
            yield f"  {clipped(self._gap_words(there, width - 3), width - 3)} ".ljust(width), self._style("gap")
            return
        message = self._node.message(there)
        if message is None:
            kept = self._newest - self._evicted
            words = f"{kept:,} of {self._newest:,} kept; older ones gave way to the memory limit"
            yield "  ", Style()
            yield clipped(words, width - 2), self._style("note")
            return
        yield from self._message_row(message, there, width)

    def _message_row(self, message: ApplicationMessage, number: int, width: int) -> Iterator[Span]:
        is_chosen = number == (self._cursor or self._newest)
        base = self._style("cursor") if is_chosen else Style()
        on = base.background_style
        yield ("▌" if is_chosen else " "), base
        yield ("▸" if number == self._shown else " "), self._style("shown") + on
        digits = len(f"{self._newest:,}") + 1
        yield f"{f'#{number:,}':>{digits}}  ", self._style("number") + on
        time_cells = _TIME_CELLS[self._time_format]
        yield f"{self._time(message, number):>{time_cells}}  ", self._style("time") + on
        room = width - digits - time_cells - 6 - _FLAG_CELLS
        if width >= _ROOM_FOR_SIZES:
            yield f"{size_text(len(message.payload)):>{_SIZE_CELLS}}  ", self._style("size") + on
            room -= _SIZE_CELLS + 2
        yield from self._flags(message, on)
        value = "".join(text for _, text in self._decoders.preview(message, max(1, room)))
        value = clipped(value, room)
        yield value, self._style("value") + on
        yield " " * (room - cell_len(value)), on

    def _gap_words(self, gaps: Sequence[Gap], room: int) -> str:
        """When the link was lost, what that may mean, and where there is room for how long."""
        zone = datetime.UTC if self._time_format is TimeFormat.UTC else None
        began, ended = (clock_text(at, zone)[:8] for at in (gaps[0].began_at, gaps[-1].ended_at))
        missing = "QoS 0" if all(gap.session_resumed for gap in gaps) else "messages"
        words = f"⋯ {began} – {ended}: {missing} may be missing"
        lasted = sum(gap.ended_at - gap.began_at for gap in gaps)
        more = f" · {duration_text(lasted) if lasted >= SECOND else '< 1 s'}"
        more += f" in {len(gaps)} parts" if len(gaps) > 1 else ""
        return words + more if cell_len(words + more) <= room else words

    def _flags(self, message: ApplicationMessage, on: Style) -> Iterator[Span]:
        yield f"Q{message.qos:d}", self._style(f"qos-{message.qos:d}") + on
        yield (" R" if message.retain else "  "), self._style("retained") + on
        yield ("D" if message.dup else " "), self._style("dup") + on
        yield "  ", on

    def _time(self, message: ApplicationMessage, number: int) -> str:
        if message.is_stored and self._time_format is TimeFormat.AGE:
            return "age ?"
        before = self._node.message(number - 1) if self._node is not None else None
        return time_text(
            message.received_at, self._time_format, now=self._now, before=before.received_at if before else None
        )

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"history--{name}", partial=True)

    # Moving

    def on_click(self, event: events.Click) -> None:
        """Choose the message under the mouse."""
        at = event.get_content_offset(self)
        there = self._rows.at(self.first_row + at.y) if at is not None and self._rows is not None else None
        if isinstance(there, int) and there >= self._oldest:
            self._go_to(self._newest - there)
            self.choose()

    def choose(self) -> None:
        """Ask for the message under the cursor."""
        if self._node is not None:
            self.post_message(self.Chosen(self._cursor or self._newest))

    def move(self, by: int) -> None:
        """The cursor some rows down, or up."""
        self._go_to(self._steps_down + by)

    def page(self, pages: float) -> None:
        """The cursor some pages down, or up."""
        self.move(round(pages * max(1, self.page_rows - 1)))

    def first(self) -> None:
        """To the newest message."""
        self._go_to(0)

    def last(self) -> None:
        """To the oldest message at hand."""
        self._go_to(self._newest - self._oldest)

    @property
    def _steps_down(self) -> int:
        """How many messages the cursor is below the newest."""
        return 0 if self._cursor is None else self._newest - self._cursor

    def _go_to(self, steps_down: int) -> None:
        steps_down = max(0, min(steps_down, self._newest - self._oldest))
        self._cursor = self._newest - steps_down if steps_down else None
        self._reveal_cursor()
        self.refresh()

    def _reveal_cursor(self) -> None:
        if self._rows is not None:
            self.reveal_row(self._rows.row_of(self._cursor or self._newest))
