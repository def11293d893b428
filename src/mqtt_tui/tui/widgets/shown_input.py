"""A line to type in that draws whatever it holds as plain characters."""

import re

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Input

from mqtt_tui.text.display_text import display_text

_PASSWORD_OF_URL = re.compile(r"(?P<head>(?:[A-Za-z][A-Za-z0-9+.-]*://)?[^:/]*:)(?P<password>[^/]*)@")


class ShownInput(Input):
    """An ``Input`` in which each character that a terminal would obey is drawn as one picture, as in values from files.

    Textual draws the value of an input as it is. Here it stays exact, and only what is drawn differs.
    """

    @property
    def _value(self) -> Text:
        return Text(self.shown, no_wrap=True, overflow="ignore", end="")

    @property
    def shown(self) -> str:
        """What is drawn: one character for each of the value."""
        return "•" * len(self.value) if self.password else "".join(map(_drawn, self.value))

    def _position_to_cell(self, position: int) -> int:
        """Where the cursor stands: in what is drawn."""
        return cell_len(self.shown[:position])


class UrlInput(ShownInput):
    """A line for a broker's URL; the password in it is not seen."""

    @property
    def shown(self) -> str:
        """The value with its password dotted out."""
        shown, found = super().shown, _PASSWORD_OF_URL.match(self.value)
        if found is None:
            return shown
        first, last = found.span("password")
        return shown[:first] + "•" * (last - first) + shown[last:]


def _drawn(character: str) -> str:
    shown = display_text(character)
    return shown if len(shown) == 1 else "\ufffd"
