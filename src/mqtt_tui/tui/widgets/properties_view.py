"""Everything that a packet says besides its payload."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.style import Style
from textual import events

from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.tui.widgets.line_cells import chopped_text, padded
from mqtt_tui.tui.widgets.line_view import LineView, Span
from mqtt_tui.tui.widgets.message_facts import Fact, packet_facts, property_facts

_ROOM_FOR_LABELS = 56
"""Cells from which on names and values stand side by side; below, a long value stands under its name."""
_LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: of a fact, or between two groups of them."""

    fact: Fact | None = None
    label: str = ""
    name: str = ""
    sign: str = ""
    value: str = ""

    @property
    def cells(self) -> int:
        """How wide it is."""
        return cell_len(self.label + self.name + self.sign + self.value)


_BETWEEN = _Row()


class PropertiesView(LineView, inherit_bindings=False):
    """Names and values with a cursor. Long values go on in the next row, so nothing is cut."""

    DEFAULT_CSS = """
    PropertiesView {
        scrollbar-gutter: stable;
        & > .properties--label { color: $text-soft; }
        & > .properties--name { color: $json-key; }
        & > .properties--value { color: $foreground; }
        & > .properties--problem { color: $error; text-style: bold; }
        & > .properties--cursor { color: $cursor; background: $selection; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {f"properties--{name}" for name in ("label", "name", "value", "problem", "cursor")}

    def __init__(self) -> None:
        super().__init__()
        self._message: ApplicationMessage | None = None
        self._now = 0
        self._rows: list[_Row] = []
        self._cursor = 0

    def show(self, message: ApplicationMessage, now: int) -> None:
        """Show ``message`` as it stands at ``now`` (nanoseconds since the epoch); only rows that changed are drawn."""
        self._message, self._now = message, now
        before = self._rows
        self._rows = rows = list(self._laid_out())
        self.set_rows(len(rows))
        self._cursor = max(0, min(self._cursor, len(rows) - 1))
        self.refresh_rows(
            number
            for number in range(max(len(rows), len(before)))
            if number >= len(rows) or number >= len(before) or rows[number] != before[number]
        )

    def value(self) -> Fact | None:
        """The property under the cursor."""
        return self._rows[self._cursor].fact if self._rows else None

    def _laid_out(self) -> Iterator[_Row]:
        width = self.scrollable_content_region.width - 1
        if self._message is None or width < 4:
            return
        properties = property_facts(self._message, self._now)
        names = min(max(cell_len(fact.name) for fact in properties), _LONGEST_NAME, width // 3)
        packet = packet_facts(self._message, self._now)
        for fact in packet:
            yield from _rows_of([fact], width, _label_cells(packet), 0)
        yield _BETWEEN
        for _, same in groupby(properties, key=lambda fact: fact.label):
            yield from _rows_of(list(same), width, _label_cells(properties), names)

    # Drawing

    def row(self, number: int, width: int) -> Iterator[Span]:
        """A name with its value, or how the value goes on."""
        row = self._rows[number]
        is_chosen = row.fact is not None and row.fact is self.value()
        base = self._style("cursor") if is_chosen else Style()
        on = base.background_style
        yield ("▌" if is_chosen else " "), base
        yield row.label, self._style("label") + on
        yield row.name, self._style("name") + on
        yield row.sign, self._style("label") + on
        is_problem = row.fact is not None and row.fact.is_problem
        yield row.value, self._style("problem" if is_problem else "value") + on
        yield " " * (width - 1 - row.cells), on

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"properties--{name}", partial=True)

    def on_resize(self) -> None:
        """Values break elsewhere now."""
        if self._message is not None:
            self.show(self._message, self._now)
        self.refresh()

    # Moving

    def on_click(self, event: events.Click) -> None:
        """Put the cursor there."""
        at = event.get_content_offset(self)
        if at is not None:
            self._go_to(self.first_row + at.y, 1)

    def move(self, by: int) -> None:
        """The cursor some rows down, or up."""
        self._go_to(self._cursor + by, 1 if by > 0 else -1)

    def page(self, pages: float) -> None:
        """The cursor some pages down, or up."""
        self.move(round(pages * max(1, self.page_rows - 1)))

    def first(self) -> None:
        """To the first row."""
        self._go_to(0, 1)

    def last(self) -> None:
        """To the last row."""
        self._go_to(len(self._rows) - 1, -1)

    def _go_to(self, row: int, step: int) -> None:
        row = max(0, min(row, len(self._rows) - 1))
        if self._rows and self._rows[row].fact is None:
            row += step
        self._cursor = row
        self.reveal_row(row)
        self.refresh()


def _label_cells(facts: list[Fact]) -> int:
    return max(cell_len(fact.label) for fact in facts) + 2


def _rows_of(facts: list[Fact], width: int, label_cells: int, name_cells: int) -> Iterator[_Row]:
    """The rows of facts with the same label, which stands in front of the first of them.

    Args:
        facts: what to lay out.
        width: cells of a row.
        label_cells: of the column of labels.
        name_cells: of the column of user property names.
    """
    label, sign = facts[0].label, " = " if facts[0].name else ""
    beside = width - label_cells - len(sign) - (name_cells if sign else 0)
    indent = " " * label_cells
    if width < _ROOM_FOR_LABELS and any(cell_len(fact.text) > beside for fact in facts):
        yield _Row(facts[0], label)
        label, indent, beside = "", "  ", beside + label_cells - 2
    for fact in facts:
        name, shown_sign = padded(fact.name, name_cells) if sign else "", sign
        for value in chopped_text(fact.text, max(1, beside)) or [""]:
            yield _Row(fact, f"{label:<{len(indent)}}", name, shown_sign, value)
            label, name, shown_sign = "", " " * cell_len(name), " " * len(sign)
