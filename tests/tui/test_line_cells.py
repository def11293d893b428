from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mqtt_tui.decoders.base import Line, Token
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.widgets.line_cells import chopped, chopped_text, line_cells
from mqtt_tui.tui.widgets.wrapped_lines import WrappedLines

texts = st.text(st.sampled_from("ab  日本é\u0301\x1b{"), max_size=60).map(display_text)
lines = st.lists(st.tuples(st.sampled_from(Token), texts.filter(bool)), max_size=4).map(tuple)
widths = st.integers(2, 30)


def text_of(line: Line) -> str:
    return "".join(text for _, text in line)


@given(lines, widths)
def test_a_chopped_line_fits_and_loses_nothing(line: Line, width: int) -> None:
    pieces = chopped(line, width)
    assert all(line_cells(piece) <= width for piece in pieces)
    assert "".join(map(text_of, pieces)).replace(" ", "") == text_of(line).replace(" ", "")


@given(texts, widths)
def test_a_chopped_text_fits_and_loses_nothing(text: str, width: int) -> None:
    rows = chopped_text(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join(rows) == text


@given(st.lists(lines, max_size=30), widths, st.lists(st.integers(0, 100), max_size=6))
def test_rows_are_right_wherever_somebody_looked_and_in_whatever_order(
    all_lines: list[Line], width: int, looked_at: list[int]
) -> None:
    wrapped = WrappedLines(all_lines, width)
    for row in looked_at:
        row = min(row, len(wrapped))  # noqa: PLW2901  rows come and go with what is measured
        line = wrapped.place(row)[0]
        moved = wrapped.measure_above(row, 5)
        assert wrapped.place(row + moved)[0] == line
        wrapped.measure_from(row + moved, 5)
    wrapped.measure_from(0, 10_000)
    flat = [piece for line in all_lines for piece in chopped(line, width)]
    assert [wrapped.piece(row) for row in range(len(wrapped))] == flat
