"""Numbers that move as measured ones do."""

import math
import random


class Signal:
    """A value that swings slowly between two bounds, with a little noise.

    Args:
        seed: equal seeds give equal values.
        low: the usual lowest value.
        high: the usual highest value.
        period: seconds of one swing.
        decimals: of the values.
    """

    def __init__(self, seed: str, low: float, high: float, *, period: float, decimals: int = 1) -> None:
        self._random = seeded(seed)
        self._middle, self._swing = (low + high) / 2, (high - low) / 2
        self._period, self._decimals = period, decimals
        self._phase = self._random.uniform(0, 2 * math.pi)

    def at(self, now: float) -> float:
        """The value at ``now``; a second look differs by the noise."""
        angle = 2 * math.pi * now / self._period + self._phase
        wave = 0.75 * math.sin(angle) + 0.2 * math.sin(3.7 * angle)
        value = self._middle + self._swing * (wave + self._random.uniform(-0.05, 0.05))
        return round(value, self._decimals)


def seeded(seed: str) -> random.Random:
    """Random numbers that repeat."""
    return random.Random(seed)  # noqa: S311  a simulation, no secret
