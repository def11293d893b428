"""What long commands say on stderr."""

import sys
import time

import click

from mqtt_tui.text import quantities

_PAUSE = 0.2  # seconds between two progress lines
_CLEAR = "\r\x1b[K"
_UNITS = ("B", "kB", "MB", "GB", "TB")


def amount(size: int) -> str:
    """Bytes as people read them: ``999 B``, ``1.2 MB``."""
    value, unit = float(size), 0
    while value >= 999.95 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{size} B"


def counted(messages: int, size: int) -> str:
    """``10,000 messages, 1.2 MB``."""
    return f"{quantities.counted(messages, 'message')}, {amount(size)}"


class Progress:
    """A line on stderr that is written over, where stderr is a terminal; elsewhere only the last word is said."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr is not None and sys.stderr.isatty()
        self._next = 0.0

    def show(self, text: str) -> None:
        """Say how far it is, at most five times a second."""
        now = time.monotonic()
        if self._is_shown and now >= self._next:
            self._next = now + _PAUSE
            click.echo(_CLEAR + text, err=True, nl=False)

    def clear(self) -> None:
        """Take the progress away."""
        if self._is_shown:
            click.echo(_CLEAR, err=True, nl=False)

    def end(self, text: str) -> None:
        """Say what came of it, in place of the progress."""
        click.echo((_CLEAR if self._is_shown else "") + text, err=True)
