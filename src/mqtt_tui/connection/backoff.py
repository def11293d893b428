"""How long to wait before the next attempt."""

import random

from mqtt_tui.profiles.options import ReconnectOptions

STABLE = 60.0
"""Seconds that a connection has to last before the waits begin small again."""


class Backoff:
    """Waits that double from the shortest to the longest, each spread over its upper half.

    The spread keeps many clients of one restarted broker apart; that it leaves out the lower half keeps the waits
    growing: from 0.5 to 30 seconds, these are at most nine attempts in the first minute.

    Args:
        rng: where chance comes from.
        options: the shortest and the longest, in seconds.
    """

    def __init__(self, rng: random.Random, options: ReconnectOptions) -> None:
        self._rng = rng
        self._options = options
        self._ceiling = self._first

    def next(self) -> float:
        """Seconds to wait now; the next wait will be longer."""
        wait = self._rng.uniform(self._ceiling / 2, self._ceiling)
        self._ceiling = min(self._options.longest, 2 * self._ceiling)
        return wait

    def ended_after(self, seconds: float) -> None:
        """Take note that a connection has lasted so long: a stable one makes the waits small again."""
        if seconds >= STABLE:
            self._ceiling = self._first

    @property
    def _first(self) -> float:
        return min(2 * self._options.shortest, self._options.longest)
