"""A command's input and output as a socket."""

import os
import select
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from mqtt_tui import processes
from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text

_LONGEST_WORDS = 4_096  # bytes of what the command says that are looked at
_LAST_WORDS = 0.2  # seconds that they may take once it has ended: a child of its own may hold the pipe open


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """How a command ended of itself."""

    exit_code: int
    """Negative: the number of the signal that ended it."""
    said: str
    """The last line that it wrote to its standard error; safe to show."""

    def __str__(self) -> str:
        how = f"exit code {self.exit_code}" if self.exit_code >= 0 else f"signal {-self.exit_code}"
        return f"ended with {how}" + (f" and said: {self.said}" if self.said else "")


def open_command(command: Sequence[str], on_ended: Callable[[CommandEnded], None]) -> socket.socket:
    """Run ``command`` without a shell; the socket leads to its input and from its output.

    The command ends with the socket: its input ends, and it is told to end. It runs in a session of its own, so that it
    neither reads from the terminal nor gets its signals, and ends with all that it started.

    Args:
        command: the program and its arguments.
        on_ended: told, on another thread and before the socket is at its end, that the command ended of itself.

    Raises:
        LocalError: it cannot be run.
    """
    ours, theirs = socket.socketpair()
    end = theirs.fileno()
    try:
        process = processes.start(command, stdin=end, stdout=end, stderr=subprocess.PIPE, has_own_session=True)
    except (OSError, ValueError) as error:
        for one in (ours, theirs):
            one.close()
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise LocalError(
            f"{display_text(command[0])} cannot be run: {reason}.",
            hint="It is proxy.command in the profile: a list of the program and its arguments.",
        ) from None
    _thread(_end_with, process, theirs.dup())
    _thread(_wait, process, theirs, on_ended)
    return ours


def _thread(work: Callable[..., None], *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, name="mqtt-tui-command", daemon=True)
    thread.start()
    return thread


def _wait(process: subprocess.Popen[bytes], theirs: socket.socket, on_ended: Callable[[CommandEnded], None]) -> None:
    """End the socket with the command."""
    said = bytearray()
    listener = _thread(_listen, process.stderr, said)
    exit_code = process.wait()
    processes.end(process)  # what it has started, and left
    listener.join(_LAST_WORDS)
    with theirs:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        on_ended(CommandEnded(exit_code, display_text(last[:300])))
        with suppress(OSError):  # the other side may have closed
            theirs.shutdown(socket.SHUT_RDWR)


def _listen(errors: IO[bytes], said: bytearray) -> None:
    """Keep the end of what comes, however much that is and whoever of the command's children goes on with it."""
    with errors:
        while data := os.read(errors.fileno(), 65_536):
            said[:] = (said + data)[-_LONGEST_WORDS:]


def _end_with(process: subprocess.Popen[bytes], theirs: socket.socket) -> None:
    """End the command once the socket is closed on our side."""
    with theirs:
        poll = select.poll()
        poll.register(theirs, 0)  # a hang-up is told unasked
        poll.poll()
    processes.end(process)
