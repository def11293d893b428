"""Topics in the colors of their subscriptions."""

from collections.abc import Sequence

from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.store.topic_node import TopicNode

_MOST = 10_000
"""Topics whose color is remembered: those that were seen."""


class TopicColors:
    """Finds the color of a topic; only for topics in sight, and once for each."""

    def __init__(self) -> None:
        self._colored: list[tuple[TopicFilter, str]] = []
        self._found: dict[TopicNode, str] = {}

    def use(self, subscriptions: Sequence[Subscription]) -> None:
        """The subscriptions are these now."""
        colored = [(one.topic_filter, one.color) for one in subscriptions if one.color != "none"]
        if colored != self._colored:
            self._colored = colored
            self._found.clear()

    def color_of(self, node: TopicNode) -> str:
        """Of the first subscription that matches the topic itself; empty where none has one, and for mere branches."""
        if not self._colored or node.topic is None:
            return ""
        color = self._found.get(node)
        if color is None:
            name = node.path().decode("utf-8", "surrogateescape")
            color = next((color for wanted, color in self._colored if wanted.matches(name)), "")
            if len(self._found) >= _MOST:
                self._found.clear()
            self._found[node] = color
        return color
