"""RowIndex against a naive flattening of the same tree."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mqtt_tui.model.application_message import Arrival, raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.rows import Match, RowIndex, Sort
from mqtt_tui.store.topic_node import TopicNode, natural_key
from mqtt_tui.store.topic_store import TopicStore

levels = st.sampled_from([b"a", b"b", b"B2", b"b10", b"", b"$SYS", b"c"])
topics = st.lists(levels, min_size=1, max_size=5).map(b"/".join)


class RowsAgainstFlattening(RuleBasedStateMachine):
    """Whatever is done to the tree, rows are what a plain walk over it would give.

    Where counters make the order, it is that of the last ``resort``; what came since may stand anywhere among its
    siblings, but is there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.store = TopicStore(budget=1 << 30, on_new_topics=self._place)
        self.rows = RowIndex(self.store.root)
        self.match: Match | None = None
        self.is_in_order = True

    def _place(self, new: Sequence[TopicNode]) -> None:
        self.rows.add_topics(new)

    @rule(batch=st.lists(topics, max_size=6))
    def messages_arrive(self, batch: list[bytes]) -> None:
        raw = [raw_publish(topic, b"x", protocol=Protocol.V5) for topic in batch]
        self.store.ingest(raw, Arrival(1, Protocol.V5, 0))
        self.store.settle(1)
        self.is_in_order = self.is_in_order and (not batch or self.rows.sort is Sort.NAME)

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
        if node is not None and (self.match is None or self.match(topic)):
            self.rows.reveal(node)
            assert self.rows.row_of(node) is not None

    def _is_shown(self, node: TopicNode) -> bool:
        return any(self.match is None or (n.topic is not None and self.match(n.topic)) for n in node.branch())

    def _flattened(self, node: TopicNode) -> list[TopicNode]:
        found: list[TopicNode] = []
        shown = [child for child in node.children.values() if self._is_shown(child)]
        for child in sorted(shown, key=self._key):
            found.append(child)
            if self.rows.is_open(child):
                found.extend(self._flattened(child))
        return found

    def _key(self, node: TopicNode) -> tuple[object, ...]:
        if not self.is_in_order:
            return (self.rows.row_of(node),)
        number = {Sort.NAME: 0, Sort.MESSAGES: -node.messages, Sort.TOPICS: -node.topics, Sort.RECENT: -node.live_at}
        broker = node.depth == 0 and node.name.startswith(b"$")
        return broker, number[self.rows.sort], natural_key(node.name), node.name

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
            assert self.rows.matched == sum(self.match(topic) for topic, _ in self.store.topics())


TestRowsAgainstFlattening = RowsAgainstFlattening.TestCase
TestRowsAgainstFlattening.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_between_two_resorts_no_row_moves_and_new_ones_stand_behind_their_siblings() -> None:
    def place(new: Sequence[TopicNode]) -> None:
        rows.add_topics(new)

    store = TopicStore(budget=1 << 30, on_new_topics=place)
    rows = RowIndex(store.root)

    def receive(*topics: bytes) -> list[bytes]:
        store.ingest([raw_publish(topic, b"x", protocol=Protocol.V5) for topic in topics], Arrival(1, Protocol.V5, 0))
        store.settle(1)
        return [node.name for node in rows.window(0, 9)]

    rows.sort_by(Sort.MESSAGES)
    assert receive(b"b", b"c", b"c") == [b"c", b"b"]
    assert receive(b"a", b"a", b"a", b"b", b"b", b"b", b"b") == [b"c", b"b", b"a"]
    rows.resort()
    assert receive() == [b"b", b"a", b"c"]


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_numbers_in_names_sort_by_value(numbers: list[int]) -> None:
    names = [f"press-{number}".encode() for number in numbers]
    assert sorted(names, key=natural_key) == [f"press-{number}".encode() for number in sorted(numbers)]
