"""What the MessagePack view promises, for any value and any bytes; the library is the oracle."""

import json
import math
import re
import struct

import msgpack  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_tui.decoders.base import Decoded, NotDecodable, Token
from mqtt_tui.decoders.float_text import float_text
from mqtt_tui.decoders.message_pack import MessagePackDecoder
from mqtt_tui.decoders.numbers import NumbersDecoder
from mqtt_tui.decoders.structure import Structure
from tests.unit.decoders.messages import complete, message

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.just("x" * 5000)
integers = st.integers(-(2**63), 2**64 - 1)
json_scalars = st.none() | st.booleans() | integers | st.floats(allow_nan=False) | texts
json_values = st.recursive(
    json_scalars, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(texts, inner, max_size=6)
)
extensions = st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=20))
times = st.builds(msgpack.Timestamp, st.integers(-(2**63), 2**63 - 1), st.integers(0, 999_999_999))
scalars = json_scalars | st.just(math.nan) | st.binary(max_size=20) | extensions | times
hashable = scalars | st.lists(scalars, max_size=3).map(tuple)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=6) | st.dictionaries(hashable, inner, max_size=6))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    payload: bytes = msgpack.packb(draw(values))
    at = draw(st.integers(0, len(payload)))
    return payload[:at] + draw(st.binary(max_size=3)) + payload[at + draw(st.integers(0, 2)) :]


def decode(payload: bytes) -> Decoded:
    return complete(MessagePackDecoder().decode(message(payload)))


def as_written(decoded: Decoded) -> str:
    """All tokens, before what is hidden in them became visible."""
    lines = decoded.lines
    assert isinstance(lines, Structure)
    return "".join(text for number in range(len(lines)) for _, text in lines.row(number))


def is_decoded(payload: bytes) -> bool:
    try:
        return "From the marked place" not in decode(payload).note
    except NotDecodable:
        return False


def is_read_by_the_library(payload: bytes) -> bool:
    try:
        msgpack.unpackb(
            payload,
            strict_map_key=False,
            object_pairs_hook=list,
            unicode_errors="surrogateescape",
            ext_hook=lambda kind, data: (kind, data),
        )
    except (ValueError, msgpack.exceptions.UnpackException):
        return False
    return True


@given(value=json_values)
def test_what_json_has_reads_as_json(value: object) -> None:
    assert json.loads(as_written(decode(msgpack.packb(value)))) == value


@given(value=values)
def test_every_value_is_read(value: object) -> None:
    decoded = decode(msgpack.packb(value))
    assert not any(token is Token.ERROR for line in decoded.lines for token, _ in line)


@given(payload=st.binary(max_size=80) | damaged())
@example(payload=b"\xc7\x00\xff")
def test_it_reads_what_the_library_reads(payload: bytes) -> None:
    # Of timestamps the library demands a length and nanoseconds that the standard has.
    assert is_decoded(payload) == is_read_by_the_library(payload) or (is_decoded(payload) and b"\xff" in payload)


@given(payload=st.binary(max_size=80) | damaged() | values.map(msgpack.packb))
def test_all_that_is_shown_is_printable(payload: bytes) -> None:
    for decoder in (MessagePackDecoder(), NumbersDecoder()):
        assert 0 <= decoder.accepts(message(payload)) <= 100
        try:
            decoded = complete(decoder.decode(message(payload)))
        except NotDecodable:
            continue
        for token, text in (span for line in decoded.lines for span in line):
            assert text.isprintable(), (token, text)
        assert decoded.note.isprintable()


@given(value=st.floats(width=32, allow_nan=False, allow_infinity=False))
@example(value=3.4028234663852886e38)
@example(value=1.401298464324817e-45)
@example(value=1.1754943508222875e-38)
@example(value=-0.0)
def test_a_float32_is_read_back_from_its_text(value: float) -> None:
    text = float_text(value, "f")
    assert struct.pack(">f", float(text)) == struct.pack(">f", value)
    assert digits(text) <= digits(repr(value))


def digits(text: str) -> int:
    return len(re.sub(r"e.*|[-.]", "", text).strip("0"))


@given(payload=st.binary(max_size=64))
def test_the_oracle_sees_the_difference(payload: bytes) -> None:
    assert not is_read_by_the_library(b"\xc1" + payload)
    assert is_read_by_the_library(b"\xc4" + bytes([len(payload)]) + payload)
