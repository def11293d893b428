"""Whatever Textual paints, and however much of it is held back: the changes lead to the same screen."""

import pyte
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.tui.terminal_cells import TerminalCells

COLUMNS, ROWS = 16, 5
_WIDE_ROW = 3  # from here on rows are only painted whole: Textual never cuts a wide character in two

_styles = st.lists(
    st.sampled_from(["1", "3", "4", "7", "31", "97", "44", "38;5;9", "38;2;1;2;3", "48;2;4;5;6", "48;2;7;8;9"]),
    max_size=4,
).map(";".join)
_narrow = st.text(st.sampled_from("ab 0│▾▁é…"), min_size=1, max_size=COLUMNS)
_wide = st.text(st.sampled_from("ab 好表e\u0301"), max_size=6)


def _segment(style: str, text: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


@st.composite
def _chunks(draw: st.DrawFn) -> str:
    """A stretch of a row, in some styles."""
    row = draw(st.integers(0, ROWS - 1))
    if row >= _WIDE_ROW:
        text = draw(_wide).lstrip("\u0301")
        cells = sum({"好": 2, "表": 2, "\u0301": 0}.get(character, 1) for character in text)
        return f"\x1b[{row + 1};1H" + _segment(draw(_styles), text + " " * (COLUMNS - cells))
    column = draw(st.integers(0, COLUMNS - 1))
    parts = [f"\x1b[{row + 1};{column + 1}H"]
    while column < COLUMNS and (len(parts) == 1 or draw(st.booleans())):
        text = draw(_narrow)[: COLUMNS - column]
        column += len(text)
        parts.append(_segment(draw(_styles), text))
    return "".join(parts)


def _frame(chunks: list[str]) -> str:
    """From top to bottom, with line feeds that scroll nothing; as Textual does it."""
    chunks = sorted(chunks, key=lambda chunk: chunk[:4])
    last = chunks[-1][:4]
    return "".join([chunk if chunk.startswith(last) else chunk + "\n" for chunk in chunks]) + "\x1b[2;3H"


_frames = st.lists(_chunks(), min_size=1, max_size=4).map(_frame)


def _screen(*writes: str) -> list[list[tuple[object, ...]]]:
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[?7l")
    for written in writes:
        stream.feed(written)
    return [[tuple(screen.buffer[row][column]) for column in range(COLUMNS)] for row in range(ROWS)]


@given(st.lists(st.tuples(_frames, st.booleans()), min_size=1, max_size=8))
def test_the_changes_lead_to_the_screen_that_was_painted(frames: list[tuple[str, bool]]) -> None:
    cells = TerminalCells()
    sent = []
    for frame, is_taken in frames:
        assert cells.paint(frame, height=ROWS)
        sent += [cells.changes()] if is_taken else []
    sent.append(cells.changes())
    assert _screen(*sent) == _screen(*[frame for frame, _ in frames])
    assert cells.changes() == ""


@given(st.lists(_frames, min_size=1, max_size=4))
def test_a_terminal_that_lost_everything_gets_everything(frames: list[str]) -> None:
    cells = TerminalCells()
    for frame in frames:
        cells.paint(frame, height=ROWS)
        cells.changes()
    cells.forget_shown()
    assert _screen(cells.changes()) == _screen(*frames)
