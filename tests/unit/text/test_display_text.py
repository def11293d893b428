"""What a person sees of what strangers send."""

import pytest

from mqtt_tui.text.display_text import display_lines, display_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("factory/hall-2/é漢😀", "factory/hall-2/é漢😀"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("a\x1b[31mb", "a␛[31mb"),
        ("a\x00\t\r\n\x7f", "a␀␉␍␊␡"),
        ("a\x9b31m", "a\\x9b31m"),
        ("ad\u200bmin", "ad\\u200bmin"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("a\u2028b", "a\\u2028b"),
        ("a\u00a0b", "a\\xa0b"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("␛", "\\u241b"),
        ("C:\\new", "C:\\new"),
        ("C:\\x9b", "C:\\\\x9b"),
        ("\\\x9b", "\\\\\\x9b"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_is_not_plain_is_made_visible(text: str, shown: str) -> None:
    assert display_text(text) == shown


def test_bytes_are_read_as_utf_8_and_bad_ones_shown() -> None:
    assert display_text("é".encode() + b"\xff") == "é\\udcff"


def test_marks_that_climb_over_other_rows_are_cut_down_to_four() -> None:
    assert display_text("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + "\\u0301\\u0301"


def test_a_mark_at_the_beginning_does_not_sit_on_what_stands_before() -> None:
    assert display_text("\u0301a") == "\\u0301a"
    assert display_text("\u0903a") == "\\u0903a"


def test_a_vowel_does_not_join_the_syllable_before_it() -> None:
    assert display_text("\u1100\ud7b0") == "\u1100\\ud7b0"


def test_tabs_go_to_the_next_stop_and_both_line_ends_break() -> None:
    assert display_lines("a\tb\r\nabcd\tc\n") == ["a   b", "abcd    c", ""]
