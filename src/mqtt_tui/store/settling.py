"""The sums of branches: each level is visited once, however many of the topics below it are settled together."""

from collections import defaultdict
from collections.abc import Sequence

from mqtt_tui.store import rates
from mqtt_tui.store.topic_node import TopicNode


def settle(dirty: Sequence[TopicNode], second: int) -> None:
    """Carry what came for the topics ``dirty`` into them and all levels above: less than a microsecond a level.

    Args:
        dirty: each once.
        second: since the epoch.
    """
    came: defaultdict[int, dict[TopicNode, int]] = defaultdict(dict)  # by depth: messages of each level
    stored: dict[TopicNode, int] = {}  # of these, those that make no rate: seldom any
    _settle_topics(dirty, came, stored)
    for depth in range(max(came), -2, -1):
        above = came[depth - 1]
        for node, messages in came[depth].items():
            node.messages += messages
            live, parent = messages, node.parent
            if node in stored:
                live -= stored[node]
                if parent is not None:
                    stored[parent] = stored.get(parent, 0) + stored[node]
            if node.pulse_second == second:
                node.pulse += live
            elif live:
                rates.beat(node, live, second)
            if parent is not None:
                above[parent] = above.get(parent, 0) + messages
                if parent.live_at < node.live_at:
                    parent.live_at = node.live_at


def _settle_topics(
    dirty: Sequence[TopicNode], came: defaultdict[int, dict[TopicNode, int]], stored: dict[TopicNode, int]
) -> None:
    for node in dirty:
        node.is_dirty = False
        messages = node.evicted + (len(node.history) >> 1) - node.settled
        node.settled += messages
        if node.unrated:
            stored[node], node.unrated = node.unrated, 0
        if node not in stored or messages > stored[node]:
            node.live_at = node.history[-2].received_at
        came[node.depth][node] = messages
