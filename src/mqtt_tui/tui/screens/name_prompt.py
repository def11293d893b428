"""Asks for a name."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.shown_input import ShownInput


class NamePrompt(Dialog[str]):
    """A name, checked as it is typed.

    Args:
        heading: what it is for.
        name: what stands there at first.
        check: raises MqttTuiError where a name cannot be had.
    """

    DEFAULT_CSS = """
    NamePrompt {
        & > #box { width: 60; padding: 1 2; }
        #note { height: auto; min-height: 1; }
    }
    """

    def __init__(self, heading: str, name: str, check: Callable[[str], None]) -> None:
        super().__init__()
        self.heading = heading
        self._first = name
        self._check = check

    def content(self) -> ComposeResult:
        """The line to type in, and what is wrong with it."""
        yield ShownInput(self._first, placeholder="name")
        yield Static(id="note", classes="problem")

    def result(self) -> str | None:
        """The name, if it can be had."""
        return self._typed() if self._note() is None else None

    def _typed(self) -> str:
        return self.query_one(ShownInput).value.strip()

    def _note(self) -> MqttTuiError | None:
        """Say what is wrong with the name, if anything."""
        problem = None
        try:
            self._check(self._typed())
        except MqttTuiError as error:
            problem = error
        note = f"{problem.message} {problem.hint}".strip() if problem else ""
        self.query_one("#note", Static).update(Content(note))
        return problem

    def on_input_changed(self) -> None:
        """Check while it is typed; the name that is already there is no mistake of the user."""
        if not self.is_open:
            return
        if self._typed() == self._first:
            self.query_one("#note", Static).update(Content(""))
        else:
            self._note()

    def on_input_submitted(self) -> None:
        """Enter keeps it."""
        self.action_save()
