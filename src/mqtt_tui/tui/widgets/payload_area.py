"""The editor of a payload."""

from textual import events
from textual.widgets import TextArea

from mqtt_tui.tui.widgets.plain_input import BURST, hidden_character


class PayloadArea(TextArea):
    """Several lines of text. A line feed that was pasted as a key is text; the key alone is left to the pane."""

    DEFAULT_CSS = """
    PayloadArea {
        height: 1fr;
        border: none;
        padding: 0 1;
        background: $panel;
        scrollbar-size-vertical: 1;

        &:focus { border: none; background: $lift; }
        .text-area--placeholder { color: $text-faint; }
    }
    """

    def __init__(self, *, placeholder: str) -> None:
        super().__init__(
            highlight_cursor_line=False,
            placeholder=placeholder,
        )
        self._last_key = 0.0

    async def _on_key(self, event: events.Key) -> None:
        follows, self._last_key = event.time - self._last_key < BURST, event.time
        if follows and event.key == "ctrl+j":
            event.stop()
            event.prevent_default()
            self.insert("\n")

    async def _on_paste(self, event: events.Paste) -> None:
        hidden = hidden_character(event.text)
        if hidden:
            event.stop()
            event.prevent_default()
            self.notify(f"The text has {hidden} in it; nothing was pasted.", severity="warning", markup=False)
