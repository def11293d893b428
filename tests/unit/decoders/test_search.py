"""A text is looked for in a payload bit by bit, and found wherever it is seen."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.decoders.cbor import CborDecoder
from mqtt_tui.decoders.json_text import JsonDecoder
from mqtt_tui.decoders.search import Search
from mqtt_tui.decoders.structure import AT_ONCE, Structure
from tests.unit.decoders.messages import complete, message, text_of


def structure(payload: bytes) -> Structure:
    lines = JsonDecoder().decode(message(payload)).lines
    assert isinstance(lines, Structure)
    return lines


def found(wanted: str, lines: Structure) -> list[int]:
    search = Search(wanted, lines)
    while not search.is_complete:
        search.go_on()
        lines.lay_out(512)
    return list(search.found)


def plainly_found(wanted: str, lines: Structure) -> list[int]:
    flags = re.NOFLAG if any(map(str.isupper, wanted)) else re.IGNORECASE
    return [row for row in range(len(lines)) if re.search(re.escape(wanted), text_of(lines[row]), flags)]


def test_it_is_found_in_keys_values_and_across_them_in_order() -> None:
    lines = structure(b'{"Flow": 1, "b": [{"flow rate": 2}, {"c": "overflow"}], "flow": 3}')
    assert [text_of(lines[row]).strip() for row in found("flow", lines)] == [
        '"Flow": 1,',
        '"flow rate": 2',
        '"c": "overflow"',
        '"flow": 3',
    ]
    assert [text_of(lines[row]).strip() for row in found('flow": ', lines)] == ['"Flow": 1,', '"flow": 3']


def test_capitals_make_case_count() -> None:
    lines = structure(b'["flow", {}, "Flow", {}, "FLOW"]')
    assert len(found("flow", lines)) == 3
    assert [text_of(lines[row]).strip() for row in found("Flow", lines)] == ['"Flow",']


def test_what_could_not_be_read_is_looked_through_too() -> None:
    lines = structure(json.dumps([{"number": n} for n in range(AT_ONCE)]).encode() + b"\n} needle here\n[needle")
    rows = found("needle", lines)
    assert [text_of(lines[row]) for row in rows] == [text_of(lines[row]) for row in plainly_found("needle", lines)]
    assert rows


def test_neighbours_are_told_and_which_one_it_is() -> None:
    lines = structure(b'{"a": 1, "b": {"a": 2}, "c": {"a": 3}}')
    search = Search('"a"', lines)
    while not search.is_complete:
        search.go_on()
    assert list(search.found) == [1, 3, 6]
    assert [search.after(row) for row in (0, 1, 6)] == [1, 3, None]
    assert [search.before(row) for row in (1, 2, 6)] == [None, 1, 3]
    assert [search.rank(row) for row in (0, 1, 6)] == [None, 1, 3]


@pytest.mark.parametrize("wanted", ["\\x9b", "9bnext", "u202e", "200b", "␛[31m", "\\\\u"])
def test_characters_that_are_shown_otherwise_are_found_as_they_are_shown(wanted: str) -> None:
    text = '["plain", {"k": "a\x9bnext"}, {"k": "\u202e and \u200bbar"}, {"k": "\\\\u0041"}]'
    lines = structure(text.encode())
    assert found(wanted, lines) == plainly_found(wanted, lines)


_TEXTS = st.text(st.sampled_from('abcAB019_x\u00df\u017f\u200b\x9b"\\/ :.{}[]'), max_size=6)
_VALUES = st.recursive(
    st.none() | st.integers(-99, 99) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=30,
)


@given(_VALUES, _TEXTS.filter(bool), st.booleans())
def test_it_is_found_on_the_same_rows_as_by_looking_at_each(value: object, wanted: str, is_ascii: bool) -> None:
    lines = structure(json.dumps(value, ensure_ascii=is_ascii).encode())
    assert found(wanted, lines) == plainly_found(wanted, lines)


def test_a_large_document_is_looked_through_in_short_steps_while_it_is_laid_out() -> None:
    document = [{"number": n, "text": "needle" if n % 1_000 == 999 else "hay"} for n in range(20_000)]
    lines = structure(json.dumps(document).encode())
    assert not lines.is_complete
    search = Search("needle", lines)
    steps = 0
    while not search.is_complete:
        search.go_on()
        lines.lay_out(4_096)
        steps += 1
    assert [text_of(lines[row]).strip() for row in search.found] == ['"text": "needle"'] * 20
    assert steps > 10


def test_binary_formats_are_looked_through_line_by_line() -> None:
    lines = complete(CborDecoder().decode(message(bytes.fromhex("a2616101616283016374776f03")))).lines
    assert isinstance(lines, Structure)
    assert found("two", lines) == plainly_found("two", lines) != []
