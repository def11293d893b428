import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.model.application_message import RawPublish, raw_publish
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store import rates
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import DEEPEST, STORED_WITHIN, TopicStore, Totals
from tests.support.arriving import At, deliver

V5, V311 = Protocol.V5, Protocol.V311
SECOND = 1_000_000_000


def new_store(budget: int = 1 << 30) -> TopicStore:
    return TopicStore(MemoryBudget(budget))


def publish(topic: str, payload: bytes = b"x", *, retain: bool = False, protocol: Protocol = V5) -> RawPublish:
    return raw_publish(topic.encode(), payload, protocol=protocol, retain=retain)


def node_of(store: TopicStore, topic: str) -> TopicNode:
    node = store.find(topic.encode())
    assert node is not None
    return node


def test_a_branch_counts_messages_and_topics_below_it_once_settled() -> None:
    store = new_store()
    deliver(store, [publish("a/b"), publish("a/b"), publish("a/c/d"), publish("a")], At(5, V5, 0))
    store.settle(5)
    assert (node_of(store, "a").messages, node_of(store, "a").topics) == (4, 3)
    assert (store.root.messages, store.root.topics) == (4, 3)
    assert (node_of(store, "a").count, node_of(store, "a/b").count) == (1, 2)


def test_history_is_numbered_from_the_first_message_and_keeps_the_bytes() -> None:
    store = new_store()
    for number in range(1, 6):
        deliver(store, [publish("t", b"%d" % number)], At(number, V5, 0))
    node = node_of(store, "t")
    assert [message.payload for message in node.messages_kept()] == [b"1", b"2", b"3", b"4", b"5"]
    third = node.message(3)
    assert third is not None
    assert (third.payload, third.received_at, third.topic_name) == (b"3", 3, "t")
    assert node.message(0) is None
    assert node.message(6) is None


def test_empty_levels_and_dollar_topics_are_nodes_of_their_own() -> None:
    store = new_store()
    topics = ["a", "/a", "a/", "a//b", "a/b", "$SYS/x", "/"]
    deliver(store, [publish(topic) for topic in topics], At(1, V5, 0))
    assert len(store) == len(topics)
    assert {node_of(store, topic).path().decode() for topic in topics} == set(topics)


def test_ten_thousand_levels_are_folded_into_the_deepest_one() -> None:
    store = new_store()
    deep = "/".join(["l"] * 10_000)
    deliver(store, [publish(deep)], At(1, V5, 0))
    store.settle(1)
    node = node_of(store, deep)
    assert node.depth == DEEPEST - 1
    assert node.path().decode() == deep


def test_the_topics_that_hold_most_give_way_first_and_every_eviction_is_counted() -> None:
    store = new_store(budget=400_000)
    quiet = [publish(f"quiet/{number}", b"q" * 100) for number in range(50)]
    deliver(store, quiet, At(1, V5, 0))
    deliver(store, quiet, At(2, V5, 0))
    for _ in range(2_000):
        deliver(store, [publish("chatty", b"c" * 1_000)], At(3, V5, 0))
    assert store.totals.held <= 400_000
    assert [node_of(store, f"quiet/{number}").kept for number in range(50)] == [2] * 50
    kept = sum(node.kept for _, node in store.topics())
    assert store.totals.received == kept + store.totals.evicted
    assert node_of(store, "chatty").message(2_000) is not None


@given(st.lists(st.tuples(st.sampled_from(["a", "a/b", "c"]), st.integers(0, 3_000)), max_size=80))
def test_counters_add_up_and_the_newest_message_of_a_topic_is_never_evicted(sent: list[tuple[str, int]]) -> None:
    store = new_store(budget=12_000)
    newest: dict[str, int] = {}
    for topic, size in sent:
        deliver(store, [publish(topic, b"x" * size)], At(1, V5, 0))
        newest[topic] = size
    nodes = [node for _, node in store.topics()]
    assert store.totals.received == len(sent) == sum(node.kept for node in nodes) + store.totals.evicted
    for topic, size in newest.items():
        message = node_of(store, topic).message(node_of(store, topic).count)
        assert message is not None
        assert len(message.payload) == size


def test_a_history_gives_way_where_most_is_held_by_newest_messages() -> None:
    store = new_store(budget=100_000)
    deliver(store, [publish("large"), publish("large", b"x" * 60_000)], At(1, V5, 0))
    deliver(store, [publish("chatty", b"x" * 1_000)] * 40, At(2, V5, 0))
    assert store.totals.held <= 90_000
    assert node_of(store, "chatty").kept > 20


MEASURE = """
import json, sys, tracemalloc
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_store import TopicStore
topics = json.load(sys.stdin)
store = TopicStore(MemoryBudget(1 << 30), on_new_topics=lambda topics: rows.add_topics(topics))
rows = RowIndex(store.root)
tracemalloc.start()  # names and payloads are the store's to keep: what remains of the packets counts
names = [topic.encode() for topic in topics]
store.ingest(names, [b"%d" % number for number in range(len(names))], [Arrival(1, protocol=Protocol.V311)] * len(names))
del names
store.settle(1)
rows.open_all()
rows.window(0, len(rows))
print(tracemalloc.get_traced_memory()[0], store.totals.held)
"""


@pytest.mark.parametrize(
    "topics",
    [
        [f"flat{number:05}" for number in range(1_000)],
        [f"site/{number % 10}/{number}/value" for number in range(1_000)],
        [f"{number}" + "/level" * 119 for number in range(20)],
        [f"{number}" + "a1" * 2_000 for number in range(20)],
    ],
    ids=["flat", "four levels", "deep", "long"],
)
def test_every_level_of_the_tree_is_charged_to_the_budget(topics: list[str]) -> None:
    # In an interpreter of its own: what earlier tests freed would be used again and not be counted.
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], input=json.dumps(topics), capture_output=True, text=True, check=True
    )
    taken, held = map(int, done.stdout.split())
    assert 0.8 * taken < held < 1.6 * taken


def test_the_first_retained_message_after_a_subscribe_is_stored_and_a_later_one_is_live() -> None:
    store = new_store()
    deliver(store, [publish("t", retain=True)], At(1, V5, epoch=7))
    deliver(store, [publish("t", retain=True)], At(2, V5, epoch=7))  # retain as published
    deliver(store, [publish("t", retain=True)], At(3, V5, epoch=8))  # subscribed again
    node = node_of(store, "t")
    assert [message.is_stored for message in node.messages_kept()] == [True, False, True]


def test_a_known_topic_gets_no_stored_message_long_after_a_subscribe() -> None:
    store, subscribed = new_store(), 100 * SECOND
    deliver(store, [publish("t"), publish("u")], At(90 * SECOND, V5, epoch=1))
    deliver(store, [publish("t", retain=True)], At(subscribed + STORED_WITHIN, V5, epoch=subscribed))
    late = At(subscribed + STORED_WITHIN + 1, V5, epoch=subscribed)
    deliver(store, [publish("u", retain=True), publish("new", retain=True)], late)
    stored = {topic: [message.is_stored for message in node.messages_kept()] for topic, node in store.topics()}
    assert stored == {b"t": [False, True], b"u": [False, False], b"new": [True]}
    assert node_of(store, "u").is_retained


def test_a_resumed_session_that_subscribed_to_nothing_brings_no_stored_messages() -> None:
    store = new_store()
    deliver(store, [publish("t", retain=True)], At(1, V5, epoch=0))
    assert [message.is_stored for message in node_of(store, "t").messages_kept()] == [False]


def test_before_mqtt_5_a_retain_flag_always_means_stored() -> None:
    store = new_store()
    deliver(store, [publish("t", retain=True, protocol=V311)] * 2, At(1, V311, epoch=7))
    assert [message.is_stored for message in node_of(store, "t").messages_kept()] == [True, True]


def test_stored_messages_make_neither_rate_nor_age() -> None:
    store = new_store()
    deliver(store, [publish("t", retain=True)], At(10 * SECOND, V5, 1))
    store.settle(10 * SECOND)
    node = node_of(store, "t")
    assert (node.live_at, rates.beats(node, 11, 1)) == (0, [0])
    assert node.messages == 1
    deliver(store, [publish("t"), publish("t")], At(11 * SECOND, V5, 1))
    store.settle(11 * SECOND)
    assert (node.live_at, rates.beats(node, 12, 2)) == (11 * SECOND, [0, 2])


def test_an_empty_retained_message_takes_the_retained_mark_away() -> None:
    store = new_store()
    with_properties = raw_publish(
        b"t", b"", protocol=V5, qos=1, retain=True, properties=PublishProperties(content_type="x")
    )
    deliver(store, [publish("t", b"1", retain=True)], At(1, V5, 1))
    assert node_of(store, "t").is_retained
    deliver(store, [with_properties], At(2, V5, 1))
    assert not node_of(store, "t").is_retained


def test_clearing_forgets_topics_and_keeps_the_counters_adding_up() -> None:
    store = new_store()
    deliver(store, [publish("t")] * 3, At(1, V5, 1))
    store.clear()
    assert (len(store), store.totals) == (0, Totals(received=3, received_bytes=9, dropped=3))
    deliver(store, [publish("t")], At(2, V5, 1))
    store.settle(2)
    assert store.root.messages == 1


def test_forgetting_does_not_look_like_memory_pressure() -> None:
    store = new_store(budget=20_000)
    for _ in range(2):
        deliver(store, [publish("t", b"x" * 1_000)] * 50, At(1, V5, 1))
        evicted = store.totals.evicted
        assert evicted
        store.clear()
        assert store.totals.evicted == evicted
    deliver(store, [publish("t")], At(1, V5, 1))
    assert store.totals.received == 101 == 1 + store.totals.evicted + store.totals.dropped


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 1_000)), max_size=40))
def test_a_meter_counts_what_came_in_each_whole_second(gains: list[tuple[int, int]]) -> None:
    meter, total, second, expected = rates.Meter(), 0, 1_000, dict[int, int]()
    for wait, gain in gains:
        second += wait
        total += gain
        expected[second] = expected.get(second, 0) + gain
        meter.follow(total, second)
        past = [expected.get(second - back, 0) for back in range(15, 0, -1)]
        assert rates.beats(meter, second, 15) == past
