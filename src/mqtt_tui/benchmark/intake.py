"""How fast messages come into the store, and what they cost there."""

import sys
import time
from dataclasses import dataclass
from typing import Any

from mqtt_tui.store.topic_store import TopicStore

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeResult:
    """What one intake came to; the fields are the keys of its JSON."""

    messages: int
    seconds: float
    """From the first message to the last, like the next two."""
    messages_per_second: float
    cpu_seconds_per_million: float
    """Of the whole process: reading, store, settling."""
    topics: int
    received: int
    stored: int
    """Messages that are still there, counted one by one: ``received`` less ``evicted`` and ``dropped``."""
    evicted: int
    dropped: int
    bytes_per_message: float
    """``held_bytes`` over ``stored``: the topics' own cost is in it."""
    held_bytes: int
    rss_bytes: int
    """The most memory that the process has had; 0 where the system does not say."""
    settle_seconds: float


class Intake:
    """Stands in front of a store and notes when the first and the last batch came (``connection.transport.Sink``).

    Nothing is done per message, and per batch only what two clocks say.

    Args:
        store: takes what comes, as that of a screen would.
    """

    def __init__(self, store: TopicStore) -> None:
        self._store = store
        self._ingest = store.ingest
        self._first: tuple[float, float] | None = None
        self._last = (0.0, 0.0)
        self._settle_seconds = 0.0

    def ingest(self, *batch: Any) -> None:  # noqa: ANN401  the store's own arguments, at no further cost
        """Hand a batch on."""
        if self._first is None:
            self._first = time.monotonic(), time.process_time()
        self._ingest(*batch)
        self._last = time.monotonic(), time.process_time()

    def settle(self) -> None:
        """Carry what arrived up the branches."""
        began = time.perf_counter()
        self._store.settle(time.time_ns())
        self._settle_seconds += time.perf_counter() - began

    @property
    def messages(self) -> int:
        """How many came."""
        return self._store.totals.received

    @property
    def silent_for(self) -> float:
        """Seconds since the latest message; 0 before the first."""
        return 0.0 if self._first is None else time.monotonic() - self._last[0]

    def result(self) -> IntakeResult:
        """What it came to so far."""
        totals, first = self._store.totals, self._first or self._last
        seconds, cpu_seconds = self._last[0] - first[0], self._last[1] - first[1]
        return IntakeResult(
            messages=totals.received,
            seconds=seconds,
            messages_per_second=totals.received / seconds if seconds else 0.0,
            cpu_seconds_per_million=cpu_seconds / totals.received * _MILLION if totals.received else 0.0,
            topics=len(self._store),
            received=totals.received,
            stored=len(self._store.log),
            evicted=totals.evicted,
            dropped=totals.dropped,
            bytes_per_message=totals.held / totals.stored if totals.stored else 0.0,
            held_bytes=totals.held,
            rss_bytes=_peak_memory(),
            settle_seconds=self._settle_seconds,
        )


def _peak_memory() -> int:
    if sys.platform == "win32":
        return 0
    import resource  # Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
