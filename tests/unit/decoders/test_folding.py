"""What is folded away, and what is seen then."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.decoders.folding import FoldedLines
from mqtt_tui.decoders.json_text import JsonDecoder
from mqtt_tui.decoders.structure import Structure
from tests.unit.decoders.messages import message, text_of

TEXT = '{"a": {"b": [{"c": 1}, [], 2], "d": {"e": {}}}, "f": null}'
LINES = [
    "{",
    '"a": {',
    '"b": [',
    "{",
    '"c": 1',
    "},",
    "[],",
    "2",
    "],",
    '"d": {',
    '"e": {}',
    "}",
    "},",
    '"f": null',
    "}",
]
B, D = 2, 9
"""Rows."""


def folded(text: str = TEXT) -> FoldedLines:
    lines = JsonDecoder().decode(message(text.encode())).lines
    assert isinstance(lines, Structure)
    return FoldedLines(lines)


def shown(lines: FoldedLines) -> list[str]:
    return [text_of(line).strip() for line in lines]


def test_nothing_is_folded_at_first() -> None:
    assert shown(folded()) == LINES


def test_a_folded_container_is_one_line_that_tells_how_much_it_holds() -> None:
    lines = folded()
    lines.fold(B, folded=True)
    assert shown(lines) == [*LINES[:B], '"b": [ … 3 items … ],', *LINES[D:]]
    lines.fold(D, folded=True)
    assert shown(lines) == [*LINES[:B], '"b": [ … 3 items … ],', '"d": { … 1 key … }', *LINES[12:]]
    lines.fold(1, folded=True)
    assert shown(lines) == ["{", '"a": { … 2 keys … },', '"f": null', "}"]
    lines.fold(1, folded=False)
    assert '"b": [ … 3 items … ],' in shown(lines), "what is folded within stays so"


def test_all_can_be_folded_and_unfolded() -> None:
    lines = folded()
    lines.fold_all(folded=True)
    assert shown(lines) == ["{", '"a": { … 2 keys … },', '"f": null', "}"]
    lines.reveal(4)
    assert '"c": 1' in shown(lines)
    assert '"d": { … 1 key … }' in shown(lines)
    lines.fold_all(folded=False)
    assert shown(lines) == LINES


def test_what_is_folded_is_folded_again_in_the_next_message() -> None:
    lines, after = folded(), folded('{"x": 1, "a": {"d": {"e": 2, "g": [1]}}}')
    lines.fold(D, folded=True)
    lines.fold(B, folded=True)
    after.fold_paths(lines.folded_paths)
    assert shown(after) == ["{", '"x": 1,', '"a": {', '"d": { … 2 keys … }', "}", "}"]


@pytest.mark.parametrize(
    ("row", "value"),
    [
        (1, '{"b":[{"c":1},[],2],"d":{"e":{}}}'),
        (B, '[{"c":1},[],2]'),
        (4, "1"),
        (6, "[]"),
        (13, "null"),
        (0, TEXT.replace(" ", "")),
    ],
)
def test_the_value_of_a_row_is_what_was_written(row: int, value: str) -> None:
    assert folded().structure.value(row) == value


def test_the_value_of_a_long_string_is_whole() -> None:
    long = json.dumps("é\n" * 5_000)
    assert folded(f'{{"k": {long}, "l": 1}}').structure.value(1) == long


values = st.recursive(
    st.integers(0, 9), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner)
)


@given(value=values, folds=st.sets(st.integers(0, 40)))
def test_lines_and_rows_belong_together(value: object, folds: set[int]) -> None:
    lines = folded(json.dumps({"long": [list(range(60)), value]}))
    for row in folds:
        if row < len(lines.structure):
            lines.fold(row, folded=True)
    rows = [lines.row_of(line) for line in range(len(lines))]
    assert rows == sorted(set(rows))
    assert [lines.line_of(row) for row in rows] == list(range(len(lines)))
    for row in range(len(lines.structure)):
        assert rows[lines.line_of(row)] <= row
        found = lines.structure.find(lines.structure.path(row))
        assert found == row or lines.structure.closing(found or 0) == row
