"""Everything that was received, by topic."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mqtt_tui.model.application_message import RETAIN, STORED, Arrival, RawPublish, payload_offset
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store import rates
from mqtt_tui.store.topic_node import NODE_COST, TopicNode

DEEPEST = 128
"""Levels of the tree; what lies deeper is folded into the last one, so that nothing here or above has to recurse."""

TOPIC_COST = 100
"""Bytes that a topic costs besides its name, its messages and the nodes made for it: the name's object and entry."""

_NANOSECONDS = 1_000_000_000

STORED_WITHIN = 10 * _NANOSECONDS
"""How long after a SUBSCRIBE a broker may still be sending what it had stored.

It begins at once (MQTT 5.0, 3.3.1.3), and a hundred thousand topics take a slow one some seconds. What a known topic
gets later is live, its flag kept by retain-as-published.
"""


@dataclass(slots=True)
class Totals:
    """Counters since the start; ``received`` = kept + ``evicted`` + ``forgotten``."""

    received: int = 0
    """Messages."""
    received_bytes: int = 0
    """Topic names and what follows them."""
    evicted: int = 0
    """Messages given up for the memory budget."""
    forgotten: int = 0
    """Messages given up because the user asked for it."""
    held: int = 0
    """Bytes that topics and kept messages cost."""


class TopicStore:
    """Topics in a tree, found by their bytes; the newest messages of each within one budget.

    Args:
        budget: bytes for topics and messages together. At the limit the longest histories give way first; the newest
            message of a topic is never given up. Where topics and newest messages alone exceed the budget, histories
            get a tenth of that on top.
        on_new_topics: told at each ``settle`` which topics appeared since the last one.
    """

    def __init__(self, *, budget: int, on_new_topics: Callable[[Sequence[TopicNode]], None]) -> None:
        self.root = TopicNode(b"", None)
        self.totals = Totals()
        self.budget = budget
        self._full_at = budget
        self._on_new_topics = on_new_topics
        self._nodes: dict[bytes, TopicNode] = {}
        self._new: list[TopicNode] = []
        self._dirty: list[TopicNode] = []

    def ingest(self, batch: Sequence[RawPublish], arrival: Arrival) -> None:
        """Take a batch in arrival order. Nothing is decoded, formatted, logged or posted here."""
        find, dirty, held, size = self._nodes.get, self._dirty.append, 0, 0
        for head, topic, rest in batch:
            node = find(topic) or self._add(topic)
            if node.count == node.settled:  # the first message since the last frame
                dirty(node)
            if head & RETAIN:
                head = self._note_retained(node, head, rest, arrival)  # noqa: PLW2901  the hot path copies nothing
            node.count += 1
            held += node.keep((arrival, head, rest))
            size += len(topic) + len(rest)
        totals = self.totals
        totals.received += len(batch)
        totals.received_bytes += size
        totals.held += held
        if totals.held > self._full_at:
            self._give_way()

    def settle(self, now: int) -> bool:
        """Carry what arrived up the branches; whether anything did. ``now``: nanoseconds since the epoch."""
        second = now // _NANOSECONDS
        arrived = bool(self._dirty)
        if self._new:
            new, self._new = self._new, []
            for node in new:
                _count_topic(node)
            self._on_new_topics(new)
        for node in self._dirty:
            delta = node.count - node.settled
            live = delta - node.unrated
            node.settled, node.unrated = node.count, 0
            live_at = node.newest[0].received_at if live and node.newest else 0
            up: TopicNode | None = node
            while up is not None:
                up.messages += delta
                if live:
                    up.live_at = max(up.live_at, live_at)
                    rates.beat(up, live, second)
                up = up.parent
        self._dirty.clear()
        return arrived

    def find(self, topic: bytes) -> TopicNode | None:
        """The node of a topic that was received."""
        return self._nodes.get(topic)

    def topics(self) -> Iterator[tuple[bytes, TopicNode]]:
        """All topics, in order of their first message."""
        return iter(self._nodes.items())

    def __len__(self) -> int:
        """How many topics there are."""
        return len(self._nodes)

    def clear(self) -> None:
        """Forget every topic and message; the counters go on, what was kept counts as forgotten."""
        self.totals.forgotten = self.totals.received - self.totals.evicted
        self.totals.held = 0
        self._full_at = self.budget
        self.root = TopicNode(b"", None)
        self._nodes.clear()
        self._new.clear()
        self._dirty.clear()

    def _add(self, topic: bytes) -> TopicNode:
        node, cost = self.root, TOPIC_COST + len(topic)
        for level in topic.split(b"/", DEEPEST - 1):
            child = node.children.get(level)
            if child is None:
                child = node.add_child(level)
                cost += NODE_COST + len(level) + len(child.key)
            node = child
        node.topic = topic
        self._nodes[topic] = node
        self._new.append(node)
        self.totals.held += cost
        return node

    @staticmethod
    def _note_retained(node: TopicNode, head: int, rest: bytes, arrival: Arrival) -> int:
        """Learn what the broker holds; mark the message that it had stored before we subscribed (it comes first)."""
        node.is_retained = payload_offset(head, rest, arrival.protocol) < len(rest)
        if arrival.protocol >= Protocol.V5 and not _may_be_stored(node, arrival):
            return head  # live, its flag kept by retain-as-published
        node.unrated += 1
        return head | STORED

    def _give_way(self) -> None:
        """Evict down to nine tenths of the budget, from the longest histories.

        Where that cannot be reached, the next try waits until a tenth was added: this walks over all topics.
        """
        totals = self.totals
        rich = [node for node in self._nodes.values() if node.older]
        level = _water_level([node.spare for node in rich], totals.held - self.budget * 9 // 10)
        for node in rich:
            while node.spare > level:
                totals.held -= node.evict_oldest()
                totals.evicted += 1
        self._full_at = max(self.budget, totals.held * 11 // 10)


def _may_be_stored(node: TopicNode, arrival: Arrival) -> bool:
    """Whether a retained message may answer a SUBSCRIBE: the first of its topic, or the first since that, and soon."""
    if not arrival.epoch:
        return False  # nothing was subscribed to: a session was resumed
    if node.newest is None:
        return True
    is_first = node.newest[0].epoch < arrival.epoch
    return is_first and arrival.received_at - arrival.epoch <= STORED_WITHIN


def _count_topic(node: TopicNode | None) -> None:
    while node is not None:
        node.topics += 1
        node = node.parent


def _water_level(held: list[int], excess: int) -> int:
    """The height to which all of ``held`` must be cut to save ``excess`` together."""
    held.sort(reverse=True)
    above = 0
    for number, height in enumerate(held):
        if above - number * height >= excess:  # cutting the first ``number`` down to this height is enough
            return (above - excess) // number
        above += height
    return max(0, (above - excess) // len(held)) if held else 0
