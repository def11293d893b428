"""The short way of drawing leads to the picture that Textual's own leads to."""

import random
from collections.abc import Iterable
from typing import Any

import pytest
from rich.cells import split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input, Static

from mqtt_tui.tui.live_compositor import LiveCompositor, LiveUpdate
from mqtt_tui.tui.widgets.line_view import LineView, Span

_SIZE = 70, 24
_STYLES = [Style.parse(style) for style in ("bold #aabbcc", "italic #ddeeff on #203040", "#ff8800")]


class _Rows(LineView):
    def row(self, number: int, width: int) -> Iterable[Span]:
        del width
        return [(f"{number:>4} ", _STYLES[0]), ("界 wide ", _STYLES[1]), ("é́ combined " * 9, _STYLES[2])]


class _Picture(Screen[None]):
    """What lies beside, within and upon each other; some of it scrolled, some framed."""

    CSS = """
    #left { width: 31; border: round #445566; }
    #right { border: heavy #665544; padding: 1 2; }
    #framed { height: 6; border-left: solid red; padding: 0 1; }
    #float { layer: above; offset: 20 5; width: 17; height: 3; border: round green; background: #003300; }
    _Picture { layers: below above; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LiveCompositor()

    def compose(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="left"):
                yield _Rows(id="rows")
                yield _Rows(id="framed")
            with Vertical(id="right"):
                yield Static("Some words\n" * 30)
                yield Input("typed")
        yield Static("upon it all", id="float")

    def on_mount(self) -> None:
        self.query_one("#left").border_title = "Title"
        for rows in self.query(_Rows):
            rows.set_rows(100)


Cells = dict[tuple[int, int], tuple[str, str]]


def cells(lines: Iterable[tuple[int, int, Iterable[Segment]]]) -> Cells:
    """Each cell's character and style; the right half of a wide one has no character."""
    found: Cells = {}
    for x, y, segments in lines:
        column = x
        for word, style, _ in segments:
            for start, end, width in split_graphemes(word)[0]:
                for half in range(width):
                    found[column + half, y] = ("" if half else word[start:end], str(style))
                column += width
    return found


def whole(screen: Screen[Any]) -> Cells:
    """The picture by Textual's own way."""
    return cells((0, y, strip) for y, strip in enumerate(screen._compositor.render_strips()))


def text(picture: Cells) -> str:
    return "".join(character for character, _ in picture.values())


def drawn(screen: Screen[Any], regions: set[Region]) -> Cells:
    """What is sent where these regions have changed."""
    screen._compositor._dirty_regions = regions
    update = screen._compositor.render_partial_update()
    assert screen._compositor._dirty_regions == set()
    if update is None:
        return {}
    assert isinstance(update, LiveUpdate)
    return cells(update._lines)


@pytest.mark.parametrize("colors", ["all", "none"])
async def test_any_part_of_the_picture_is_the_same_part_of_textuals_picture(
    colors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colors == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    random.seed(1)
    app = App[None]()
    async with app.run_test(size=_SIZE, notifications=True) as pilot:
        await app.push_screen(_Picture())
        app.screen.query_one("#rows", _Rows).scroll_to(y=37, animate=False)
        app.notify("A toast, upon the right lower corner", timeout=60)
        while "A toast" not in text(expected := whole(app.screen)):
            await pilot.pause()
        assert "upon it all" in text(expected)
        for _ in range(300):
            x, y = random.randrange(_SIZE[0]), random.randrange(_SIZE[1])
            size = random.choice([(1, 1), (_SIZE[0], 1), (30, 1), (5, 9), (40, 20), _SIZE])
            part = Region(x, y, *size).intersection(Region(0, 0, *_SIZE))
            others = {Region(random.randrange(60), random.randrange(20), 9, 1) for _ in range(3)}
            found = drawn(app.screen, {part, *others})
            areas = [part, *others]
            assert found.keys() == {(x, y) for area in areas for y in area.line_range for x in area.column_range}
            assert [at for at in found if found[at] != expected[at] and not _is_cut(at, areas, expected)] == []


def _is_cut(at: tuple[int, int], areas: list[Region], expected: Cells) -> bool:
    """Whether a character is cut there by the edge of an area: a blank stands for its half, an accent is left out."""
    x, y = at
    if len(expected[at][0]) > 1:
        return any(x == area.right - 1 for area in areas)
    left = x - 1 if expected[at][0] == "" else x
    is_wide = expected.get((left + 1, y), ("x", ""))[0] == ""
    return is_wide and any(not (area.contains(left, y) and area.contains(left + 1, y)) for area in areas)


async def test_nothing_is_drawn_where_nothing_has_changed() -> None:
    app = App[None]()
    async with app.run_test(size=_SIZE):
        await app.push_screen(_Picture())
        screen = app.screen
        screen._compositor._dirty_regions = set()
        assert screen._compositor.render_partial_update() is None


async def test_what_is_given_to_the_driver_is_cursor_positions_and_styled_text() -> None:
    app = App[None]()
    async with app.run_test(size=_SIZE):
        update = LiveUpdate([(2, 4, Strip([Segment("21.3 °C", Style.parse("bold"))]))])
        assert update.render_segments(app.console) == "\x1b[5;3H\x1b[1m21.3 °C\x1b[0m"
