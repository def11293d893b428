"""How long to wait before the next attempt."""

import random

SHORTEST, LONGEST = 0.5, 30.0
"""Seconds."""
STABLE = 60.0
"""Seconds that a connection has to last before the waits begin small again."""


class Backoff:
    """Waits that double from ``SHORTEST`` to ``LONGEST``, each spread over its upper half.

    The spread keeps many clients of one restarted broker apart; that it leaves out the lower half keeps the waits
    growing and makes at most nine attempts in the first minute.

    Args:
        rng: where chance comes from.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._ceiling = 2 * SHORTEST

    def next(self) -> float:
        """Seconds to wait now; the next wait will be longer."""
        wait = self._rng.uniform(self._ceiling / 2, self._ceiling)
        self._ceiling = min(LONGEST, 2 * self._ceiling)
        return wait

    def ended_after(self, seconds: float) -> None:
        """Take note that a connection has lasted so long: a stable one makes the waits small again."""
        if seconds >= STABLE:
            self._ceiling = 2 * SHORTEST
