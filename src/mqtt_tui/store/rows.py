"""Which nodes are rows on the screen, and where.

There is no list of rows. Every node knows how many rows its branch takes, so that opening, closing and adding cost the
depth of the tree, and row ``y`` is found by descending: 200,000 rows are as quick as 200.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence
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


_natural = attrgetter("key", "name")
_KEYS: dict[Sort, Callable[[TopicNode], Any]] = {
    Sort.NAME: _natural,
    Sort.MESSAGES: lambda node: (node.is_of_broker, -node.messages, node.key, node.name),
    Sort.TOPICS: lambda node: (node.is_of_broker, -node.topics, node.key, node.name),
    Sort.RECENT: lambda node: (node.is_of_broker, -node.live_at, node.key, node.name),
}


class RowIndex:
    """The open part of the tree as rows from 0 to ``len(rows) - 1``.

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
        self._matched: list[TopicNode] = []  # what the filter shows, each below before what is above it
        self._hits: set[TopicNode] = set()  # of these, the topics that it found
        self._open: set[TopicNode] = {root}
        self._open_before: set[TopicNode] | None = None  # what was open before a filter came
        root.rows = 1

    def restart(self, root: TopicNode) -> None:
        """Begin anew on another tree; sort and filter stay."""
        match, self._match = self._match, None
        self._reset(root)
        if match is not None:
            self.filter(match, ())

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
        if node.order_generation != self._generation:
            node.order = sorted(self._shown_children(node), key=_KEYS[self.sort])
            node.order_generation = self._generation
        return node.order

    def _shown_children(self, node: TopicNode) -> list[TopicNode]:
        if self._match is None:
            return [child for child in node.children.values() if child.rows]
        return [child for child in node.children.values() if child.shown_in == self._filter_generation]

    def window(self, first: int, count: int) -> list[TopicNode]:
        """The nodes of ``count`` rows from ``first`` on; fewer at the end."""
        if not 0 <= first < len(self):
            return []
        trail: list[tuple[list[TopicNode], int]] = []
        parent, skip = self.root, first
        while True:
            siblings = self.children(parent)
            at = self._step(parent, siblings, skip)
            skip -= self._rows_before(parent, siblings, at)
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
            row += 1 + self._rows_before(parent, siblings, self._position(siblings, node))
            node = parent
        return row

    @staticmethod
    def _step(parent: TopicNode, siblings: list[TopicNode], skip: int) -> int:
        if parent.rows - 1 == len(siblings):  # none of them is open
            return skip
        for at, node in enumerate(siblings):
            if skip < node.rows:
                return at
            skip -= node.rows
        raise AssertionError("a branch has fewer rows than it counts")

    @staticmethod
    def _rows_before(parent: TopicNode, siblings: list[TopicNode], at: int) -> int:
        if parent.rows - 1 == len(siblings):
            return at
        return sum([node.rows for node in siblings[:at]])

    def _position(self, siblings: list[TopicNode], node: TopicNode) -> int:
        if self.sort is Sort.NAME:
            return bisect_left(siblings, _natural(node), key=_natural)
        return siblings.index(node)

    def _is_shown(self, node: TopicNode) -> bool:
        return node.rows > 0 and (self._match is None or node.shown_in == self._filter_generation)

    def open(self, node: TopicNode) -> None:
        """Show the children of ``node``; a child without siblings opens along, down to a choice."""
        while node.children and node not in self._open:
            self._open.add(node)
            children = self.children(node)
            self._add_rows(node, sum([child.rows for child in children]))
            if len(children) != 1:
                break
            node = children[0]

    def close(self, node: TopicNode) -> None:
        """Hide the children of ``node``; what is open below stays so for the next time."""
        if node in self._open and node is not self.root:
            self._add_rows(node, 1 - node.rows)
            self._open.discard(node)

    def open_all(self, top: TopicNode | None = None) -> None:
        """Open the whole branch of ``top``, without it the whole tree."""
        self._set_all(top or self.root, opened=True)

    def close_all(self, top: TopicNode | None = None) -> None:
        """Close ``top`` and everything below it, without it the whole tree."""
        self._set_all(top or self.root, opened=False)

    def reveal(self, node: TopicNode) -> None:
        """Open all branches above ``node``."""
        above: list[TopicNode] = []
        if not node.rows:  # it has no place yet
            return
        while node.parent is not None:
            node = node.parent
            above.append(node)
        for parent in reversed(above):
            if parent not in self._open:
                self._open.add(parent)
                self._add_rows(parent, sum([child.rows for child in self.children(parent)]))

    def _set_all(self, top: TopicNode, *, opened: bool) -> None:
        branches = [node for node in _branches(top) if self._is_shown(node) or node is self.root]
        if opened:
            self._open.update(branches)
        else:
            self._open.difference_update(branches)
            self._open.add(self.root)
        was = top.rows
        for node in reversed(branches):
            node.rows = 1 + sum([child.rows for child in self._shown_children(node)]) if node in self._open else 1
        now, top.rows = top.rows, was
        self._add_rows(top, now - was)

    def _add_rows(self, node: TopicNode, rows: int) -> None:
        """Let ``node`` take so many rows more, and all above it up to a closed one."""
        node.rows += rows
        up = node.parent
        while up is not None and up in self._open:
            up.rows += rows
            up = up.parent

    def add_topics(self, topics: Sequence[TopicNode]) -> None:
        """Give rows to nodes that became topics, and to new branches above them."""
        grown: dict[TopicNode, list[TopicNode]] = {}
        for topic in topics:
            if self._match is None:
                self._place(topic, grown)
            else:
                _place_hidden(topic)
                if topic.topic is not None and self._match(topic.topic):
                    self._show(topic, grown)
        for parent, children in grown.items():
            self._merge(parent, children)

    def _place(self, node: TopicNode, grown: dict[TopicNode, list[TopicNode]]) -> None:
        while node.rows == 0 and node.parent is not None:
            node.rows = 1
            grown.setdefault(node.parent, []).append(node)
            if node.parent.rows and node.parent in self._open:
                self._add_rows(node.parent, 1)
            node = node.parent

    def _merge(self, parent: TopicNode, children: list[TopicNode]) -> None:
        """Put ``children`` into the order that ``parent`` has, if it has one; where ``resort`` orders, at its end."""
        if parent.order_generation != self._generation:
            return
        if self.sort is not Sort.NAME:
            parent.order += children
        elif len(children) > 16:
            parent.order += children
            parent.order.sort(key=_natural)  # two sorted runs at most: nearly linear
        else:
            for child in children:
                insort(parent.order, child, key=_natural)

    def filter(self, match: Match | None, topics: Iterable[tuple[bytes, TopicNode]]) -> None:
        """Show only what ``match`` accepts of ``topics``, all branches open; None shows everything as it was before."""
        if match is None:
            self._unfilter()
            return
        if self._open_before is None:
            self._open_before = self._open
        self._match = match
        self._generation += 1
        self._filter_generation = self._generation
        self._forget_matched()
        self._open = {self.root}
        for topic, node in topics:
            if node.rows and match(topic):
                self._hits.add(node)
                self._mark(node)
        self.root.rows = 1
        for node in self._matched:
            node.rows = 1
        for node in sorted(self._matched, key=attrgetter("depth"), reverse=True):
            if node.parent is not None:
                node.parent.rows += node.rows
                self._open.add(node.parent)

    def _mark(self, node: TopicNode) -> TopicNode:
        """Let the filter show ``node`` and what leads to it; the first node above that was shown already."""
        while node.shown_in != self._filter_generation and node.parent is not None:
            node.shown_in = self._filter_generation
            self._matched.append(node)
            node = node.parent
        return node

    def _show(self, topic: TopicNode, grown: dict[TopicNode, list[TopicNode]]) -> None:
        """Let the filter show one more topic."""
        self._hits.add(topic)
        first = len(self._matched)
        above = self._mark(topic)
        rows = 0
        for node in self._matched[first:]:
            node.rows = rows = rows + 1
            if node is not topic:
                self._open.add(node)
            if node.parent is not None:
                grown.setdefault(node.parent, []).append(node)
        if rows and above in self._open:
            self._add_rows(above, rows)

    def _unfilter(self) -> None:
        if self._open_before is None:
            return
        self._match = None
        self._open, self._open_before = self._open_before, None
        self._generation += 1
        self._forget_matched()
        for node in sorted(self._open, key=attrgetter("depth"), reverse=True):
            node.rows = 1 + sum([child.rows for child in node.children.values()])

    def _forget_matched(self) -> None:
        for node in self._matched:
            node.rows = 1
        self._matched = []
        self._hits.clear()

    def sort_by(self, sort: Sort) -> None:
        """Order siblings anew."""
        self.sort = sort
        self.resort()

    def resort(self) -> None:
        """Let orders that live on counters be made again when they are next looked at.

        Until then no row moves, and new ones stand behind their siblings: sorting 100,000 takes 100 ms.
        """
        self._generation += 1


def _place_hidden(node: TopicNode) -> None:
    while node.rows == 0 and node.parent is not None:
        node.rows = 1
        node = node.parent


def _branches(top: TopicNode) -> list[TopicNode]:
    """All nodes with children from ``top`` on, parents first."""
    found = [top] if top.children else []
    for node in found:  # grows while it is walked
        found.extend([child for child in node.children.values() if child.children])
    return found
