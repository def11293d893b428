"""The value in a tree row: short, true and safe."""

import json
import time

import pytest

from mqtt_tui.decoders.base import Token
from mqtt_tui.decoders.one_line import one_line
from tests.unit.decoders.messages import text_of


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"71.30", "71.30"),
        (b"on", "on"),
        (b"", "⟨empty⟩"),
        (b'{\n  "a b": [ 1, "x \\" y" ],\n  "c": null\n}\n', '{"a b":[1,"x \\" y"],"c":null}'),
        (b'{ "a b" : "c  d" }', '{"a b":"c  d"}'),
        (b"[INFO] pump 7 started", "[INFO] pump 7 started"),
        (b"[1] of two, {x}", "[1] of two, {x}"),
        (b"line one\r\nline two", "line one␍␊line two"),
        (b"\x1b[31mred [/]", "␛[31mred [/]"),
        (b"\x7fELF\x00\x00\x00\x01\x00\x00", "⟨10 B⟩ 7f 45 4c 46 00 00 00 01 00 00"),
        (b"\xff" * 312, "⟨312 B⟩ ff ff ff ff ff ff ff ff ff ff …"),
    ],
)
def test_a_payload_on_one_line(payload: bytes, expected: str) -> None:
    assert text_of(one_line(payload, 40)) == expected


@pytest.mark.parametrize("payload", [b"abcdefghij" * 300, "é".encode() * 300, b'{"a": "b"} ' * 100])
def test_what_is_cut_ends_with_an_ellipsis(payload: bytes) -> None:
    assert text_of(one_line(payload, 12)).endswith("…")


def test_what_fits_is_not_cut() -> None:
    assert text_of(one_line(b"abcdefghijkl", 12)) == "abcdefghijkl"
    assert text_of(one_line(b"abcdefghijklm", 12)) == "abcdefghijk…"


@pytest.mark.parametrize("payload", [b"", b"12345678", b"\xff\xfe\xfd", b'{ "a": 1 }', "é\u202e\n".encode() * 9])
@pytest.mark.parametrize("width", range(12))
def test_it_is_never_wider_than_there_is_room(payload: bytes, width: int) -> None:
    assert len(text_of(one_line(payload, width))) <= width


def test_numbers_literals_bytes_and_notes_are_told_apart() -> None:
    kinds = [one_line(payload, 40)[0][0] for payload in (b"-1.5e3", b"true", b"on", b"\xff", b"")]
    assert kinds == [Token.NUMBER, Token.LITERAL, Token.PLAIN, Token.NOTE, Token.NOTE]


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps({"values": list(range(100_000))}, indent=4).encode(),
        b"[" * 1_000_000,
        b'{"a' + b"\\" * 1_000_000,
        b"[" + b'"' * 1_000_000,
        b" " * 1_000_000,
    ],
    ids=["numbers", "brackets", "backslashes", "quotes", "blanks"],
)
def test_fifty_rows_of_large_payloads_fit_into_a_frame(payload: bytes) -> None:
    begun = time.thread_time()
    for _ in range(50):
        one_line(payload, 40)
    assert time.thread_time() - begun < 0.02
