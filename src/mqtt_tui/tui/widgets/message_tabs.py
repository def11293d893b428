"""The views of a message, behind tabs or, where there is room, side by side."""

from textual import events, on
from textual.app import ComposeResult
from textual.widgets import Input

from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.tui.widgets.history_list import HistoryList
from mqtt_tui.tui.widgets.labelled_pane import LabelledPane
from mqtt_tui.tui.widgets.payload_search import SearchedPayload
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.plain_input import PlainInput
from mqtt_tui.tui.widgets.properties_view import PropertiesView
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from mqtt_tui.tui.widgets.topic_summary import TopicSummary

PAYLOAD, PROPERTIES, HISTORY = TABS = ("payload", "properties", "history")
_FOLDING = ("toggle_fold", "fold_all")
_TAB_OF = dict.fromkeys(("open", "shut", "toggle_wrap", "search", "match", *_FOLDING), PAYLOAD) | {"choose": HISTORY}
"""Where the commands work that do not work everywhere."""
_PAN = 8
"""Cells."""
_BROAD = 110
"""Cells from which on properties and history stand beside the payload."""
_SHORT = 14
"""Rows below which none is left to spare."""


class MessageTabs(LabelledPane):
    """Payload, properties and history, one of them current: keys act on it.

    Args:
        decoders: for payloads.
    """

    DEFAULT_CSS = """
    MessageTabs {
        TabStrip { margin-bottom: 1; }

        #search { dock: bottom; display: none; }

        &.-short TabStrip { margin-bottom: 0; }

        &.-broad { layout: grid; grid-size: 2 3; grid-columns: 3fr 2fr; grid-rows: 2 1fr 1fr; }
        &.-broad TabStrip { column-span: 2; margin-bottom: 0; }
        &.-broad PayloadView { row-span: 2; }
        &.-broad PropertiesView { border-left: solid $line; padding: 0 0 0 1; }
        &.-broad HistoryList { border-left: solid $line; padding: 1 0 0 1; }
    }
    """

    def __init__(self, decoders: DecoderRegistry, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._strip = TabStrip()
        self._payload = SearchedPayload()
        self._prompt = PlainInput(placeholder="find in the payload", id="search")
        self._properties = PropertiesView()
        self._history = HistoryList(decoders)
        self._summary = TopicSummary()
        views = (self._payload, self._properties, self._history)
        self._views: dict[str, PayloadView | PropertiesView | HistoryList] = dict(zip(TABS, views, strict=True))
        self._tab = PAYLOAD
        self._has_message = False
        self._is_broad = False

    def compose(self) -> ComposeResult:
        """Tabs, and what they lead to."""
        yield self._strip
        yield from self._views.values()
        yield self._summary
        yield self._prompt

    def on_mount(self) -> None:
        """Teach until there is something to show."""
        self._arrange(has_message=False)

    def focus_content(self) -> None:
        """Give the keyboard to the current tab."""
        if self._has_message:
            self.screen.set_focus(self._views[self._tab])  # at once: the next key belongs to it

    def _is_shown(self, tab: str) -> bool:
        return self._is_broad or tab == self._tab

    def _arrange(self, *, has_message: bool) -> None:
        """Show the widgets that have something to say."""
        self._has_message = has_message
        self._is_broad = self.size.width >= _BROAD and self.size.height >= _SHORT
        self.set_class(self._is_broad and has_message, "-broad")
        self.set_class(self.size.height < _SHORT, "-short")
        self._strip.display = has_message
        self._summary.display = not has_message
        self._prompt.display = self._prompt.display and has_message and self._is_shown(PAYLOAD)
        for name, view in self._views.items():
            view.display = has_message and self._is_shown(name)

    def show_around(self) -> None:
        """Show everything but the payload."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Other views have room now."""
        self._arrange(has_message=self._has_message)
        self.show_around()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The view with the keyboard is the current one; a search is typed to its end before."""
        if event.widget is not self._prompt:
            self._prompt.display = False
        for name, view in self._views.items():
            if view is event.widget and name != self._tab:
                self._choose_tab(name)

    def _choose_tab(self, name: str) -> None:
        had_focus = self.has_focus_within
        self._tab = name
        self._arrange(has_message=self._has_message)
        self.show_around()
        if had_focus:
            self.focus_content()
        self.refresh_bindings()

    # What keys mean

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some keys belong to one tab only."""
        del parameters
        if action in ("open", "shut") and self._payload.is_wrapped and not self._payload.is_structured:
            return False
        if action in _FOLDING and not self._payload.is_structured:
            return False
        return _TAB_OF.get(action, self._tab) == self._tab

    def action_move(self, by: int) -> None:
        """Some rows down, or up."""
        self._views[self._tab].move(by)

    def action_page(self, pages: float) -> None:
        """Some pages down, or up."""
        self._views[self._tab].page(pages)

    def action_first(self) -> None:
        """To the beginning."""
        self._views[self._tab].first()

    def action_last(self) -> None:
        """To the end."""
        self._views[self._tab].last()

    def action_open(self) -> None:
        """Unfold, or go into it; where lines are not wrapped, further to the right."""
        if self._payload.is_wrapped:
            self._payload.open_or_enter()
        else:
            self._payload.pan(_PAN)

    def action_shut(self) -> None:
        """Fold, or go to what holds it; where lines are not wrapped, further to the left."""
        if self._payload.is_wrapped:
            self._payload.shut_or_leave()
        else:
            self._payload.pan(-_PAN)

    def action_toggle_fold(self) -> None:
        """Fold what the cursor is on, or in; or unfold it."""
        self._payload.toggle_fold()

    def action_fold_all(self, folded: bool) -> None:
        """Fold everything but the outermost container, or nothing."""
        self._payload.fold_all(folded=folded)

    def action_toggle_wrap(self) -> None:
        """Wrap long lines, or let them run out of sight."""
        self._payload.toggle_wrap()
        self.show_around()
        self.refresh_bindings()

    # Searching

    def action_search(self) -> None:
        """Type what to find."""
        self._payload.begin_search()
        self._prompt.value = ""
        self._prompt.display = True
        self.screen.set_focus(self._prompt)  # at once: what is typed next belongs to it

    def action_match(self, by: int) -> None:
        """To the next place where it was found, or the one before; with nothing to find, ask what."""
        if self._payload.is_searched:
            self._payload.go_to_match(by)
        else:
            self.action_search()

    def end_search(self) -> bool:
        """Mark nothing any more; False if nothing was."""
        is_typed = self._prompt.display
        if is_typed:
            self._payload.search("")
            self.focus_content()
        was_searched = self._payload.end_search()
        self.show_around()
        return is_typed or was_searched

    @on(Input.Changed, "#search")
    def _search_typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._prompt.display:
            self._payload.search(event.value)

    @on(Input.Submitted, "#search")
    def _search_kept(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_content()

    def action_choose(self) -> None:
        """Show the message under the cursor."""
        self._history.choose()
