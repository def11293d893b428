"""What one row of the topic tree says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.style import Style

from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.application_message import STORED, ApplicationMessage
from mqtt_tui.store import rates
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import SECOND, clock_text, count_text, duration_text, rate_text

FRESH = SECOND * 3 // 10
RECENT = 2 * SECOND
"""Nanoseconds for which a changed value glows, and then fades."""

_BLOCKS = "▁▂▃▄▅▆▇"  # never a full cell: rows stay apart
_SPARK_CELLS = 8
_FULL_BAR = 8
"""Messages a second that a full bar stands for at least."""
_NUMBER_CELLS = 14
_AGE_CELLS = 7
_ROOM_FOR_NUMBERS = 52
"""Cells of a row from which on counts and sparkline stand beside the value; below that, names and values come first."""
_LONGEST_PREVIEW = 160

STYLES = ("guide", "mark", "branch", "name", "retained", "value", "fresh", "recent", "spark", "numbers", "cursor")


@dataclass(frozen=True, slots=True)
class RowFace:
    """What makes a row look as it does; where it is equal, the row need not be drawn again."""

    node: TopicNode
    messages: int
    topics: int
    is_open: bool
    glow: int
    """2: changed just now, 1: recently, 0: at rest."""
    spark: str
    numbers: str

    def differs_right_of(self, other: "RowFace") -> bool:
        """Whether name and value are as in ``other``: then only sparkline and numbers need be drawn again."""
        return (self.node, self.messages, self.is_open, self.glow) == (
            other.node,
            other.messages,
            other.is_open,
            other.glow,
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

    def face(self, node: TopicNode, *, is_open: bool, now: int, width: int) -> RowFace:
        """How ``node`` looks now. ``now``: nanoseconds since the epoch; ``width``: cells of the row."""
        wide = width >= _ROOM_FOR_NUMBERS
        age = now - node.live_at
        glow = 2 if age < FRESH else 1 if age < RECENT else 0
        second = now // SECOND
        is_branch = bool(node.children)
        return RowFace(
            node,
            node.messages,
            node.topics if is_branch else 0,
            is_open,
            glow if self._glows and node.topic is not None else 0,
            _spark(rates.beats(node, second, _SPARK_CELLS)) if wide and node.live_at else "",
            self._numbers(node, now, wide=wide, is_branch=is_branch),
        )

    def _numbers(self, node: TopicNode, now: int, *, wide: bool, is_branch: bool) -> str:
        if is_branch:
            topics = count_text(node.topics)
            if not wide:
                return topics
            rate = rate_text(rates.rate(node, now // SECOND))
            return f"{topics} · {rate}" if rate else topics
        if node.newest is None:
            return ""
        if node.newest[1] & STORED:
            return "age ?"
        at = node.newest[0].received_at
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
        name = _clipped(display_text(node.name) or "⟨empty⟩", room)
        yield name, style("branch" if node.children else "name") + on
        room -= cell_len(name)
        if node.is_retained and room > 2:
            yield " R", style("retained") + on
            room -= 2
        if node.newest is not None and node.topic is not None and room > 5:
            value = _clipped(self._preview(node), room - 3)
            yield "  ", on
            yield value, style(("value", "recent", "fresh")[face.glow]) + on
            room -= 2 + cell_len(value)
        yield " " * room, on
        if width >= _ROOM_FOR_NUMBERS:
            yield f" {face.spark:>{_SPARK_CELLS}}", style("spark") + on
        yield f" {face.numbers:>{self._number_cells(width)}} ", style("numbers") + on

    def right_cells(self, width: int) -> int:
        """How many cells at the right end belong to sparkline and numbers."""
        spark = _SPARK_CELLS + 1 if width >= _ROOM_FOR_NUMBERS else 0
        return spark + self._number_cells(width) + 2

    @staticmethod
    def _number_cells(width: int) -> int:
        return _NUMBER_CELLS if width >= _ROOM_FOR_NUMBERS else _AGE_CELLS

    def _preview(self, node: TopicNode) -> str:
        if node.topic is None or node.newest is None:
            return ""
        line = self._decoders.preview(ApplicationMessage(node.topic, node.newest), _LONGEST_PREVIEW)
        return "".join([text for _, text in line])


def _spark(counts: list[int]) -> str:
    """A bar a second. Few messages make low bars, and a steady stream fills two thirds: what stands out is change."""
    highest = max(_FULL_BAR, *counts, sum(counts) * 3 // (2 * len(counts)))
    return "".join([_BLOCKS[-(-count * (len(_BLOCKS) - 1) // highest)] for count in counts]) if any(counts) else ""


def _clipped(text: str, cells: int) -> str:
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, max(0, cells - 1)) + "…" if cells > 0 else ""
