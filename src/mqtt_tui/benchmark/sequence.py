"""Which serial numbers of a sender came, which did not, and which came twice."""

_LONGEST_GAP = 100_000  # a larger jump is no loss, but somebody who begins elsewhere


class Sequence:
    """The serial numbers that one receiver gets from one sender, in whatever order."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._missing: set[int] = set()
        self.duplicates = 0

    @property
    def missing(self) -> int:
        """Serial numbers between the first and the last that did not come."""
        return len(self._missing)

    def note(self, serial: int) -> None:
        """One came."""
        highest = self._highest
        if highest is None or abs(serial - highest) > _LONGEST_GAP:
            self._highest = serial
        elif serial > highest and len(self._missing) + serial - highest > _LONGEST_GAP:
            self._highest = serial  # so many are not kept track of
        elif serial > highest:
            self._missing.update(range(highest + 1, serial))
            self._highest = serial
        elif serial in self._missing:
            self._missing.discard(serial)
        else:
            self.duplicates += 1
