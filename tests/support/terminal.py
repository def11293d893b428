"""A program in a real pseudo-terminal: keys go in, and what it writes is kept and understood."""

import asyncio
import fcntl
import os
import signal
import struct
import termios
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

from tests.support.escape_sequences import understood, whole

_SECONDS = 15.0
_KEYS = {
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "down": "\x1b[B",
    "end": "\x1b[F",
    "enter": "\r",
    "escape": "\x1b[27u",  # a bare ESC would be read together with what follows it
    "home": "\x1b[H",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "right": "\x1b[C",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "tab": "\t",
    "up": "\x1b[A",
}


class Terminal:
    """``command`` with a terminal of its own; an asynchronous context manager that ends it if it still runs.

    Args:
        command: program, an absolute path, and its arguments.
        environment: all of it.
        columns: width in cells.
        rows: height in cells.
    """

    def __init__(self, *command: str, environment: Mapping[str, str], columns: int = 120, rows: int = 40) -> None:
        self._command = command
        self._environment = {name: value for name, value in environment.items() if name not in ("LINES", "COLUMNS")}
        self.columns, self.rows = columns, rows
        self.output = bytearray()
        """Every byte that the program has written."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._undigested = ""
        self._shown = 0  # bytes of output that the screen has seen
        self._typed = bytearray()  # and not yet taken by the program
        self._news = asyncio.Event()
        self._has_closed = False
        self._status: int | None = None
        self.pid = self._end = -1

    async def __aenter__(self) -> Self:
        self._start()
        asyncio.get_running_loop().add_reader(self._end, self._read)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_listening()
        self._kill()
        os.close(self._end)

    def _start(self) -> None:
        self._end, other = os.openpty()
        self._set_size()
        os.set_blocking(self._end, False)
        self.pid = os.posix_spawn(
            self._command[0],
            self._command,
            self._environment,
            setsid=True,  # the terminal opened next then becomes the controlling one
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.ttyname(other), os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsigdef=[signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP],
        )
        os.close(other)

    def _kill(self) -> None:
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def _read(self) -> None:
        try:
            self.output += os.read(self._end, 1 << 18)
        except OSError:  # EIO: nobody holds the other end
            self._has_closed = True
            self._stop_listening()
        self._news.set()

    def _stop_listening(self) -> None:
        asyncio.get_running_loop().remove_reader(self._end)
        asyncio.get_running_loop().remove_writer(self._end)

    def stop_reading(self) -> None:
        """Leave what the program writes where it is, as a terminal does that hangs."""
        asyncio.get_running_loop().remove_reader(self._end)

    def read_on(self) -> None:
        """Read again."""
        asyncio.get_running_loop().add_reader(self._end, self._read)

    # What goes in

    def press(self, *keys: str) -> None:
        """Press keys, by Textual's names: ``down``, ``enter``, ``ctrl+j``, ``a``."""
        for key in keys:
            control = key.removeprefix("ctrl+")
            self.type(_KEYS.get(key) or (chr(ord(control) & 0x1F) if control != key else key))

    def type(self, text: str) -> None:
        """Type ``text`` as it stands."""
        self._typed += text.encode()
        asyncio.get_running_loop().add_writer(self._end, self._write)

    def _write(self) -> None:
        del self._typed[: os.write(self._end, self._typed)]
        if not self._typed:
            asyncio.get_running_loop().remove_writer(self._end)

    def click(self, column: int, row: int) -> None:
        """Press and release the left button on a cell, both from 0."""
        self.type(f"\x1b[<0;{column + 1};{row + 1}M\x1b[<0;{column + 1};{row + 1}m")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self._digest()
        self.columns, self.rows = columns, rows
        self._set_size()
        self._screen.resize(rows, columns)

    def _set_size(self) -> None:
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def send_signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    # What comes out

    def _digest(self) -> None:
        self._undigested += self._decode(bytes(self.output[self._shown :]))
        self._shown = len(self.output)
        size = whole(self._undigested)
        for part in understood(self._undigested[:size]):
            self._stream.feed(part)
        self._undigested = self._undigested[size:]

    @property
    def screen(self) -> pyte.Screen:
        """Every cell with its colours."""
        self._digest()
        return self._screen

    @property
    def lines(self) -> list[str]:
        """What a person would see."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n".join(self.lines)

    def shows(self, *texts: str) -> bool:
        """Whether all of ``texts`` are on the screen."""
        shown = self.text
        return all(text in shown for text in texts)

    def find(self, text: str) -> tuple[int, int]:
        """Column and row at which ``text`` begins; fails where it is not shown."""
        for row, shown in enumerate(self.lines):
            if text in shown:
                return shown.index(text), row
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    async def wait_until(self, condition: Callable[[], bool], what: str = "", seconds: float = _SECONDS) -> None:
        """Wait until ``condition`` holds; looked at whenever the program has written something."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"waited {seconds:g} s in vain for {what or 'a condition'}:\n{self.text}") from None

    async def wait_for(self, *texts: str, seconds: float = _SECONDS) -> None:
        """Wait until all of ``texts`` are on the screen."""
        await self.wait_until(lambda: self.shows(*texts), repr(texts), seconds)

    async def wait_gone(self, text: str, seconds: float = _SECONDS) -> None:
        """Wait until ``text`` is on the screen no longer."""
        await self.wait_until(lambda: text not in self.text, f"{text!r} to go", seconds)

    # The process

    async def exit_code(self, seconds: float = _SECONDS) -> int:
        """Wait until the program has ended and all of its output is here; negative: ended by this signal."""
        await self.wait_until(lambda: self._has_closed, "the end", seconds)
        return await self.wait_ended(seconds)

    async def wait_ended(self, seconds: float = _SECONDS) -> int:
        """Wait until the program has ended, whether or not its output was read; as ``exit_code``."""
        async with asyncio.timeout(seconds):
            while self._status is None:
                self._note_status(os.WNOHANG)
                await asyncio.sleep(0.01)
        return os.waitstatus_to_exitcode(self._status)

    async def wait_stopped(self, seconds: float = _SECONDS) -> None:
        """Wait until the program is suspended, as by ctrl+z."""
        async with asyncio.timeout(seconds):
            while not self._note_status(os.WNOHANG | os.WUNTRACED):  # noqa: ASYNC110  a process has no event
                await asyncio.sleep(0.01)

    def _note_status(self, options: int) -> bool:
        """Ask after the process; whether it is stopped."""
        pid, status = os.waitpid(self.pid, options)
        if pid and os.WIFSTOPPED(status):
            return True
        if pid:
            self._status = status
        return False

    def memory(self) -> int:
        """Bytes of memory that the program holds now (Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
