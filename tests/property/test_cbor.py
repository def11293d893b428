"""What the CBOR view promises, for any value and any bytes."""

import json
import re
from io import BytesIO

import cbor2
from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_tui.decoders.base import Decoded, NotDecodable, Token
from mqtt_tui.decoders.cbor import CborDecoder
from mqtt_tui.decoders.structure import Structure
from tests.unit.decoders.messages import complete, message

WORD = 2**64
keys = st.text(max_size=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-WORD, WORD - 1)  # larger ones are tags and bytes
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
)
json_values = st.recursive(
    scalars | st.just("x\n" * 2500),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(keys, inner, max_size=6),
)
any_keys = st.integers() | st.text(max_size=3) | st.binary(max_size=3) | st.floats() | st.none()
any_values = st.recursive(
    scalars
    | st.integers()
    | st.floats()
    | st.binary(max_size=9)
    | st.builds(cbor2.CBORSimpleValue, st.integers(32, 255)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(any_keys, inner, max_size=4)
        | st.builds(cbor2.CBORTag, st.integers(1000, 2000), inner)
    ),
)
decoder = CborDecoder()
# What our gate makes of characters that JSON need not escape; pairs of backslashes are stepped over.
_SHOWN_ESCAPE = re.compile(r"\\x(..)|\\U(.{8})|\\.|\u2421")


def decoded_or_none(payload: bytes, content_type: str | None = None) -> Decoded | None:
    """Also None where it breaks later than at once."""
    try:
        decoded = complete(decoder.decode(message(payload, content_type=content_type)))
    except NotDecodable:
        return None
    return None if isinstance(decoded.lines, Structure) and decoded.lines.fault else decoded


def shown(decoded: Decoded) -> str:
    """Without indentation; a long string goes on in the next line, where nothing is between its parts."""
    return "".join("".join(text for _, text in line[1:]) for line in decoded.lines)


def as_json(text: str) -> str:
    def written(found: re.Match[str]) -> str:
        if found[0] == "\u2421":
            return "\x7f"
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else found[0]

    return _SHOWN_ESCAPE.sub(written, text)


@given(value=json_values, canonical=st.booleans())
@example(value="\x7f\x9b\\x9b\\\x9b\U0001f1e6\u2421\u00e9\x00\u202e", canonical=False)
@example(value={"": [-WORD, WORD - 1, -0.0, 1e300]}, canonical=True)
def test_what_json_can_say_is_read_back_from_the_notation(value: object, canonical: bool) -> None:
    decoded = decoded_or_none(cbor2.dumps(value, canonical=canonical))
    assert decoded is not None
    read = json.loads(as_json(shown(decoded)), strict=False)
    assert read == value
    assert repr(read) == repr(value) or canonical  # 1 and 1.0 and True are equal; canonical maps are sorted


@given(value=json_values, canonical=st.booleans())
def test_indefinite_lengths_are_the_same_values(value: object, canonical: bool) -> None:
    payload = cbor2.dumps(value, canonical=canonical, indefinite_containers=True)
    decoded = decoded_or_none(payload)
    assert decoded is not None
    notes = {text.strip() for line in decoded.lines for token, text in line if token is Token.NOTE}
    assert notes <= {"_"}
    kept = "".join(text for line in decoded.lines for token, text in line[1:] if token is not Token.NOTE)
    assert json.loads(as_json(kept), strict=False) == value


def is_read_whole_by_cbor2(payload: bytes) -> bool:
    stream = BytesIO(payload)
    try:
        cbor2.load(stream, read_size=1)
    except Exception:  # noqa: BLE001  of many kinds; for tags it wants values of some kind
        return False
    return stream.tell() == len(payload)


@given(value=any_values, canonical=st.booleans())
def test_any_value_is_shown_and_no_cut_of_it_is(value: object, canonical: bool) -> None:
    payload = cbor2.dumps(value, canonical=canonical)
    assert decoded_or_none(payload) is not None
    for size in range(max(0, len(payload) - 60), len(payload)):
        assert decoded_or_none(payload[:size]) is None


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    payload = cbor2.dumps(draw(any_values))
    at = draw(st.integers(0, len(payload)))
    piece = draw(
        st.binary(max_size=3) | st.sampled_from([b"\xff", b"\x9f", b"\xbf", b"\x7f", b"\x5f", b"\xc1", b"\xa2"])
    )
    return payload[:at] + piece + payload[at + draw(st.integers(0, 2)) :]


@given(payload=st.binary(max_size=40) | damaged())
def test_what_another_reader_reads_to_the_end_is_shown(payload: bytes) -> None:
    if is_read_whole_by_cbor2(payload):
        assert decoded_or_none(payload) is not None


@given(
    payload=st.binary(max_size=80) | damaged(),
    content_type=st.sampled_from([None, "application/cbor-seq"]),
)
@example(payload=b"\x9f" * 1000, content_type=None)
@example(payload=b"\x62\xff\xfe", content_type=None)
def test_any_bytes_are_shown_in_printable_characters_or_are_not_cbor(payload: bytes, content_type: str | None) -> None:
    try:
        decoded = complete(decoder.decode(message(payload, content_type=content_type)))
    except NotDecodable:
        return
    for token, text in (span for line in decoded.lines for span in line):
        assert text.isprintable(), (token, text)
    assert decoded.note.isprintable()
    lines = decoded.lines
    assert isinstance(lines, Structure)
    for row in range(len(lines)):
        assert isinstance(lines.path(row), tuple)
