"""A question before something is done that cannot be taken back."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.widgets import Button, Static

from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.screens.dialog import Dialog


class Confirm(Dialog[bool]):
    """Yes or no, by key, Enter or mouse; Esc is no.

    Args:
        question: what is asked; safe text.
        details: what the answer means, line by line; safe text.
        yes: the word on the button that does it.
        is_danger: something is lost by yes; Enter then means no until the other button is chosen.
    """

    DEFAULT_CSS = """
    Confirm {
        & > #box { width: 60; padding: 1 2 0 2; }
        .details { color: $text-soft; margin-top: 1; }
        HorizontalGroup { margin: 1 0; height: 1; align-horizontal: right; }
        Button.-style-default { min-width: 10; margin-left: 2; background: $panel; }
        Button.-style-default:focus { background: $primary; color: $text-on-primary; text-style: bold; }
        &.danger {
            & > #box { border: round $error; border-title-color: $error; }
            #yes { color: $error; }
            #yes.-style-default:focus { background: $error; color: $background; }
        }
    }
    """
    BINDINGS = bindings_for(Scope.QUESTION)

    def __init__(
        self, question: str, details: Sequence[str] = (), *, yes: str = "Yes", is_danger: bool = False
    ) -> None:
        super().__init__(classes="danger" if is_danger else None)
        self.question = question
        self._details = details
        self._yes = yes
        self._is_danger = is_danger

    def content(self) -> ComposeResult:
        """Question, details, two buttons."""
        yield Static(Content.styled(self.question, "bold"))
        if self._details:
            yield Static(Content("\n".join(self._details)), classes="details")
        with HorizontalGroup():
            yield Button(Content(self._yes), id="yes", compact=True)
            yield Button(Content("Cancel"), id="no", compact=True)

    def on_mount(self) -> None:
        """Put Enter where it does least harm."""
        self.set_focus(self.query_one("#no" if self._is_danger else "#yes"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """There is nothing to save here."""
        del parameters
        return action != "save"

    def action_answer(self, is_yes: bool) -> None:
        """Leave with an answer."""
        self.dismiss(is_yes)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Leave with the answer on the button."""
        self.dismiss(event.button.id == "yes")
