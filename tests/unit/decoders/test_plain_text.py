"""Text is shown line by line, whole as far as it is shown, and never as something else."""

import time

import pytest

from mqtt_tui.decoders.base import LONGEST_ROW, NotDecodable
from mqtt_tui.decoders.plain_text import SHOWN, TextDecoder
from tests.unit.decoders.messages import message, text_of, texts


def test_lines_end_at_line_feeds_and_tabs_become_blanks() -> None:
    assert texts(TextDecoder().decode(message(b"a\tb\nGr\xc3\xbc\xc3\x9fe\n"))) == ["a   b", "Grüße", ""]


def test_windows_line_ends_are_named_and_a_lone_carriage_return_is_visible() -> None:
    decoded = TextDecoder().decode(message(b"a\r\nb\rc\r"))
    assert texts(decoded) == ["a", "b␍c␍"]
    assert decoded.note == "Lines end with CR LF."


def test_control_characters_and_markup_are_only_text() -> None:
    decoded = TextDecoder().decode(message("\x1b]0;owned\x07 [@click=app.quit]x[/] \x9b31m\u202e".encode()))
    assert texts(decoded) == ["␛]0;owned␇ [@click=app.quit]x[/] \\x9b31m\\u202e"]


def test_a_long_line_is_cut_into_rows_and_no_character_is_lost() -> None:
    line = "0123456\r" * 2000
    rows = texts(TextDecoder().decode(message(line.encode())))
    assert [len(row) for row in rows] == [LONGEST_ROW] * 3 + [16000 - 3 * LONGEST_ROW]
    assert "".join(rows) == line.replace("\r", "␍")


def test_twenty_megabytes_cost_what_is_looked_at_and_say_what_is_hidden() -> None:
    payload = "Wärmetauscher\n".encode() * 1_400_000
    whole = message(payload)
    begun = time.thread_time()
    decoded = TextDecoder().decode(whole)
    shown = [text_of(line) for line in decoded.lines[:50]]
    assert time.thread_time() - begun < 0.3
    assert shown == ["Wärmetauscher"] * 50
    assert decoded.note == f"The first 1 MiB of {len(payload):,} bytes is shown; hex has all."


def test_the_cut_goes_through_no_character() -> None:
    payload = b"x" * (SHOWN - 1) + "é".encode()
    assert "".join(texts(TextDecoder().decode(message(payload)))) == "x" * (SHOWN - 1)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"ab\xffc", "not UTF-8 text (byte 2 is 0xff)"),
        (b"caf\xc3", "not UTF-8 text (byte 3 is 0xc3)"),
        (b"\x2a\x00\x00\x00", "mostly control characters"),
    ],
)
def test_what_is_no_text_is_declined_with_the_reason(payload: bytes, reason: str) -> None:
    with pytest.raises(NotDecodable) as failure:
        TextDecoder().decode(message(payload))
    assert failure.value.message == reason


@pytest.mark.parametrize(
    ("payload", "content_type", "indicator", "expected"),
    [
        (b"on\x00", None, None, 50),
        (b"\x00\x01\x02", None, None, 0),
        (b"\xff", None, None, 0),
        (b"", None, None, 50),
        (b"on", None, 1, 70),
        (b"on", "text/plain", None, 90),
        ("é".encode() * 400, None, None, 50),
    ],
)
def test_text_is_recognised_by_what_is_declared_or_by_its_first_bytes(
    payload: bytes, content_type: str | None, indicator: int | None, expected: int
) -> None:
    assert TextDecoder().accepts(message(payload, content_type=content_type, indicator=indicator)) == expected
