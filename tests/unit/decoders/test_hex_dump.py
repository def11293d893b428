"""The hex dump shows every byte and costs only what is looked at."""

import time

import pytest

from mqtt_tui.decoders.base import Token
from mqtt_tui.decoders.hex_dump import HexDecoder, HexLines
from tests.unit.decoders.messages import message, text_of, texts


def test_a_line_has_offset_bytes_in_groups_of_eight_and_their_characters() -> None:
    assert texts(HexDecoder().decode(message(b"\x7fELF\x00\x00\x02\x01\x00 ~\xff\x1babc!"))) == [
        "00000000  7f 45 4c 46 00 00 02 01  00 20 7e ff 1b 61 62 63  ·ELF····· ~··abc",
        "00000010  21                                                !",
    ]


def test_narrow_lines_have_eight_bytes() -> None:
    assert [text_of(line) for line in HexLines(bytes(range(0x41, 0x4B)), per_line=8)] == [
        "00000000  41 42 43 44 45 46 47 48  ABCDEFGH",
        "00000008  49 4a                    IJ",
    ]


def test_zeros_stand_apart_from_other_bytes() -> None:
    (line,) = HexLines(b"\x00\x00\x05\x00")
    shown = [(token, text) for token, text in line if token in (Token.HEX, Token.HEX_ZERO)]
    assert shown[:3] == [(Token.HEX_ZERO, "00 00"), (Token.HEX, " 05"), (Token.HEX_ZERO, " 00")]


def test_lines_are_a_sequence() -> None:
    lines = HexLines(bytes(100))
    assert len(lines) == 7
    assert text_of(lines[-1]).startswith("00000060")
    assert [text_of(line)[:8] for line in lines[5:]] == ["00000050", "00000060"]
    with pytest.raises(IndexError):
        lines[7]


def test_any_place_of_a_large_payload_is_at_hand_at_once() -> None:
    whole = message(bytes(20_000_000))
    begun = time.thread_time()
    lines = HexDecoder().decode(whole).lines
    assert text_of(lines[len(lines) // 2]).startswith("00989680  00 00")
    assert time.thread_time() - begun < 0.1


def test_an_empty_payload_says_so() -> None:
    decoded = HexDecoder().decode(message(b""))
    assert (len(decoded.lines), decoded.note) == (0, "The payload is empty.")
