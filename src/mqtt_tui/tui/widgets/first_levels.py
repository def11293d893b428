"""What of a tree is open before anybody has opened anything."""

from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode

_DEEPEST = 6
"""Levels that open by themselves on the way to a first message."""


def open_first_levels(rows: RowIndex, room: int) -> TopicNode | None:
    """Open whole levels while they fit into ``room`` rows, the way to a first message, and then the busiest branches.

    A newcomer sees messages at once, not closed branches. The first message's topic; None while there is none.
    """
    level = [node for node in rows.children(rows.root) if not node.is_of_broker]
    while level:
        below = [child for node in level for child in rows.children(node)]
        if len(rows) + len(below) > room:
            break
        for node in level:
            rows.open(node)
        level = below
    first = next(iter(rows.children(rows.root)), None)
    while first is not None and first.newest is None and first.depth < _DEEPEST:
        rows.open(first)
        first = next(iter(rows.children(first)), None)
    if first is not None:
        _open_busiest(rows, room)
    return first


def _open_busiest(rows: RowIndex, room: int) -> None:
    closed = [node for node in rows.window(0, room) if node.children and not rows.is_open(node)]
    for node in sorted(closed, key=lambda node: -node.messages):
        if not node.is_of_broker and len(rows) + len(node.children) <= room:
            rows.open(node)
