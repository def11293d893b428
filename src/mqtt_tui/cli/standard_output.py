"""Bytes to standard output, without stopping the event loop while nobody reads."""

import asyncio
import io
import os
import select
import sys

from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text

_PIECE = getattr(select, "PIPE_BUF", 4096)  # bytes that a pipe takes at once where it takes any (POSIX)


class StandardOutput:
    """Keeps what is written to ``stream`` until ``drain`` passes it on.

    Raises:
        LocalError: standard output is closed.
    """

    def __init__(self) -> None:
        if sys.stdout is None:  # its number may belong to a socket by now
            raise LocalError("Standard output is closed.", hint="Redirect it to a file, or name one with -o.")
        self.stream = io.BytesIO()
        self._descriptor = sys.stdout.fileno()
        self._left = bytearray()

    async def drain(self) -> None:
        """Pass on what was written; cancelled, it goes on from there the next time.

        Raises:
            BrokenPipeError: who reads has enough.
            LocalError: the disk is full, or the like.
        """
        self._left += self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        try:
            while self._left:
                await self._until_writable()
                del self._left[: os.write(self._descriptor, self._left[:_PIECE])]
        except BrokenPipeError:
            raise
        except OSError as error:
            raise LocalError(
                f"Cannot write to standard output: {display_text(error.strerror or str(error))}.",
                hint="Look at where it is redirected to.",
            ) from error

    async def _until_writable(self) -> None:
        if sys.platform == "win32" or select.select([], [self._descriptor], [], 0)[1]:
            return
        loop = asyncio.get_running_loop()
        is_writable: asyncio.Future[None] = loop.create_future()
        loop.add_writer(self._descriptor, is_writable.set_result, None)
        try:
            await is_writable
        finally:
            loop.remove_writer(self._descriptor)
