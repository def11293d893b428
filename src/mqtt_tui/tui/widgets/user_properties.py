"""Name and value pairs, as many as one likes."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input

from mqtt_tui.model.user_properties import InvalidUserProperty, check_user_properties
from mqtt_tui.tui.widgets.plain_input import PlainInput
from mqtt_tui.tui.widgets.remove_button import RemoveButton

Pair = tuple[str, str]


class Terms(NamedTuple):
    """What a pair is called, and its parts."""

    pair: str = "user property"
    name: str = "name"
    value: str = "value"


USER_PROPERTY = Terms()


class UserPropertyRow(Horizontal):
    """One pair and a button that removes it."""

    def __init__(self, terms: Terms, pair: Pair = ("", "")) -> None:
        super().__init__()
        self._terms = terms
        self.name_input = PlainInput(pair[0], placeholder=terms.name)
        self.value_input = PlainInput(pair[1], placeholder=terms.value)
        self.value_input.add_class("value")

    @property
    def pair(self) -> Pair:
        """What was entered."""
        return self.name_input.value, self.value_input.value

    @property
    def is_fine(self) -> bool:
        """Whether MQTT has room for it."""
        try:
            check_user_properties([self.pair])
        except InvalidUserProperty:
            return False
        return True

    def compose(self) -> ComposeResult:
        """Name, value, button."""
        yield self.name_input
        yield self.value_input
        yield RemoveButton(self._terms.pair)


class UserProperties(Vertical):
    """Pairs in their order; names may repeat (MQTT 5.0, 3.3.2.3.7). An empty row is none."""

    DEFAULT_CSS = """
    UserProperties {
        height: auto;

        UserPropertyRow { height: 1; }
        UserPropertyRow PlainInput { width: 1fr; margin-right: 1; }
        UserPropertyRow PlainInput.value { width: 2fr; }
        Button.-textual-compact { background: $panel; }
        Button.-textual-compact:focus { background: $primary; }
        #add { width: auto; min-width: 0; color: $key; background: transparent; text-style: none; }
        #add:focus { color: $text-on-primary; background: $primary; text-style: bold; }
    }
    """

    class Changed(Message):
        """A pair was typed or taken away."""

    def __init__(self, pairs: Iterable[Pair] = (), terms: Terms = USER_PROPERTY) -> None:
        super().__init__()
        self._terms = terms
        self._rows = [UserPropertyRow(terms, pair) for pair in pairs]
        """Those that are there, whatever of them is on the screen already."""

    def compose(self) -> ComposeResult:
        """The rows, and a button for one more."""
        yield from self._rows
        yield Button(Content("+ add"), id="add", compact=True)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What was entered, in the order of the rows."""
        return tuple(row.pair for row in self._rows if row.pair != ("", ""))

    def checked(self) -> tuple[Pair, ...]:
        """The same.

        Raises:
            InvalidUserProperty: MQTT has no room for one; with the number of its row.
        """
        check_user_properties(row.pair for row in self._rows)
        return self.pairs

    def show(self, pairs: Iterable[Pair]) -> None:
        """Put these in the place of what is there."""
        for row in self._rows:
            row.remove()
        self._rows = [UserPropertyRow(self._terms, pair) for pair in pairs]
        self.mount_all(self._rows, before="#add")

    def focus(self, scroll_visible: bool = True) -> Self:
        """Go to the first pair that is wrong, else to the first one, or to the button that makes one."""
        at_fault = next((row for row in self._rows if not row.is_fine), None) or next(iter(self._rows), None)
        (at_fault.name_input if at_fault else self.query_one("#add")).focus(scroll_visible)
        return self

    @on(Button.Pressed, "#add")
    async def add_row(self, event: Button.Pressed) -> None:
        """One more row, ready to be filled in."""
        event.stop()
        row = UserPropertyRow(self._terms)
        self._rows.append(row)
        await self.mount(row, before="#add")
        row.name_input.focus()

    @on(Button.Pressed, "RemoveButton")
    async def remove_row(self, event: Button.Pressed) -> None:
        """One row less."""
        event.stop()
        row = event.button.parent
        if isinstance(row, UserPropertyRow):
            self._rows.remove(row)
            self.query_one("#add").focus()
            await row.remove()
            self.post_message(self.Changed())

    @on(Input.Changed)
    def tell(self, event: Input.Changed) -> None:
        """Something was typed."""
        event.stop()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """From the name to the value, from there to the next pair or to the button: never to the one that removes."""
        event.stop()
        at = next(at for at, row in enumerate(self._rows) if row is event.input.parent)
        if event.input is self._rows[at].name_input:
            self._rows[at].value_input.focus()
        elif self._rows[at + 1 :]:
            self._rows[at + 1].name_input.focus()
        else:
            self.query_one("#add").focus()
