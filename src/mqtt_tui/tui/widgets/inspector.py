"""The pane that shows a message from all sides."""

from collections.abc import Callable, Sequence
from itertools import islice

from textual import on, work
from textual.content import Content
from textual.message import Message

from mqtt_tui.background import in_background
from mqtt_tui.connection.state import Gap
from mqtt_tui.decoders.base import Decoded
from mqtt_tui.decoders.folding import Path
from mqtt_tui.decoders.registry import AUTO, DecoderRegistry
from mqtt_tui.decoders.structure import path_text
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import TimeFormat, count_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import shortened
from mqtt_tui.tui.widgets.history_list import HistoryList
from mqtt_tui.tui.widgets.inspector_labels import Label, fitted, message_labels, time_label
from mqtt_tui.tui.widgets.message_facts import count_properties, summary
from mqtt_tui.tui.widgets.message_tabs import HISTORY, PAYLOAD, PROPERTIES, TABS, MessageTabs
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.tab_strip import Tab, TabStrip
from mqtt_tui.tui.widgets.topic_summary import FOLDED_TITLE

_PACE = 4_000
_LARGE = 256 * 1024
"""Nanoseconds a byte, up to so many of them, until a live payload is read again: what takes long is read less often."""
_MOST_LINES = 20_000
_SHORTEST_PATH = 16
"""Cells."""


class Inspector(MessageTabs):
    """A topic's newest message, or an older one held on to: payload, properties, history.

    Args:
        decoders: for payloads.
    """

    BINDINGS = bindings_for(Scope.INSPECTOR)

    class CopyRequested(Message):
        """The user wants something in the clipboard, exactly.

        Args:
            data: text, or bytes as they came.
            what: what it is, in a word or two.
        """

        def __init__(self, data: str | bytes, what: str) -> None:
            super().__init__()
            self.data = data
            self.what = what

    def __init__(self, decoders: DecoderRegistry, *, id: str | None = None) -> None:  # noqa: A002  Textual's
        super().__init__(decoders, id=id)
        self._decoders = decoders
        self.gaps: Sequence[Gap] = ()
        """The times in which messages may have been missed."""
        self._chosen: dict[bytes, str] = {}
        """What was chosen in place of ``AUTO``, by topic."""
        self._time_format = TimeFormat.AGE
        self._node: TopicNode | None = None
        self._title = ""
        self._number: int | None = None  # which message of the topic is held on to; None: live
        self._message: ApplicationMessage | None = None
        self._decoded = Decoded("", ())
        self._to_read: tuple[ApplicationMessage, Callable[[], Decoded | None]] | None = None
        self._is_reading = self._was_slow = False
        self._count = 0  # of the topic's messages when it was last looked at
        self._now = 0
        self._next_take = 0  # a live payload is not decoded again before
        self._labelled = ("", Content(""), 0)  # title, subtitle and the room for them

    # What is shown

    @property
    def message(self) -> ApplicationMessage | None:
        """The one that is shown."""
        return self._message

    @property
    def number(self) -> int | None:
        """Which message of its topic is shown, counted from 1; None where none is."""
        return (self._number or self._count) if self._message is not None else None

    @property
    def shown_text(self) -> str:
        """The payload as it reads, made safe; of very many lines the first ones, and how many follow."""
        return _as_text(self._decoded)

    @property
    def view(self) -> str:
        """The view that was chosen for the topic, or ``AUTO``."""
        return self._chosen.get(self._message.topic, AUTO) if self._message is not None else AUTO

    @property
    def read_as(self) -> str:
        """What the payload was read as."""
        return self._decoded.format

    @property
    def part(self) -> tuple[Path | None, str | None]:
        """The path to what is under the cursor of the payload and what that is; None where it has no parts."""
        return self._payload.path, self._payload.value

    @property
    def time_format(self) -> TimeFormat:
        """How times are written."""
        return self._time_format

    @time_format.setter
    def time_format(self, time_format: TimeFormat) -> None:
        self._time_format = time_format
        self.show_around()

    def show(self, node: TopicNode | None) -> None:
        """Follow the newest message of ``node``; of a branch without one show figures, of nothing what this is for."""
        self._node, self._number = node, None
        self._title = (FOLDED_TITLE if node.is_folded else display_text(node.path())) if node is not None else ""
        self._take(keeps_place=False)

    def apply_frame(self, frame: Frame) -> None:
        """Show what came since the last frame, and how old everything is."""
        self._now = frame.now
        if (node := self._node) is None:
            return
        if node.count != self._count and (self._number is not None or frame.now >= self._next_take):
            self._take(keeps_place=True)
        elif frame.is_new_second or (node.newest is None and frame.has_news):
            self.show_around()

    def step(self, by: int) -> None:
        """Show an older (-1) or newer (1) message of the topic; behind the newest one it is live again."""
        node = self._node
        if node is None or node.newest is None:
            return
        number = max((self._number or node.count) + by, node.count - node.kept + 1)
        self._hold(number if number < node.count else None)

    def go_live(self) -> bool:
        """Follow the newest message again; False if it did already."""
        was_live = self._number is None
        if not was_live:
            self._hold(None)
        return not was_live

    def _hold(self, number: int | None) -> None:
        self._number = number
        self._take(keeps_place=True)

    def _take(self, *, keeps_place: bool) -> None:
        """Take the message to show from the topic, and show it."""
        node = self._node
        had_message, before = self._message is not None, self._message
        self._message = None
        if node is not None:
            self._count = node.count
            self._message = node.message(self._number or node.count)
            if self._message is None and self._number is not None:
                self._message = before  # given up by the store meanwhile, not by who reads it
        if had_message != (self._message is not None):
            self._arrange(has_message=self._message is not None)
        self._show_payload(keeps_place=keeps_place)
        self.show_around()

    def _show_payload(self, *, keeps_place: bool) -> None:
        if self._message is None:
            return
        slowly = self._decoders.slow_reading(self._message, self.view)
        if not (slowly and self._was_slow and keeps_place):  # else what is shown stays until the next one is read
            self._put(self._decoders.choose(self._message, self.view), keeps_place=keeps_place)
            self._was_slow = False
        self._to_read = (self._message, slowly) if slowly else None
        if slowly and not self._is_reading:
            self._read_slowly()
        self._next_take = self._now + _PACE * min(len(self._message.payload), _LARGE)

    def _put(self, decoded: Decoded, *, keeps_place: bool) -> None:
        self._decoded = decoded
        if self._message is not None:
            around = [] if self._is_broad else summary(self._message, self._when())
            self._payload.show(decoded, around, keeps_place=keeps_place)

    @work(group="reading")
    async def _read_slowly(self) -> None:
        """Read what takes its time beside everything else; of the messages that come meanwhile, the newest."""
        self._is_reading = True
        try:
            while (wanted := self._to_read) is not None:
                self._to_read = None
                message, read = wanted
                decoded = await in_background(read)
                if message is self._message and decoded is not None:
                    self._put(decoded, keeps_place=True)
                    self._was_slow = True
                    self.show_around()
        finally:
            self._is_reading = False

    def show_around(self) -> None:
        """Everything but the payload: it may change with the time alone."""
        node, message, now = self._node, self._message, self._when()
        self._label()
        if node is None or message is None:
            self._summary.show(node, now)
            return
        self._strip.show(_tabs(message, node), self._tab, self._aside() if self._tab == PAYLOAD else "")
        if self._is_shown(PAYLOAD):
            self._payload.show_summary([] if self._is_broad else summary(message, now))
        if self._is_shown(PROPERTIES):
            self._properties.show(message, now)
        if self._is_shown(HISTORY):
            self._history.show(node, self._number, self._time_format, now, self.gaps)

    def _aside(self) -> str:
        """How the payload is shown, where that was chosen."""
        words = [] if self.view == AUTO else [f"as {self.view}"]
        if state := self._payload.search_state:
            words.insert(0, shortened(display_text(state), max(_SHORTEST_PATH, self.size.width // 3)))
        path = self._payload.path if self._payload.has_focus else None
        if path:
            words.insert(0, shortened(path_text(path), max(_SHORTEST_PATH, self.size.width // 3)))
        return " · ".join(words if self._payload.is_wrapped else [*words, "not wrapped"])

    def _when(self) -> int:
        """The time of the last frame; what was received since then is not older than nothing."""
        return max(self._now, self._message.received_at if self._message is not None else 0)

    # Tabs

    def next_tab(self, by: int) -> None:
        """Go to the next tab, or back."""
        self._choose_tab(TABS[(TABS.index(self._tab) + by) % len(TABS)])

    def cycle_view(self) -> None:
        """Show the payload the next way in which it can be read; the choice holds for the topic."""
        if self._message is None:
            return
        views = self._decoders.fitting(self._message)
        at = views.index(self.view) if self.view in views else 0
        self._chosen[self._message.topic] = views[(at + 1) % len(views)]
        self._choose_tab(PAYLOAD)
        self._show_payload(keeps_place=False)
        self.show_around()

    def read_anew(self) -> None:
        """Show the payload as it is to be read now, in place of what was chosen for the topic."""
        if self._message is not None:
            self._chosen.pop(self._message.topic, None)
        self._show_payload(keeps_place=False)
        self.show_around()

    @on(PayloadView.CursorMoved)
    def _cursor_moved(self, event: PayloadView.CursorMoved) -> None:
        event.stop()
        self.show_around()

    @on(TabStrip.Chosen)
    def _tab_clicked(self, event: TabStrip.Chosen) -> None:
        event.stop()
        self._choose_tab(event.name)
        self.focus_content()

    @on(HistoryList.Chosen)
    def _message_chosen(self, event: HistoryList.Chosen) -> None:
        event.stop()
        is_newest = self._node is not None and event.number >= self._node.count
        self._number = None if is_newest else event.number
        self._choose_tab(PAYLOAD)
        self._take(keeps_place=True)

    # The frame around

    def _label(self) -> None:
        """Title and subtitle, where they read differently."""
        room = self.label_cells
        subtitle = fitted(self._message_labels(), room)
        labelled = (self._title, subtitle, room)
        title_before, subtitle_before, room_before = self._labelled
        self._labelled = labelled
        if (self._title, room) != (title_before, room_before):
            self.set_title(Content(shortened(self._title, max(8, room)) or "Message"))
        if subtitle.spans != subtitle_before.spans or subtitle.plain != subtitle_before.plain:
            self.set_subtitle(subtitle)

    def _message_labels(self) -> list[Label]:
        node, message = self._node, self._message
        if node is None or message is None:
            return []
        number = self._number or node.count
        before = earlier.received_at if (earlier := node.message(number - 1)) is not None else None
        time = time_label(message, self._time_format, now=self._when(), before=before)
        is_live = self._number is None
        return message_labels(message, number, node.count, read_as=self._decoded.format, is_live=is_live, time=time)

    # What keys mean

    def action_copy(self) -> None:
        """Ask for what is shown: the payload, the value under the cursor, or the payload of the selected message."""
        if self._message is None:
            return
        if self._tab == PROPERTIES:
            fact = self._properties.value()
            if fact is not None:
                self.post_message(self.CopyRequested(fact.data, fact.label))
            return
        message = self._history.selected if self._tab == HISTORY else self._message
        if message is not None:
            self.post_message(self.CopyRequested(message.payload, "payload"))


def _tabs(message: ApplicationMessage, node: TopicNode) -> list[Tab]:
    properties = count_properties(message.properties)
    return [
        Tab(PAYLOAD, "Payload", "Payload"),
        Tab(PROPERTIES, "Properties", "Props", count_text(properties) if properties else ""),
        Tab(HISTORY, "History", "Hist", count_text(node.kept)),
    ]


def _as_text(decoded: Decoded) -> str:
    shown = ["".join(text for _, text in line) for line in islice(decoded.lines, _MOST_LINES)]
    more = len(decoded.lines) - len(shown)
    return "\n".join([*shown, f"… {more:,} more lines"] if more else shown)
