"""The reader hands on the same packets wherever the stream is cut; what is broken comes after what was whole."""

import time
import tracemalloc
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mqtt_tui.connection.mqtt.packet_reader import PacketReader
from mqtt_tui.connection.mqtt.publish_packet import PACKET_TOO_LARGE, BrokenPacket
from mqtt_tui.model.properties import write_variable_byte_integer

Packet = tuple[int, bytes] | tuple[int, bytes, bytes]
"""A message as first byte, topic and rest; any other packet as first byte and body."""
Sent = tuple[bytes, Packet]
"""What goes over the wire, and what is to be handed on."""

LARGEST = 1 << 28


def on_the_wire(head: int, body: bytes) -> bytes:
    return bytes((head,)) + write_variable_byte_integer(len(body)) + body


def some_bytes(size: int, seed: int) -> bytes:
    return bytes((seed * 7 + number) & 0xFF for number in range(min(size, 256))) * (size // 256 + 1)


small = st.integers(0, 12)
edges = st.sampled_from([0, 1, 100, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130])
large = st.sampled_from([300, 16_370, 16_376, 16_377, 16_378, 16_379, 16_380, 16_384, 65_530, 65_536, 65_541, 70_000])


@st.composite
def messages(draw: st.DrawFn, sizes: st.SearchStrategy[int], topic_sizes: st.SearchStrategy[int]) -> Sent:
    """A PUBLISH of any QoS; where it is of MQTT 5, its properties are the first bytes of the rest: nobody looks."""
    qos, flags = draw(st.integers(0, 2)), draw(st.sampled_from([0x0, 0x1, 0x8, 0x9]))
    head = 0x30 | flags | qos << 1
    size = draw(topic_sizes)
    topic = (draw(st.sampled_from([b"t", b"a/b", b"\xc3\xa9", b"\xef\xbb\xbf", b"x\n"])) * size)[:size]
    topic = topic.decode(errors="ignore").encode() or b"t"
    payload_size = draw(sizes)
    rest = (b"\x12\x34" if qos else b"") + some_bytes(payload_size, draw(st.integers(0, 255)))[:payload_size]
    body = len(topic).to_bytes(2) + topic + rest
    return on_the_wire(head, body), (head, topic, rest)


@st.composite
def others(draw: st.DrawFn, sizes: st.SearchStrategy[int]) -> Sent:
    """CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, PINGRESP, DISCONNECT, AUTH."""
    head = draw(st.sampled_from([0x20, 0x40, 0x50, 0x62, 0x70, 0x90, 0xB0, 0xD0, 0xE0, 0xF0]))
    size = draw(sizes)
    body = some_bytes(size, head)[:size]
    return on_the_wire(head, body), (head, body)


def streams(
    sizes: st.SearchStrategy[int], topic_sizes: st.SearchStrategy[int], most: int
) -> st.SearchStrategy[list[Sent]]:
    one = messages(sizes, topic_sizes)
    runs = one.flatmap(lambda sent: st.integers(1, 5).map(lambda number: [sent] * number))
    parts = st.lists(runs | others(sizes).map(lambda sent: [sent]), max_size=most)
    return parts.map(lambda parts: list(chain.from_iterable(parts)))


short = streams(small, st.integers(1, 9), 6).filter(lambda sent: 0 < len(wire_of(sent)) < 300)
long = streams(small | edges | large, st.integers(1, 9) | st.sampled_from([127, 254, 255, 256, 300, 65_535]), 9)


def wire_of(sent: Iterable[Sent]) -> bytes:
    return b"".join(wire for wire, _ in sent)


class Taken:
    """A reader, and what it has handed on."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.packets: list[Packet] = []
        self.runs: list[int] = []
        self.reader = PacketReader(self._take_run, self._take_packet, largest=largest)

    def feed(self, data: bytes) -> None:
        """All of it, as often as the reader asks for."""
        self.reader.feed(data)
        while self.reader.is_behind:
            self.reader.feed(b"")

    def _take_run(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        self.runs.append(len(topics))
        self.packets += zip(heads, topics, rests, strict=True)

    def _take_packet(self, head: int, body: bytes | bytearray) -> None:
        self.packets.append((head, bytes(body)))


def cut(wire: bytes, cuts: Iterable[int]) -> Iterator[bytes]:
    for start, end in pairwise(sorted({0, *(at % (len(wire) + 1) for at in cuts), len(wire)})):
        yield wire[start:end]


def read(wire: bytes, cuts: Iterable[int] = (), largest: int = LARGEST) -> tuple[list[Packet], str]:
    """What is handed on, and what is wrong with what follows."""
    taken = Taken(largest)
    try:
        for piece in cut(wire, cuts):
            taken.feed(piece)
    except BrokenPacket as error:
        return taken.packets, f"{error} {error.reason_code:#x}"
    return taken.packets, ""


@given(short)
@example([(on_the_wire(0x30, b"\0\1ax"), (0x30, b"a", b"x")), (on_the_wire(0xD0, b""), (0xD0, b""))])
def test_a_short_stream_may_be_cut_at_every_byte(sent: list[Sent]) -> None:
    wire, packets = wire_of(sent), [packet for _, packet in sent]
    assert read(wire) == (packets, "")
    assert read(wire, range(len(wire))) == (packets, "")
    for at in range(1, len(wire)):
        assert read(wire, [at]) == (packets, "")


@given(long, st.sets(st.integers(0, 1 << 24), max_size=30))
def test_the_reader_does_not_care_where_a_long_stream_is_cut(sent: list[Sent], cuts: set[int]) -> None:
    wire, packets = wire_of(sent), [packet for _, packet in sent]
    assert read(wire) == (packets, "")
    assert read(wire, cuts) == (packets, "")


@given(long, st.integers(0, 4))
def test_headers_may_be_cut_off_their_packets(sent: list[Sent], behind: int) -> None:
    cuts, at = [], 0
    for wire, _ in sent:
        cuts.append(at + behind)
        at += len(wire)
    assert read(wire_of(sent), cuts) == ([packet for _, packet in sent], "")


@given(st.lists(st.sampled_from([0x30, 0x31, 0x32, 0x34, 0x3A, 0x3D]), min_size=2, max_size=200))
def test_messages_that_follow_each_other_are_handed_on_together(heads: list[int]) -> None:
    taken = Taken()
    taken.reader.feed(b"".join(on_the_wire(head, b"\0\1a\0\1payload") for head in heads))
    assert taken.runs == [len(heads)]


def test_many_packets_that_cannot_be_handed_on_together_leave_others_their_turn() -> None:
    taken, number = Taken(), 20_000
    taken.reader.feed((on_the_wire(0x30, b"\0\1a") + on_the_wire(0x62, b"\0\1")) * number)
    turns = 1
    while taken.reader.is_behind:
        before = len(taken.packets)
        taken.reader.feed(b"")
        assert 0 < len(taken.packets) - before < 3_000
        turns += 1
    assert turns > 10
    assert taken.packets == [(0x30, b"a", b""), (0x62, b"\0\1")] * number


BROKEN = {
    "QoS 3": on_the_wire(0x36, b"\0\1a\0\1"),
    "cut off": on_the_wire(0x30, b"\0"),
    "empty": on_the_wire(0x30, b""),
    "topic beyond the packet": on_the_wire(0x32, b"\xff\xffa"),
    "no packet identifier": on_the_wire(0x32, b"\0\1a\0"),
    "no topic": on_the_wire(0x30, b"\0\0\0x"),
    "not UTF-8": on_the_wire(0x31, b"\0\2a\xff\0"),
    "NUL": on_the_wire(0x30, b"\0\2a\0x"),
    "wildcard": on_the_wire(0x30, b"\0\3a/+x"),
    "too large": on_the_wire(0x30, bytes(LARGEST // (1 << 8))),
    "five bytes of length": b"\x30\xff\xff\xff\xff\xff",
}


@pytest.mark.parametrize("broken", [pytest.param(data, id=name) for name, data in BROKEN.items()])
@given(before=short, after=short, cuts=st.sets(st.integers(0, 1 << 20), max_size=5))
def test_all_that_came_before_a_broken_packet_is_handed_on_and_nothing_behind_it(
    broken: bytes, before: list[Sent], after: list[Sent], cuts: set[int]
) -> None:
    wire, packets = wire_of(before) + broken + wire_of(after), [packet for _, packet in before]
    whole, because = read(wire, largest=300_000)
    assert (whole, bool(because)) == (packets, True)
    assert read(wire, cuts, largest=300_000) == (packets, because)
    if len(wire) < 1_000:
        assert read(wire, range(len(wire)), largest=300_000) == (packets, because)


@given(st.binary(max_size=60), st.sets(st.integers(0, 60)))
def test_any_bytes_are_packets_or_broken_and_the_same_wherever_they_are_cut(data: bytes, cuts: set[int]) -> None:
    assert read(data, cuts) == read(data)


@given(
    head=st.sampled_from([0x30, 0x32, 0x34, 0x90]),
    largest=st.integers(1_024, 20_000),
    excess=st.integers(-3, 3),
    cuts=st.sets(st.integers(0, 20_000), max_size=3),
)
def test_a_packet_may_be_as_large_as_the_limit_and_not_a_byte_larger(
    head: int, largest: int, excess: int, cuts: set[int]
) -> None:
    size = largest + excess - 3 - (largest + excess - 3 >= 16_384)
    wire = on_the_wire(head, b"\0\1a" + bytes(size - 3))
    assume(len(wire) == largest + excess)
    packets, because = read(wire, cuts, largest)
    if excess > 0:
        assert (packets, because[-4:]) == ([], "0x95")
    else:
        assert (len(packets), because) == (1, "")


def test_a_packet_above_the_limit_is_refused_before_it_has_come_and_the_hint_says_what_to_do() -> None:
    with pytest.raises(BrokenPacket, match=r"a packet of 268 MB; up to 33\.6 MB are taken") as broken:
        Taken(1 << 25).reader.feed(b"\x30\xff\xff\xff\x7f")
    assert broken.value.reason_code == PACKET_TOO_LARGE
    assert "packet limit" in broken.value.hint


def test_a_packet_that_is_only_announced_takes_no_memory() -> None:
    taken = Taken()
    tracemalloc.start()
    try:
        taken.reader.feed(b"\x30\xfb\xff\xff\x7f" + bytes(1_000))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def seconds_to_read(size: int, piece: int) -> float:
    wire = on_the_wire(0x30, b"\0\1a" + bytes(size))
    taken, before = Taken(), time.process_time()
    for start in range(0, len(wire), piece):
        taken.reader.feed(wire[start : start + piece])
    took = time.process_time() - before
    assert len(taken.packets[0][-1]) == size
    return took


def test_a_large_packet_in_small_pieces_costs_what_it_weighs() -> None:
    small = min(seconds_to_read(2_000_000, 1_024) for _ in range(3))
    large = min(seconds_to_read(32_000_000, 1_024) for _ in range(3))
    assert large < 100 * small  # 16 times as large; were it joined anew with every piece, 256 times as long
