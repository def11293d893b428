"""The payload of a message, as its decoder reads it, drawn."""

import asyncio
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import work
from textual.strip import Strip

from mqtt_tui.decoders.base import Decoded, LazyLines, Line, Token
from mqtt_tui.decoders.hex_dump import HexLines
from mqtt_tui.tui.widgets.line_cells import chopped, flowed
from mqtt_tui.tui.widgets.line_view import LineView, Span
from mqtt_tui.tui.widgets.wrapped_lines import WrappedLines

_NO_PAYLOAD = Decoded("", ())
_STEP = 4_096
"""Tokens that are laid out in one go: 5 ms."""
_STEPS_A_LOOK = 20


class PayloadLines(LineView, inherit_bindings=False):
    """Coloured lines with their numbers; notes of the decoder above, a summary of the properties below if all fits."""

    DEFAULT_CSS = """
    PayloadLines {
        scrollbar-gutter: stable;
        & > .payload--plain { color: $foreground; }
        & > .payload--key { color: $json-key; }
        & > .payload--string { color: $json-string; }
        & > .payload--number { color: $json-number; }
        & > .payload--literal { color: $json-literal; }
        & > .payload--punctuation { color: $json-punctuation; }
        & > .payload--note { color: $text-soft; text-style: italic; }
        & > .payload--error { color: $error; text-style: underline; }
        & > .payload--offset { color: $hex-offset; }
        & > .payload--hex { color: $hex-byte; }
        & > .payload--hex-zero { color: $hex-zero; }
        & > .payload--ascii { color: $hex-text; }
        & > .payload--line-number { color: $text-faint; }
        & > .payload--label { color: $text-soft; }
        & > .payload--sign { color: $text-faint; }
        & > .payload--found { color: $background; background: $warning; }
        & > .payload--cursor { color: $cursor; background: $selection; text-style: bold; }
    }
    """
    COMPONENT_CLASSES = {f"payload--{token}" for token in Token} | {
        "payload--line-number",
        "payload--label",
        "payload--cursor",
        "payload--found",
        "payload--sign",
    }

    def __init__(self) -> None:
        super().__init__()
        self.is_wrapped = True
        self._decoded = _NO_PAYLOAD
        self._summary: Sequence[tuple[str, list[str]]] = ()
        self._lines = WrappedLines((), 0)
        self._notes: list[Line] = []
        self._below: list[tuple[str, str]] = []  # what of the summary is shown
        self._gutter = 0  # cells of the line numbers
        self._pan = 0  # cells that are left out at the beginning of lines that are not wrapped
        self._drawn: dict[int, list[Span]] = {}

    def show(self, decoded: Decoded, summary: Sequence[tuple[str, list[str]]], *, keeps_place: bool) -> None:
        """Show a payload.

        Args:
            decoded: how it reads.
            summary: labels and safe values, shown below.
            keeps_place: it takes the place of its predecessor, so the eye stays where it is.
        """
        self._decoded, self._summary = decoded, summary
        if not keeps_place:
            self._pan = 0
            self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out()
        self._draw_changed()
        if isinstance(decoded.lines, LazyLines) and not decoded.lines.is_complete:
            self._lay_out_rest(decoded.lines)

    @work(group="layout", exclusive=True)
    async def _lay_out_rest(self, lines: LazyLines) -> None:
        """Let the lines of a large payload come one after the other, while everything else goes on."""
        steps = 0
        while not lines.is_complete and self._decoded.lines is lines:
            lines.lay_out(_STEP)
            steps += 1
            if steps % _STEPS_A_LOOK == 0 or lines.is_complete:
                self.on_resize()
            await asyncio.sleep(0)

    def show_summary(self, summary: Sequence[tuple[str, list[str]]]) -> None:
        """Show other properties below, or the same with less time left."""
        if summary != self._summary:
            self._summary = summary
            self._place_summary()
            self._draw_changed()

    # Laying out

    @property
    def _lines_to_show(self) -> Sequence[Line]:
        return self._decoded.lines

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if width < 2:
            return
        lines = self._lines_to_show
        if isinstance(lines, HexLines):
            lines = lines.fitted(width - 1)
            self._gutter = 1
        else:
            number, sign = self._number_and_sign(len(lines) - 1)
            self._gutter = 1 + len(f"{number}{sign}") if len(lines) > 1 else 1
        is_wrapped = self.is_wrapped and not isinstance(lines, HexLines)
        self._lines = WrappedLines(lines, max(1, width - self._gutter) if is_wrapped else 0)
        note = self._decoded.note
        self._notes = chopped(((Token.NOTE, note),), width - 1) if note else []
        self._measure()
        self._place_summary()

    def _measure(self) -> None:
        """Know exactly which rows stand on the screen and a page around it."""
        first, page = self.first_row - len(self._notes), max(1, self.page_rows)
        moved = self._lines.measure_above(max(0, first), page)
        self._lines.measure_from(max(0, first) + moved, 2 * page)
        self.set_rows(len(self._notes) + len(self._lines) + len(self._below))
        if moved:
            self.scroll_to(y=self.first_row + moved, animate=False, immediate=True)

    def _place_summary(self) -> None:
        below: list[tuple[str, str]] = []
        if self._summary:
            below.append(("", ""))
            cells = max(len(label) for label, _ in self._summary) + 2
            width = max(1, self.scrollable_content_region.width - self._gutter - cells)
            for label, values in self._summary:
                rows = flowed(values, width)
                below += [(f"{'' if number else label:<{cells}}", row) for number, row in enumerate(rows)]
        above = len(self._notes) + len(self._lines)
        self._below = below if above + len(below) <= self.page_rows else []
        self.set_rows(above + len(self._below))

    def _draw_changed(self) -> None:
        """Draw what looks different: a payload that comes thirty times a second mostly repeats itself."""
        width, first, before = self.scrollable_content_region.width, self.first_row, self._drawn
        rows = range(first, min(first + self.page_rows, self.virtual_size.height))
        self._drawn = {row: list(self._spans(row, width)) for row in rows}
        self.refresh_rows(row for row in {*rows, *before} if before.get(row) != self._drawn.get(row))

    def on_resize(self) -> None:
        """Lines wrap elsewhere now; the topmost one stays."""
        top = self._lines.place(max(0, self.first_row - len(self._notes)))[0]
        self._lay_out()
        if self.first_row:
            self.scroll_to(y=len(self._notes) + self._lines.row_of(top), animate=False, immediate=True)
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are in sight now."""
        super().watch_scroll_y(old_value, new_value)
        self._drawn = {}
        self._measure()

    # Drawing

    def row(self, number: int, width: int) -> list[Span]:
        """A note, a row of the payload or a property."""
        spans = self._drawn[number] = list(self._spans(number, width))
        return spans

    def _spans(self, number: int, width: int) -> Iterator[Span]:
        if number < len(self._notes):
            yield " ", Style()
            yield from self._colored(self._notes[number])
            return
        row = number - len(self._notes)
        if row >= len(self._lines):
            yield from self._summary_row(row - len(self._lines))
            return
        ground = self._ground_of(row)
        on = ground.background_style
        yield ("▌" if on else " "), ground
        if self._gutter > 1:
            line, into = self._lines.place(row)
            shown, sign = self._number_and_sign(line)
            yield f"{'' if into else shown:>{self._gutter - 1 - len(sign)}}", self._style("line-number") + on
            yield (" " * len(sign) if into else sign), self._style("sign") + on
        room = width - self._gutter
        for text, style in self._in_sight(self._painted(row), room):
            room -= cell_len(text)
            yield text, on + style
        if on:
            yield " " * room, on

    def _ground_of(self, row: int) -> Style:
        """What a row of the lines is drawn on."""
        del row
        return Style()

    def _number_and_sign(self, line: int) -> tuple[int, str]:
        """What stands in front of a line: the number that it goes by, and signs of a cell each, as many on any line."""
        return line + 1, " "

    def _painted(self, row: int) -> list[Span]:
        """What stands on a row of the lines, in its colours."""
        return list(self._colored(self._lines.piece(row)))

    def _in_sight(self, painted: list[Span], width: int) -> Iterator[Span]:
        cells = sum(cell_len(text) for text, _ in painted)
        if not self._pan and cells <= width:
            yield from painted
            return
        strip = Strip([Segment(text, style) for text, style in painted], cells)
        cut = cells - self._pan > width
        for text, style, _ in strip.crop(self._pan, self._pan + width - cut):
            yield text, style or Style()
        if cut:
            yield "›", self._style("line-number")

    def _summary_row(self, number: int) -> Iterator[Span]:
        if number < len(self._below):
            label, value = self._below[number]
            yield " " * self._gutter, Style()
            yield label, self._style("label")
            yield value, self._style("plain")

    def _colored(self, line: Line) -> Iterator[Span]:
        for token, text in line:
            yield text, self._style(token)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"payload--{name}", partial=True)

    def _rows_in_sight(self) -> range:
        first = max(0, self.first_row - len(self._notes))
        return range(first, min(first + self.page_rows, len(self._lines)))
