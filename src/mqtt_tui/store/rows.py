"""Opening, closing, filtering, sorting: what changes which nodes are rows."""

from bisect import insort
from collections.abc import Iterable, Sequence
from operator import attrgetter

from mqtt_tui.store.row_view import Match, RowView, Sort, natural_order
from mqtt_tui.store.topic_node import TopicNode

_SOME = 16
"""Children that are put in their places one by one."""


class RowIndex(RowView):
    """Rows that follow the tree and the user.

    Args:
        root: of the tree; it has no row itself.
    """

    def restart(self, root: TopicNode) -> None:
        """Begin anew on another tree; sort and filter stay."""
        match, self._match = self._match, None
        self._reset(root)
        if match is not None:
            self.filter(match, ())

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
        """Put ``children`` into the order that ``parent`` has, if it has one; where ``resort`` orders, at its end.

        Many are put in their places when somebody looks: sorting anew for every few of a flood would be quadratic.
        """
        if parent.order is None or parent.order_generation not in (self._generation, self._loose):
            return
        if self.sort is not Sort.NAME:
            parent.order += children
        elif len(children) > _SOME or parent.order_generation == self._loose:
            parent.order += children
            parent.order_generation = self._loose
        else:
            for child in children:
                insort(parent.order, child, key=natural_order)

    def remove(self, nodes: Sequence[TopicNode]) -> None:
        """Take note of levels that are gone from the tree, or no topics any more."""
        parents: set[TopicNode] = set()
        for node in nodes:
            parent = node.parent
            self._hits.discard(node)
            if parent is None or parent.child(node.name) is node:  # it stays as a level
                continue
            if parent in self._open and self._is_shown(node):
                self._add_rows(parent, -node.rows)
            parents.add(parent)
            node.rows = 0
            self._matched.pop(node, None)
            self._open.discard(node)
            if self._open_before is not None:
                self._open_before.discard(node)
        for parent in parents:
            parent.order = [node for node in parent.order or () if node.rows]
        if self._match is not None:
            self._hide_fruitless({node for one in nodes for node in (one, one.parent) if node is not None})

    def _hide_fruitless(self, nodes: Iterable[TopicNode]) -> None:
        """Let the filter no longer show levels that only led to topics which are gone; each is looked at once."""
        by_depth: dict[int, set[TopicNode]] = {}
        for node in nodes:
            by_depth.setdefault(node.depth, set()).add(node)
        touched: set[TopicNode] = set()
        for depth in range(max(by_depth, default=-1), -1, -1):
            for node in by_depth.get(depth, ()):
                parent = node.parent
                is_shown = parent is not None and node.rows > 0 and self._is_shown(node)
                if parent is None or not is_shown or node in self._hits or self._shown_children(node):
                    continue
                if parent in self._open:
                    self._add_rows(parent, -node.rows)
                node.shown_in, node.rows = -1, 1
                self._matched.pop(node, None)
                touched.add(parent)
                by_depth.setdefault(depth - 1, set()).add(parent)
        for parent in touched:
            parent.order = [child for child in parent.order or () if self._is_shown(child)]

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

    def _mark(self, node: TopicNode) -> list[TopicNode]:
        """Let the filter show ``node`` and what leads to it; those that it did not show before, ``node`` first."""
        marked: list[TopicNode] = []
        while node.shown_in != self._filter_generation and node.parent is not None:
            node.shown_in = self._filter_generation
            marked.append(node)
            node = node.parent
        self._matched.update(dict.fromkeys(marked))
        return marked

    def _show(self, topic: TopicNode, grown: dict[TopicNode, list[TopicNode]]) -> None:
        """Let the filter show one more topic."""
        self._hits.add(topic)
        marked = self._mark(topic)
        for rows, node in enumerate(marked, 1):
            node.rows = rows
            if node is not topic:
                self._open.add(node)
            if node.parent is not None:
                grown.setdefault(node.parent, []).append(node)
        above = marked[-1].parent if marked else None
        if above is not None and above in self._open:
            self._add_rows(above, len(marked))

    def _unfilter(self) -> None:
        if self._open_before is None:
            return
        self._match = None
        self._open, self._open_before = self._open_before, None
        self._generation += 1
        self._forget_matched()
        for node in sorted(self._open, key=attrgetter("depth"), reverse=True):
            node.rows = 1 + sum([child.rows for child in node.children])

    def _forget_matched(self) -> None:
        for node in self._matched:
            node.rows = 1
        self._matched = {}
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
        found.extend([child for child in node.children if child.children])
    return found
