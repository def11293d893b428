"""What a running process costs, as Linux tells it."""

import os
import time
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_IDLE = 0.5
"""Seconds without work, after which a process is taken to have nothing left to do."""


def cpu_seconds(pid: int) -> float:
    """User and system time so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def memory(pid: int) -> int:
    """Bytes that it holds in memory now."""
    return _status(pid, "VmRSS")


def peak_memory(pid: int) -> int:
    """The most bytes that it ever held in memory."""
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def ends(pid: int, seconds: float) -> bool:
    """Wait until a child has ended (whether it has), or done nothing for a while, or ``seconds`` have passed.

    Who asks has still to wait for it.
    """
    deadline = time.monotonic() + seconds
    worked, since = 0.0, time.monotonic()
    while time.monotonic() < deadline and time.monotonic() - since < _IDLE:
        time.sleep(0.05)
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        if (now := cpu_seconds(pid)) > worked + 1 / _TICK:
            worked, since = now, time.monotonic()
    return False
