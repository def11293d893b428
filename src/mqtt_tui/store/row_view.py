"""Which nodes are rows on the screen, and where.

There is no list of rows. Every node knows how many rows its branch takes, so that opening, closing and adding cost the
depth of the tree, and row ``y`` is found by descending: 200,000 rows are as quick as 200.
"""

from bisect import bisect_left
from collections.abc import Callable
from enum import StrEnum
from operator import attrgetter
from typing import Any

from mqtt_tui.store.topic_node import TopicNode

Match = Callable[[bytes], bool]
"""Whether a topic is to be shown."""


class Sort(StrEnum):
    """Order among siblings."""

    NAME = "name"
    MESSAGES = "messages"
    TOPICS = "topics"
    RECENT = "recent"


natural_order = attrgetter("key", "name")
_KEYS: dict[Sort, Callable[[TopicNode], Any]] = {
    Sort.NAME: natural_order,
    Sort.MESSAGES: lambda node: (node.rank, -node.messages, node.key, node.name),
    Sort.TOPICS: lambda node: (node.rank, -node.topics, node.key, node.name),
    Sort.RECENT: lambda node: (node.rank, -node.live_at, node.key, node.name),
}


class RowView:
    """The open part of the tree as rows from 0 to ``len(rows) - 1``, to be read.

    Args:
        root: of the tree; it has no row itself.
    """

    def __init__(self, root: TopicNode) -> None:
        self.sort = Sort.NAME
        self._match: Match | None = None
        self._reset(root)

    def _reset(self, root: TopicNode) -> None:
        self.root = root
        self._generation = 0  # grows when orders are no longer right
        self._filter_generation = 0
        self._matched: dict[TopicNode, None] = {}  # what the filter shows, each below before what is above it
        self._hits: set[TopicNode] = set()  # of these, the topics that it found
        self._open: set[TopicNode] = {root}
        self._open_before: set[TopicNode] | None = None  # what was open before a filter came
        root.rows = 1

    def __len__(self) -> int:
        return self.root.rows - 1

    @property
    def is_filtered(self) -> bool:
        """Whether only matching topics and what leads to them are rows."""
        return self._match is not None

    @property
    def matched(self) -> int:
        """How many topics the filter found."""
        return len(self._hits)

    def is_open(self, node: TopicNode) -> bool:
        """Whether the children of ``node`` are rows."""
        return node in self._open

    def children(self, node: TopicNode) -> list[TopicNode]:
        """Those that are shown, in order. To be read only."""
        if node.order is None or node.order_generation not in (self._generation, self._loose):
            node.order = sorted(self._shown_children(node), key=_KEYS[self.sort])
        elif node.order_generation == self._loose:
            node.order.sort(key=natural_order)  # two sorted runs, mostly: nearly linear
        node.order_generation = self._generation
        return node.order

    @property
    def _loose(self) -> int:
        """The generation of an order that is right but for those at its end, which came later."""
        return -2 - self._generation

    def _shown_children(self, node: TopicNode) -> list[TopicNode]:
        if self._match is None:
            return [child for child in node.children if child.rows]
        return [child for child in node.children if child.shown_in == self._filter_generation]

    def window(self, first: int, count: int) -> list[TopicNode]:
        """The nodes of ``count`` rows from ``first`` on; fewer at the end."""
        if not 0 <= first < len(self):
            return []
        trail: list[tuple[list[TopicNode], int]] = []
        parent, skip = self.root, first
        while True:
            siblings = self.children(parent)
            at = _step(parent, siblings, skip)
            skip -= _rows_before(parent, siblings, at)
            if not skip:
                trail.append((siblings, at))
                break
            trail.append((siblings, at + 1))
            parent, skip = siblings[at], skip - 1
        found: list[TopicNode] = []
        while trail and len(found) < count:
            siblings, at = trail.pop()
            if at == len(siblings):
                continue
            trail.append((siblings, at + 1))
            found.append(siblings[at])
            if siblings[at].rows > 1:
                trail.append((self.children(siblings[at]), 0))
        return found

    def node_at(self, row: int) -> TopicNode | None:
        """The node of one row, None outside."""
        found = self.window(row, 1)
        return found[0] if found else None

    def row_of(self, node: TopicNode) -> int | None:
        """Where ``node`` stands; None while a closed branch or the filter hides it."""
        row = -1
        while node is not self.root:
            parent = node.parent
            if parent is None or parent not in self._open or not self._is_shown(node):
                return None
            siblings = self.children(parent)
            row += 1 + _rows_before(parent, siblings, self._position(siblings, node))
            node = parent
        return row

    def _position(self, siblings: list[TopicNode], node: TopicNode) -> int:
        if self.sort is Sort.NAME:
            return bisect_left(siblings, natural_order(node), key=natural_order)
        return siblings.index(node)

    def _is_shown(self, node: TopicNode) -> bool:
        return node.rows > 0 and (self._match is None or node.shown_in == self._filter_generation)


def _step(parent: TopicNode, siblings: list[TopicNode], skip: int) -> int:
    if parent.rows - 1 == len(siblings):  # none of them is open
        return skip
    for at, node in enumerate(siblings):
        if skip < node.rows:
            return at
        skip -= node.rows
    raise AssertionError("a branch has fewer rows than it counts")


def _rows_before(parent: TopicNode, siblings: list[TopicNode], at: int) -> int:
    if parent.rows - 1 == len(siblings):
        return at
    return sum([node.rows for node in siblings[:at]])
