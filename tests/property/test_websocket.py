"""Frames carry the same data wherever the stream is cut, however much is asked for, and whatever comes between."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from mqtt_tui.connection.mqtt.websocket import BulkWebSocket, WebSocketBroken
from tests.support.websocket_peer import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    frame,
    frames_of_client,
    read_all,
    websocket_pair,
)

Sent = tuple[bytes, bytes]
"""What goes over the wire, and the data in it."""

sizes = st.integers(0, 12) | st.sampled_from([124, 125, 126, 127, 300, 65_535, 65_536])
bodies = st.builds(
    lambda size, seed: bytes((seed + number) & 0xFF for number in range(size)), sizes, st.integers(0, 255)
)
controls = st.builds(frame, st.sampled_from([PING, PONG]), st.binary(max_size=125))


@st.composite
def messages(draw: st.DrawFn) -> Sent:
    """A message, in fragments or not, control frames before and between them."""
    fragments = draw(st.lists(bodies, min_size=1, max_size=4))
    wire = b""
    for number, body in enumerate(fragments):
        opcode = CONTINUATION if number else BINARY
        wire += b"".join(draw(st.lists(controls, max_size=2)))
        wire += frame(opcode, body, final=number == len(fragments) - 1)
    return wire, b"".join(fragments)


streams = st.lists(messages(), max_size=8).map(
    lambda sent: (b"".join(w for w, _ in sent), b"".join(d for _, d in sent))
)


def read_in_pieces(wire: bytes, cuts: set[int], size: int = 262_144) -> bytes:
    """What is read of ``wire`` where it comes in pieces that end at ``cuts``."""
    read = b""
    with websocket_pair() as (ours, theirs):
        for start, end in pairwise(sorted({0, *(cut % (len(wire) + 1) for cut in cuts), len(wire)})):
            while start < end:  # the system takes less than the largest frames at once
                start += theirs.send(wire[start : min(end, start + 50_000)])  # noqa: PLW2901
                read += read_all(ours, size)
    return read


@given(stream=streams, cuts=st.sets(st.integers(min_value=0), max_size=20))
def test_the_reader_does_not_care_where_the_stream_is_cut(stream: Sent, cuts: set[int]) -> None:
    wire, data = stream
    assert read_in_pieces(wire, cuts) == data


@given(stream=streams.filter(lambda stream: len(stream[0]) < 1_000))
@example(stream=(frame(BINARY, b"x" * 300) + frame(BINARY, b"yz"), b"x" * 300 + b"yz"))
def test_it_may_be_cut_behind_every_byte(stream: Sent) -> None:
    wire, data = stream
    assert read_in_pieces(wire, set(range(len(wire)))) == data


@given(stream=streams.filter(lambda stream: len(stream[0]) < 5_000), size=st.integers(1, 400))
def test_never_more_is_handed_out_than_is_asked_for(stream: Sent, size: int) -> None:
    wire, data = stream
    assert read_in_pieces(wire, set(), size) == data


def until_the_end(ours: BulkWebSocket) -> tuple[bytes, str]:
    """What is read, and why it ends: at the end of the stream, or by a fault."""
    read = b""
    try:
        while part := ours.recv(262_144):
            read += part
    except WebSocketBroken as fault:
        return read, str(fault)
    return read, ours.closed_because


@given(
    stream=streams.filter(lambda stream: len(stream[0]) < 50_000),
    cut=st.integers(min_value=0),
    end=st.sampled_from(
        [frame(CLOSE), frame(CLOSE, b"\x03\xe9bye"), frame(TEXT, b"x"), frame(BINARY, reserved=4), frame(0x3)]
    ),
)
def test_all_that_came_before_the_end_is_read(stream: Sent, cut: int, end: bytes) -> None:
    wire, data = stream
    cut %= len(wire) + 1
    with websocket_pair() as (ours, theirs):
        theirs.sendall(wire[:cut])
        read = read_all(ours)
        theirs.sendall(wire[cut:] + end + frame(BINARY, b"never read"))
        rest, why = until_the_end(ours)
        assert read + rest == data
        assert why
        ours.close()
        assert frames_of_client(theirs.makefile("rb").read())[-1][0] == CLOSE
