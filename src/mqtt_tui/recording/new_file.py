"""A file that is there whole or not at all."""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text


class NewFile:
    """Written under another name in the folder of ``path``, which it gets when it is finished.

    Args:
        path: what to create; through a symbolic link, what that points at.
        overwrite: whether a file that is there already gives way.

    Raises:
        LocalError: it cannot be created there, or stands there already.
    """

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        self._path = path
        self._overwrite = overwrite
        try:
            self._target = Path(os.path.realpath(path))
            self._check_target()
            self._part = self._target.with_name(f".mqtt-tui-{secrets.token_hex(8)}.part")
            self._file = self._part.open("xb")
        except OSError as error:
            raise self._failure(error) from error

    def write(self, data: bytes) -> None:
        """Append ``data``.

        Raises:
            LocalError: the disk is full, or refuses for another reason.
        """
        try:
            self._file.write(data)
        except OSError as error:
            raise self._failure(error) from error

    def finish(self) -> None:
        """Give the file its name. Where that fails, nothing is left behind.

        Raises:
            LocalError: the disk is full, or refuses for another reason, or another file took the name meanwhile.
        """
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._check_target()
            self._part.replace(self._target)
        except OSError as error:
            self.discard()
            raise self._failure(error) from error
        except LocalError:
            self.discard()
            raise

    def discard(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # the last bytes do not fit either; the file is closed all the same
            self._file.close()
        with suppress(OSError):  # what made us give up is worth more words than a left-over
            self._part.unlink(missing_ok=True)

    def _check_target(self) -> None:
        if self._target.is_file():
            if not self._overwrite:
                raise LocalError(
                    f"{self._shown} exists already.", hint="Choose another name, or replace it (--overwrite)."
                )
        elif self._target.exists():
            raise LocalError(f"{self._shown} is not a file.", hint="Name a file that may be created or replaced.")

    @property
    def _shown(self) -> str:
        return display_text(str(self._path))

    def _failure(self, error: OSError) -> LocalError:
        reason = display_text(error.strerror or str(error))
        return LocalError(f"Cannot write {self._shown}: {reason}.", hint=_HINTS.get(error.errno, _FULL))


_FULL = "Choose a place with room, on a file system that can be written to."
_HINTS: dict[int | None, str] = {
    errno.ENOENT: "Create the folder first, or choose another one.",
    errno.ENOTDIR: "Choose a folder that is one.",
    errno.EACCES: "Choose a folder that you may write to.",
    errno.EPERM: "Choose a folder that you may write to.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}
