"""What the garbage collector is kept from, and what it gets back."""

import subprocess
import sys

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


def test_a_tree_is_frozen_and_given_back_after_it_was_given_up() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True"] * 4
