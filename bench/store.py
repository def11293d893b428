"""The data path without a socket: ingest, settle, and finding rows."""

import random
import time
from collections.abc import Callable, Sequence

from bench.result import Result
from mqtt_tui.model.application_message import Arrival, RawPublish, raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore

_MESSAGES = 300_000
_BATCH = 100
_FRAME = 20_000
"""Messages between two frames."""
_LOOKUPS = 2_000
_PAGE = 50


def store() -> list[Result]:
    """Nanoseconds per message, microseconds per window of rows."""
    return [result for topics in (1_000, 100_000) for result in _with_topics(topics)]


def _with_topics(topics: int) -> list[Result]:
    def place(new: Sequence[TopicNode]) -> None:
        rows.add_topics(new)

    topic_store = TopicStore(budget=256 << 20, on_new_topics=place)
    rows = RowIndex(topic_store.root)
    batches = _batches(topics)
    _fill(topic_store, batches)
    ingest, settle = _fill(topic_store, batches)
    rows.open_all()
    lookup = _mean(lambda: rows.window(random.randrange(len(rows) - _PAGE), _PAGE))
    return [
        Result(f"ingest, {topics:,} topics", f"{ingest:,.0f} ns/message"),
        Result(f"settle, {topics:,} topics", f"{settle:,.0f} ns/message"),
        Result(f"{_PAGE} rows out of {len(rows):,}", f"{lookup / 1e3:,.1f} µs"),
    ]


def _batches(topics: int) -> list[list[RawPublish]]:
    cycle = [
        raw_publish(
            b"site%02d/line%02d/dev%04d/temperature" % (n % 10, n // 10 % 10, n // 100),
            b'{"value": %06.2f, "unit": "C", "ok": true}' % (n % 10_000 / 100),
            protocol=Protocol.V5,
        )
        for n in range(topics)
    ]
    order = [cycle[n % topics] for n in range(_MESSAGES)]
    return [order[at : at + _BATCH] for at in range(0, _MESSAGES, _BATCH)]


def _fill(topic_store: TopicStore, batches: list[list[RawPublish]]) -> tuple[float, float]:
    """Nanoseconds a message for ingest and for settle."""
    ingest = settle = 0
    for first in range(0, len(batches), _FRAME // _BATCH):
        now = time.time_ns()
        began = time.perf_counter_ns()
        for batch in batches[first : first + _FRAME // _BATCH]:
            topic_store.ingest(batch, Arrival(now, Protocol.V5, 1))
        middle = time.perf_counter_ns()
        topic_store.settle(now)
        ingest += middle - began
        settle += time.perf_counter_ns() - middle
    return ingest / _MESSAGES, settle / _MESSAGES


def _mean(work: Callable[[], object]) -> float:
    """Nanoseconds a call."""
    began = time.perf_counter_ns()
    for _ in range(_LOOKUPS):
        work()
    return (time.perf_counter_ns() - began) / _LOOKUPS
