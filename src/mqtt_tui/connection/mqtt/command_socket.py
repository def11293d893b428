"""A command's input and output as a socket."""

import os
import select
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text

_GRACE = 1.0  # seconds between SIGTERM and SIGKILL
_LONGEST_WORDS = 4_096  # bytes of what the command says that are looked at


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

    The command ends with the socket: its input ends, and where that is not enough, it is terminated. It runs in a
    session of its own, so that it neither reads from the terminal nor gets its signals.

    Args:
        command: the program and its arguments.
        on_ended: told, on another thread and before the socket is at its end, that the command ended of itself.

    Raises:
        LocalError: it cannot be run.
    """
    ours, theirs = socket.socketpair()
    said = tempfile.TemporaryFile()  # noqa: SIM115  ``_wait`` closes it; a pipe would be held open by grandchildren
    try:
        process = subprocess.Popen(  # noqa: S603  the user's own, out of a file that only they can write
            command, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=said, start_new_session=True
        )
    except (OSError, ValueError) as error:
        for one in (ours, theirs, said):
            one.close()
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise LocalError(
            f"{display_text(command[0])} cannot be run: {reason}.",
            hint="It is proxy.command in the profile: a list of the program and its arguments.",
        ) from None
    _in_background(_end_with, process, theirs.dup())
    _in_background(_wait, process, theirs, said, on_ended)
    return ours


def _in_background(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, name="mqtt-tui-command", daemon=True).start()


def _wait(
    process: subprocess.Popen[bytes],
    theirs: socket.socket,
    said: IO[bytes],
    on_ended: Callable[[CommandEnded], None],
) -> None:
    """End the socket with the command."""
    exit_code = process.wait()
    with said, theirs:
        said.seek(max(0, said.seek(0, os.SEEK_END) - _LONGEST_WORDS))
        last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
        on_ended(CommandEnded(exit_code, display_text(last[:300])))
        with suppress(OSError):  # the other side may have closed
            theirs.shutdown(socket.SHUT_RDWR)


def _end_with(process: subprocess.Popen[bytes], theirs: socket.socket) -> None:
    """End the command once the socket is closed on our side."""
    with theirs:
        poll = select.poll()
        poll.register(theirs, 0)  # a hang-up is told unasked
        poll.poll()
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        if process.poll() is None:
            process.kill()
