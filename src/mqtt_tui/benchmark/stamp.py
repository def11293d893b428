"""Payloads that say whose they are, the how manieth, and when they were sent."""

import struct
import time
from typing import NamedTuple

_MAGIC = b"MTB\1"
_LAYOUT = struct.Struct(">4sIIQQ")

SIZE = _LAYOUT.size
"""Bytes of a stamp: the least that a stamped payload has."""


class Stamp(NamedTuple):
    """What the last bytes of a payload say."""

    run: int
    """Chosen at random by each run, so that those of others are told apart."""
    client: int
    """Number of the sender."""
    serial: int
    """1, 2, 3 …"""
    sent_at: int
    """Nanoseconds of the sender's monotonic clock."""


class Stamper:
    """Makes the payloads of one client.

    Args:
        run: see ``Stamp``.
        client: see ``Stamp``.
        size: bytes of each payload; with fewer than ``SIZE`` they have no stamp.
    """

    def __init__(self, run: int, client: int, size: int) -> None:
        self._run = run
        self._client = client
        self._filler = b"x" * (size - SIZE if size >= SIZE else size)
        self._is_stamped = size >= SIZE
        self.serial = 0
        """Of the latest payload."""

    def next(self) -> bytes:
        """The next payload, sent now."""
        self.serial += 1
        if not self._is_stamped:
            return self._filler
        return self._filler + _LAYOUT.pack(_MAGIC, self._run, self._client, self.serial, time.monotonic_ns())


def read_stamp(rest: bytes) -> Stamp | None:
    """The stamp at the end of a message; None where there is none. What stands before the payload does not matter."""
    if rest[-SIZE : -SIZE + 4] != _MAGIC:
        return None
    return Stamp(*_LAYOUT.unpack_from(rest, len(rest) - SIZE)[1:])
