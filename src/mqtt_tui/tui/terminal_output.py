"""The way to the terminal, which may be slow, or stop."""

import contextlib
import os
import select
import termios
import threading
from collections.abc import Callable

_PIECE = 4096
"""Bytes of one write: so much is under way, and cannot be taken back, when the terminal stops."""
_CANCEL = b"\x18"
"""CAN ends an escape sequence of which the rest will not come (ECMA-48, 8.3.6)."""


class TerminalOutput(threading.Thread):
    """Writes in a thread of its own, in order; whoever gives it something never waits.

    The terminal itself is written to as it is: were it made non-blocking, so would be the shell's.

    Args:
        terminal: file descriptor.
        emptied: called in the thread when everything is written, once for each ``is_empty`` that was False.
    """

    def __init__(self, terminal: int, emptied: Callable[[], None]) -> None:
        super().__init__(name="terminal-output", daemon=True)  # a terminal that is never read cannot hold up the end
        self._terminal = terminal
        self._emptied = emptied
        self._changed = threading.Condition()
        self._waiting = bytearray()
        self._is_writing = False
        self._is_asked = False
        self._is_closed = False

    def write(self, data: bytes) -> None:
        """Have ``data`` written after all that was given before."""
        with self._changed:
            self._waiting += data
            self._changed.notify_all()

    def is_empty(self) -> bool:
        """Whether the terminal has taken everything; where not, ``emptied`` is called as soon as it has."""
        with self._changed:
            self._is_asked = not self._is_done()
            return not self._is_asked

    def wait(self, seconds: float) -> bool:
        """Wait until the terminal has taken everything, at most so long; whether it has."""
        with self._changed:
            return self._changed.wait_for(self._is_done, seconds)

    def discard(self) -> None:
        """Take back what the terminal has not read, so that there is room for what comes next."""
        with self._changed:
            self._waiting[:] = _CANCEL
        with contextlib.suppress(termios.error):  # no terminal, or one that is gone
            termios.tcflush(self._terminal, termios.TCOFLUSH)
            termios.tcflow(self._terminal, termios.TCOOFF)  # flushed, Linux lets a blocked write sleep on;
            termios.tcflow(self._terminal, termios.TCOON)  # this wakes it

    def close(self) -> None:
        """End the thread once everything is written."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def run(self) -> None:
        """Write what comes."""
        while piece := self._next_piece():
            with contextlib.suppress(OSError):  # the terminal is gone; SIGHUP tells the program
                self._write(piece)

    def _next_piece(self) -> bytes:
        """What to write now; waits for it. Empty: there will be nothing more."""
        with self._changed:
            self._is_writing = False
            if self._is_done():
                self._changed.notify_all()
                if self._is_asked:
                    self._is_asked = False
                    self._emptied()
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            piece = bytes(self._waiting[:_PIECE])
            del self._waiting[:_PIECE]
            self._is_writing = bool(piece)
            return piece

    def _is_done(self) -> bool:
        return not self._waiting and not self._is_writing

    def _write(self, piece: bytes) -> None:
        while piece:
            try:
                piece = piece[os.write(self._terminal, piece) :]
            except BlockingIOError:  # another program made the terminal non-blocking
                select.select([], [self._terminal], [])
