"""MessagePack is shown exactly, by every row of its format table, and what is damaged says where."""

import json
import struct

import pytest

from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, NotDecodable, Token
from mqtt_tui.decoders.message_pack import LARGEST, MessagePackDecoder
from mqtt_tui.decoders.structure import DEEPEST_INDENT, Structure
from tests.unit.decoders.messages import complete, message, texts


def decode(payload: bytes) -> Decoded:
    return complete(MessagePackDecoder().decode(message(payload)))


def shown(payload: bytes) -> str:
    return "".join(text.strip() for text in texts(decode(payload)))


def reason(payload: bytes) -> str:
    with pytest.raises(NotDecodable) as failure:
        decode(payload)
    return failure.value.message


def packed(text: str) -> bytes:
    """From hexadecimal digits."""
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("payload", "expected", "token"),
    [
        ("00", "0", Token.NUMBER),
        ("7f", "127", Token.NUMBER),
        ("e0", "-32", Token.NUMBER),
        ("ff", "-1", Token.NUMBER),
        ("c0", "null", Token.LITERAL),
        ("c2", "false", Token.LITERAL),
        ("c3", "true", Token.LITERAL),
        ("cc00", "0", Token.NUMBER),
        ("ccff", "255", Token.NUMBER),
        ("cd0000", "0", Token.NUMBER),
        ("cdffff", "65535", Token.NUMBER),
        ("ce00000000", "0", Token.NUMBER),
        ("ceffffffff", "4294967295", Token.NUMBER),
        ("cf0000000000000000", "0", Token.NUMBER),
        ("cfffffffffffffffff", "18446744073709551615", Token.NUMBER),
        ("d080", "-128", Token.NUMBER),
        ("d07f", "127", Token.NUMBER),
        ("d18000", "-32768", Token.NUMBER),
        ("d17fff", "32767", Token.NUMBER),
        ("d280000000", "-2147483648", Token.NUMBER),
        ("d27fffffff", "2147483647", Token.NUMBER),
        ("d38000000000000000", "-9223372036854775808", Token.NUMBER),
        ("d37fffffffffffffff", "9223372036854775807", Token.NUMBER),
        ("ca3dcccccd", "0.1", Token.NUMBER),
        ("ca00000001", "1e-45", Token.NUMBER),
        ("caff7fffff", "-3.4028235e+38", Token.NUMBER),
        ("ca80000000", "-0.0", Token.NUMBER),
        ("ca7fc00000", "NaN", Token.LITERAL),
        ("ca7f800000", "Infinity", Token.LITERAL),
        ("cb3fb999999999999a", "0.1", Token.NUMBER),
        ("cb3fb99999a0000000", "0.10000000149011612", Token.NUMBER),
        ("cb0000000000000001", "5e-324", Token.NUMBER),
        ("cb7fefffffffffffff", "1.7976931348623157e+308", Token.NUMBER),
        ("cbfff0000000000000", "-Infinity", Token.LITERAL),
        ("cb7ff8000000000000", "NaN", Token.LITERAL),
    ],
)
def test_each_scalar_is_shown_exactly(payload: str, expected: str, token: Token) -> None:
    (line,) = decode(packed(payload)).lines
    assert line[-1] == (token, expected)


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ("a0", 0),
        ("bf", 31),
        ("d900", 0),
        ("d9ff", 255),
        ("da0000", 0),
        ("daffff", 65_535),
        ("db00000000", 0),
        ("db00010000", 65_536),
    ],
)
def test_a_string_of_each_length(head: str, size: int) -> None:
    assert shown(packed(head) + b"x" * size) == '"' + "x" * size + '"'


@pytest.mark.parametrize(
    ("head", "size"),
    [("c400", 0), ("c4ff", 255), ("c50000", 0), ("c5ffff", 65_535), ("c600000000", 0), ("c600010000", 65_536)],
)
def test_bytes_of_each_length(head: str, size: int) -> None:
    assert shown(packed(head) + b"\xab" * size) == "h'" + "ab" * size + "'"
    assert decode(packed(head) + b"\xab" * size).lines[0][-1][0] is Token.STRING


@pytest.mark.parametrize(
    ("head", "size"),
    [("90", 0), ("9f", 15), ("dc0000", 0), ("dcffff", 65_535), ("dd00000000", 0), ("dd00010000", 65_536)],
)
def test_an_array_of_each_length(head: str, size: int) -> None:
    assert json.loads(shown(packed(head) + b"\x01" * size)) == [1] * size


@pytest.mark.parametrize(
    ("head", "size"),
    [("80", 0), ("8f", 15), ("de0000", 0), ("deffff", 65_535), ("df00000000", 0), ("df00010000", 65_536)],
)
def test_a_map_of_each_length(head: str, size: int) -> None:
    names = {f"{number:05}": 1 for number in range(size)}
    body = b"".join(b"\xa5" + name.encode() + b"\x01" for name in names)
    assert json.loads(shown(packed(head) + body)) == names


@pytest.mark.parametrize(
    ("head", "size"),
    [
        ("d4", 1),
        ("d5", 2),
        ("d6", 4),
        ("d7", 8),
        ("d8", 16),
        ("c700", 0),
        ("c7ff", 255),
        ("c80000", 0),
        ("c8ffff", 65_535),
        ("c900000000", 0),
        ("c900010000", 65_536),
    ],
)
@pytest.mark.parametrize(("kind", "number"), [("05", 5), ("7f", 127), ("80", -128)])
def test_an_extension_of_each_length(head: str, size: int, kind: str, number: int) -> None:
    assert shown(packed(head + kind) + b"\x01" * size) == f"ext({number}, h'" + "01" * size + "')"


def test_what_an_extension_is_stands_apart_from_its_bytes() -> None:
    signs = [(Token.NOTE, "ext(5, "), (Token.STRING, "h'0102'"), (Token.NOTE, ")")]
    assert list(decode(packed("91d5050102")).lines[0][2:-1]) == signs
    assert decode(packed("d5050102")).lines[0][1:] == ((Token.STRING, "ext(5, h'0102')"),)
    (line,) = decode(packed("91c70cff000000007fffffffffffffff")).lines
    assert [token for token, _ in line[2:-1]] == [Token.NOTE, Token.NUMBER, Token.NOTE, Token.NUMBER, Token.NOTE]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("d6ff00000000", "1970-01-01T00:00:00Z"),
        ("d6ffffffffff", "2106-02-07T06:28:15Z"),
        ("d7ff0000000000000000", "1970-01-01T00:00:00Z"),
        ("d7ff0000000400000000", "1970-01-01T00:00:00.000000001Z"),  # 1 ns
        ("d7ffee6b27ffffffffff", "2514-05-30T01:53:03.999999999Z"),
        ("d7ffffffffffffffffff", "timestamp(17179869183, 1073741823)"),
        ("c70cff000000000000000000000000", "1970-01-01T00:00:00Z"),
        ("c70cff00000000ffffffffffffffff", "1969-12-31T23:59:59Z"),
        ("c70cff3b9ac9fffffffff1886e0900", "0001-01-01T00:00:00.999999999Z"),
        ("c70cff00000000fffffff1886e08ff", "timestamp(-62135596801, 0)"),
        ("c70cff000000000000003afff4417f", "9999-12-31T23:59:59Z"),
        ("c70cff000000000000003afff44180", "timestamp(253402300800, 0)"),
        ("c70cff3b9aca000000000000000000", "timestamp(0, 1000000000)"),
        ("c70cff000000007fffffffffffffff", "timestamp(9223372036854775807, 0)"),
        ("c70cffffffffff8000000000000000", "timestamp(-9223372036854775808, 4294967295)"),
        ("c704ff00000001", "1970-01-01T00:00:01Z"),  # not the shortest form
        ("d4ff01", "ext(-1, h'01')"),
    ],
)
def test_a_timestamp_is_a_time_where_it_can_be(payload: str, expected: str) -> None:
    assert shown(packed(payload)) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"compact":true,"schema":0}',
        '{"a":[1,-1,[],{}],"b":{"c":null,"d":"é"}}',
        "[1.5,1e300,18446744073709551615]",
        '["\\"\\\\\\n\\u0001"]',
    ],
)
def test_what_json_has_reads_as_json(text: str) -> None:
    payload = {
        '{"compact":true,"schema":0}': packed("82a7636f6d70616374c3a6736368656d6100"),  # of the format's own site
        '{"a":[1,-1,[],{}],"b":{"c":null,"d":"é"}}': packed("82a1619401ff9080a16282a163c0a164a2c3a9"),
        "[1.5,1e300,18446744073709551615]": packed("93ca3fc00000cb7e37e43c8800759ccfffffffffffffffff"),
        '["\\"\\\\\\n\\u0001"]': packed("91a4225c0a01"),
    }[text]
    assert json.loads(shown(payload)) == json.loads(text)


def test_maps_are_indented_and_short_arrays_stay_on_a_line() -> None:
    decoded = decode(packed("82a16193 01ca3dcccccd d4050a a162 81a163c0"))
    assert texts(decoded) == ["{", "  \"a\": [1, 0.1, ext(5, h'0a')],", '  "b": {', '    "c": null', "  }", "}"]
    assert (decoded.format, decoded.note) == ("MessagePack", "")


def test_a_key_is_whatever_it_is_and_begins_its_row() -> None:
    decoded = decode(packed("87 01c0 c3c0 c0c0 c40101c0 d40502c0 920180c0 81a1619102 81a16203"))
    keys = ["1", "true", "null", "h'01'", "ext(5, h'02')", "[1, {}]", '{"a": [2]}']
    assert texts(decoded) == [
        "{",
        *(f"  {key}: null," for key in keys[:-1]),
        f"  {keys[-1]}: {{",
        '    "b": 3',
        "  }",
        "}",
    ]
    assert [line[1] for line in decoded.lines[1:8]] == [(Token.KEY, key) for key in keys]
    assert isinstance(decoded.lines, Structure)
    assert decoded.lines.path(8) == ('{"a": [2]}', '"b"')


def test_repeated_keys_are_all_shown_in_their_order_and_marked() -> None:
    decoded = decode(packed("86 a16201 a16102 a16203 d9016204 910105 910106"))
    assert texts(decoded)[1:-1] == ['  "b": 1,', '  "a": 2,', '  "b": 3,', '  "b": 4,', "  [1]: 5,", "  [1]: 6"]
    marks = [line[1][0] for line in decoded.lines[1:-1]]
    assert marks == [Token.KEY, Token.KEY, Token.ERROR, Token.ERROR, Token.KEY, Token.ERROR]
    assert decoded.note == 'Duplicate keys: "b", [1].'


def test_the_same_key_in_another_map_is_no_repetition() -> None:
    assert decode(packed("9281a1610181a16102")).note == ""
    assert decode(packed("81a16181a16101")).note == ""


def test_a_key_is_repeated_where_its_value_is_the_same_and_not_only_its_text() -> None:
    assert decode(packed("82 01c0 cc01c0")).note == "Duplicate keys: 1."
    assert decode(packed("82 ca3f000000c0 cb3fe0000000000000c0")).note == "Duplicate keys: 0.5."
    assert decode(packed("82 ca3dcccccdc0 cb3fb999999999999ac0")).note == ""  # 0.1 of two widths
    assert decode(packed("82 01c0 a131c0")).note == ""


def test_a_long_container_as_key_comes_in_parts() -> None:
    count = 3000
    lines = texts(decode(packed("82dc0bb8") + b"\x01" * count + b"\x02\x03\x04"))
    assert [len(line) for line in lines] == [
        1,
        2 + LONGEST_ROW,
        2 + LONGEST_ROW,
        2 + 3 * count - 2 * LONGEST_ROW + 4,
        6,
        1,
    ]
    assert "".join(line.removeprefix("  ") for line in lines[1:4]) == f"[{', '.join('1' * count)}]: 2,"


def test_strings_that_are_not_utf8_are_shown_with_escapes_and_it_is_said() -> None:
    decoded = decode(packed("92 a561ff80c3a9 a55c785c6666"))
    assert texts(decoded) == ['["a\\xff\\x80é", "\\\\x\\\\ff"]']
    assert decoded.note == r"Bytes of strings that are not UTF-8 are shown as escapes (\xff)."


def test_hidden_characters_become_visible_and_escapes_stay_single() -> None:
    decoded = decode(b"\x91\xaa" + "a\u202e\x1bé\x9b\x7f".encode())
    assert texts(decoded) == ['["a\\u202e\\u001bé\\x9b␡"]']
    assert decoded.note == "Hidden characters in strings are shown as escapes."


DOCUMENTS = [
    packed("82a7636f6d70616374c3a6736368656d6100"),
    packed("85a161ca3dcccccd a162cb3fb999999999999a a163c4020102 a164d7050102030405060708 a165d6ff00000000"),
    packed("dd00000003 df00000001 db00000001 61 d30000000000000001 c8000205 0102 da0001 78"),
    packed("81 9281a16101dc000102 d9017a"),
]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_cut_off_anywhere_is_not_messagepack(document: bytes) -> None:
    assert decode(document).lines
    for end in range(len(document)):
        assert reason(document[:end]).startswith("not MessagePack (byte ")
    assert reason(document + b"\xc0").endswith(f"(byte {len(document):,}): nothing more should come, not 1 bytes")


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", "byte 0): a value should come, not the end"),
        (packed("9201"), "byte 0): an array of 2 items, of which 1 bytes are left"),
        (packed("820102"), "byte 0): a map of 2 keys, of which 2 bytes are left"),
        (packed("9201c1"), "byte 2): nothing begins with 0xc1"),
        (packed("91a361"), "byte 1): a string of 3 bytes, of which 1 are left"),
        (packed("91c6ffffffff"), "byte 1): a binary of 4,294,967,295 bytes, of which 0 are left"),
        (packed("91cf00"), "byte 1): a number of 8 bytes, of which 1 are left"),
        (packed("c9ffffffff05"), "byte 0): an extension of 4,294,967,295 bytes, of which 0 are left"),
        (packed("dd00000800") + b"\x90" * 2047 + b"\xc1", "byte 2,052): nothing begins with 0xc1"),
    ],
)
def test_what_is_damaged_says_where_and_why(payload: bytes, expected: str) -> None:
    assert reason(payload) == f"not MessagePack ({expected}"


@pytest.mark.parametrize("head", ["dd", "df"])
def test_a_length_that_cannot_be_reserves_nothing(head: str) -> None:
    assert "4,294,967,295" in reason(packed(head + "ffffffff") + b"\x01")


@pytest.mark.parametrize(("opening", "end"), [(b"\x91", b"\xc0"), (b"\x81\x01", b"\xc0"), (b"\x81", b"\x01" * 100_001)])
def test_a_hundred_thousand_levels_do_no_harm(opening: bytes, end: bytes) -> None:
    decoded = decode(opening * 100_000 + end)
    if opening == b"\x81":  # maps as keys of maps: all that is in the outermost key is its name
        assert "".join(text.strip() for text in texts(decoded)).startswith("{{{{{{")
    else:
        assert f"100,000 levels deep; the indentation stops at {DEEPEST_INDENT}." in decoded.note


@pytest.mark.parametrize("opening", [b"\x91", b"\x81\x01", b"\x81"])
def test_a_hundred_thousand_levels_that_nothing_closes_do_no_harm(opening: bytes) -> None:
    try:
        note = decode(opening * 100_000).note
    except NotDecodable as error:  # where all of it is one key it fails at once
        note = error.message
    assert "not MessagePack (byte " in note


def test_what_is_damaged_behind_the_beginning_shows_what_came_before() -> None:
    decoded = decode(packed("dd00010000") + b"\x01" * 0xFFFF + b"\xc1")
    assert len(decoded.lines) == 0x10000
    assert decoded.note == "From the marked place on it is not MessagePack (byte 65,540): nothing begins with 0xc1."


def test_large_payloads_are_refused() -> None:
    assert reason(bytes(LARGEST + 1)) == "MessagePack is laid out up to 1 MiB, this is 1,048,577 bytes"
    assert shown(b"\xc6" + struct.pack(">I", LARGEST - 5) + bytes(LARGEST - 5)) == "h'" + "00" * (LARGEST - 5) + "'"


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b"\x01", "application/msgpack", 100),
        (b"\x01", "application/x-msgpack", 100),
        (b"\x01", "Application/vnd.msgpack; v=5", 100),
        (b"\x01", "application/senml+msgpack", 100),
        (b"", "application/msgpack", 0),
        (b"\x01", "application/cbor", 0),
        (packed("81a16101"), None, 60),
        (packed("8fbf"), None, 60),
        (packed("81d9016101"), None, 60),
        (packed("de0001a16101"), None, 60),
        (packed("df00000001d9016101"), None, 60),
        (packed("df0a0a0a0aa16101"), None, 60),  # a newline is a byte as others
        (packed("80a1"), None, 35),
        (packed("80"), None, 35),
        (packed("8101"), None, 35),
        (packed("81a0"), None, 35),
        (packed("9f"), None, 35),
        (packed("dc0001"), None, 35),
        (packed("dd0000"), None, 35),
        (packed("de0001"), None, 35),
        ("ߘ".encode() + b"abc", None, 0),  # begins with 0xdf, and is text
        (b"\xa1a", None, 0),
        (b"\xc0", None, 0),
        (b"on", None, 0),
        (b"", None, 0),
        ("ߘ".encode() + b"x" * 600 + b"\xff", None, 0),  # what is behind the beginning is not looked at
    ],
)
def test_it_is_recognised_by_its_content_type_or_its_first_bytes(
    payload: bytes, content_type: str | None, expected: int
) -> None:
    assert MessagePackDecoder().accepts(message(payload, content_type=content_type)) == expected
