"""A line for the address of a broker."""

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.widgets.shown_input import UrlInput

_EXAMPLE = "mqtts://user@host:8883/topic/#"


class QuickConnect(VerticalGroup):
    """Takes an address; what is wrong with it stands below."""

    DEFAULT_CSS = """
    QuickConnect {
        Input, Input:focus { border: none; height: 1; padding: 0; background: $background; }
        Input:focus { background-tint: transparent; }
        #problem { color: $error; height: auto; display: none; }
    }
    """

    class Entered(Message):
        """The user wants to be connected to this address."""

        def __init__(self, address: str) -> None:
            super().__init__()
            self.address = address

    def compose(self) -> ComposeResult:
        """The line, and what is wrong."""
        self.border_title = Content("Quick connect")
        yield UrlInput(placeholder=_EXAMPLE, select_on_focus=False)
        yield Static(id="problem")

    def begin(self) -> None:
        """Take the focus."""
        self.screen.set_focus(self.query_one(UrlInput))  # at once: the next key is already a letter

    def clear(self) -> None:
        """Forget what was typed: it may hold a password."""
        self.query_one(UrlInput).clear()

    def refuse(self, error: MqttTuiError) -> None:
        """Say why the address will not do."""
        problem = self.query_one("#problem", Static)
        problem.update(line(error.message, (f"\n{error.hint}" if error.hint else "", "$text-soft")))
        problem.display = True

    def on_input_changed(self) -> None:
        """Whatever was wrong is being changed."""
        self.query_one("#problem").display = False

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter connects."""
        event.stop()
        self.post_message(self.Entered(event.value.strip()))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what the keys do here."""
        del event
        self.border_subtitle = Content("enter connects · esc goes back")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """They do something else there."""
        del event
        self.border_subtitle = None
