"""One of a few, side by side."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mqtt_tui.model.qos import QoS
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import line

QOS_CHIPS = tuple((str(int(qos)), f"$qos-{qos:d}") for qos in QoS)
"""The three qualities of service, each with its colour."""


class ChoiceChips(Widget, can_focus=True):
    """A row of words of which one is chosen, by a click or with the arrows.

    Args:
        choices: words of ours, each with the colour it has when chosen.
        chosen: the number of the one to begin with.
    """

    DEFAULT_CSS = """
    ChoiceChips { width: auto; height: 1; }
    ChoiceChips:focus { background: $selection; }
    """
    BINDINGS = bindings_for(Scope.CHOICE)

    chosen: reactive[int] = reactive(0)

    class Changed(Message):
        """Another one is chosen."""

        def __init__(self, chips: "ChoiceChips", chosen: int) -> None:
            super().__init__()
            self.chips = chips
            self.chosen = chosen

        @property
        def control(self) -> "ChoiceChips":
            """For ``on`` with a selector."""
            return self.chips

    def __init__(self, choices: Sequence[tuple[str, str]], chosen: int = 0, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._choices = choices
        self.set_reactive(ChoiceChips.chosen, chosen)

    def watch_chosen(self, chosen: int) -> None:
        """Tell."""
        self.post_message(self.Changed(self, chosen))

    def render(self) -> Content:
        """The words; the chosen one is bold and underlined, for those who see no colour."""
        parts = [
            line(" ", (word, f"bold underline {color}" if number == self.chosen else "$text-faint"), " ")
            for number, (word, color) in enumerate(self._choices)
        ]
        return Content("").join(parts)

    def on_click(self, event: events.Click) -> None:
        """Choose what is under the mouse."""
        x = event.x
        for number, (word, _) in enumerate(self._choices):
            x -= cell_len(word) + 2
            if x < 0:
                self.chosen = number
                return

    def action_choose(self, by: int) -> None:
        """Choose the next one or the previous one, round and round."""
        self.chosen = (self.chosen + by) % len(self._choices)
