"""Programs that run for us, and end with us at the latest."""

import atexit
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

_GRACE = 1.0
"""Seconds between SIGTERM and SIGKILL."""
_LOOK = 0.01
"""Seconds between looks at programs that were told to end."""


class _Children:
    """Those of this process; used from any thread."""

    def __init__(self) -> None:
        self._running: dict[subprocess.Popen[bytes], bool] = {}  # and whether each leads a group of its own
        self._lock = threading.Lock()

    def start(
        self,
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
        self._forget_ended()
        process = subprocess.Popen(  # noqa: S603  the user's own, out of a file that only they can write
            command, stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=has_own_session
        )
        with self._lock:
            self._running[process] = has_own_session
        return process

    def end(self, *processes: subprocess.Popen[bytes]) -> None:
        """End programs, kindly at first, and wait for it; one with a session of its own, with all it started.

        Called at once where such a program has ended by itself: the number of its group is nobody else's then.
        """
        with self._lock:
            wanted = {process: self._running[process] for process in processes if process in self._running}
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process, leads in wanted.items():
                if _lives(process, leads=leads):
                    _signal(process, number, leads=leads)
            until = time.monotonic() + _GRACE
            while time.monotonic() < until and any(
                # what it has started is not waited for once killed: it may stay a zombie where nobody reaps
                _lives(process, leads=leads and number == signal.SIGTERM)
                for process, leads in wanted.items()
            ):
                time.sleep(_LOOK)
        with self._lock:  # not before: who quits meanwhile has to find them
            for process in wanted:
                self._running.pop(process, None)

    def end_all(self) -> None:
        """Leave none behind."""
        self._forget_ended()
        self.end(*tuple(self._running))

    def _forget_ended(self) -> None:
        with self._lock:
            for process in [one for one, leads in self._running.items() if not leads and one.poll() is not None]:
                del self._running[process]


def _signal(process: subprocess.Popen[bytes], number: signal.Signals, *, leads: bool) -> None:
    with suppress(ProcessLookupError, PermissionError):  # just ended; or became somebody else (sudo)
        if leads:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _lives(process: subprocess.Popen[bytes], *, leads: bool) -> bool:
    if process.poll() is None:
        return True
    try:
        if leads:
            os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return leads


_CHILDREN = _Children()
atexit.register(_CHILDREN.end_all)
start, end = _CHILDREN.start, _CHILDREN.end
