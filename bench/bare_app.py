"""The least that a Textual program can show: what start-up is compared with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("nothing else")


if __name__ == "__main__":
    BareApp().run()
