"""What one row of the topic tree says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.style import Style

from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.store import rates
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import SECOND, clock_text, count_text, duration_text, rate_text
from mqtt_tui.tui.colors import COLORS
from mqtt_tui.tui.frame import AFTERGLOW
from mqtt_tui.tui.widgets.topic_colors import TopicColors

FRESH = SECOND * 3 // 10
"""Nanoseconds for which a changed value glows; then it fades."""

_BLOCKS = "▁▂▃▄▅▆▇"  # never a full cell: rows stay apart
_SPARK_CELLS = 8
_FULL_BAR = 8
"""Messages a second that a full bar stands for at least."""
_NUMBER_CELLS = 15
_AGE_CELLS = 7
_ROOM_FOR_NUMBERS = 52
"""Cells of a row from which on counts and sparkline stand beside the value; below that, names and values come first."""
_LONGEST_PREVIEW = 160
_SILENT = "⋯ given up for memory"

STYLES = {
    "guide": "color: $level-line;",
    "mark": "color: $branch;",
    "branch": "color: $foreground; text-style: bold;",
    "name": "color: $foreground;",
    "retained": "color: $retained; text-style: bold;",
    "value": "color: $value;",
    "fresh": "color: $changed; text-style: bold;",
    "recent": "color: $foreground;",
    "spark": "color: $sparkline;",
    "numbers": "color: $text-soft;",
    **{f"of-{name}": f"color: {color};" for name, color in COLORS.items()},
    "cursor": "color: $cursor; background: $selection; text-style: bold;",
}
"""The parts of a row, and how they look in the words of Textual's style sheets."""


@dataclass(frozen=True, slots=True)
class RowFace:
    """What makes a row look as it does; where it is equal, the row need not be drawn again."""

    node: TopicNode
    count: int
    """Of the messages of the topic itself, the last of which is shown; what came to a branch is seen in its numbers."""
    topics: int
    is_open: bool
    glow: int
    """2: changed just now, 1: recently, 0: at rest."""
    spark: str
    numbers: str
    color: str
    """Of the name; empty for the usual one."""

    def differs_right_of(self, other: "RowFace") -> bool:
        """Whether name and value are as in ``other``: then only sparkline and numbers need be drawn again."""
        return (self.node, self.count, self.is_open, self.glow, self.color) == (
            other.node,
            other.count,
            other.is_open,
            other.glow,
            other.color,
        )


class TopicRow:
    """Draws rows.

    Args:
        decoders: for previews of values.
        style: the theme's style for one of ``STYLES``.
        glows: whether what just changed stands out for a while.
    """

    def __init__(self, decoders: DecoderRegistry, style: Callable[[str], Style], *, glows: bool) -> None:
        self._decoders = decoders
        self._style = style
        self._glows = glows
        self.local_time = False
        self.colors = TopicColors()
        """Of names, where somebody gave them one."""
        self.held_at: int | None = None
        """While the display is frozen, the serial (``Arrival``) from which on messages came too late to be shown."""

    def face(self, node: TopicNode, old: RowFace | None, *, is_open: bool, now: int, width: int) -> RowFace:
        """How ``node`` looks now.

        Args:
            node: what stands in the row.
            old: how it looked before in the same second: rates, sparkline and age are only read anew with a second.
            is_open: whether the branch shows what is in it.
            now: nanoseconds since the epoch.
            width: cells of the row.
        """
        count, glow = (self._count(node), self._glow(node, now)) if node.topic is not None else (0, 0)
        is_branch = bool(node.children)
        topics = node.topics if is_branch or node.is_folded else 0
        color = self.colors.color_of(node)
        if (
            old is not None
            and (node, count, topics, is_open) == (old.node, old.count, old.topics, old.is_open)
            and (glow, color) == (old.glow, old.color)
        ):
            return old
        wide = width >= _ROOM_FOR_NUMBERS
        if old is not None and old.node is node:
            spark = old.spark
        else:
            spark = _spark(rates.beats(node, now // SECOND, _SPARK_CELLS)) if wide and node.live_at else ""
        numbers = self._numbers(node, count, now, wide=wide, is_branch=is_branch)
        return RowFace(node, count, topics, is_open, glow, spark, numbers, color)

    def _count(self, node: TopicNode) -> int:
        return node.count if self.held_at is None else node.evicted + node.slot_since(self.held_at) // 2

    def _glow(self, node: TopicNode, now: int) -> int:
        if self.held_at is not None:  # what came since is not shown
            return 0
        age = now - node.live_at
        return (2 if age < FRESH else 1 if age < AFTERGLOW else 0) if self._glows else 0

    def _numbers(self, node: TopicNode, count: int, now: int, *, wide: bool, is_branch: bool) -> str:
        if is_branch or node.is_folded:
            topics = count_text(node.topics)
            if not wide:
                return topics
            rate = rate_text(rates.rate(node, now // SECOND))
            return f"{topics} · {rate}" if rate else topics
        arrival = node.newest_arrival
        if self.held_at is not None:
            shown = node.message(count)
            arrival = shown.arrival if shown is not None else None
        if arrival is None:
            return ""
        if arrival.is_stored:
            return "age ?"
        at = arrival.received_at
        return clock_text(at)[:8] if self.local_time and wide else duration_text(now - at)

    def spans(self, face: RowFace, width: int, *, is_selected: bool) -> Iterator[tuple[str, Style]]:
        """The row, exactly ``width`` cells wide."""
        node, style = face.node, self._style
        right = self.right_cells(width)
        base = style("cursor") if is_selected else Style()
        on = base.background_style
        yield ("▌" if is_selected else " "), base
        depth = min(node.depth, max(0, (width - right) // 6))  # deep branches keep room for their names
        yield "│ " * depth, style("guide") + on
        yield ("▾ " if face.is_open else "▸ ") if node.children else "  ", style("mark") + on
        room = width - right - 3 - 2 * depth
        name = _clipped(_SILENT if node.is_folded else display_text(node.name) or "⟨empty⟩", room)
        yield name, style(f"of-{face.color}" if face.color else "branch" if node.children else "name") + on
        room -= cell_len(name)
        if node.is_retained and room > 2:
            yield " R", style("retained") + on
            room -= 2
        if face.count and room > 5:
            value = _clipped(self._preview(node, face.count), room - 3)
            yield "  ", on
            yield value, style(("value", "recent", "fresh")[face.glow]) + on
            room -= 2 + cell_len(value)
        yield " " * room, on
        yield from self.end(face, width, is_selected=is_selected)

    def end(self, face: RowFace, width: int, *, is_selected: bool) -> Iterator[tuple[str, Style]]:
        """The last ``right_cells`` of the row: sparkline and numbers, which change while the rest stays."""
        on = self._style("cursor").background_style if is_selected else Style()
        if width >= _ROOM_FOR_NUMBERS:
            yield f" {face.spark:>{_SPARK_CELLS}}", self._style("spark") + on
        yield f" {face.numbers:>{self._number_cells(width)}} ", self._style("numbers") + on

    def right_cells(self, width: int) -> int:
        """How many cells at the right end belong to sparkline and numbers."""
        spark = _SPARK_CELLS + 1 if width >= _ROOM_FOR_NUMBERS else 0
        return spark + self._number_cells(width) + 2

    @staticmethod
    def _number_cells(width: int) -> int:
        return _NUMBER_CELLS if width >= _ROOM_FOR_NUMBERS else _AGE_CELLS

    def _preview(self, node: TopicNode, count: int) -> str:
        """The value that was seen: what came since is for the next frame, however often this one is painted."""
        message = node.message(count)
        if message is None and self.held_at is not None:
            return _SILENT
        message = message or node.newest  # it gave way since the frame
        if message is None:
            return ""
        line = self._decoders.preview(message, _LONGEST_PREVIEW)
        return "".join([text for _, text in line])


def _spark(counts: list[int]) -> str:
    """A bar a second. Few messages make low bars, and a steady stream fills two thirds: what stands out is change."""
    highest = max(_FULL_BAR, *counts, sum(counts) * 3 // (2 * len(counts)))
    return "".join([_BLOCKS[-(-count * (len(_BLOCKS) - 1) // highest)] for count in counts]) if any(counts) else ""


def _clipped(text: str, cells: int) -> str:
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)) + "…" if cells > 0 else ""
