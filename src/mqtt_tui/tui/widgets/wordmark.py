"""The program's name, large."""

from textual.content import Content
from textual.widgets import Static

from mqtt_tui import __version__
from mqtt_tui.tui.safe import line

_LETTERS = (
    ("█▀▄▀█ █▀█ ▀█▀ ▀█▀ ", "   ", "▀█▀ █ █ █"),
    ("█ ▀ █ ▀▀█  █   █  ", "▀▀ ", " █  █▄█ █"),
)


class Wordmark(Static):
    """Two rows: the name, what it is and its version."""

    DEFAULT_CSS = """
    Wordmark { height: 2; }
    """

    def __init__(self) -> None:
        beside = ("MQTT explorer for the terminal", f"version {__version__}")
        rows = [
            line((mqtt, "$primary"), (dash, "$text-faint"), (tui, "$secondary"), (f"    {words}", "$text-soft"))
            for (mqtt, dash, tui), words in zip(_LETTERS, beside, strict=True)
        ]
        super().__init__(Content("\n").join(rows))
