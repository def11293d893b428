"""Text for widgets: literal, never markup, control characters visible.

Textual parses markup in most strings that it is given and removes no escape sequence. So a string of ours becomes
``Content`` here, and a stranger's goes through ``display_text`` first (``foreign``).
"""

from typing import Any

from rich.cells import cell_len
from textual.app import App
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.text.display_text import display_text

Part = str | Content | tuple[str, str]
"""Our own or already safe text, with a style (``"bold"``, ``"$text-soft"``) or without."""


def line(*parts: Part) -> Content:
    """Styled text from safe parts."""
    return Content.assemble(*parts)


def foreign(text: str | bytes, style: str | Style = "") -> Content:
    """A stranger's text, as it stands."""
    shown = display_text(text)
    return Content.styled(shown, style) if style else Content(shown)


def shortened(text: str, width: int) -> str:
    """``text`` with its middle left out where it is longer than ``width`` cells; topics differ at both ends."""
    if cell_len(text) <= width:
        return text
    if width < 5:
        return _beginning(text, width)
    tail = (width - 1) // 2
    return f"{_beginning(text, width - 1 - tail)}…{_beginning(text[::-1], tail)[::-1]}"


def _beginning(text: str, width: int) -> str:
    """As much of it as fits into ``width`` cells."""
    cells = 0
    for at, character in enumerate(text):
        cells += cell_len(character)
        if cells > width:
            return text[:at]
    return text


def tell(widget: Widget | App[Any], error: MqttTuiError) -> None:
    """An error as a toast, with what can be done about it."""
    text = f"{error.message}\n{error.hint}" if error.hint else error.message
    widget.notify(text, severity="error", timeout=12, markup=False)
