"""What the garbage collector is kept from, and what it gets back."""

import gc
import subprocess
import sys
import time

import pytest

from mqtt_tui import garbage

SCRIPT = """
import gc
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore

def nodes():
    return sum(isinstance(each, TopicNode) for each in gc.get_objects())

store = TopicStore(MemoryBudget(1 << 30))
for round in range(3):
    names = [b"a/%d" % number for number in range(4_000)]
    store.ingest(names, [b"x"] * len(names), [Arrival(1, protocol=Protocol.V5)] * len(names))
    store.settle((2 * round + 1) * 1_000_000_000)
    store.settle((2 * round + 2) * 1_000_000_000)
    print(nodes() < 10)  # frozen: not looked at
    store.clear()
store.settle(100 * 1_000_000_000)
gc.unfreeze()
print(nodes() < 5_000)  # of the last round at most
"""


LEFT_BEHIND = """
import gc
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_store import TopicStore
from mqtt_tui import garbage

class Dialog:
    def __init__(self):
        self.me = self

garbage.hold_back()
garbage.begin()
store = TopicStore(MemoryBudget(1 << 30))
for round in range(20):
    dialogs = [Dialog() for _ in range(200)]
    gc.collect(1)  # they are old
    del dialogs
    names = [b"%d/%d" % (round, number) for number in range(200)]
    store.ingest(names, [b"x"] * len(names), [Arrival(1, protocol=Protocol.V5)] * len(names))
    store.settle((2 * round + 1) * 1_000_000_000)
    store.settle((2 * round + 2) * 1_000_000_000)
gc.collect()
before = gc.get_freeze_count()
gc.unfreeze()
print(before > 4_000, sum(isinstance(each, Dialog) for each in gc.get_objects()))
"""


def test_what_is_no_longer_needed_is_not_frozen_with_the_tree() -> None:
    done = subprocess.run([sys.executable, "-c", LEFT_BEHIND], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0"]


def test_what_is_old_is_collected_when_that_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000.0
    collected: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(gc, "collect", lambda: collected.append(now))
    collector = garbage.Collector()
    for second in range(1_300):
        now = 1_000.0 + second
        collector.collect(is_at_rest=second < 200)
    assert collected == [1_061, 1_122, 1_183, 1_784]


def test_a_tree_is_frozen_and_given_back_after_it_was_given_up() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * 4
