"""Durations, counted by their size, so that a million of them take no more room than a few."""

import math
from collections import Counter

_BITS = 7  # 128 counters for each doubling
_EXACT = 2 << _BITS


class Histogram:
    """Percentiles of durations in nanoseconds.

    Durations are counted in buckets that grow with them: below 256 ns they are exact, above, the middle of a bucket
    is at most 0.4 % away from any duration in it (half of a bucket's width, 1/128 of its lower end). The largest is
    kept as it is.
    """

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.count = 0
        self.max = 0
        """Nanoseconds."""

    def record(self, nanoseconds: int) -> None:
        """Count one; what is below zero counts as zero."""
        nanoseconds = max(0, nanoseconds)
        shift = max(0, nanoseconds.bit_length() - _BITS - 1)
        self._counts[(shift << _BITS) + (nanoseconds >> shift)] += 1
        self.count += 1
        self.max = max(self.max, nanoseconds)

    def add(self, other: "Histogram") -> None:
        """Count what ``other`` has counted."""
        self._counts.update(other._counts)  # noqa: SLF001  the same class
        self.count += other.count
        self.max = max(self.max, other.max)

    def percentile(self, share: float) -> float | None:
        """The nanoseconds that ``share`` (0 to 1) of the durations do not exceed; None where there are none."""
        if not self.count:
            return None
        rank, below = max(1, math.ceil(share * self.count)), 0
        for index in sorted(self._counts):
            below += self._counts[index]
            if below >= rank:
                return min(_middle(index), self.max)
        return self.max


def _middle(index: int) -> float:
    if index < _EXACT:
        return index
    shift = (index >> _BITS) - 1
    return ((index - (shift << _BITS)) << shift) + ((1 << shift) - 1) / 2
