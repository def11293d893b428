"""RowIndex against a naive flattening of the same tree."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mqtt_tui.model.application_message import Arrival, raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store import eviction, message_log, row_view
from mqtt_tui.store import rows as rows_module
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.row_view import Match, Sort
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode, natural_key
from mqtt_tui.store.topic_store import TopicStore
from tests.support.arriving import At, deliver

levels = st.sampled_from([b"a", b"b", b"B2", b"b10", b"", b"$SYS", b"c"])
topics = st.lists(levels, min_size=1, max_size=5).map(b"/".join)


class RowsAgainstFlattening(RuleBasedStateMachine):
    """Whatever is done to the tree, rows are what a plain walk over it would give.

    Where counters make the order, it is that of the last ``resort``; what came since may stand anywhere among its
    siblings, but is there.
    """

    LIMIT = 1 << 30
    """Bytes for topics and messages."""

    def __init__(self) -> None:
        super().__init__()
        target = Target("rows", BrokerProfile(url="mqtt://nobody.invalid"))
        self.session = Session(target, budget=MemoryBudget(self.LIMIT))
        self.store, self.rows = self.session.store, self.session.rows
        self.match: Match | None = None
        self.is_in_order = True

    @rule(batch=st.lists(topics, max_size=6))
    def messages_arrive(self, batch: list[bytes]) -> None:
        batch = [topic for topic in batch if self._may_come(topic)]
        raw = [raw_publish(topic, b"x", protocol=Protocol.V5) for topic in batch]
        deliver(self.store, raw, At(1, Protocol.V5, 0))
        self._draw_frame()
        self.is_in_order = self.is_in_order and (not batch or self.rows.sort is Sort.NAME)

    def _draw_frame(self) -> None:
        self.store.settle(1)

    @rule(number=st.integers(0, 40))
    def a_branch_is_toggled(self, number: int) -> None:
        node = self.rows.node_at(number)
        if node is not None:
            (self.rows.close if self.rows.is_open(node) else self.rows.open)(node)

    @rule(number=st.integers(0, 40), opened=st.booleans())
    def a_subtree_is_opened_or_closed(self, number: int, opened: bool) -> None:
        node = self.rows.node_at(number)
        (self.rows.open_all if opened else self.rows.close_all)(node)

    @rule(needle=st.sampled_from([None, b"a", b"b1", b"/", b"zzz", b""]))
    def the_filter_changes(self, needle: bytes | None) -> None:
        self.match = None if needle is None else lambda topic: needle in topic
        self.is_in_order = self.is_in_order or needle is not None
        self.rows.filter(self.match, self.store.topics())

    @rule(sort=st.sampled_from(Sort))
    def the_order_changes(self, sort: Sort) -> None:
        self.rows.sort_by(sort)
        self.is_in_order = True

    @rule()
    def a_second_passes(self) -> None:
        self.rows.resort()
        self.is_in_order = True

    @rule(topic=topics)
    def a_topic_is_revealed(self, topic: bytes) -> None:
        node = self.store.find(topic)
        if node is not None and self._is_placed(node) and (self.match is None or self.match(topic)):
            self.rows.reveal(node)
            assert self.rows.row_of(node) is not None

    def _is_placed(self, node: TopicNode) -> bool:
        return True

    def _may_come(self, topic: bytes) -> bool:
        return True

    def _is_shown(self, node: TopicNode) -> bool:
        found = (n for n in node.branch() if self._is_placed(n))
        return any(self.match is None or (n.topic is not None and self.match(n.topic)) for n in found)

    def _flattened(self, node: TopicNode) -> list[TopicNode]:
        found: list[TopicNode] = []
        shown = [child for child in node.children if self._is_shown(child)]
        for child in sorted(shown, key=self._key):
            found.append(child)
            if self.rows.is_open(child):
                found.extend(self._flattened(child))
        return found

    def _key(self, node: TopicNode) -> tuple[object, ...]:
        if not self.is_in_order:
            return (self.rows.row_of(node),)
        number = {Sort.NAME: 0, Sort.MESSAGES: -node.messages, Sort.TOPICS: -node.topics, Sort.RECENT: -node.live_at}
        is_of_broker = node.depth == 0 and node.name.startswith(b"$")
        return node.is_folded, is_of_broker, number[self.rows.sort], natural_key(node.name), node.name

    @invariant()
    def rows_are_the_flattened_tree(self) -> None:
        expected = self._flattened(self.store.root)
        assert len(self.rows) == len(expected)
        assert self.rows.window(0, len(expected) + 5) == expected
        for number, node in enumerate(expected):
            assert self.rows.row_of(node) == number
            assert self.rows.node_at(number) is node
        assert self.rows.window(3, 4) == expected[3:7]
        if self.match is not None:
            assert self.rows.matched == sum(self.match(t) for t, node in self.store.topics() if self._is_placed(node))


class RowsWhereTopicsAreFolded(RowsAgainstFlattening):
    """As above, with a budget for a dozen topics, and new topics held back now and then."""

    LIMIT = 12_000

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for module in (message_log, eviction):
            self.patch.setattr(module, "SEGMENT", 1)
        self.patch.setattr(rows_module, "_SOME", 0)
        self.placed: set[TopicNode] | None = None  # while rows are held: what had one before

    def teardown(self) -> None:
        self.patch.undo()

    def _draw_frame(self) -> None:
        folded = self.store.totals.folded
        self.store.settle(1)
        if self.store.totals.folded > folded and self.match is not None:  # the next test but one
            self.rows.filter(self.match, self.store.topics())

    def _is_placed(self, node: TopicNode) -> bool:
        return self.placed is None or node in self.placed

    def _may_come(self, topic: bytes) -> bool:
        """While rows are held, no level that has one may become a topic: a filter would learn of it late."""
        node: TopicNode | None = self.store.root
        for level in topic.split(b"/"):
            node = node.child(level) if node else None
        return self.placed is None or node is None or node.topic is not None

    @rule(first=st.integers(0, 30), number=st.integers(1, 10), size=st.integers(0, 1_500))
    def a_crowd_of_topics_comes(self, first: int, number: int, size: int) -> None:
        raw = [
            raw_publish(b"crowd/%d/x" % topic, bytes(size), protocol=Protocol.V5)
            for topic in range(first, first + number)
        ]
        deliver(self.store, raw, At(1, Protocol.V5, 0))
        self._draw_frame()
        self.is_in_order = self.is_in_order and self.rows.sort is Sort.NAME

    @rule(first=topics, batch=st.lists(topics, min_size=1, max_size=4))
    def topics_come_and_the_older_ones_are_folded(self, first: bytes, batch: list[bytes]) -> None:
        self.messages_arrive([first])
        self.messages_arrive(batch)
        self.store.budget.limit = self.store.totals.held - 1
        self._draw_frame()
        self.store.budget.limit = self.LIMIT
        self.is_in_order = self.is_in_order and self.rows.sort is Sort.NAME

    @rule(held=st.booleans())
    def rows_are_held_or_not(self, held: bool) -> None:
        if held == (self.placed is not None):
            return
        self.placed = {node for node in self.store.root.branch() if node.rows} if held else None
        self.session.hold_rows(held=held)
        self.is_in_order = self.is_in_order and (held or self.rows.sort is Sort.NAME)

    @rule()
    def everything_is_forgotten(self) -> None:
        self.session.forget()
        if self.placed is not None:
            self.placed = {self.store.root}


TestRowsWhereTopicsAreFolded = RowsWhereTopicsAreFolded.TestCase
TestRowsWhereTopicsAreFolded.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestRowsAgainstFlattening = RowsAgainstFlattening.TestCase
TestRowsAgainstFlattening.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_a_flood_of_siblings_is_sorted_when_somebody_looks_and_not_for_every_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def place(new: Sequence[TopicNode]) -> None:
        rows.add_topics(new)

    compared = 0

    def counting_order(node: TopicNode) -> tuple[bytes, bytes]:
        nonlocal compared
        compared += 1
        return node.key, node.name

    store = TopicStore(MemoryBudget(1 << 30), on_new_topics=place)
    rows = RowIndex(store.root)
    for names in ([b"%d" % number for number in range(9_000)], [b"%d" % -number for number in range(1, 9_000)]):
        store.ingest(names, [b""] * len(names), [Arrival(1, protocol=Protocol.V5)] * len(names))
        store.settle(1)
        rows.window(0, 9)
        monkeypatch.setattr(row_view, "natural_order", counting_order)
        monkeypatch.setattr(rows_module, "natural_order", counting_order)
    assert compared < 40_000
    assert [node.name for node in rows.window(0, len(rows))] == sorted(
        (node.name for node in store.root.children), key=lambda name: (natural_key(name), name)
    )


def test_between_two_resorts_no_row_moves_and_new_ones_stand_behind_their_siblings() -> None:
    def place(new: Sequence[TopicNode]) -> None:
        rows.add_topics(new)

    store = TopicStore(MemoryBudget(1 << 30), on_new_topics=place)
    rows = RowIndex(store.root)

    def receive(*topics: bytes) -> list[bytes]:
        deliver(store, [raw_publish(topic, b"x", protocol=Protocol.V5) for topic in topics], At(1, Protocol.V5, 0))
        store.settle(1)
        return [node.name for node in rows.window(0, 9)]

    rows.sort_by(Sort.MESSAGES)
    assert receive(b"b", b"c", b"c") == [b"c", b"b"]
    assert receive(b"a", b"a", b"a", b"b", b"b", b"b", b"b") == [b"c", b"b", b"a"]
    rows.resort()
    assert receive() == [b"b", b"a", b"c"]


def test_a_filter_shows_neither_folded_topics_nor_levels_that_lead_only_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(message_log, "SEGMENT", 1)

    def place(new: Sequence[TopicNode]) -> None:
        rows.add_topics(new)

    def take_away(gone: Sequence[TopicNode]) -> None:
        rows.remove(gone)

    store = TopicStore(MemoryBudget(1 << 30), on_new_topics=place, on_gone=take_away)
    rows = RowIndex(store.root)
    for names in ([b"level/hit", b"hit", b"gone/hit"], [b"level/other", b"hit/other", b"new/hit"]):
        store.ingest(names, [b""] * 3, [Arrival(1, protocol=Protocol.V5)] * 3)
        store.settle(1)
    rows.filter(lambda topic: topic.endswith(b"hit"), store.topics())
    assert rows.matched == 4
    store.budget.limit = store.totals.held - 500
    store.settle(2)
    assert [topic for topic, _ in store.topics()] == [b"level/other", b"hit/other", b"new/hit"]
    assert ([node.path() for node in rows.window(0, 9)], rows.matched) == ([b"new", b"new/hit"], 1)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_numbers_in_names_sort_by_value(numbers: list[int]) -> None:
    names = [f"press-{number}".encode() for number in numbers]
    assert sorted(names, key=natural_key) == [f"press-{number}".encode() for number in sorted(numbers)]
