"""Programs that run for us, and end with us at the latest."""

import atexit
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import IO

_GRACE = 1.0
"""Seconds between SIGTERM and SIGKILL."""
_LOOK = 0.01
"""Seconds between looks at programs that were told to end."""
_running: set[subprocess.Popen[bytes]] = set()


def start(
    command: Sequence[str],
    *,
    stdin: int,
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    has_own_session: bool = False,
) -> subprocess.Popen[bytes]:
    """Run ``command``, without a shell; it ends with this program at the latest.

    Args:
        command: the program and its arguments.
        stdin: as for ``subprocess.Popen``.
        stdout: the same.
        stderr: the same.
        has_own_session: so that it neither reads from the terminal nor gets its signals, and ends with all that it
            started.

    Raises:
        OSError: it cannot be run.
        ValueError: nothing can have such a name.
    """
    _forget_ended()
    process = subprocess.Popen(  # noqa: S603  the user's own, out of a file that only they can write
        command, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=has_own_session
    )
    _running.add(process)
    return process


def end(*processes: subprocess.Popen[bytes]) -> None:
    """End programs, kindly at first, and wait for it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            _signal(process, number)
        _wait(processes, _GRACE)
    _forget_ended()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """To it, or, where it leads a session, to all in it; nothing to one that has ended."""
    with suppress(ProcessLookupError, PermissionError):  # just ended; or became somebody else (sudo)
        if process.poll() is None:
            if os.getpgid(process.pid) == process.pid:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)


def _wait(processes: Iterable[subprocess.Popen[bytes]], seconds: float) -> None:
    until = time.monotonic() + seconds
    while any(process.poll() is None for process in processes) and time.monotonic() < until:
        time.sleep(_LOOK)


def _forget_ended() -> None:
    _running.difference_update([process for process in _running if process.poll() is not None])


@atexit.register
def _end_all() -> None:
    _forget_ended()
    if _running:
        end(*_running)
