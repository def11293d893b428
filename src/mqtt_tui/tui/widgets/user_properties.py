"""Name and value pairs, as many as one likes."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input

from mqtt_tui.tui.widgets.plain_input import PlainInput

Pair = tuple[str, str]


class UserPropertyRow(Horizontal):
    """One pair and a button that removes it."""

    def __init__(self, pair: Pair = ("", "")) -> None:
        super().__init__()
        self.name_input = PlainInput(pair[0], placeholder="name")
        self.value_input = PlainInput(pair[1], placeholder="value")

    @property
    def pair(self) -> Pair:
        """What was entered."""
        return self.name_input.value, self.value_input.value

    def compose(self) -> ComposeResult:
        """Name, value, button."""
        yield self.name_input
        yield self.value_input
        yield Button("✕", compact=True, tooltip="Remove this user property.")


class UserProperties(Vertical):
    """Pairs in their order; names may repeat (MQTT 5.0, 3.3.2.3.7). An empty row is none."""

    DEFAULT_CSS = """
    UserProperties {
        height: auto;

        UserPropertyRow { height: 1; }
        UserPropertyRow PlainInput { width: 1fr; margin-right: 1; }
        UserPropertyRow Button { width: 3; min-width: 3; }
        Button.-textual-compact { background: $panel; }
        #add { width: 7; min-width: 7; }
    }
    """

    def __init__(self, pairs: tuple[Pair, ...]) -> None:
        super().__init__()
        self._first = pairs

    def compose(self) -> ComposeResult:
        """The rows, and a button for one more."""
        for pair in self._first:
            yield UserPropertyRow(pair)
        yield Button("add", id="add", compact=True)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """What was entered, in the order of the rows."""
        return tuple(row.pair for row in self.query(UserPropertyRow) if row.pair != ("", ""))

    @on(Button.Pressed, "#add")
    async def add_row(self, event: Button.Pressed) -> None:
        """One more row, ready to be filled in."""
        event.stop()
        row = UserPropertyRow()
        await self.mount(row, before="#add")
        row.name_input.focus()

    @on(Button.Pressed, "UserPropertyRow Button")
    async def remove_row(self, event: Button.Pressed) -> None:
        """One row less."""
        event.stop()
        row = event.button.parent
        if isinstance(row, UserPropertyRow):
            self.query_one("#add").focus()
            await row.remove()

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """From the name to the value, from the value to what comes next."""
        event.stop()
        self.screen.focus_next()
