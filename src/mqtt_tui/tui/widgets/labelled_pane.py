"""A pane whose frame says how things stand, many times a second."""

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region


class LabelledPane(Vertical):
    """A rounded frame with a title and a subtitle that may change in every frame.

    Textual draws a whole pane again for a new title; here it is the one line of the frame.
    """

    DEFAULT_CSS = """
    LabelledPane {
        border: round $line;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $text-soft;
        background: $background;

        &:focus-within { border: round $line-focus; border-title-color: $line-focus; }
    }
    """
    _edge: Region | None = None

    @property
    def label_cells(self) -> int:
        """How much of a label the frame has room for."""
        return max(0, self.outer_size.width - 6)

    def set_title(self, title: Content) -> None:
        """What stands in the upper line of the frame."""
        self._edge = self._edge_at(0)
        self.border_title = title
        self._edge = None

    def set_subtitle(self, subtitle: Content) -> None:
        """What stands in the lower line of the frame."""
        self._edge = self._edge_at(self.outer_size.height - 1)
        self.border_subtitle = subtitle if subtitle.plain else None
        self._edge = None

    def _edge_at(self, row: int) -> Region:
        x, y = self.content_offset
        return Region(-x, row - y, self.outer_size.width, 1)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "LabelledPane":
        """Draw again; while a label is assigned, only its line."""
        if self._edge is not None:
            regions = (self._edge,)
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self
