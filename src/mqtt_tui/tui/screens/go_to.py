"""Going to a topic by its name."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.topic_input import TopicInput


class GoTo(Dialog[str]):
    """A topic's name, or the beginning of one; the result is what was typed.

    Args:
        complete: offers names for what was typed.
        exists: whether there is such a topic or branch.
    """

    heading = "Go to topic"
    verbs = {"dialog.save": "go"}

    def __init__(self, complete: Callable[[str], list[str]], exists: Callable[[str], bool]) -> None:
        super().__init__()
        self._complete = complete
        self._exists = exists

    def content(self) -> ComposeResult:
        """The line to type in."""
        yield TopicInput(self._complete, placeholder="factory/hall-2/…", id="topic")
        yield Static("", id="problem", classes="problem")

    @on(TopicInput.Submitted)
    def _typed(self) -> None:
        self.action_save()

    def result(self) -> str | None:
        """The name, where something of that name was seen."""
        typed = self.query_one("#topic", TopicInput).value
        offers = self._complete(typed)[:1]  # the first offer is what Enter means while none is chosen
        for topic in (typed, typed.rstrip("/"), *offers, *(offer.rstrip("/") for offer in offers)):
            if self._exists(topic):
                return topic
        self.query_one("#problem", Static).update(line("Nothing of that name was received so far."))
        return None
