"""What the inspector says where there is no message to show."""

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from mqtt_tui.store import rates
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.quantities import SECOND, ago_text, counted, rate_text
from mqtt_tui.tui.safe import line

_LESSONS = (
    ("explorer.tab_next", "payload, properties, history"),
    ("explorer.older", "the message before"),
    ("explorer.view", "JSON, text or hex"),
    ("topics.copy", "copy the topic's name"),
    ("explorer.publish", "write a message"),
)


FOLDED_TITLE = "Topics given up for memory"
_FOLDED = (
    "They were silent longest and gave way to the memory limit. One that speaks again gets a new row, its count begins "
    "anew, and it is counted here again when it goes again."
)


_LABEL = 10  # cells


class TopicSummary(Widget):
    """A branch in figures; without one, what this pane is for."""

    DEFAULT_CSS = """
    TopicSummary { height: 1fr; padding: 1 2; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._node: TopicNode | None = None
        self._figures: tuple[tuple[str, str], ...] = ()

    def show(self, node: TopicNode | None, now: int) -> None:
        """Show the figures of ``node`` at ``now`` (nanoseconds since the epoch)."""
        figures = _figures(node, now) if node is not None else ()
        if node is not self._node or (figures != self._figures and self._wraps(figures + self._figures)):
            self.refresh()
        elif figures != self._figures:
            self.refresh(Region(0, 0, self.size.width, len(figures)))
        self._node, self._figures = node, figures

    def _wraps(self, figures: tuple[tuple[str, str], ...]) -> bool:
        """Whether one of them takes more than a row."""
        return any(_LABEL + len(value) > self.size.width for _, value in figures)

    def render(self) -> Content:
        """A few quiet lines."""
        if self._node is None:
            return self._lesson()
        rows = [line((f"{label:<{_LABEL}}", "$text-soft"), value) for label, value in self._figures]
        words = _FOLDED if self._node.is_folded else "No message of its own: open it to see those below."
        hint = line((words, "$text-faint"))
        return Content("\n").join([*rows, Content(""), hint])

    def _lesson(self) -> Content:
        rows = [line(("Choose a topic: its newest message stands here and stays up to date.", "$text-soft"))]
        keys = {
            active.binding.id: self.app.get_key_display(active.binding)
            for active in reversed(self.screen.active_bindings.values())
        }
        lessons = [(keys[name], words) for name, words in _LESSONS if name in keys]
        if lessons:
            cells = max(len(key) for key, _ in lessons) + 2
            rows += [Content("")]
            rows += [line((f"{key:<{cells}}", "bold $key"), (words, "$text-soft")) for key, words in lessons]
        return Content("\n").join(rows)


def _figures(node: TopicNode, now: int) -> tuple[tuple[str, str], ...]:
    if node.is_folded:
        return ("given up", counted(node.topics, "topic")), ("messages", f"{node.messages:,}")
    rate = rate_text(rates.rate(node, now // SECOND))
    newest = ago_text(now - node.live_at) if node.live_at else "only stored ones so far, age unknown"
    return (
        ("topics", f"{node.topics:,}"),
        ("messages", f"{node.messages:,}"),
        ("rate", rate or "silent"),
        ("newest", newest),
    )
