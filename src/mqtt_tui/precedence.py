"""Who comes first where one loop serves a person and a broker."""

import time
from collections.abc import Callable

STEP = 0.002
"""Seconds until who gives way asks again."""


class Precedence:
    """Keys come before messages: while an answer is due, no socket is read and no frame is made of what came.

    A busy broker would otherwise have its turn at every step of a key's way to the picture. The kernel keeps meanwhile
    what comes.

    Args:
        now: seconds, of a clock that never goes back.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._until = 0.0

    def claim(self, seconds: float) -> None:
        """Come first for so long; from any thread. A later claim takes the place of an earlier one."""
        self._until = self.now() + seconds

    @property
    def is_claimed(self) -> bool:
        """Whether somebody waits for an answer."""
        return self.now() < self._until


class Courtesy:
    """Gives way to those who come first, but not for ever: keys may come without end.

    Args:
        precedence: theirs.
        longest: seconds without a turn.
    """

    def __init__(self, precedence: Precedence, longest: float) -> None:
        self._precedence = precedence
        self._longest = longest
        self._waits_since: float | None = None

    def gives_way(self) -> bool:
        """Whether to wait, and ask again after ``STEP`` seconds."""
        if not self._precedence.is_claimed:
            self._waits_since = None
            return False
        now = self._precedence.now()
        waits_since = self._waits_since = self._waits_since or now
        if now - waits_since > self._longest:
            self._waits_since = now
            return False
        return True
