"""What the JSON view promises, for any document and any bytes."""

import json
import math

from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_tui.decoders.base import NotDecodable, Token
from mqtt_tui.decoders.json_text import JsonDecoder
from mqtt_tui.decoders.registry import DecoderRegistry
from tests.unit.decoders.messages import message, text_of

keys = st.text(max_size=4)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("x" * 5000)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(keys, inner, max_size=6))
layouts = st.sampled_from([(None, (",", ":")), (None, (" ,\t", " :\n")), (1, None), (4, None)])
decoder = JsonDecoder()
registry = DecoderRegistry()
registry.fitting(message(b"x"))  # loads all that is installed


def is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_float=str)  # Python's integers end at 4,300 digits
    except ValueError:
        return False
    return True


def is_accepted(text: str) -> bool:
    try:
        decoded = decoder.decode(message(text.encode()))
    except NotDecodable:
        return False
    return decoded.format == "JSON"


@st.composite
def documents(draw: st.DrawFn, ensure_ascii: bool | None = None) -> str:
    indent, separators = draw(layouts)
    ascii_only = draw(st.booleans()) if ensure_ascii is None else ensure_ascii
    text = json.dumps(draw(values), indent=indent, separators=separators, ensure_ascii=ascii_only)
    return text.encode("utf-8", "replace").decode()


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(documents())
    at = draw(st.integers(0, len(text)))
    piece = draw(st.text('{}[],:"\\u0019eE+-.tfnNI \n\x00\x7fé', max_size=3))
    return text[:at] + piece + text[at + draw(st.integers(0, 2)) :]


def without_blanks(text: str) -> str:
    """The source as ``json`` would write it without blanks, strings untouched."""
    parts = []
    in_string = is_escaped = False
    for character in text:
        if in_string:
            in_string = is_escaped or character != '"'
            is_escaped = character == "\\" and not is_escaped
        elif character in " \t\r\n":
            continue
        else:
            in_string = character == '"'
        parts.append(character)
    return "".join(parts)


@given(document=documents(ensure_ascii=True))
def test_nothing_but_blanks_is_added_or_taken_away(document: str) -> None:
    lines = decoder.decode(message(document.encode())).lines
    shown = "".join("".join(text for _, text in line[1:]) for line in lines)  # the first span indents
    # A long string goes on in the next line, where nothing is between its parts.
    assert without_blanks(shown) == without_blanks(document)


@given(text=documents() | damaged())
@example(text='"\\ud800"')
@example(text="-")
@example(text="1.")
@example(text="[-Infinity]")
@example(text="\ufeff1")
def test_it_accepts_what_python_accepts(text: str) -> None:
    assert is_accepted(text) == is_json(text) or text.startswith("\ufeff")


@given(payload=st.binary(max_size=80) | damaged().map(str.encode))
def test_any_payload_is_shown_in_printable_characters(payload: bytes) -> None:
    for view in registry.views():
        decoded = registry.choose(message(payload), view)
        for token, text in (span for line in decoded.lines for span in line):
            assert text.isprintable(), (token, text)
        assert decoded.note.isprintable()
    assert text_of(registry.preview(message(payload), 30)).isprintable()
    assert not registry.faults


@given(value=values)
def test_each_number_of_a_document_is_shown_by_its_own_text(value: object) -> None:
    decoded = decoder.decode(message(json.dumps(value).encode()))
    shown = [text for line in decoded.lines for token, text in line if token in (Token.NUMBER, Token.ERROR)]
    expected: list[str] = []
    json.loads(
        json.dumps(value), parse_int=expected.append, parse_float=expected.append, parse_constant=expected.append
    )
    assert shown == expected


def test_the_oracle_sees_the_difference() -> None:
    assert not is_json("[1,]")
    assert is_json(json.dumps(math.nan))
