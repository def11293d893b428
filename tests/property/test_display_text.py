"""What display_text promises, for any text."""

import unicodedata
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from mqtt_tui.text.display_text import display_lines, display_text

MISCHIEF = "\\xuU0289eb\x1b\x9b\x00\n\u241b\u202e\u200d\u0301\u0903\ud800\udcff\ufe0f\u1160\ud7b0é😀👍🏽🇩"
"""Characters whose escapes could be mistaken for each other, or that hide, join and move."""

texts = st.text(st.sampled_from(MISCHIEF), max_size=8) | st.text(st.characters(), max_size=12)
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_no_escape_can_be_feigned() -> None:
    seen: dict[str, str] = {}
    for size in range(7):
        for characters in product("\\x9b\x9bé", repeat=size):
            text = "".join(characters)
            assert seen.setdefault(display_text(text), text) == text


@given(one=texts, other=texts)
def test_two_different_texts_never_look_alike(one: str, other: str) -> None:
    assert (display_text(one) == display_text(other)) == (one == other)


def test_no_two_characters_look_alike_and_only_marks_have_no_cells() -> None:
    seen: dict[str, int] = {}
    for code in range(0x110000):
        character = chr(code)
        shown = display_text("a" + character)
        assert seen.setdefault(shown, code) == code
        if len(shown) == 2 and unicodedata.category(character)[0] != "M":
            assert cell_len(shown) > 1, hex(code)


@given(texts)
@example("\x1b]0;OWNED\x07")
@example("[@click=app.quit]x[/]")
def test_nothing_shown_can_move_hide_or_reorder(text: str) -> None:
    shown = display_text(text)
    assert shown.isprintable()
    assert not {unicodedata.category(c) for c in shown} & INVISIBLE


@given(st.text(st.sampled_from("abcxuU0129 /+#[]{}-_.:$é漢"), max_size=30))
def test_ordinary_words_stay_as_they_are_however_often_they_pass(text: str) -> None:
    assert display_text(display_text(text)) == display_text(text) == text


@given(texts)
@example("\u0301a")
@example("\u0903a")
def test_every_character_has_cells_of_its_own_but_for_a_few_marks(text: str) -> None:
    shown = display_text(text)
    without_cells = [c for c in shown if cell_len(c) == 0]
    assert all(unicodedata.category(c)[0] == "M" for c in without_cells)
    assert cell_len(shown) == sum(cell_len(c) for c in shown)
    assert not shown or cell_len(shown[0]) > 0  # a mark in front would sit on what stands before


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_bytes_that_differ_look_different(one: bytes, other: bytes) -> None:
    assert (display_text(one) == display_text(other)) == (one == other)


@given(st.lists(st.text(st.sampled_from("ab\t\x1b漢"), max_size=6), min_size=1, max_size=5))
def test_lines_are_broken_at_line_feeds_only_and_hold_no_tabs(lines: list[str]) -> None:
    shown = display_lines("\n".join(lines))
    assert len(shown) == len(lines)
    assert all(line.isprintable() for line in shown)
