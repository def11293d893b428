"""The explorer's panes: what stands where, and what a frame changes in them."""

import math
import time
from collections.abc import Callable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen

from mqtt_tui.connection.state import ConnectionState, WaitingToReconnect
from mqtt_tui.session import Session
from mqtt_tui.store.completion import completions
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.frame_clock import FrameClock
from mqtt_tui.tui.live_compositor import LiveCompositor
from mqtt_tui.tui.messages import ShowBroker
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.footer_bar import FooterBar
from mqtt_tui.tui.widgets.header_bar import HeaderBar
from mqtt_tui.tui.widgets.inspector import Inspector
from mqtt_tui.tui.widgets.notice import Notice
from mqtt_tui.tui.widgets.plain_input import PlainInput
from mqtt_tui.tui.widgets.publish_pane import PublishPane
from mqtt_tui.tui.widgets.tab_strip import Tab, TabStrip
from mqtt_tui.tui.widgets.topic_tree import TopicTree

_RUNNING = 0.15
"""Seconds: a cursor that moves again so soon is on its way to somewhere."""


class Panes(Screen[None]):
    """Topics to the left, message and draft to the right; below each other where the terminal is narrow.

    Args:
        session: what is shown.
        glows: whether what just changed stands out for a while.
        tabs: the brokers that are open, and the name of the one in front.
    """

    DEFAULT_CSS = """
    Panes {
        background: $background;

        & > TabStrip { display: none; }
        & > #panes { height: 1fr; }
        #topics { width: 5fr; border: round $line; border-title-color: $foreground; border-title-style: bold;
                  border-subtitle-color: $text-soft; }
        #topics:focus-within { border: round $line-focus; border-title-color: $line-focus; }
        #message { width: 4fr; min-width: 52; }
        #filter { dock: bottom; display: none; }
        #inspector { height: 1fr; }
        #publish { height: 17; }
        #publish.-compact { height: 6; }

        &.-narrow #panes { layout: vertical; }
        &.-narrow #topics { width: 1fr; height: 5fr; }
        &.-narrow #message { width: 1fr; min-width: 0; height: 4fr; }
        &.-narrow #publish, &.-low #publish { display: none; }
        &.-huge #message { width: 6fr; }

        &.-zoom-topics #message { display: none; }
        &.-zoom-message #topics { display: none; }
        &.-zoom-message #publish { display: none; }
    }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (180, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]

    def __init__(self, session: Session, *, glows: bool, tabs: Callable[[], tuple[list[Tab], str]]) -> None:
        super().__init__()
        self._tabs = tabs
        self._compositor = LiveCompositor()
        self._glows = glows
        self._moved_at = 0.0  # seconds
        self._is_behind = False  # the message pane shows what the cursor has left
        self.session = session
        self.clock = FrameClock(session, self.apply_frame)
        self._url = session.target.profile.endpoint.public
        self._said: Content | None = None

    def compose(self) -> ComposeResult:
        """The panes."""
        session = self.session
        yield TabStrip()
        yield HeaderBar(
            session.target.name,
            self._url,
            budget=session.store.budget.limit,
            read_only=session.target.profile.read_only,
            protected=session.target.profile.protect == "ask",
        )
        with Horizontal(id="panes"):
            with Vertical(id="topics"):
                yield TopicTree(session.rows, session.decoders, glows=self._glows, id="tree")
                yield Notice()
                yield PlainInput(
                    placeholder="words of the topic, !word to exclude, or a filter like a/+/c", id="filter"
                )
            with Vertical(id="message"):
                yield Inspector(session.decoders, id="inspector")
                yield PublishPane(self._complete, id="publish")
        yield FooterBar()

    def _complete(self, typed: str) -> list[str]:
        return completions(self.session.store.root, typed)

    @property
    def topic_tree(self) -> TopicTree:
        """The topics."""
        return self.query_one("#tree", TopicTree)

    @property
    def inspector(self) -> Inspector:
        """The message pane; who asks for it acts on what the cursor stands on."""
        self._catch_up()
        return self._message_pane

    @property
    def _message_pane(self) -> Inspector:
        return self.query_one("#inspector", Inspector)

    def follow_cursor(self) -> None:
        """Show what the cursor stands on, but while it runs along the tree not before it rests.

        Between branches and topics the pane changes its shape: Textual then takes 30 ms, in which no key is answered.
        """
        now = time.monotonic()
        is_running, self._moved_at, self._is_behind = now - self._moved_at < _RUNNING, now, True
        if is_running:
            self.clock.wake()
        else:
            self._catch_up()

    def _catch_up(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self._message_pane.show(self.topic_tree.selected)

    @property
    def publish_pane(self) -> PublishPane:
        """The draft."""
        return self.query_one("#publish", PublishPane)

    def apply_frame(self, frame: Frame) -> None:
        """Hand a frame to the panes; behind another broker's nothing is drawn, below a dialog once a second.

        Textual draws the whole screen anew where something changes below a dialog, 30 to 60 ms.
        """
        if not self.is_in_front:
            return
        above = self.app.screen
        if above is self or frame.is_new_second:
            self._show_frame(frame)
        if isinstance(above, Dialog):
            above.apply_frame(frame)

    def _show_frame(self, frame: Frame) -> None:
        if frame.is_new_second or frame.has_news:
            self._show_tabs()
        seconds_left = _seconds_left(frame.state)
        self.query_one(HeaderBar).apply_frame(frame, seconds_left=seconds_left)
        is_empty = not len(self.session.rows)
        notice = self.query_one(Notice)
        if is_empty == self.topic_tree.display:
            leaves, comes = (self.topic_tree, notice) if is_empty else (notice, self.topic_tree)
            comes.display = True
            if self.focused in (leaves, None):
                self.set_focus(comes)
            leaves.display = False
        if is_empty:
            statuses = self.session.connection.subscriptions
            standing = [each for each in statuses if not (each.is_refused or each.is_paused)]
            notice.show(
                frame.state,
                display_text(self._url),
                seconds_left=seconds_left,
                is_filtered=self.session.rows.is_filtered and frame.topics > 0,
                subscriptions=[each.subscription.topic_filter for each in standing],
                refused=[each.subscription.topic_filter for each in statuses if each.is_refused],
            )
        if self._is_behind and time.monotonic() - self._moved_at >= _RUNNING:
            self._catch_up()
        elif self._is_behind:
            self.clock.wake()
        if frame.is_new_second:
            self.topic_tree.topic_colors.use([each.subscription for each in self.session.connection.subscriptions])
        if frame.waiting is None:
            self.topic_tree.apply_frame(frame)
            self._message_pane.apply_frame(frame)
            if frame.is_new_second:
                self._show_titles(frame.topics)

    def notify(self, message: str, *, title: str = "", markup: bool = False, **options: Any) -> None:  # noqa: ANN401  handed on
        """Show a toast; that of a broker behind others says whose it is. Never markup."""
        del markup
        whose = "" if self.is_in_front else display_text(self.session.target.name)
        super().notify(message, title=title or whose, markup=False, **options)

    @property
    def is_in_front(self) -> bool:
        """Whether this broker is the one that is shown, perhaps below a dialog."""
        return self in self.app.screen_stack

    def on_screen_resume(self) -> None:
        """What has come meanwhile is to be seen, unless another broker is shown already."""
        self.clock.place(behind=not self.is_in_front)
        self._show_tabs()

    def on_screen_suspend(self) -> None:
        """Another broker may be shown now, or a dialog."""
        self.clock.place(behind=not self.is_in_front)

    def _show_tabs(self) -> None:
        """The brokers that are open, where there are several."""
        strip = self.query_one(TabStrip)
        tabs, chosen = self._tabs()
        strip.display = len(tabs) > 1
        strip.show(tabs, chosen, "( ) switch")

    @on(TabStrip.Chosen)
    def _tab_clicked(self, event: TabStrip.Chosen) -> None:
        if self.query_one(TabStrip) is event.strip:
            self.post_message(ShowBroker(event.name))

    def _show_titles(self, topics: int) -> None:
        pane, rows = self.query_one("#topics"), self.session.rows
        of = f"{count_text(rows.matched)} of {count_text(topics)}" if rows.is_filtered else count_text(topics)
        title = line("Topics ", (of, "$text-soft"))
        subtitle = f"sort {rows.sort}" + (" · filtered, esc shows all" if rows.is_filtered else "")
        said = Content.assemble(title, subtitle)
        if said != self._said:  # a new title repaints the pane
            self._said = said
            pane.border_title, pane.border_subtitle = title, Content(subtitle)

    def action_zoom(self) -> None:
        """Give the whole screen to one pane, and back."""
        if self.has_class("-zoom-message") or self.has_class("-zoom-topics"):
            self._unzoom()
        else:
            self.add_class("-zoom-topics" if self.query_one("#topics").has_focus_within else "-zoom-message")

    def _unzoom(self) -> None:
        self.remove_class("-zoom-message", "-zoom-topics")


def _seconds_left(state: ConnectionState) -> int:
    if isinstance(state, WaitingToReconnect):
        return max(0, math.ceil(state.since + state.delay - time.monotonic()))
    return 0
