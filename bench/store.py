"""The data path without a socket: ingest, settle, and finding rows."""

import random
import time
from collections.abc import Callable
from dataclasses import replace

from bench.feed import BATCH, Feed
from bench.result import Result
from bench.shapes import A
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol

_MESSAGES = 300_000
_FRAME = 20_000
"""Messages between two frames."""
_BUDGET = 256 << 20
_LOOKUPS = 2_000
_PAGE = 50


def store() -> list[Result]:
    """Nanoseconds per message, microseconds per window of rows."""
    return [result for topics in (1_000, 100_000) for result in _with_topics(topics)]


def _with_topics(topics: int) -> list[Result]:
    feed = Feed(replace(A, topics=topics), budget=_BUDGET)
    feed.take_all(topics, time.time_ns())
    ingest, settle = _measure(feed)
    rows = feed.rows
    rows.open_all()
    lookup = _mean(lambda: rows.window(random.randrange(len(rows) - _PAGE), _PAGE))
    return [
        Result(f"ingest, {topics:,} topics", f"{ingest:,.0f} ns/message"),
        Result(f"settle, {topics:,} topics", f"{settle:,.0f} ns/message"),
        Result(f"{_PAGE} rows out of {len(rows):,}", f"{lookup / 1e3:,.1f} µs"),
    ]


def _measure(feed: Feed) -> tuple[float, float]:
    """Nanoseconds a message for ingest and for settle."""
    ingest = settle = 0
    for _ in range(0, _MESSAGES, _FRAME):
        now = time.time_ns()
        batches = [feed.batch(BATCH) for _ in range(0, _FRAME, BATCH)]
        began = time.perf_counter_ns()
        for topics, rests in batches:
            feed.store.ingest(topics, rests, [Arrival(now, protocol=Protocol.V311)] * len(topics))
        middle = time.perf_counter_ns()
        feed.store.settle(now)
        ingest += middle - began
        settle += time.perf_counter_ns() - middle
    return ingest / _MESSAGES, settle / _MESSAGES


def _mean(work: Callable[[], object]) -> float:
    """Nanoseconds a call."""
    began = time.perf_counter_ns()
    for _ in range(_LOOKUPS):
        work()
    return (time.perf_counter_ns() - began) / _LOOKUPS
