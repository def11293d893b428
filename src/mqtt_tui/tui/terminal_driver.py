"""Textual's driver for terminals, which never waits for one and sends only what changed.

Textual lets thirty writes wait and then stops the event loop until the terminal reads on: after Ctrl-S, or over a line
that hangs, keep-alive pings fail and the broker gives up on us. Here at most one update is on its way; what is painted
meanwhile becomes part of the next one. ``tests/unit/tui/test_textual_names.py`` holds what we rely on of Textual.
"""

import asyncio
import contextlib
import sys
import time
from typing import Protocol, TextIO, cast

from textual import _ansi_sequences
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.precedence import Precedence
from mqtt_tui.tui.messages import is_waited_for
from mqtt_tui.tui.terminal_cells import TerminalCells
from mqtt_tui.tui.terminal_output import TerminalOutput

Names = tuple[tuple[object, str], ...]

NAMES: Names = (
    (LinuxDriver, "process_message"),  # every key, in the thread that reads them, before the loop knows of it
    (LinuxDriver, "write"),  # all that goes to the terminal passes here: frames in one call, modes, clipboard, bell
    (LinuxDriver, "start_application_mode"),  # begins with a write; also when the program comes back to the foreground
    (LinuxDriver, "stop_application_mode"),  # ends with a write; also before the program is suspended
    (LinuxDriver, "close"),  # comes after it
    (_ansi_sequences, "SYNC_START"),  # stand in a write of their own before and after each frame
    (_ansi_sequences, "SYNC_END"),
)
"""The names of Textual that are private, or public but described nowhere, and that this driver stands on."""

_PATIENCE = 0.5
"""Seconds that a terminal has to take what remains before it is given up, when the program ends or is suspended."""
_LONG = 1.0
"""Seconds without reading after which a terminal is not trusted to have kept what it had."""


class TextualChanged(MqttTuiError):
    """Textual no longer has a name that the driver stands on."""


_ANSWER = 0.25
"""Seconds that a key, a click or what was pasted may take until the application has it, which then claims its own."""


class _Host(Protocol):
    """The application."""

    precedence: Precedence


class TerminalDriver(LinuxDriver):
    """Reads as Textual's; what it writes is the difference between what the terminal shows and what it should show."""

    def process_message(self, message: Message) -> None:
        """Hand what the user did to the loop; whatever is not begun there yet waits for it."""
        if is_waited_for(message):
            cast("_Host", self._app).precedence.claim(_ANSWER)
        super().process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal over, at first or again."""
        stream = cast("TextIO", sys.__stderr__)  # Textual's own choice
        loop = asyncio.get_running_loop()

        def emptied() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._send_changes)

        self._encoding = stream.encoding
        self._cells = TerminalCells()
        self._held_since: float | None = None
        self._is_synchronized = False
        self._is_ours = True
        self._output = TerminalOutput(stream.fileno(), emptied)
        self._output.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def write(self, data: str) -> None:
        """Send ``data``, or if it is a frame what it changes; returns at once."""
        if data == _ansi_sequences.SYNC_START:
            self._is_synchronized = True
        elif data == _ansi_sequences.SYNC_END:
            return  # goes with the changes
        elif self._cells.paint(data, self._app.size.height):
            self._send_changes()
        else:
            self._send(data)

    def _send_changes(self) -> None:
        if not self._is_ours:  # given back, while this was waiting for the terminal
            return
        if not self._output.is_empty():
            self._held_since = self._held_since or time.monotonic()
            return
        if self._held_since is not None and time.monotonic() - self._held_since > _LONG:
            self._cells.forget_shown()
        self._held_since = None
        changes = self._cells.changes()
        if changes and self._is_synchronized:
            self._send(_ansi_sequences.SYNC_START + changes + _ansi_sequences.SYNC_END)
        elif changes:
            self._send(changes)

    def _send(self, data: str) -> None:
        self._output.write(data.encode(self._encoding, "replace"))

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was, also one that has stopped reading."""
        self._is_ours = False
        if not self._output.wait(_PATIENCE):
            self._output.discard()
        super().stop_application_mode()

    def close(self) -> None:
        """Wait for the terminal to take what remains, but not for ever."""
        self._output.close()
        self._output.wait(_PATIENCE)
        super().close()


def checked_driver(others: Names = ()) -> type[TerminalDriver]:
    """The driver, where Textual is as it was.

    Args:
        others: names that are stood on elsewhere.

    Raises:
        TextualChanged: naming what is missing.
    """
    names = (*NAMES, *others)
    missing = [f"{getattr(owner, '__name__', owner)}.{name}" for owner, name in names if not hasattr(owner, name)]
    if missing:
        from importlib.metadata import version  # 10 ms

        raise TextualChanged(
            f"Textual {version('textual')} has no {', '.join(missing)}.",
            hint="Install the versions of constraints.txt.",
        )
    return TerminalDriver
