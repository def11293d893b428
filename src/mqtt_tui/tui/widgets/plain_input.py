"""A one-line input that takes text and nothing else."""

from textual import events

from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.widgets.shown_input import ShownInput

BURST = 0.005
"""Seconds: keys that follow each other faster were pasted into a terminal that does not say so."""


def hidden_character(text: str) -> str:
    """The first character that a terminal would obey or hide, made visible; empty: all are plain, or end lines."""
    return next((display_text(c) for c in text if not c.isprintable() and c not in "\n\r\t"), "")


class PlainInput(ShownInput):
    """A ``ShownInput`` that refuses to paste control characters, and drops line feeds that were pasted as keys."""

    DEFAULT_CSS = """
    PlainInput {
        border: none;
        height: 1;
        padding: 0 1;
        background: $panel;

        &:focus { border: none; background: $selection; }
        &.-invalid, &.-invalid:focus { border: none; background: $error 20%; }
    }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002  Textual's
        super().__init__(value, placeholder=placeholder, select_on_focus=False, id=id)
        self._last_key = 0.0

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]  # Textual calls every class's own
        follows, self._last_key = event.time - self._last_key < BURST, event.time
        if follows and event.key == "ctrl+j":
            event.stop()
            event.prevent_default()

    def _on_paste(self, event: events.Paste) -> None:
        line = next(iter(event.text.splitlines()), "")
        hidden = hidden_character(line) or ("a tab" if "\t" in line else "")
        if hidden or not line:
            event.stop()
            event.prevent_default()
        if hidden:
            self.notify(f"The text has {hidden} in it; nothing was pasted.", severity="warning", markup=False)
