"""An input that completes topics, level by level."""

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.widgets.plain_input import PlainInput

Complete = Callable[[str], Sequence[str]]
"""What a beginning of a topic may become; only text that may be shown as it is."""

_MOST_ROWS = 9  # as in the style sheet


class TopicInput(Vertical):
    """One line, with what was seen below it while somebody types.

    Tab takes the marked entry, or the first; Enter takes only one that was marked, so that a new topic that begins like
    a known one can be entered. A branch opens its next level.
    """

    DEFAULT_CSS = """
    TopicInput {
        height: 1;

        OptionList {
            display: none;
            overlay: screen;
            constrain: inside none;
            width: auto;
            min-width: 24;
            max-width: 60;
            max-height: 9;
            border: none;
            padding: 0 1;
            background: $panel;
            scrollbar-size-vertical: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;

            & > .option-list--option-highlighted { color: $text-on-primary; background: $primary; text-style: bold; }
        }
    }
    """
    BINDINGS = bindings_for(Scope.COMPLETION)

    class Changed(Message):
        """The text is another one now."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    class Submitted(Message):
        """The user pressed Enter."""

    def __init__(self, complete: Complete, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._complete = complete
        self._input = PlainInput(placeholder=placeholder)
        self._list = OptionList(markup=False)
        self._list.can_focus = False
        self._offers: Sequence[str] = ()

    def compose(self) -> ComposeResult:
        """The line and what drops down from it."""
        yield self._input
        yield self._list

    @property
    def value(self) -> str:
        """The text; setting it offers nothing."""
        return self._input.value

    @value.setter
    def value(self, text: str) -> None:
        if text != self._input.value:
            with self._input.prevent(Input.Changed):
                self._input.value = text
            self._input.cursor_position = len(text)
            self.post_message(self.Changed(text))
        self._show(())

    @property
    def offers(self) -> Sequence[str]:
        """What is offered now."""
        return self._offers

    def focus(self, scroll_visible: bool = True) -> "TopicInput":
        """Give the keyboard to the line."""
        self._input.focus(scroll_visible)
        return self

    @property
    def entry(self) -> Input:
        """The line itself, which takes the keyboard."""
        return self._input

    def mark_invalid(self, is_invalid: bool) -> None:
        """Colour the line while what it holds cannot be used."""
        self._input.set_class(is_invalid, "-invalid")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what the text may become."""
        event.stop()
        self._offer()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the marked entry; without one the text is meant as it stands."""
        event.stop()
        if self._offers and self._list.highlighted is not None:
            self._take(self._list.highlighted)
        else:
            self._show(())
            self.post_message(self.Submitted())

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Put the offers away."""
        del event
        self._show(())

    @on(OptionList.OptionSelected)
    def take_clicked(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        event.stop()
        self._take(event.option_index)

    @on(OptionList.OptionHighlighted)
    def keep_to_ourselves(self, event: OptionList.OptionHighlighted) -> None:
        """Nobody outside needs to know what is marked."""
        event.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys are the offers' only while there are some."""
        if action in ("accept", "mark", "hide"):
            return bool(self._offers)
        return super().check_action(action, parameters)

    def action_accept(self) -> None:
        """Take the marked entry, or the first."""
        self._take(self._list.highlighted or 0)

    def action_mark(self, by: int) -> None:
        """Mark an entry further down or up."""
        marked = self._list.highlighted
        first = 0 if by > 0 else len(self._offers) - 1
        self._list.highlighted = first if marked is None else (marked + by) % len(self._offers)

    def action_hide(self) -> None:
        """Put the offers away."""
        self._show(())

    def _take(self, number: int) -> None:
        taken = self._offers[number]
        self.value = taken
        if taken.endswith("/"):
            self._offer()

    def _offer(self) -> None:
        text = self._input.value
        is_at_end = self._input.cursor_position == len(text)
        offers = self._complete(text) if text and is_at_end and self._input.has_focus else ()
        self._show([offer for offer in offers if offer != text])

    def _show(self, offers: Sequence[str]) -> None:
        self._offers = offers
        self._list.clear_options()
        self._list.add_options([Option(Content(offer)) for offer in offers])
        self._list.highlighted = None
        self._list.display = bool(offers)
        if offers:
            self._place(len(offers))

    def _place(self, offers: int) -> None:
        """Below the line, or above it where there is more room."""
        above, below = self.region.y, self.screen.size.height - self.region.bottom
        rows = min(offers, _MOST_ROWS, max(above, below))
        self._list.styles.height = rows
        self._list.styles.offset = (0, 0 if rows <= below else -rows - 1)
