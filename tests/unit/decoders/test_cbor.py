"""CBOR is shown in its diagnostic notation, and what is not CBOR says where it breaks."""

import json
import math
import re
import time

import cbor2
import pytest

from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, NotDecodable, Token
from mqtt_tui.decoders.cbor import LARGEST, CborDecoder
from mqtt_tui.decoders.structure import DEEPEST_INDENT, Structure
from tests.unit.decoders.cbor_vectors import VECTORS
from tests.unit.decoders.messages import complete, message, text_of, texts


def decode(payload: bytes | str, content_type: str | None = None) -> Decoded:
    data = bytes.fromhex(payload) if isinstance(payload, str) else payload
    return complete(CborDecoder().decode(message(data, content_type=content_type)))


def notation(payload: bytes | str) -> str:
    """All of it on one line, with a blank between rows only behind a comma, a colon or an underscore."""
    return re.sub(
        r"([,:_]) *\n *|\n *", lambda found: f"{found[1]} " if found[1] else "", "\n".join(texts(decode(payload)))
    )


def reason(payload: bytes | str, content_type: str | None = None) -> str:
    with pytest.raises(NotDecodable) as failure:
        decode(payload, content_type)
    return failure.value.message


_IN_JSON = re.compile(r"NaN|-?Infinity|-?[0-9.e+-]+|true|false|null|[\[{\"].*")


@pytest.mark.parametrize(("payload", "expected"), VECTORS)
def test_the_examples_of_the_standard_are_shown_in_its_notation(payload: str, expected: str) -> None:
    assert notation(payload) == expected
    assert decode(payload).note == ""


@pytest.mark.parametrize(("payload", "expected"), VECTORS)
def test_another_reader_finds_the_same_in_them(payload: str, expected: str) -> None:
    value = cbor2.loads(bytes.fromhex(payload))
    in_json = expected.replace("[_ ", "[").replace("{_ ", "{")
    if not _IN_JSON.fullmatch(in_json) or "{1:" in in_json:
        assert re.match(r"h'|[0-9]+\(|\(_|simple|undefined|\{1:", in_json)
        return
    read = json.loads(in_json)
    assert read == value or (math.isnan(read) and math.isnan(value))


def test_there_are_as_many_examples_as_in_the_standard() -> None:
    assert len({payload for payload, _ in VECTORS}) == len(VECTORS) == 81


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("5fff", "''_"),
        ("7fff", '""_'),
        ("bfff", "{_ }"),
        ("c1c2c341ff", "1(2(3(h'ff')))"),
        ("d9d9f7a10102", "55799({1: 2})"),
        ("a1c0616101", '{0("a"): 1}'),
        ("a1820102820304", "{[1, 2]: [3, 4]}"),
        ("a1a1010203", "{{1: 2}: 3}"),
        ("a1a10102a10304", "{{1: 2}: {3: 4}}"),
        ("a17f61616162ff01", '{(_ "a", "b"): 1}'),
        ("82c17f61616162ff02", '[1((_ "a", "b")), 2]'),
        ("dbffffffffffffffff00", "18446744073709551615(0)"),
        ("f820", "simple(32)"),
        ("e0", "simple(0)"),
        ("1800", "0"),
        ("9a0000000101", "[1]"),
    ],
)
def test_what_the_examples_leave_out_has_its_notation_too(payload: str, expected: str) -> None:
    assert notation(payload) == expected


def test_maps_are_indented_with_what_belongs_to_their_brackets_beside_them() -> None:
    decoded = decode("d9d9f7bf6161c101c16162bf01029f0304ff820506ffff")
    assert texts(decoded) == [
        "55799({_",
        '  "a": 1(1),',
        '  1("b"): {_',
        "    1: 2,",
        "    [_ 3, 4]: [5, 6]",
        "  }",
        "})",
    ]
    assert decoded.format == "CBOR"


def test_keys_strings_numbers_literals_notes_and_punctuation_are_told_apart() -> None:
    lines = decode("a3616184c1fb3ff199999999999af97e0041ff61620120c2410102").lines
    assert [(token, text) for token, text in lines[1] if text.strip()] == [
        (Token.KEY, '"a"'),
        (Token.PUNCTUATION, ": "),
        (Token.PUNCTUATION, "["),
        (Token.NOTE, "1("),
        (Token.NUMBER, "1.1"),
        (Token.NOTE, ")"),
        (Token.PUNCTUATION, ", "),
        (Token.LITERAL, "NaN"),
        (Token.PUNCTUATION, ", "),
        (Token.STRING, "h'ff'"),
        (Token.PUNCTUATION, ", "),
        (Token.STRING, '"b"'),
        (Token.PUNCTUATION, "]"),
        (Token.PUNCTUATION, ","),
    ]
    assert lines[2][1] == (Token.KEY, "1")
    assert lines[3][1:4] == ((Token.NOTE, "2("), (Token.KEY, "h'01'"), (Token.NOTE, ")"))


@pytest.mark.parametrize(
    ("payload", "named", "marked"),
    [
        ("a3616101616202616103", '"a"', ['"a"']),
        ("a2010218010 2", "1", ["1"]),
        ("a341010041020041 0101", "h'01'", ["h'01'"]),
        ("a2c1010 1c10102", "1(1)", ["1(", "1", ")"]),
        ("a2820102008201 0201", "[1,2]", ["[", "1", ", ", "2", "]"]),
        ("a2 820102 00 820103 00", "", []),
        ("a2 820102 00 9f0102ff 00", "[_1,2]", ["[", "_ ", "1", ", ", "2", "]"]),
        ("a2 626162 00 7f61616162ff 00", '(_"a","b")', ["(_ ", '"a"', ", ", '"b"', ")"]),
        ("a2 420102 00 5f41014102ff 00", "(_h'01',h'02')", ["(_ ", "h'01'", ", ", "h'02'", ")"]),
        ("a2 01 00 f93c00 00", "", []),
        ("a2 6161 00 4161 00", "", []),
        ("a2 80 00 a0 00", "", []),
        ("a2 c101 00 c201 00", "", []),
        ("82a10101a10101", "", []),
        ("a1 a201000100 00", "1", ["1"]),
    ],
)
def test_repeated_keys_of_any_kind_are_marked_and_named(payload: str, named: str, marked: list[str]) -> None:
    decoded = decode(payload.replace(" ", ""))
    assert decoded.note == (f"Duplicate keys: {named}." if named else "")
    assert [text for line in decoded.lines for token, text in line if token is Token.ERROR] == marked


def test_text_that_is_not_utf8_is_shown_with_escapes_and_said() -> None:
    decoded = decode("8263c3bcff61fe")
    assert texts(decoded) == ['["\u00fc\\udcff", "\\udcfe"]']
    assert decoded.note == "Bytes of text strings that are not UTF-8 are shown as \\udc80 to \\udcff."


def test_hidden_characters_become_visible_and_escapes_are_those_of_json() -> None:
    assert notation(cbor2.dumps("\u00e9\n\x1b \\x9b\u202e\x9b")) == '"\u00e9\\n\\u001b \\\\x9b\\u202e\\x9b"'


def test_items_follow_each_other_only_where_the_content_type_says_so() -> None:
    decoded = decode("01a10203c104", "application/cbor-seq")
    assert decoded.format == "CBOR sequence"
    assert texts(decoded) == ["1", "{", "  2: 3", "}", "1(4)"]
    assert decode("01", "application/cbor-seq").format == "CBOR sequence"
    assert reason("01a10203") == "not CBOR (byte 1): nothing more should come, not 0xa1"
    assert reason("01a102", "application/cbor-seq") == "not CBOR (byte 1): a map of 1 pair with 1 byte left"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("", "0): an item should come, not the end"),
        ("8201", "0): an array of 2 items with 1 byte left"),
        ("9f01", "2): an item or a break should come, not the end"),
        ("0102", "1): nothing more should come, not 0x02"),
        ("1901", "0): an item that goes on for 2 bytes with 1 byte left"),
        ("fb0000", "0): an item that goes on for 8 bytes with 2 bytes left"),
        ("8143" + "0102", "1): an item that goes on for 3 bytes with 2 bytes left"),
        ("831a00", "0): an array of 3 items with 2 bytes left"),
        ("c1", "1): an item should come, not the end"),
        ("a2010203", "0): a map of 2 pairs with 3 bytes left"),
        ("9b7fffffffffffffff", "0): an array of 9,223,372,036,854,775,807 items with 0 bytes left"),
        ("1c", "0): 0x1c begins no item"),
        ("3f", "0): 0x3f begins no item"),
        ("9e", "0): 0x9e begins no item"),
        ("df00", "0): 0xdf begins no item"),
        ("fc", "0): 0xfc begins no item"),
        ("ff", "0): a break that ends nothing"),
        ("81ff", "1): a break that ends nothing"),
        ("c1ff", "1): a break that ends nothing"),
        ("bf01ff", "2): the value of a key should come, not a break"),
        ("f818", "0): a simple value of two bytes that is 24"),
        ("5f4101" + "6161ff", "3): a part of a byte string should come, not 0x61"),
        ("5f01ff", "1): a part of a byte string should come, not 0x01"),
        ("7f7f6161ffff", "1): a part of a text string should come, not 0x7f"),
        ("7fc16161ff", "1): a part of a text string should come, not 0xc1"),
    ],
)
def test_what_is_not_cbor_says_where_and_why(payload: str, expected: str) -> None:
    assert reason(payload) == f"not CBOR (byte {expected}"


@pytest.mark.parametrize("payload", [payload for payload, _ in VECTORS if len(payload) > 2])
def test_a_document_that_is_cut_off_anywhere_is_not_cbor(payload: str) -> None:
    data = bytes.fromhex(payload)
    for size in range(len(data)):
        assert reason(data[:size]).startswith("not CBOR (byte ")


@pytest.mark.parametrize("head", ["5b", "7b", "9b", "bb"])
@pytest.mark.parametrize("length", ["8000000000000000", "ffffffffffffffff", "0000000100000000"])
def test_a_declared_length_costs_nothing(head: str, length: str) -> None:
    began = time.perf_counter()
    assert "left" in reason(head + length + "00")
    assert time.perf_counter() - began < 0.1


@pytest.mark.parametrize(
    ("opening", "closing", "shown"),
    [
        (b"\x81", b"", "]"),
        (b"\x9f", b"\xff", "]"),
        (b"\xa1\x00", b"", "}"),
        (b"\xa1", b"\x00", "}"),
        (b"\xbf\x00", b"\xff", "}"),
        (b"\xc1", b"", ")"),
        (b"\x81\xc1", b"", "]"),
    ],
    ids=["arrays", "indefinite arrays", "maps", "maps as keys", "indefinite maps", "tags", "tagged arrays"],
)
def test_a_hundred_thousand_levels_do_no_harm(opening: bytes, closing: bytes, shown: str) -> None:
    depth = 100_000 if opening in (b"\x81", b"\xa1\x00") else 20_000
    decoded = decode(opening * depth + b"\x01" + closing * depth)
    lines = texts(decoded)
    assert lines[-1].strip()[-1:] in (shown, "0")
    assert max(map(len, lines)) < LONGEST_ROW + 100
    if opening != b"\xc1":
        assert f"{depth:,} levels deep; the indentation stops at {DEEPEST_INDENT}." in decoded.note
    cut = complete(CborDecoder().decode(message(opening * depth)))
    assert isinstance(cut.lines, Structure)
    assert cut.lines.fault.startswith("not CBOR (byte ")


def test_very_many_items_are_laid_out() -> None:
    decoded = decode(b"\x9a" + (200_000).to_bytes(4, "big") + b"\xf6" * 200_000)
    assert len(decoded.lines) == 200_002
    assert text_of(decoded.lines[199_999]) == "  null,"


def test_what_is_larger_than_a_mebibyte_is_refused() -> None:
    size = LARGEST - 5
    assert len(decode(b"\x5a" + size.to_bytes(4, "big") + bytes(size)).lines) > 500
    assert reason(bytes(LARGEST + 1)) == "CBOR is laid out up to 1 MiB, this is 1,048,577 bytes"


@pytest.mark.parametrize(
    "value", ["\u00e9\n\\" * 3000, "\u00e9" * (LONGEST_ROW - 4) + "\x01", "x" * (LONGEST_ROW - 2), b"\xff" * 5000]
)
def test_a_long_string_is_cut_into_rows_and_no_character_is_lost(value: str | bytes) -> None:
    written = f"h'{value.hex()}'" if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)
    decoded = decode(cbor2.dumps({"k": cbor2.CBORTag(1, value), "l": [1]}))
    assert max(len(text_of(line)) for line in decoded.lines) < LONGEST_ROW * 2 + 100
    assert "".join(line.strip() for line in texts(decoded)).replace(" ", "") == f'{{"k":1({written}),"l":[1]}}'


def test_a_string_in_very_many_parts_is_cut_into_rows() -> None:
    decoded = decode(b"\x82\x7f" + b"\x61a" * 20_000 + b"\xff\x01")
    assert max(len(text_of(line)) for line in decoded.lines) < LONGEST_ROW * 2
    assert "".join(line.strip() for line in texts(decoded)).count('"a"') == 20_000
    lines = decoded.lines
    assert isinstance(lines, Structure)
    assert [lines.path(row) for row in (1, 5, len(lines) - 2, len(lines) - 1)] == [(0,), (0,), (1,), ()]


def paths(payload: bytes | str) -> dict[str, tuple[str | int, ...]]:
    lines = decode(payload).lines
    assert isinstance(lines, Structure)
    return {f"{row} {text_of(line).strip()}": lines.path(row) for row, line in enumerate(lines)}


def test_keys_of_any_kind_are_steps_of_a_path_and_marked_ones_too() -> None:
    payload = cbor2.dumps({1: {"a": 1}, b"\x01": {None: [[]]}, cbor2.CBORTag(1, 2): {1.5: 0}, (1, 2): {"b": 0}})
    payload = bytes([payload[0] + 2]) + payload[1:] + bytes.fromhex("01a1020 3c102a10405".replace(" ", ""))
    assert paths(payload) == {
        "0 {": (),
        "1 1: {": ("1",),
        '2 "a": 1': ("1", '"a"'),
        "3 },": ("1",),
        "4 h'01': {": ("h'01'",),
        "5 null: [": ("h'01'", "null"),
        "6 []": ("h'01'", "null", 0),
        "7 ]": ("h'01'", "null"),
        "8 },": ("h'01'",),
        "9 1(2): {": ("1(2)",),
        "10 1.5: 0": ("1(2)", "1.5"),
        "11 },": ("1(2)",),
        "12 [1, 2]: {": ("[1, 2]",),
        '13 "b": 0': ("[1, 2]", '"b"'),
        "14 },": ("[1, 2]",),
        "15 1: {": ("1",),
        "16 2: 3": ("1", "2"),
        "17 },": ("1",),
        "18 1(2): {": ("1(2)",),
        "19 4: 5": ("1(2)", "4"),
        "20 }": ("1(2)",),
        "21 }": (),
    }


def test_what_stands_behind_a_key_of_several_rows_is_counted() -> None:
    assert paths("a2a10102a10304820506a10708") == {
        "0 {": (),
        "1 {": (0,),
        "2 1: 2": (0, "1"),
        "3 }:": (0,),
        "4 {": (1,),
        "5 3: 4": (1, "3"),
        "6 },": (1,),
        "7 [5, 6]: {": ("[5, 6]",),
        "8 7: 8": ("[5, 6]", "7"),
        "9 }": ("[5, 6]",),
        "10 }": (),
    }


def test_a_marked_key_that_is_a_map_has_paths_within() -> None:
    payload = "a2a1010200a1010201"
    assert decode(payload).note == "Duplicate keys: {1:2}."
    assert [path for row, path in paths(payload).items() if row.endswith("1: 2")] == [(0, "1"), (2, "1")]


def test_a_container_behind_very_many_tags_has_a_path() -> None:
    lines = decode(b"\x82\x00" + b"\xc1" * 10_000 + b"\x81\x81\x00").lines
    assert isinstance(lines, Structure)
    inside = next(row for row in range(3, len(lines)) if "[0]" in text_of(lines.line(row)))
    assert lines.path(inside) == (1, 0)
    assert lines.path(inside + 1) == (1,)
    assert lines.path(len(lines) - 2) == (1,)
    assert list(lines.children(0)) == [1, 2]


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        ("a1616101", None, 60),
        ("b77761", None, 60),
        ("d9d9f700", None, 60),
        ("a0", None, 40),
        ("a10102", None, 40),
        ("a1780161", None, 40),
        ("a178", None, 40),
        ("b86161", None, 40),
        ("bf6161", None, 40),
        ("80", None, 40),
        ("9b", None, 40),
        ("9f", None, 40),
        ("bb", None, 40),
        ("9c", None, 0),
        ("9e", None, 0),
        ("bc", None, 0),
        ("be", None, 0),
        ("7f", None, 0),
        ("d9d9f8", None, 0),
        ("c3a4", None, 0),
        ("616263", None, 0),
        ("00", None, 0),
        ("", None, 0),
        ("", "application/cbor", 0),
        ("00", "application/cbor", 100),
        ("00", "Application/CBOR; charset=x", 100),
        ("00", "application/cbor-seq", 100),
        ("00", "application/senml+cbor", 100),
        ("00", "application/cborish", 0),
        ("a1616101", "application/octet-stream", 60),
    ],
)
def test_cbor_is_recognised_by_its_content_type_or_its_first_bytes(
    payload: str, content_type: str | None, expected: int
) -> None:
    assert CborDecoder().accepts(message(bytes.fromhex(payload), content_type=content_type)) == expected
