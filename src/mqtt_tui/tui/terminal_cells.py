"""What stands in the terminal's cells, so that only what changed has to be sent.

Textual paints a whole stretch of a row, in full colours, wherever a cell in it may have changed: 50 kB a second for a
screen on which some numbers move. Its frames are read back here into cells, and the way from the cells that the
terminal shows to those that it should show takes one or two.
"""

import re
from functools import lru_cache

from rich.cells import split_graphemes

_TOKEN = re.compile(r"\x1b\[([0-9;]*)([Hm])([^\x1b]*)")
"""A cursor position or a style (ECMA-48: CUP, SGR) and the text after it: all that a frame of Textual's is made of."""
_SHORT_GAP = 4
"""Unchanged cells that are rather written again than jumped over; a jump is six to eight bytes."""
_PLAIN = ""
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29", "21": "24"}
"""What ends an attribute (ECMA-48, 8.3.117)."""

_Cell = tuple[str, str] | None
"""A character with its style (parameters of SGR); an empty one is the right half of a wide character; None: unknown."""


class TerminalCells:
    """The cells that Textual wants to be seen, and those that the terminal has been sent."""

    def __init__(self) -> None:
        self._wanted: dict[int, list[_Cell]] = {}
        self._shown: dict[int, list[_Cell]] = {}
        self._painted: dict[int, tuple[int, int]] = {}  # rows that may differ, from which cell to which
        self._cursor = (0, 0)  # row and column in which the frame left it: input methods look there

    def paint(self, frame: str, height: int) -> bool:
        """Take a frame of Textual's. False: it is none, and nothing has changed here.

        One of all rows (``height``) is a new start, after a resize or because the user asked for it: it is sent whole.
        """
        tokens: list[tuple[str, str, str]] = _TOKEN.findall(frame)
        if not tokens or tokens[0][1] != "H" or sum(len(p) + len(text) + 3 for p, _, text in tokens) != len(frame):
            return False
        if frame.startswith("\x1b[1;1H") and frame.count("\n") == height - 1:
            self._wanted, self._shown = {}, {}
            self._painted.clear()  # rows that there are no more among them
        row = column = 0
        style = _PLAIN
        for parameters, kind, text in tokens:
            if kind == "m":
                style = _PLAIN if parameters == "0" else parameters
            else:
                row, column = _position(parameters)
            text = text.removesuffix("\n")  # noqa: PLW2901  a position follows
            if text:
                column = self._put(row, column, [(cell, style) for cell in _cells(text)])
        self._cursor = row, column
        return True

    def _put(self, row: int, column: int, cells: list[tuple[str, str]]) -> int:
        wanted = self._wanted.setdefault(row, [])
        end = column + len(cells)
        if len(wanted) < end:
            wanted.extend([None] * (end - len(wanted)))
        if wanted[column:end] != cells:
            _halve(wanted, column - 1, column)
            _halve(wanted, end, end)
            wanted[column:end] = cells
            first, behind = self._painted.get(row, (column, end))
            self._painted[row] = min(first, max(0, column - 1)), max(behind, end + 1)  # halves may be blanks now
        return end

    def forget_shown(self) -> None:
        """Nothing is known of the terminal any more: all that was painted has to be sent."""
        self._shown = {}
        self._painted = {row: (0, len(cells)) for row, cells in self._wanted.items()}

    def changes(self) -> str:
        """What makes the terminal show what was painted; from here on it counts as shown. Empty: it does already."""
        line = _Changes()
        for row, (first, behind) in sorted(self._painted.items()):
            wanted = self._wanted[row]
            shown = self._shown.setdefault(row, [])
            if len(shown) < len(wanted):
                shown.extend([None] * (len(wanted) - len(shown)))
            new = wanted[first:behind]
            line.add_row(row, wanted, [x for x, cell in enumerate(new, first) if cell != shown[x]])
            shown[first:behind] = new
        self._painted.clear()
        return line.finish(self._cursor)


class _Changes:
    """Collects escape sequences; knows where the cursor is and which style is on."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._style = _PLAIN
        self._row = self._column = -1

    def add_row(self, row: int, cells: list[_Cell], different: list[int]) -> None:
        """Write the cells of these columns."""
        for column in different:
            cell = cells[column]
            if cell is None or not cell[0]:  # never painted; the right half of what stands before it
                continue
            if row != self._row or column != self._column:
                between = cells[self._column : column] if row == self._row and column > self._column else []
                if between and len(between) <= _SHORT_GAP and all(self._fits(each) for each in between):
                    self._parts += [each[0] for each in between if each is not None]
                else:
                    self._parts.append(_move(row, column))
            self._write(row, column, *cell)

    def _fits(self, cell: _Cell) -> bool:
        return cell is not None and cell[1] == self._style and len(cell[0]) == 1 and cell[0].isascii()

    def _write(self, row: int, column: int, text: str, style: str) -> None:
        if style != self._style:
            self._parts.append(_transition(self._style, style))
            self._style = style
        width = _width(text)
        if width == 1:
            self._parts.append(text)
        else:  # terminals disagree about some of these: whatever this one makes of it, the next cell is in its place
            self._parts += [" " * width, _move(row, column), text, _move(row, column + width)]
        self._row, self._column = row, column + width

    def finish(self, cursor: tuple[int, int]) -> str:
        """All of it; style and cursor are left as Textual leaves them."""
        if not self._parts:
            return ""
        reset = "\x1b[m" if self._style else ""
        return "".join([*self._parts, reset, _move(*cursor)])


def _halve(cells: list[_Cell], left: int, right: int) -> None:
    """A wide character of which ``right`` is the right half is about to lose one half: what stays is a blank."""
    if left >= 0 and right < len(cells):
        half = cells[right]
        if half is not None and not half[0]:
            cells[left] = (" ", half[1])


def _position(parameters: str) -> tuple[int, int]:
    row, _, column = parameters.partition(";")
    return int(row or 1) - 1, int(column or 1) - 1


def _move(row: int, column: int) -> str:
    return f"\x1b[{row + 1};{column + 1}H" if column else f"\x1b[{row + 1}H" if row else "\x1b[H"


@lru_cache(4096)
def _width(text: str) -> int:
    return 1 if text.isascii() else max(1, len(_cells(text)))


def _cells(text: str) -> list[str]:
    """One string a cell: a character with what combines with it; a wide one is followed by an empty string."""
    return list(text) if text.isascii() else _wide_cells(text)


@lru_cache(1024)
def _wide_cells(text: str) -> list[str]:
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
        elif cells:
            cells[-1] += text[start:end]
    return cells


@lru_cache(4096)
def _transition(old: str, new: str) -> str:
    """The shortest way from one style to another."""
    attributes, foreground, background = _style(old)
    new_attributes, new_foreground, new_background = _style(new)
    ended = {_OFF.get(attribute, "0") for attribute in attributes - new_attributes}
    if "0" in ended or not new:
        return f"\x1b[0;{new}m" if new else "\x1b[m"
    kept = {attribute for attribute in attributes & new_attributes if _OFF.get(attribute) not in ended}
    parts = [*sorted(ended), *sorted(new_attributes - kept)]
    if foreground != new_foreground:
        parts.append(new_foreground or "39")
    if background != new_background:
        parts.append(new_background or "49")
    return f"\x1b[{';'.join(parts)}m" if parts else ""


@lru_cache(4096)
def _style(parameters: str) -> tuple[frozenset[str], str, str]:
    """Attributes, foreground and background in the parameters of an SGR."""
    attributes: set[str] = set()
    foreground = background = ""
    rest = parameters.split(";") if parameters else []
    while rest:
        size = {"2": 5, "5": 3}.get(rest[1] if len(rest) > 1 else "", 1) if rest[0] in ("38", "48") else 1
        code, rest = rest[:size], rest[size:]
        if code[0] == "38" or code[0] == "39" or 30 <= int(code[0]) <= 37 or 90 <= int(code[0]) <= 97:
            foreground = ";".join(code)
        elif code[0] == "48" or code[0] == "49" or 40 <= int(code[0]) <= 47 or 100 <= int(code[0]) <= 107:
            background = ";".join(code)
        else:
            attributes.add(code[0])
    return frozenset(attributes), foreground, background
