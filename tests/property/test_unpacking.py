"""What unpacking promises, for any bytes."""

import base64
import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.unpacking import LARGEST, STEPS, packed_in, unpack
from tests.unit.decoders.messages import message

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "base64": base64.b64encode,
}


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """Packed data of a member or two, with some bytes in place of others."""
    packed = b"".join(PACK[name](part) for part in draw(st.lists(st.binary(max_size=60), max_size=2)))
    at = draw(st.integers(0, len(packed)))
    return packed[:at] + draw(st.binary(max_size=4)) + packed[at + draw(st.integers(0, 4)) :]


@pytest.mark.parametrize("name", STEPS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_bytes_are_unpacked_or_declined(name: str, data: st.DataObject) -> None:
    payload = data.draw(damaged(name) | st.binary(max_size=200))
    declined = ""
    try:
        unpacked = unpack(name, payload)
    except NotDecodable as error:
        declined = error.message
    if declined:
        assert declined.startswith(f"not {name}: ")
        assert declined.isprintable()
    else:
        assert len(unpacked.data) <= LARGEST
        assert not unpacked.is_cut


@pytest.mark.parametrize("name", STEPS)
@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=500))
def test_what_was_packed_comes_out(name: str, content: bytes) -> None:
    assert unpack(name, PACK[name](content)).data == content


@given(text=st.text(max_size=100))
def test_text_is_never_taken_for_zlib(text: str) -> None:
    if text.replace("\n", "").isprintable():
        assert packed_in(message(b"x^" + text.encode())) is None


@given(payload=st.binary(max_size=100))
def test_what_is_detected_can_be_tried(payload: bytes) -> None:
    name = packed_in(message(payload))
    assert name is None or name in STEPS
    if name:
        with suppress(NotDecodable):
            unpack(name, payload)
