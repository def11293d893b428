"""The button that takes one of several away."""

from textual import events
from textual.content import Content
from textual.widgets import Button


class RemoveButton(Button):
    """A cross. What moves up under the mouse is not what a double click means: the second click does nothing.

    Args:
        what: goes away, in words of ours.
    """

    DEFAULT_CSS = "RemoveButton { width: 3; min-width: 3; }"

    def __init__(self, what: str) -> None:
        super().__init__(Content("✕"), compact=True, tooltip=f"Remove this {what}.")

    def on_click(self, event: events.Click) -> None:
        """Only the first one of several in the same place counts."""
        if event.chain > 1:
            event.stop()
            event.prevent_default()
