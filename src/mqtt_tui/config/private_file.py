"""Files of the owner alone, replaced whole or not at all, by one process at a time."""

import glob
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PATIENCE = 5.0  # seconds; a writer holds the lock for milliseconds
_PAUSE = 0.001  # a writer that saves on and on frees it for hardly longer


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep other processes from replacing ``file`` meanwhile. The lock is a file beside it, which stays.

    Raises:
        LocalError: another process holds the lock for longer than five seconds.
        OSError: the lock cannot be made.
    """
    descriptor = os.open(_beside(file, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _try_lock(descriptor):
            if time.monotonic() > deadline:
                raise LocalError(
                    f"{display_text(str(file))} is being written by another process.",
                    hint="Another mqtt-tui seems to hang; end it and try again.",
                )
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def replace_private(file: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``file`` in one step: after a crash it is the old or the new, never half.

    The caller holds the lock. Mode 0600 whatever the umask; what earlier writers left behind is removed.

    Raises:
        OSError: nothing was changed.
    """
    prefix = _beside(file, "").name
    for left_over in file.parent.glob(glob.escape(prefix) + "*.tmp"):
        left_over.unlink(missing_ok=True)
    descriptor, name = tempfile.mkstemp(".tmp", prefix, file.parent)
    try:
        os.chmod(name, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.replace(name, file)
    except BaseException:
        with suppress(OSError):  # the first error is the one that matters
            os.unlink(name)
        raise
    _sync_directory(file.parent)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(f".{file.name}.{ending}")


def _sync_directory(directory: Path) -> None:
    """Make the new name last; where a system cannot, it does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:
        if sys.platform != "win32":
            raise
        return False  # how msvcrt says that it is taken
    return True
