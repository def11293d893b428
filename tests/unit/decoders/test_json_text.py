"""JSON is shown as it was written, and what is not JSON says where it breaks."""

import pytest

from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, NotDecodable, Token
from mqtt_tui.decoders.json_text import JsonDecoder
from mqtt_tui.decoders.structure import AT_ONCE, DEEPEST_INDENT, Structure
from tests.unit.decoders.messages import complete, message, text_of, texts


def decode(text: str | bytes) -> Decoded:
    return complete(JsonDecoder().decode(message(text.encode() if isinstance(text, str) else text)))


def reason(text: str | bytes) -> str:
    with pytest.raises(NotDecodable) as failure:
        decode(text)
    return failure.value.message


def test_objects_and_arrays_are_indented_and_short_arrays_of_scalars_stay_on_a_line() -> None:
    decoded = decode('{"celsius":71.3,"at":[12,3],"tags":[{"k":"v"}],"none":[],"empty":{}}')
    assert texts(decoded) == [
        "{",
        '  "celsius": 71.3,',
        '  "at": [12, 3],',
        '  "tags": [',
        "    {",
        '      "k": "v"',
        "    }",
        "  ],",
        '  "none": [],',
        '  "empty": {}',
        "}",
    ]
    assert decoded.format == "JSON"
    assert decoded.note == ""


def test_keys_strings_numbers_literals_and_punctuation_are_told_apart() -> None:
    line = decode('{"a":["s",1,true,null]}').lines[1]
    assert [token for token, text in line if text.strip()] == [
        Token.KEY,
        Token.PUNCTUATION,
        Token.PUNCTUATION,
        Token.STRING,
        Token.PUNCTUATION,
        Token.NUMBER,
        Token.PUNCTUATION,
        Token.LITERAL,
        Token.PUNCTUATION,
        Token.LITERAL,
        Token.PUNCTUATION,
    ]


def test_a_long_array_has_an_element_a_line() -> None:
    lines = texts(decode("[" + ",".join(["1234567890"] * 10) + "]"))
    assert lines[:2] == ["[", "  1234567890,"]
    assert len(lines) == 12


@pytest.mark.parametrize("number", ["1.10", "1E400", "9007199254740993", "-0", "1e-7", "9" * 5000])
def test_a_number_keeps_its_text(number: str) -> None:
    line = "".join(texts(decode(number)))
    assert line == number


def test_repeated_keys_are_all_shown_in_their_order_and_marked() -> None:
    decoded = decode('{"b":1,"a":2,"b":3,"\\u0062":4,"c":{"b":5}}')
    assert texts(decoded)[1:5] == ['  "b": 1,', '  "a": 2,', '  "b": 3,', '  "\\u0062": 4,']
    marks = [line[1][0] for line in decoded.lines[1:5]]
    assert marks == [Token.KEY, Token.KEY, Token.ERROR, Token.ERROR]
    assert decoded.note == 'Duplicate keys: "b", "\\\\u0062".'


def test_many_repeated_keys_do_not_flood_the_note() -> None:
    body = ",".join(f'"{number}":0,"{number}":1' for number in range(9))
    assert decode("{" + body + "}").note == 'Duplicate keys: "0", "1", "2", "3", "4" and 4 more.'


def test_numbers_that_the_standard_does_not_have_are_shown_and_marked() -> None:
    decoded = decode("[NaN,Infinity,-Infinity,NaN]")
    assert texts(decoded) == ["[NaN, Infinity, -Infinity, NaN]"]
    assert decoded.note == "Not standard JSON: NaN, Infinity, -Infinity."
    assert (Token.ERROR, "-Infinity") in decoded.lines[0]


def test_escapes_stay_as_written_and_hidden_characters_become_visible() -> None:
    decoded = decode('["caf\\u00e9 \\\\x9b \\n","a\u202eb\x9b\x7f"]')
    assert texts(decoded) == ['["caf\\u00e9 \\\\x9b \\n", "a\\u202eb\\x9b␡"]']
    assert decoded.note == "Hidden characters in strings are shown as escapes."


def test_a_byte_order_mark_is_tolerated_and_named() -> None:
    decoded = decode(b"\xef\xbb\xbf[1]")
    assert texts(decoded) == ["[1]"]
    assert decoded.note == "Begins with a byte order mark."


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_a_hundred_thousand_levels_do_no_harm(opening: str, closing: str) -> None:
    depth = 100_000 if opening == "[" else 40_000
    decoded = decode(opening * depth + "1" + closing * depth)
    assert f"{depth:,} levels deep; the indentation stops at {DEEPEST_INDENT}." in decoded.note
    indent = text_of(decoded.lines[1000]).partition(opening[0])[0].partition('"')[0]
    assert indent == "  " * DEEPEST_INDENT
    assert text_of(decoded.lines[-1]) == closing


def test_levels_that_never_close_are_refused_with_their_place() -> None:
    assert reason("[" * 10_000) == "not JSON (line 1, column 10,001): a value or ] should come, not the end"


def test_what_turns_out_late_not_to_be_json_is_shown_as_far_as_it_was_and_then_as_it_is() -> None:
    decoded = decode("[" + "1,\n" * AT_ONCE + '"a" \x1b "b"\n' + "z" * 5000 + "\n]")
    assert f"it is not JSON (line {AT_ONCE + 1:,}, column 5): a comma or ] should come, not ␛." in decoded.note
    shown = texts(decoded)
    assert [line.strip() for line in shown[:2] + shown[AT_ONCE : AT_ONCE + 4]] == (
        ["[", "1,", "1,", '"a"', '␛ "b"', "z" * LONGEST_ROW]
    )
    assert shown[-2:] == ["z" * (5000 - LONGEST_ROW), "]"]


def test_each_line_may_be_a_document() -> None:
    decoded = decode('{"a":1}\n{"a":2}\r\n\n[3]\n')
    assert decoded.format == "JSON lines"
    assert [line.strip() for line in texts(decoded)] == ["{", '"a": 1', "}", "{", '"a": 2', "}", "[3]"]
    assert reason('{"a":1} {"a":2}') == "not JSON (line 1, column 9): nothing more should come, not {"
    assert reason('{"a":1}\nover') == "not JSON (line 2, column 1): nothing more should come, not o"


def test_a_long_string_is_cut_into_rows_and_no_character_is_lost() -> None:
    string = '"' + "ab\\u00e9\\n" * 3000 + '"'
    decoded = decode('{"k":' + string + ',"l":1}')
    assert max(len(text_of(line)) for line in decoded.lines) < LONGEST_ROW * 7
    assert "".join(texts(decoded)).replace(" ", "") == '{"k":' + string + ',"l":1}'


@pytest.mark.parametrize("length", [LONGEST_ROW - 1, LONGEST_ROW, LONGEST_ROW + 1, 2 * LONGEST_ROW])
@pytest.mark.parametrize("text", ["{}", "[{}]", '{{"k":{}}}'])
def test_a_string_may_be_as_long_as_rows_are(length: int, text: str) -> None:
    document = text.format('"' + "x" * (length - 2) + '"')
    assert "".join(line.strip() for line in texts(decode(document))).replace(" ", "") == document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1, column 1): a value should come, not the end"),
        ('{\n  "a" 1}', "line 2, column 7): a colon should come, not 1"),
        ("[1,]", "line 1, column 4): a value should come, not ]"),
        ("[1 2]", "line 1, column 4): a comma or ] should come, not 2"),
        ('{"a":1,}', "line 1, column 8): a key in quotes should come, not }"),
        ("{a:1}", "line 1, column 2): a key in quotes or } should come, not a"),
        ('{"a":1', "line 1, column 7): a comma or } should come, not the end"),
        ("[1}", "line 1, column 3): a comma or ] should come, not }"),
        ("[1]\x1b", "line 1, column 4): nothing more should come, not ␛"),
        ('["abc', "line 1, column 6): a string has no end"),
        ('"\\x"', "line 1, column 2): an escape that JSON does not have"),
        ('"a\nb"', "line 1, column 3): a control character in a string (␊)"),
        ("01", "line 1, column 2): nothing more should come, not 1"),
        ('[1,"a"', "line 1, column 7): a comma or ] should come, not the end"),
    ],
)
def test_what_is_not_json_says_where_and_why(text: str, expected: str) -> None:
    assert reason(text) == f"not JSON ({expected}"


def test_bytes_that_are_not_utf8_are_not_json() -> None:
    assert reason(b'\xef\xbb\xbf["\xff"]') == "not UTF-8 text (byte 5 is 0xff)"


def test_of_a_large_payload_the_beginning_is_there_at_once_and_the_rest_later() -> None:
    count = 150_000
    decoded = JsonDecoder().decode(message(b'[{"k":[' + b"1," * count + b"1]}]"))
    lines = decoded.lines
    assert isinstance(lines, Structure)
    assert AT_ONCE // 3 < len(lines) < AT_ONCE
    assert not lines.is_complete
    first, before = text_of(lines[4]), len(lines)
    lines.lay_out(AT_ONCE)
    assert len(lines) > before
    assert (text_of(lines[4]), len(texts(complete(decoded)))) == (first, count + 7)


NESTED = '{"a": {"b": [{"c d": 1}, [], 2, "%s", 3], "e\\"": {}, "f": [1, 2]}, "a": null}' % ("x" * 2 * LONGEST_ROW)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('"a": {', ('"a"',)),
        ('"b": [', ('"a"', '"b"')),
        ('"c d": 1', ('"a"', '"b"', 0, '"c d"')),
        ("[],", ('"a"', '"b"', 1)),
        ("2,", ('"a"', '"b"', 2)),
        ('"xx', ('"a"', '"b"', 3)),
        ("xx", ('"a"', '"b"', 3)),
        ("3", ('"a"', '"b"', 4)),
        ("],", ('"a"', '"b"')),
        ('"e\\"": {},', ('"a"', '"e\\""')),
        ('"f": [1, 2]', ('"a"', '"f"')),
        ("},", ('"a"', '"b"', 0)),
        ('"a": null', ('"a"',)),
        ("{", ()),
    ],
)
def test_each_row_has_a_path(text: str, path: tuple[str | int, ...]) -> None:
    lines = decode(NESTED).lines
    assert isinstance(lines, Structure)
    rows = [number for number, line in enumerate(lines) if text_of(line).strip().startswith(text)]
    assert path in [lines.path(row) for row in rows]


def test_what_opens_and_what_closes_are_told() -> None:
    lines = decode(NESTED).lines
    assert isinstance(lines, Structure)
    shown = [text_of(line).strip()[:6] for line in lines]
    pairs = [(shown[row], shown[closing]) for row in range(len(lines)) if (closing := lines.closing(row)) is not None]
    assert pairs == [("{", "}"), ('"a": {', "},"), ('"b": [', "],"), ("{", "},")]
    assert [lines.opening(row) for row in (0, 1, 2, 3, 4, 5)] == [None, 0, 1, 2, 3, 3]
    assert [shown[row] for row in lines.children(2)] == ["{", "[],", "2,", '"xxxxx', "3"]


@pytest.mark.parametrize(
    ("payload", "content_type", "expected"),
    [
        (b'{"a":1}', None, 80),
        (b"\xef\xbb\xbf \n[", None, 80),
        (b"71.3", None, 80),
        (b" true\n", None, 80),
        (b'"on"', None, 80),
        (b'"on" or off', None, 0),
        (b"2026-11-20", None, 0),
        (b"offline", None, 0),
        (b"\x00\x01", None, 0),
        (b"", "application/json", 0),
        (b"on", "application/json", 100),
        (b"on", "Application/SenML+JSON; charset=utf-8", 100),
    ],
)
def test_json_is_recognised_by_its_content_type_or_its_first_bytes(
    payload: bytes, content_type: str | None, expected: int
) -> None:
    assert JsonDecoder().accepts(message(payload, content_type=content_type)) == expected
