"""The ground of every live list: rows that are drawn only where they are seen."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

Span = tuple[str, Style]
"""Text that is safe to show, with its style."""


class LineView(ScrollView, can_focus=True):
    """A scrolling area whose rows a subclass draws by number.

    A subclass gives ``row``, and calls ``set_rows`` when there are more or fewer, ``refresh_rows`` when some changed.
    """

    DEFAULT_CSS = """
    LineView {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        background: $background;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._styles_found: dict[tuple[object, ...], Style] = {}
        self._ground: Style | None = None
        self._background: Color | None = None
        self._is_framed = False
        self._on_ground: dict[Style, Style] = {}

    def get_component_rich_style(self, *names: str, partial: bool = False, default: Style | None = None) -> Style:
        """As Textual's, which works it out anew for each frame; here until the theme changes."""
        found = self._styles_found.get((*names, partial, default))
        if found is None:
            found = super().get_component_rich_style(*names, partial=partial, default=default)
            self._styles_found[(*names, partial, default)] = found
        return found

    def notify_style_update(self) -> None:
        """The theme changed, or the focus."""
        super().notify_style_update()
        self._styles_found.clear()
        self._on_ground.clear()
        self._ground = self._background = None

    def row(self, number: int, width: int) -> Iterable[Span]:
        """What row ``number`` shows, at most ``width`` cells; more is cut."""
        raise NotImplementedError

    def end_of_row(self, number: int, width: int, x: int) -> Iterable[Span] | None:
        """What row ``number`` shows from column ``x`` on, where that can be told without the rest of it; else None."""
        del number, width, x
        return None

    def set_rows(self, rows: int) -> None:
        """There are so many rows now."""
        if self.virtual_size.height != rows:
            self.virtual_size = Size(0, rows)

    @property
    def first_row(self) -> int:
        """The number of the topmost row that is seen."""
        return int(self.scroll_offset.y)

    @property
    def page_rows(self) -> int:
        """How many rows are seen at once."""
        return self.scrollable_content_region.height

    def refresh_rows(self, rows: Iterable[int], x: int = 0) -> None:
        """Draw these rows again, from column ``x`` on; those out of sight cost nothing."""
        first, height, width = self.first_row, self.page_rows, self.scrollable_content_region.width
        regions = [Region(x, row - first, width - x, 1) for row in rows if 0 <= row - first < height]
        if regions:
            self.refresh(*regions)

    def reveal_row(self, row: int) -> None:
        """Scroll as little as shows ``row``."""
        first, height = self.first_row, self.page_rows
        if row < first:
            self.scroll_to(y=row, animate=False, force=True)  # unforced it does nothing until the scrollbar is there
        elif row >= first + height:
            self.scroll_to(y=row - height + 1, animate=False, force=True)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines, or parts of them.

        Where nothing frames them without what Textual does for frames, opacity, tints and outlines: 0.1 ms a line.
        """
        if self._background is None:
            self._background, self._is_framed = self.background_colors[1], bool(self.styles.gutter)
        if self._is_framed:
            return super().render_lines(crop)
        strips = [self._part_of_line(y, crop) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, self._background) for strip in strips]
        return strips

    def _part_of_line(self, y: int, crop: Region) -> Strip:
        number, width = y + self.first_row, self.scrollable_content_region.width
        ground = self._ground = self._ground or self.rich_style  # takes as long as a row does
        end = self.end_of_row(number, width, crop.x) if crop.x and number < self.virtual_size.height else None
        if end is None:
            return self.render_line(y).crop_extend(crop.x, crop.right, ground)
        return self._strip(end, ground).crop_extend(0, crop.width, ground)

    def render_line(self, y: int) -> Strip:
        """One line of the screen (Textual's line API)."""
        width = self.scrollable_content_region.width
        number = y + self.first_row
        ground = self._ground = self._ground or self.rich_style
        if number >= self.virtual_size.height:
            return Strip.blank(width, ground)
        return self._strip(self.row(number, width), ground).adjust_cell_length(width, ground)

    def _strip(self, spans: Iterable[Span], ground: Style) -> Strip:
        return Strip([Segment(text, self._grounded(style, ground)) for text, style in spans])

    def _grounded(self, style: Style, ground: Style) -> Style:
        found = self._on_ground.get(style)
        if found is None:
            found = self._on_ground[style] = ground + style
        return found
