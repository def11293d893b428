"""TopicStore against a list of all that was received: what it keeps, counts and gives up."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mqtt_tui.model.application_message import RawPublish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store import eviction, message_log, topic_store
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_node import ARRIVAL_COST, FOLDED, NAME_COST, NODE_COST, RECORD_COST, TopicNode
from mqtt_tui.store.topic_store import TOPIC_COST, TopicStore
from tests.support.arriving import At, deliver

NAMES = [b"a", b"a/b", b"a/b/c", b"a/x", b"", b"/", b"d", b"d/e/f", b"$SYS/x", b"q", *(b"n/%d" % n for n in range(20))]
SECOND = 1_000_000_000

topics = st.sampled_from(NAMES)
sizes = st.sampled_from([0, 0, 10, 10, 100, 300, 1_000, 3_000])
batches = st.lists(st.tuples(topics, sizes, st.sampled_from([0x30, 0x30, 0x30, 0x31])), max_size=25)


class StoreAgainstList(RuleBasedStateMachine):
    """Segments and parts of a frame are short, so that a few messages fill many."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for module in (message_log, eviction):
            self.patch.setattr(module, "SEGMENT", 8)
        self.patch.setattr(topic_store, "_PART", 3)
        self.parts: Iterator[bool] = iter(())
        self.gone: set[TopicNode] = set()  # levels that are no more, since the last look
        self.parents: dict[TopicNode, TopicNode | None] = {}
        self.store = TopicStore(MemoryBudget(25_000), on_gone=self._note_gone)
        self.numbers = count()
        self.received = 0
        self.now = SECOND
        self._forget()

    def teardown(self) -> None:
        self.patch.undo()

    def _forget(self) -> None:
        self.sent: dict[bytes, list[tuple[int, bytes]]] = {}  # of each topic, since it is there
        self.names: set[bytes] = set()
        self.folded_topics = self.folded_messages = 0
        self.is_settled = True

    def _publish(self, topic: bytes, size: int, head: int) -> RawPublish:
        number = next(self.numbers)
        rest = b"%06d" % number + bytes(size)
        self.sent.setdefault(topic, []).append((number, rest))
        self.names.update(topic.split(b"/"))
        self.received += 1
        return head, topic, rest

    @rule(batch=batches)
    def messages_arrive(self, batch: list[tuple[bytes, int, int]]) -> None:
        there = {topic for topic, _ in self.store.topics()}
        deliver(self.store, [self._publish(*one) for one in batch], At(self.now, Protocol.V311, epoch=1))
        assert {topic for topic, _ in self.store.topics()} == there | {topic for topic, _, _ in batch}
        self.is_settled = self.is_settled and not batch

    @rule(topic=topics, number=st.integers(1, 40), size=sizes)
    def one_topic_chatters(self, topic: bytes, number: int, size: int) -> None:
        self.messages_arrive([(topic, size, 0x30)] * number)

    @rule(first=st.integers(0, 100), number=st.integers(5, 25), size=st.sampled_from([100, 1_000, 2_000]))
    def a_crowd_of_topics_comes(self, first: int, number: int, size: int) -> None:
        self.messages_arrive([(b"n/%d/x" % (first + topic), size, 0x30) for topic in range(number)])
        self.a_frame_is_drawn(0)

    @rule(is_forward=st.booleans(), read=st.integers(1, 30), batch=batches)
    def the_log_is_read_while_more_comes(
        self, is_forward: bool, read: int, batch: list[tuple[bytes, int, int]]
    ) -> None:
        log = self.store.log
        before = {id(message.rest) for message in log.oldest_first()}
        reading = log.oldest_first() if is_forward else log.newest_first()
        found = [message.rest for message in islice(reading, read)]
        self.messages_arrive(batch)
        self.a_frame_is_drawn(0)
        found += [message.rest for message in reading]
        numbers = [int(rest[:6]) for rest in found]
        assert numbers == sorted(set(numbers), reverse=not is_forward)
        there = {id(message.rest) for message in log.oldest_first()}
        missing = there - {id(rest) for rest in found}
        assert not missing & before

    @rule(limit=st.sampled_from([6_000, 25_000, 25_000, 60_000]))
    def the_budget_changes(self, limit: int) -> None:
        self.store.budget.limit = limit

    @rule()
    def everything_is_cleared(self) -> None:
        self.store.clear()
        self._forget()

    @rule(seconds=st.integers(0, 3))
    def a_frame_is_drawn(self, seconds: int) -> None:
        self.now += seconds * SECOND
        self._settle(lambda: self.store.settle(self.now))
        self.is_settled = True

    @rule()
    def a_part_of_a_frame_is_settled(self) -> None:
        if self._settle(lambda: next(self.parts, None)) is None:
            self.parts = self.store.settling(self.now)

    def _settle(self, act: Callable[[], bool | None]) -> bool | None:
        """Let ``act`` settle something, and look at what was folded."""
        before = dict(self.store.topics())
        self.parents = {node: node.parent for node in self.store.root.branch()}
        self.gone.clear()
        has_news = act()
        there = dict(self.store.topics())
        folded = before.keys() - there.keys()
        if folded and there:  # the longest silent ones
            assert max(self.sent[topic][-1][0] for topic in folded) < min(self.sent[topic][-1][0] for topic in there)
        for topic in folded:
            self.folded_topics += 1
            self.folded_messages += len(self.sent.pop(topic))
        assert self.parents.keys() - set(self.store.root.branch()) == self.gone
        return has_news

    def _note_gone(self, nodes: Sequence[TopicNode]) -> None:
        still = set(self.store.root.branch())
        levels = [node for node in nodes if node not in still]
        for at, node in enumerate(levels):
            assert self.parents[node] not in levels[:at]  # each before the one above it
        assert all(node.topic is None and node.children for node in set(nodes) & still)
        self.gone.update(levels)

    # ---------------------------------------------------------------- what holds at any time

    @invariant()
    def the_newest_messages_of_each_topic_are_kept_in_the_order_of_their_arrival(self) -> None:
        assert [topic for topic, _ in self.store.topics()] == list(self.sent)
        expected: list[tuple[int, bytes, bytes]] = []
        for topic, node in self.store.topics():
            assert (node.topic, node.count) == (topic, len(self.sent[topic]))
            assert 1 <= node.kept <= node.count
            expected += [(number, topic, rest) for number, rest in self.sent[topic][-node.kept :]]
            assert [message.rest for message in node.messages_kept()] == [
                rest for _, rest in self.sent[topic][-node.kept :]
            ]
        expected.sort()
        found = list(self.store.log.oldest_first())
        assert [(message.topic, message.rest) for message in found] == [(topic, rest) for _, topic, rest in expected]
        assert list(self.store.log.newest_first()) == found[::-1]
        for message in found[:: max(1, len(found) // 3)]:
            since = message.arrival.serial
            assert list(self.store.log.oldest_first(since)) == [one for one in found if one.arrival.serial >= since]

    @invariant()
    def every_message_is_counted_once(self) -> None:
        totals = self.store.totals
        assert totals.received == self.received == totals.stored + totals.evicted + totals.dropped
        assert totals.stored == sum(node.kept for _, node in self.store.topics()) == len(self.store.log)

    @invariant()
    def what_is_held_is_what_is_there(self) -> None:
        messages = sum(len(message.rest) + RECORD_COST for message in self.store.log.oldest_first())
        names = sum(NAME_COST + 2 * len(name) for name in self.names)
        own = sum(TOPIC_COST + len(topic) for topic, _ in self.store.topics())
        nodes = sum(not node.is_folded for node in self.store.root.branch()) - 1
        arrivals = sum(segment.arrivals for segment in self.store.log.segments)
        assert arrivals >= len({message.arrival.serial for message in self.store.log.oldest_first()})
        assert self.store.totals.held == messages + names + own + nodes * NODE_COST + arrivals * ARRIVAL_COST

    @invariant()
    def a_frame_leaves_the_budget_kept_and_the_sums_exact(self) -> None:
        if not self.is_settled:
            return
        store, row = self.store, self.store.root.child(FOLDED)
        counted = (row.topics, row.messages) if row else (0, 0)
        assert counted == (self.folded_topics, self.folded_messages)
        for node in store.root.branch():
            if node is row:
                continue
            below: Sequence[TopicNode] = [child for child in node.children if child is not row]
            assert node.topics == (node.topic is not None) + sum(child.topics for child in below)
            own = node.count if node.topic is not None else 0
            folded = self.folded_messages if node is store.root else 0  # the root's sum never shrinks
            assert node.messages == own + folded + sum(child.messages for child in below)
            assert node.topic is not None or below or node is store.root


class BudgetAtEachFrame(StoreAgainstList):
    """As above, with one budget all the time."""

    @rule(limit=st.none())
    def the_budget_changes(self, limit: int | None) -> None:
        pass

    @invariant()
    def the_budget_is_kept(self) -> None:
        if self.is_settled:
            assert self.store.totals.held <= self.store.budget.limit


TestStoreAgainstList = StoreAgainstList.TestCase
TestStoreAgainstList.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestBudgetAtEachFrame = BudgetAtEachFrame.TestCase
TestBudgetAtEachFrame.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
