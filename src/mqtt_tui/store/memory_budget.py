"""How much memory topics and messages of the whole process may take."""

from typing import Protocol


class Holder(Protocol):
    """Something that holds memory and can give way."""

    @property
    def held(self) -> int:
        """Bytes."""

    def give_way(self, excess: int) -> None:
        """Free about ``excess`` bytes, if there is something that may be given up."""


class MemoryBudget:
    """One limit for all stores of the process: the one that holds most gives way first.

    Args:
        limit: bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._holders: set[Holder] = set()

    def join(self, holder: Holder) -> None:
        """Count what ``holder`` holds until it leaves."""
        self._holders.add(holder)

    def leave(self, holder: Holder) -> None:
        """What ``holder`` holds counts no more."""
        self._holders.discard(holder)

    @property
    def excess(self) -> int:
        """Bytes that are held above the limit; negative where there is room."""
        return sum([holder.held for holder in self._holders]) - self.limit

    def keep(self) -> None:
        """Let somebody give way where the limit is exceeded."""
        excess = self.excess
        if excess > 0:
            self._largest().give_way(excess)

    def falls_to(self, holder: Holder) -> bool:
        """Whether the limit is exceeded and it is ``holder`` that has to give way."""
        return self.excess > 0 and self._largest() is holder

    def _largest(self) -> Holder:
        return max(self._holders, key=lambda holder: holder.held)


class MemoryShare(MemoryBudget):
    """What one store may take at most of a budget that it shares with others.

    Args:
        limit: bytes.
        whole: the budget.
    """

    def __init__(self, limit: int, whole: MemoryBudget) -> None:
        super().__init__(min(limit, whole.limit))
        self._whole = whole

    def join(self, holder: Holder) -> None:
        """Count it here and in the whole."""
        super().join(holder)
        self._whole.join(holder)

    def leave(self, holder: Holder) -> None:
        """Count it no more."""
        super().leave(holder)
        self._whole.leave(holder)

    @property
    def excess(self) -> int:
        """Above the share, or above the whole: whichever is more."""
        return max(super().excess, self._whole.excess)

    def keep(self) -> None:
        """Keep the share, then the whole, in which others may have to give way."""
        own = super().excess
        if own > 0:
            self._largest().give_way(own)
        self._whole.keep()

    def falls_to(self, holder: Holder) -> bool:
        """Whether ``holder`` has to give way, for its share or for the whole."""
        return super().excess > 0 or self._whole.falls_to(holder)
