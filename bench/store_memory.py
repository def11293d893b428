"""What topics and messages cost in memory, each case in a process of its own: ``python -m bench.store_memory CASE``."""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.feed import BATCH, Feed
from bench.process import memory
from bench.shapes import A, D, Shape

_PLENTY = 8 << 30
_BUDGET = 256 << 20
_SECOND = 1_000_000_000
_PER_SECOND, _PER_ARRIVAL = 1_000, 5
"""A thousand messages a second, of which five come in each 5 ms."""
_MOST = 2_500_000
"""Messages after which the budget has long been full."""


def _resident() -> int:
    gc.collect()
    return memory(os.getpid())


def topics() -> dict[str, float]:
    """Bytes a topic with one message, in the tree with every branch open; the same once every row was drawn."""
    feed = Feed(D, budget=_PLENTY)
    before = _resident()
    feed.take_all(D.topics, time.time_ns())
    feed.rows.open_all()
    opened = _resident()
    for first in range(0, len(feed.rows), 50):
        feed.rows.window(first, 50)
    return {"opened": (opened - before) / D.topics, "drawn": (_resident() - before) / D.topics}


def further_messages() -> dict[str, float]:
    """Bytes a further message above its payload, ten in each of 100,000 topics."""
    return {"bytes": _further(D, 1_000_000, BATCH)}


def further_messages_alone() -> dict[str, float]:
    """The same for three hundred in each of 1,000 topics that come one by one."""
    return {"bytes": _further(A, 300_000, 1)}


def _further(shape: Shape, number: int, batch: int) -> float:
    feed = Feed(shape, budget=_PLENTY)
    feed.take_all(shape.topics, time.time_ns())
    before = _resident()
    feed.take_all(number, time.time_ns(), batch)
    return (_resident() - before) / number - shape.payload


def reach() -> dict[str, float]:
    """Seconds between the oldest message of any topic and now, of 100 bytes at 1,000 a second; and what that takes."""
    feed = Feed(Shape(name="reach", topics=1_000, payload=100), budget=_BUDGET)
    before, at = _resident(), time.time_ns()
    for number in range(0, _MOST, _PER_ARRIVAL):
        at += _SECOND * _PER_ARRIVAL // _PER_SECOND
        feed.take(_PER_ARRIVAL, at)
        if not number % _PER_SECOND:
            feed.store.settle(at)
    oldest = [next(node.messages_kept()).received_at for _, node in feed.store.topics()]
    first = next(feed.store.log.oldest_first()).received_at
    return {
        "least": (at - max(oldest)) / _SECOND,
        "log": (at - first) / _SECOND,
        "held": feed.store.totals.held,
        "resident": _resident() - before,
    }


_CASES: Mapping[str, Callable[[], dict[str, float]]] = {
    case.__name__: case for case in (topics, further_messages, further_messages_alone, reach)
}


def measured(case: Callable[[], dict[str, float]]) -> dict[str, float]:
    """What ``case`` finds in a new process."""
    command = [sys.executable, "-m", "bench.store_memory", case.__name__]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    print(json.dumps(_CASES[sys.argv[1]]()))
