"""Textual's compositor, with a short way for what changes all the time.

To draw some rows, Textual draws every widget that crosses them, cuts all of that into pieces and lays the pieces out:
17 ms for the ages of fifty rows, in which no key is answered. Here what changed is divided among the widgets that are
seen there, and each draws its part: a quarter of the time. ``tests/unit/tui/test_live_compositor.py`` holds both to the
same picture, ``tests/unit/tui/test_textual_names.py`` what is relied on of Textual.
"""

from collections.abc import Iterable, Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.control import Control
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

NAMES: tuple[tuple[object, str], ...] = (
    (Compositor, "render_partial_update"),  # draws `_dirty_regions`, and clears them
    (Compositor, "visible_widgets"),  # what is seen, each with its region and what clips it, topmost first
    (CompositorUpdate, "render_segments"),  # what the driver is given
)
"""The names of Textual that are private, or public but described nowhere, and that this compositor stands on."""

_Area = tuple[int, int, int, int]
"""Left, top, right and bottom in cells; the last two just behind it."""


class LiveUpdate(CompositorUpdate):
    """What has changed of the picture.

    Args:
        lines: column, row and what stands there.
    """

    def __init__(self, lines: list[tuple[int, int, Strip]]) -> None:
        self._lines = lines

    def render_segments(self, console: Console) -> str:
        """As escape sequences."""
        return "".join([f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self._lines])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for x, y, strip in self._lines:
            yield Control.move_to(x, y).segment
            yield from strip


class LiveCompositor(Compositor):
    """Lets every widget draw what of the changed regions it covers."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Widget, tuple[Region, Region]] = {}
        self._stack: list[tuple[_Area, Widget, Region]] = []  # of these, the areas that are not cut off

    def render_partial_update(self) -> LiveUpdate | None:  # type: ignore[override]  # ours in place of Textual's
        """What has changed since the last update; None: nothing."""
        if self._seen is not self.visible_widgets:
            self._seen = self.visible_widgets
            self._stack = [
                (_area(region.intersection(clip)), widget, region) for widget, (region, clip) in self._seen.items()
            ]
        parts: dict[tuple[Widget, Region, int, int], set[int]] = {}  # rows, of the same columns of the same widget
        for dirty in self._dirty_regions:
            for (left, top, right, bottom), widget, region in self._divided(_area(dirty)):
                parts.setdefault((widget, region, left, right), set()).update(range(top, bottom))
        self._dirty_regions.clear()
        lines: list[tuple[int, int, Strip]] = []
        for (widget, (x, y, _, _), left, right), rows in parts.items():
            for first, behind in _runs(rows):
                strips = widget.render_lines(Region(left - x, first - y, right - left, behind - first))
                lines += [(left, row, strip) for row, strip in enumerate(strips, first)]
        return LiveUpdate(lines) if lines else None

    def _divided(self, area: _Area, covered: int = 0) -> Iterator[tuple[_Area, Widget, Region]]:
        """Parts of ``area``, each with the widget that is seen there and its region.

        Args:
            area: what is to be drawn.
            covered: how many of the topmost widgets are known to have no part in it.
        """
        left, top, right, bottom = area
        for at in range(covered, len(self._stack)):
            (its_left, its_top, its_right, its_bottom), widget, region = self._stack[at]
            if its_left >= right or its_right <= left or its_top >= bottom or its_bottom <= top:
                continue
            x1, y1, x2, y2 = max(left, its_left), max(top, its_top), min(right, its_right), min(bottom, its_bottom)
            yield (x1, y1, x2, y2), widget, region
            for rest in (left, top, right, y1), (left, y2, right, bottom), (left, y1, x1, y2), (x2, y1, right, y2):
                if rest[0] < rest[2] and rest[1] < rest[3]:
                    yield from self._divided(rest, at + 1)
            return


def _area(region: Region) -> _Area:
    return region.x, region.y, region.x + region.width, region.y + region.height


def _runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Rows that follow each other, as the first of them and the one behind the last."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and runs[-1][1] == row:
            runs[-1] = runs[-1][0], row + 1
        else:
            runs.append((row, row + 1))
    return runs
