"""A few bytes are shown as every number that they may be."""

import struct

import pytest

from mqtt_tui.decoders.base import Decoded, NotDecodable, Token
from mqtt_tui.decoders.float_text import float_text
from mqtt_tui.decoders.numbers import _WIDTHS, LARGEST, NumbersDecoder
from tests.unit.decoders.messages import message, text_of, texts


def decode(payload: bytes) -> Decoded:
    return NumbersDecoder().decode(message(payload))


def reason(payload: bytes) -> str:
    with pytest.raises(NotDecodable) as failure:
        decode(payload)
    return failure.value.message


def test_a_byte_has_a_sign_or_none_and_bits() -> None:
    decoded = decode(b"\x81")
    assert texts(decoded) == ["int8   -127", "uint8  129", "bits   10000001"]
    assert decoded.lines[0] == ((Token.NOTE, "int8   "), (Token.NUMBER, "-127"))
    assert (decoded.format, decoded.note) == ("numbers", "")


def test_two_bytes_have_two_orders_a_fraction_and_bits() -> None:
    assert texts(decode(b"\x00\xbc")) == [
        "int16   little endian  -17408",
        "int16   big endian     188",
        "uint16  little endian  48128",
        "uint16  big endian     188",
        "float16 little endian  -1.0",
        "float16 big endian     1.12e-05",
        "bits                   00000000 10111100",
    ]


def test_a_fraction_has_the_digits_of_its_width() -> None:
    assert texts(decode(struct.pack("<f", 0.1))) == [
        "int32   little endian  1036831949",
        "int32   big endian     -842216387",
        "uint32  little endian  1036831949",
        "uint32  big endian     3452750909",
        "float32 little endian  0.1",
        "float32 big endian     -429492130.0",
    ]
    assert texts(decode(struct.pack(">d", 0.1)))[5] == "float64 big endian     0.1"


def test_what_is_no_number_has_a_name() -> None:
    assert texts(decode(b"\x7f\x80\x00\x00"))[5] == "float32 big endian     Infinity"
    assert texts(decode(b"\xff\xf0" + bytes(6)))[5] == "float64 big endian     -Infinity"
    assert texts(decode(b"\x7e\x00"))[5] == "float16 big endian     NaN"


def test_eight_bytes_are_exact() -> None:
    assert texts(decode(b"\xff" * 7 + b"\xfe"))[:4] == [
        "int64   little endian  -72057594037927937",
        "int64   big endian     -2",
        "uint64  little endian  18374686479671623679",
        "uint64  big endian     18446744073709551614",
    ]


def test_longer_payloads_are_arrays_of_all_sizes_that_fit() -> None:
    lines = texts(decode(bytes(range(12))))
    assert lines[:4] == [
        "int16, little endian",
        "0000     256     770    1284    1798    2312    2826",
        "int16, big endian",
        "0000       1     515    1029    1543    2057    2571",
    ]
    assert "uint32, big endian" in lines
    assert not any("64" in line for line in lines if "endian" in line)
    assert [line for line in texts(decode(bytes(6))) if "32" in line] == []
    assert [line for line in texts(decode(bytes(16))) if "64" in line] != []


def test_an_array_has_sixteen_bytes_a_row_below_each_other() -> None:
    decoded = decode(b"\x00\x80" * 12)
    assert [text_of(line) for line in decoded.lines[:3]] == [
        "int16, little endian",
        "0000  " + "  ".join(["-32768"] * 8),
        "0010  " + "  ".join(["-32768"] * 4),
    ]
    assert [token for token, _ in decoded.lines[1]] == [Token.OFFSET, Token.PLAIN, Token.NUMBER]
    assert len(decode(bytes(LARGEST)).lines) == 3 * 6 * (1 + LARGEST // 16)


def test_no_number_is_wider_than_its_column() -> None:
    halves = [value for (value,) in struct.iter_unpack(">e", b"".join(struct.pack(">H", n) for n in range(0x10000)))]
    assert max(len(float_text(value, "e")) for value in halves) == _WIDTHS["e"]
    assert len(float_text(-1.1754943508222875e-38, "f")) <= _WIDTHS["f"]
    assert len(float_text(-2.2250738585072014e-308, "d")) == _WIDTHS["d"]
    assert {len(str(-(1 << 8 * struct.calcsize(code) - 1))) == _WIDTHS[code] for code in "hiq"} == {True}
    assert {len(str((1 << 8 * struct.calcsize(code)) - 1)) == _WIDTHS[code] for code in "HIQ"} == {True}


def test_every_float16_is_read_back_from_its_text() -> None:
    for (value,) in struct.iter_unpack(">e", b"".join(struct.pack(">H", n) for n in range(0x7C00))):
        assert struct.pack(">e", float(float_text(value, "e"))) == struct.pack(">e", value)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes are neither a number of 1, 2, 4 or 8 bytes nor several of 2, 4 or 8"),
        (3, "3 bytes are neither a number of 1, 2, 4 or 8 bytes nor several of 2, 4 or 8"),
        (4095, "4,095 bytes are neither a number of 1, 2, 4 or 8 bytes nor several of 2, 4 or 8"),
        (4098, "numbers are shown up to 4,096 bytes, this is 4,098 bytes"),
    ],
)
def test_other_sizes_are_no_numbers(size: int, expected: str) -> None:
    assert reason(bytes(size)) == expected


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"\x00", 20),
        (b"\xff\xff", 20),
        (bytes(4), 20),
        (bytes(8), 20),
        (b"ab\x00\x01", 20),
        (b"", 0),
        (bytes(3), 0),
        (bytes(6), 0),
        (bytes(16), 0),
        (b"1", 0),
        (b"on", 0),
        (b"21.5", 0),
        (b"off\n", 0),
        ("é".encode(), 0),
        (b"\n", 20),
    ],
)
def test_short_payloads_that_are_no_text_may_be_numbers(payload: bytes, expected: int) -> None:
    assert NumbersDecoder().accepts(message(payload)) == expected
