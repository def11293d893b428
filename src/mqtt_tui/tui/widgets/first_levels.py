"""What of a tree is open before anybody has opened anything."""

from itertools import islice

from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode

_DEEPEST = 6
"""Levels that open by themselves on the way to a first message."""


def open_first_levels(rows: RowIndex, room: int) -> TopicNode | None:
    """Open whole levels while they fit into ``room`` rows, the way to a first message, and then the busiest branches.

    A newcomer sees messages at once, not closed branches. The first message's topic; None while there is none that is
    near: a stranger's topic of a hundred levels must not push the others out of sight.
    """
    level = [node for node in rows.children(rows.root)[: room + 1] if not node.is_of_broker]
    while 0 < len(level) <= room and len(rows) + sum([_rows_behind(rows, node) for node in level]) <= room:
        for node in level:
            rows.open(node)
        level = [child for node in level for child in rows.children(node)]
    ways = (_way_to_message(rows, node) for node in islice(rows.children(rows.root), room))
    way = next((way for way in ways if way), [])
    for node in way[:-1]:
        rows.open(node)
    if not way:
        return None
    _open_busiest(rows, room)
    return way[-1]


def _rows_behind(rows: RowIndex, node: TopicNode) -> int:
    """How many rows appear when ``node`` is opened: a child without siblings opens along."""
    found = 0
    while node.children and not rows.is_open(node):
        children = rows.children(node)
        found += len(children)
        if len(children) != 1:
            break
        node = children[0]
    return found


def _way_to_message(rows: RowIndex, node: TopicNode) -> list[TopicNode]:
    """From ``node`` down along first children to one that has a message; empty where that is too deep."""
    way = [node]
    while way[-1].newest is None:
        below = rows.children(way[-1])
        if not below or way[-1].depth >= _DEEPEST:
            return []
        way.append(below[0])
    return way


def _open_busiest(rows: RowIndex, room: int) -> None:
    closed = [node for node in rows.window(0, room) if node.children and not rows.is_open(node)]
    for node in sorted(closed, key=lambda node: -node.messages):
        if not node.is_of_broker and len(rows) + _rows_behind(rows, node) <= room:
            rows.open(node)
