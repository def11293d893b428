"""What gives way at the memory limit, and how much of it."""

import subprocess
import sys

import pytest

from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_node import FOLDED
from mqtt_tui.store.topic_store import DEEPEST, TopicStore


def receive(store: TopicStore, topics: list[bytes], size: int) -> None:
    """One message for each of ``topics``, in one read; then a frame."""
    store.ingest(topics, [bytes(size)] * len(topics), [Arrival(1, protocol=Protocol.V311)] * len(topics))
    store.settle(1)


def names(first: int, number: int) -> list[bytes]:
    return [b"t/%d" % topic for topic in range(first, first + number)]


# -------------------------------------------------------------------- histories


def test_who_holds_little_loses_nothing_and_those_who_hold_most_are_cut_to_the_same_height() -> None:
    store = TopicStore(MemoryBudget(2_000_000))
    for tick in range(1, 3_001):
        receive(store, [b"t/%d" % every for every in (1, 2, 3, 5, 40, 200, 1_000) if tick % every == 0], 500)
    held = {topic: (node.kept * (500 + 66), node.evicted) for topic, node in store.topics()}
    cut = [size for size, evicted in held.values() if evicted]
    spared = [size for size, evicted in held.values() if not evicted]
    assert store.totals.held <= 2_000_000
    assert len(cut) > 1
    assert min(cut) > 0.75 * max(cut)
    assert len(spared) >= 3
    assert max(spared) < 1.1 * max(cut)


def test_the_newest_message_stays_where_sizes_deceive_about_what_a_history_holds() -> None:
    store = TopicStore(MemoryBudget(20_800))
    receive(store, [b"a", b"a/b"], 1)
    receive(store, [b"a/b"], 19_000)
    node = store.find(b"a/b")
    assert node is not None
    assert node.newest is not None
    assert len(node.newest.payload) == 19_000


def test_a_burst_far_above_the_budget_is_cut_by_the_next_frame() -> None:
    store = TopicStore(MemoryBudget(1_000_000))
    receive(store, names(0, 100) * 300, 1_000)
    assert store.totals.held <= 1_000_000
    assert [node.kept for _, node in store.topics()].count(0) == 0


# -------------------------------------------------------------------- topics


def test_a_single_message_above_the_budget_is_kept_and_nothing_is_said_to_be_folded() -> None:
    store = TopicStore(MemoryBudget(10_000))
    receive(store, [b"a"], 50_000)
    assert store.find(b"a") is not None
    assert store.root.child(FOLDED) is None


def test_folding_frees_little_more_than_is_needed() -> None:
    store = TopicStore(MemoryBudget(1_000_000))
    for topic in names(0, 30):
        receive(store, [topic], 100_000)
        assert store.find(topic) is not None
    assert 800_000 < store.totals.held <= 1_000_000
    assert [topic for topic, _ in store.topics()] == names(30 - len(store), len(store))


def test_the_row_of_the_folded_counts_what_is_gone_and_clearing_begins_it_anew() -> None:
    store = TopicStore(MemoryBudget(200_000))
    for first in range(0, 2_000, 50):
        receive(store, names(first, 50), 100)
    row = store.root.child(FOLDED)
    assert row is not None
    assert row.is_folded
    assert row.is_of_broker  # below the topics of applications
    assert row.topics == row.messages == store.totals.folded == 2_000 - len(store)
    assert store.root.messages == 2_000
    assert store.root.topics == len(store)
    store.clear()
    assert store.root.child(FOLDED) is None


def test_a_folded_topic_that_comes_back_begins_anew() -> None:
    store = TopicStore(MemoryBudget(200_000))
    receive(store, [b"back"], 10)
    for first in range(0, 2_000, 50):
        receive(store, names(first, 50), 100)
    assert store.find(b"back") is None
    receive(store, [b"back"], 10)
    node = store.find(b"back")
    assert node is not None
    assert (node.count, node.messages) == (1, 1)


def test_a_level_that_reads_like_the_row_of_the_folded_is_none() -> None:
    store = TopicStore(MemoryBudget(1 << 30))
    topic = b"/".join([b"l"] * (DEEPEST - 1)) + b"//"  # what lies too deep is in the last level, slashes and all
    receive(store, [topic], 1)
    node = store.find(topic)
    assert node is not None
    assert (node.name, node.is_folded) == (FOLDED, False)


def test_long_level_names_are_given_back_with_their_topics() -> None:
    store = TopicStore(MemoryBudget(1_000_000))
    for number in range(200):
        receive(store, [b"%d" % number + b"x" * 20_000], 1)
    receive(store, [b"short"], 1)
    assert store.find(b"short") is not None
    assert len(store) > 5


# -------------------------------------------------------------------- how far back history reaches


@pytest.mark.parametrize("topics", [1, 300], ids=["histories", "topics"])
def test_nothing_is_missing_that_came_after_what_is_said_to_be_whole(topics: int) -> None:
    store = TopicStore(MemoryBudget(200_000))
    came: list[int] = []
    for second in range(1, 301):
        topic = b"t/%d" % (second % topics)
        store.ingest([topic], [bytes(2_000)], [Arrival(second, protocol=Protocol.V311)])
        store.settle(second)
        came.append(second)
    kept = {message.received_at for message in store.log.oldest_first()}
    assert 0 < store.whole_since < 300
    assert {second for second in came if second > store.whole_since} <= kept


# -------------------------------------------------------------------- two sessions


def test_the_session_that_holds_most_gives_way_first() -> None:
    budget = MemoryBudget(300_000)
    small, large = TopicStore(budget), TopicStore(budget)
    receive(small, [b"quiet"] * 20, 1_000)
    receive(large, [b"chatty"] * 1_000, 1_000)
    receive(large, [b"chatty"], 1_000)
    assert (small.totals.evicted, large.totals.evicted > 0) == (0, True)
    assert budget.excess <= 0


def test_the_frame_of_a_small_session_does_not_fold_its_topics_for_a_large_one() -> None:
    budget = MemoryBudget(300_000)
    small, large = TopicStore(budget), TopicStore(budget)
    receive(small, names(0, 5), 1_000)
    large.ingest(names(0, 400), [bytes(1_000)] * 400, [Arrival(1, protocol=Protocol.V311)] * 400)
    small.settle(1)
    large.settle(1)
    assert (len(small), small.totals.folded) == (5, 0)
    assert budget.excess <= 0


def test_what_a_closed_session_held_is_there_for_the_others() -> None:
    budget = MemoryBudget(300_000)
    closed, other = TopicStore(budget), TopicStore(budget)
    receive(closed, [b"t"] * 200, 1_000)
    budget.leave(closed)
    receive(other, [b"t"] * 250, 1_000)
    assert other.totals.evicted == 0


# -------------------------------------------------------------------- the account

MEASURE = """
import sys, tracemalloc
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_store import TopicStore
run, messages = int(sys.argv[1]), 20_000
names = [b"site/%d/x" % number for number in range(50)]
store = TopicStore(MemoryBudget(1 << 30))
store.ingest(names, [b""] * 50, [Arrival(1, protocol=Protocol.V311)] * 50)
before = store.totals.held
tracemalloc.start()
for first in range(0, messages, run):
    rests = [b"%060d" % number for number in range(first, first + run)]
    arrivals = [Arrival(10**18 + first, protocol=Protocol.V311)] * run
    store.ingest([names[number % 50] for number in range(run)], rests, arrivals)
store.settle(1)
print(tracemalloc.get_traced_memory()[0], store.totals.held - before)
"""


@pytest.mark.parametrize("run", [1, 10, 1_000])
def test_messages_cost_what_they_are_charged_for_however_they_come(run: int) -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE, str(run)], capture_output=True, text=True, check=True)
    taken, held = map(int, done.stdout.split())
    assert 0.8 * held < taken < 1.25 * held
