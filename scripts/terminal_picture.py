"""What a terminal shows, as SVG, and as PNG where rsvg-convert is there."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from pyte.screens import Char, Screen

_WIDTH, _HEIGHT, _BASE = 12.04, 23, 18  # of a cell of DejaVu Sans Mono at 20 px, and where its letters stand
_INK, _PAPER = "#d8d8d8", "#0c0c0c"
_BLOCKS = "▀▁▂▃▄▅▆▇█"
"""The upper half, then one to eight eighths from below."""
_NAMED = {
    "black": "#000000",
    "red": "#cd3131",
    "green": "#0dbc79",
    "brown": "#e5e510",
    "blue": "#2472c8",
    "magenta": "#bc3fbc",
    "cyan": "#11a8cd",
    "white": "#e5e5e5",
}


def svg(screen: Screen) -> str:
    """The screen as a picture: a rectangle for each run of one background, a text for each word."""
    parts = [part for row in range(screen.lines) for part in _line(screen, row)]
    width, height = screen.columns * _WIDTH, screen.lines * _HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" font-size="20" '
        'font-family="DejaVu Sans Mono, monospace" shape-rendering="crispEdges">'
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>' + "".join(parts) + "</svg>\n"
    )


def write_picture(screen: Screen, file: Path, *, zoom: float) -> Path:
    """Write ``file`` with the ending ``.png``, or ``.svg`` where nothing can convert it; what was written."""
    picture = svg(screen)
    converter = shutil.which("rsvg-convert")
    if converter is None:
        file = file.with_suffix(".svg")
        file.write_text(picture)
        return file
    file = file.with_suffix(".png")
    command = [converter, "--zoom", str(zoom), "--output", str(file)]
    subprocess.run(command, input=picture.encode(), check=True)
    return file


def _line(screen: Screen, row: int) -> Iterator[str]:
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    at = 0
    for paper, run in groupby(cells, key=lambda cell: _colours(cell)[1]):
        size = len(list(run))
        x, y, width = at * _WIDTH, row * _HEIGHT, size * _WIDTH
        yield f'<rect x="{x:.2f}" y="{y}" width="{width:.2f}" height="{_HEIGHT}" fill="{paper}"/>'
        at += size
    at = 0
    for look, run in groupby(cells, key=_look):
        text = "".join(cell.data or "\0" for cell in run)  # the second cell of a wide character is empty
        for word in re.finditer(r"([▀-█])\1*|[^\s\0▀-█]+", text):
            x = (at + word.start()) * _WIDTH
            if word[1]:
                yield _block(word[1], x, row * _HEIGHT, len(word[0]) * _WIDTH, look)
                continue
            yield f'<text x="{x:.2f}" y="{row * _HEIGHT + _BASE}"{look}>{escape(word[0])}</text>'
        at += len(text)


def _block(character: str, x: float, y: float, width: float, look: str) -> str:
    """A run of one block element, exact where fonts are not."""
    eighths = _BLOCKS.index(character)
    height = _HEIGHT * (eighths or 4) / 8
    top = y if not eighths else y + _HEIGHT - height
    return f'<rect x="{x:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}"{look}/>'


def _look(cell: Char) -> str:
    look = f' fill="{_colours(cell)[0]}"'
    if cell.bold:
        look += ' font-weight="bold"'
    if cell.italics:
        look += ' font-style="italic"'
    if cell.underscore:
        look += ' text-decoration="underline"'
    return look


def _colours(cell: Char) -> tuple[str, str]:
    """Ink and paper."""
    ink, paper = _colour(cell.fg, _INK), _colour(cell.bg, _PAPER)
    return (paper, ink) if cell.reverse else (ink, paper)


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return _NAMED.get(name, f"#{name}")
