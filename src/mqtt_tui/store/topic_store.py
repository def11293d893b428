"""Everything that was received, by topic and in order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mqtt_tui.garbage import Freezer
from mqtt_tui.model.application_message import RETAIN, Arrival, payload_offset
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.eviction import Eviction
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.message_log import MessageLog
from mqtt_tui.store.settling import settle
from mqtt_tui.store.topic_node import ARRIVAL_COST, FOLDED, NAME_COST, NODE_COST, RECORD_COST, TopicNode

DEEPEST = 128
"""Levels of the tree; what lies deeper is folded into the last one, so that nothing here or above has to recurse."""

TOPIC_COST = 130
"""Bytes that a topic costs besides its name, its messages and the nodes made for it: name object, entry, history."""

_NANOSECONDS = 1_000_000_000

STORED_WITHIN = 10 * _NANOSECONDS
"""How long after a SUBSCRIBE a broker may still be sending what it had stored.

It begins at once (MQTT 5.0, 3.3.1.3), and a hundred thousand topics take a slow one some seconds. What a known topic
gets later is live, its flag kept by retain-as-published.
"""

_SLACK = 10
"""The part of the budget (a tenth) below which the topics that hold most are cut when they are chosen."""

_SHARED_NAMES = 4096
"""Names of levels that are kept once for all who bear them: most brokers have fewer, or have them only once."""

_LONGEST_SHARED = 32
"""Bytes of the longest of them: they stay when their topics are folded."""

_MARGIN = 64
"""Folding frees so much of the budget (a 64th) more than is needed, so that it need not be done for every topic."""

_PART = 500
"""Topics that are settled in one go; each with the levels above it takes up to three microseconds."""

_HARDLY_ANY = 16
"""Where not one message in so many could give way without its topic, topics do."""


@dataclass(slots=True)
class Totals:
    """Counters since the start; ``received`` = ``stored`` + ``evicted`` + ``dropped``."""

    received: int = 0
    """Messages."""
    received_bytes: int = 0
    """Topic names and what follows them."""
    evicted: int = 0
    """Messages given up for the memory budget."""
    dropped: int = 0
    """Messages given up because the user asked for it."""
    folded: int = 0
    """Topics given up for the memory budget; one that comes back and goes again counts twice."""
    held: int = 0
    """Bytes that topics and kept messages cost."""

    @property
    def stored(self) -> int:
        """Messages at hand."""
        return self.received - self.evicted - self.dropped


def _nobody() -> None:
    pass


def _ignore(_nodes: Sequence[TopicNode]) -> None:
    pass


class TopicStore:
    """Topics in a tree, found by their bytes; their newest messages, and the order of all, within one budget.

    At the limit the topics that hold most give way first, oldest messages first; the newest message of a topic goes
    last, together with the topic: the longest silent ones are folded into a row that counts them.

    Args:
        budget: shared by all stores of the process.
        on_new_topics: told what ``settle`` finds to be new, some hundred topics at once.
        on_gone: told what ``settle`` folds away, little by little: levels that are gone, each before the one above it,
            and then those that are no topics any more.
    """

    def __init__(
        self,
        budget: MemoryBudget,
        *,
        on_new_topics: Callable[[Sequence[TopicNode]], None] = _ignore,
        on_gone: Callable[[Sequence[TopicNode]], None] = _ignore,
    ) -> None:
        self.root = TopicNode(b"", None)
        self.totals = Totals()
        self.log = MessageLog()
        self.budget = budget
        budget.join(self)
        self._eviction = Eviction(self.log)
        self.on_news: Callable[[], None] = _nobody
        """Called when something arrives and all before is settled; must return at once."""
        self._freezer = Freezer()
        self._on_new_topics = on_new_topics
        self._on_gone = on_gone
        self._nodes: dict[bytes, TopicNode] = {}
        self._names: dict[bytes, bytes] = {}
        self._new: list[TopicNode] = []
        self._dirty: list[TopicNode] = []

    # ---------------------------------------------------------------- what comes in

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        """Take messages of one read, in order. Nothing is decoded, formatted, logged or posted here.

        About 0.15 µs a message where topics are known and all came the same way (bench/store.py).
        """
        nodes: list[Any] = list(map(self._nodes.get, topics))
        if not all(nodes):
            nodes = [self._nodes.get(topic) or self._add(topic) for topic in topics]
        if not self._dirty:
            self.on_news()
        arrival, distinct, dirty = arrivals[0], 1, self._dirty.append
        if arrival.head & RETAIN or arrivals.count(arrival) < len(arrivals):
            distinct = self._keep_mixed(nodes, rests, arrivals)
        else:
            for node, rest in zip(nodes, rests, strict=True):
                append = node.history.append
                append(arrival)
                append(rest)
                if not node.is_dirty:
                    node.is_dirty = True
                    dirty(node)
        self.log.append(nodes, arrival.serial, distinct)
        size = sum(map(len, rests))
        totals = self.totals
        totals.received += len(nodes)
        totals.received_bytes += size + sum(map(len, topics))
        totals.held += size + RECORD_COST * len(nodes) + ARRIVAL_COST * distinct
        self.budget.keep()

    def _keep_mixed(self, nodes: Sequence[TopicNode], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> int:
        """As the loop of ``ingest``, where some have RETAIN or another first byte; how many distinct arrivals."""
        arrivals = _with_stored(nodes, rests, arrivals)
        for node, rest, arrival in zip(nodes, rests, arrivals, strict=True):
            node.history += (arrival, rest)
            if not node.is_dirty:
                node.is_dirty = True
                self._dirty.append(node)
        return len(set(arrivals))

    def _add(self, topic: bytes) -> TopicNode:
        node, cost, names = self.root, TOPIC_COST + len(topic), self._names
        for level in topic.split(b"/", DEEPEST - 1):
            child = node.child(level)
            if child is None:
                name = names.get(level)
                if name is None:
                    name = level
                    cost += NAME_COST + 2 * len(level)
                    if len(names) < _SHARED_NAMES and len(level) <= _LONGEST_SHARED:
                        names[name] = name
                child = node.add_child(name)
                cost += NODE_COST
            node = child
        node.topic = topic
        node.history = []
        self._nodes[topic] = node
        self._new.append(node)
        self.totals.held += cost
        return node

    # ---------------------------------------------------------------- for each frame

    def settle(self, now: int) -> bool:
        """Carry what arrived up the branches; whether anything did. ``now``: nanoseconds since the epoch."""
        return any(list(self.settling(now)))

    def settling(self, now: int) -> Iterator[bool]:
        """As ``settle``, in parts of a millisecond or two, between which messages may come and keys be answered.

        What comes after the first part is for the next time.
        """
        second, new, dirty = now // _NANOSECONDS, len(self._new), len(self._dirty)
        while new > 0:
            new -= self._place(_PART, second)
            yield True
        while dirty > 0:
            dirty -= self._carry_up(_PART, second)
            yield True
        self.budget.keep()
        if not self._has_spare and self.budget.falls_to(self):
            left = self.budget.excess + self.budget.limit // _MARGIN
            while left > 0 and (freed := self._fold(left, second)):
                left -= freed
                yield True
        self._freezer.settled(second)
        yield False

    def _place(self, number: int, second: int) -> int:
        """Count so many of the new topics, and tell of them; how many that were, or ``number`` if there are no more."""
        new = self._new[:number]
        del self._new[:number]
        for node in new:
            _count_topics(node, 1)
        self._on_new_topics(new)
        self._freezer.grew(len(new), second)
        return len(new) or number

    def _carry_up(self, number: int, second: int) -> int:
        """Carry up what came for so many topics; returns as ``_place``."""
        dirty = self._dirty[:number]
        del self._dirty[:number]
        if dirty:
            settle(dirty, second)
        return len(dirty) or number

    # ---------------------------------------------------------------- what is there

    def find(self, topic: bytes) -> TopicNode | None:
        """The node of a topic that was received."""
        return self._nodes.get(topic)

    def topics(self) -> Iterator[tuple[bytes, TopicNode]]:
        """All topics, in order of their first message."""
        return iter(self._nodes.items())

    def __len__(self) -> int:
        """How many topics there are."""
        return len(self._nodes)

    @property
    def whole_since(self) -> int:
        """Nanoseconds since the epoch: every message that came later is still there. 0: none has given way."""
        return self._eviction.whole_since

    @property
    def held(self) -> int:
        """Bytes, for the budget."""
        return self.totals.held

    def clear(self) -> None:
        """Forget every topic and message; the counters go on, what was kept counts as dropped."""
        self.totals.dropped += self.totals.stored
        self.totals.held = 0
        self.root = TopicNode(b"", None)
        for node in self._nodes.values():
            node.forget()  # the messages go at once, the nodes when the garbage collector comes
        self.log.clear()
        self._eviction.reset()
        self._nodes.clear()
        self._names.clear()
        self._new.clear()
        self._dirty.clear()
        self._freezer.cleared()

    # ---------------------------------------------------------------- the memory limit

    @property
    def _has_spare(self) -> bool:
        """Whether there are messages besides the newest of each topic, in a number worth a walk."""
        stored = self.totals.stored
        return (stored - len(self._nodes)) * _HARDLY_ANY > stored

    def give_way(self, excess: int) -> None:
        """Evict messages of about ``excess`` bytes; where only newest ones are left, ``settle`` folds topics."""
        if self._has_spare:
            evicted, freed = self._eviction.free(excess, self.budget.limit // _SLACK)
            self.totals.evicted += evicted
            self.totals.held -= freed

    def _fold(self, excess: int, second: int) -> int:
        """Give up some of what came longest ago, topics included; the bytes that this frees, 0 if there is no more."""
        self._place(len(self._new), second)  # what is not yet in the sums cannot be taken out of them
        self._carry_up(len(self._dirty), second)
        oldest, freed = self._eviction.take_oldest(excess, self.totals.stored - 1)
        folded: list[TopicNode] = []
        gone: list[TopicNode] = []
        messages = 0
        for node, number in oldest:
            self.totals.evicted += number
            if node.kept > number:
                freed += node.evict(number)
            else:
                messages += node.settled
                freed += self._remove(node, gone)
                folded.append(node)
        self.totals.held -= freed
        self._on_gone([*gone, *[node for node in folded if node.children]])
        if folded:
            self.totals.folded += len(folded)
            self._count_folded(len(folded), messages)
        return freed

    def _count_folded(self, topics: int, messages: int) -> None:
        row = self.root.child(FOLDED)
        if row is None:
            row = self.root.add_child(FOLDED)
            self._on_new_topics([row])
        row.topics += topics
        row.messages += messages

    def _remove(self, node: TopicNode, gone: list[TopicNode]) -> int:
        """Take a topic away, and the levels that only led to it; the bytes that this frees."""
        assert node.topic is not None  # noqa: S101  only topics are in the log
        del self._nodes[node.topic]
        freed = TOPIC_COST + len(node.topic) + node.evict(node.kept)
        messages, up = node.settled, node
        _count_topics(node, -1)
        while up.parent is not None:  # the root's sum goes over to the row of the folded
            up.messages -= messages
            up = up.parent
        node.forget()
        while node.topic is None and not node.children and node.parent is not None:
            node.parent.remove_child(node)
            gone.append(node)
            freed += NODE_COST
            if node.name not in self._names:
                freed += NAME_COST + 2 * len(node.name)
            node = node.parent
        return freed


def _with_stored(nodes: Sequence[TopicNode], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Mark what the broker had stored; it comes first, with RETAIN. Notes which topics have a retained message."""
    stored: dict[Arrival, Arrival] = {}
    first: set[TopicNode] = set()  # topics of which a message came in this read
    found: list[Arrival] = []
    for node, rest, arrival in zip(nodes, rests, arrivals, strict=True):
        if arrival.head & RETAIN:
            node.is_retained = payload_offset(arrival.head, rest, arrival.protocol) < len(rest)
            # before MQTT 5 all of them are: there is no retain as published
            if arrival.protocol < Protocol.V5 or (node not in first and _may_be_stored(node, arrival)):
                node.unrated += 1
                if arrival not in stored:
                    stored[arrival] = arrival.as_stored()
                arrival = stored[arrival]  # noqa: PLW2901  that is what this loop is for
        first.add(node)
        found.append(arrival)
    return found


def _may_be_stored(node: TopicNode, arrival: Arrival) -> bool:
    """Whether a retained message may answer a SUBSCRIBE: the first of its topic, or the first since that, and soon."""
    if not arrival.epoch:
        return False  # nothing was subscribed to: a session was resumed
    before = node.newest_arrival
    if before is None:
        return True
    return before.epoch < arrival.epoch and arrival.received_at - arrival.epoch <= STORED_WITHIN


def _count_topics(node: TopicNode | None, number: int) -> None:
    while node is not None:
        node.topics += number
        node = node.parent
