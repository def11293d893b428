"""A PUBLISH packet, cut into its raw form."""

import pytest

from mqtt_tui.connection.mqtt.publish_packet import (
    LONGEST_IN_RUN,
    BrokenPacket,
    fault_of,
    split_publish,
    split_run,
)
from mqtt_tui.model.properties import write_variable_byte_integer
from mqtt_tui.model.reason_code import ReasonCode


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("rest", [b"", b"\x00", b"\x00payload"])
def test_topic_and_rest_are_as_they_came(qos: int, rest: bytes) -> None:
    rest = b"\x12\x34" + rest if qos else rest
    head = 0x39 | qos << 1
    assert split_publish(head, bytearray(b"\x00\x02\xffb" + rest)) == (head, b"\xffb", rest)


@pytest.mark.parametrize(
    ("head", "body", "words"),
    [
        (0x30, b"", "cut off"),
        (0x30, b"\x00", "cut off"),
        (0x30, b"\x00\x05abcd", "cut off"),
        (0x32, b"\x00\x01a\x00", "cut off"),
        (0x36, b"\x00\x01a\x00\x01", "QoS 3"),
    ],
)
def test_what_cannot_be_cut_is_explained(head: int, body: bytes, words: str) -> None:
    with pytest.raises(BrokenPacket, match=words):
        split_publish(head, bytearray(body))


def packet(head: int, topic: bytes, rest: bytes) -> bytes:
    body = len(topic).to_bytes(2) + topic + rest
    return bytes((head,)) + write_variable_byte_integer(len(body)) + body


def cut(data: bytes, at: int = 0) -> tuple[int, list[bytes], list[bytes]]:
    heads, topics, rests = bytearray(), list[bytes](), list[bytes]()
    stop = split_run(data, at, heads, topics, rests)
    assert bytes(heads) == data[:1] * len(topics) or at
    return stop, topics, rests


@pytest.mark.parametrize("behind", [0x40, 0x62, 0x36, 0xD0])
def test_a_run_begins_where_it_is_told_to_and_ends_at_what_is_no_message(behind: int) -> None:
    first, run, last = (
        packet(0x30, b"a", b"1"),
        packet(0x31, b"b", b"2") + packet(0x31, b"c", b""),
        packet(behind, b"", b""),
    )
    assert cut(first + run + last, len(first)) == (len(first + run), [b"b", b"c"], [b"2", b""])


def test_first_bytes_may_alternate_and_each_message_keeps_its_own() -> None:
    sent = bytes((0x30, 0x30, 0x31, 0x32, 0x34, 0x34, 0x3D, 0x30))
    heads, topics, rests = bytearray(), list[bytes](), list[bytes]()
    data = b"".join(packet(head, b"t%d" % number, b"\0\1%d" % number) for number, head in enumerate(sent))
    assert split_run(data + packet(0x31, b"cut off", b"")[:-1], 0, heads, topics, rests) == len(data)
    assert heads == sent
    assert topics == [b"t%d" % number for number in range(len(sent))]
    assert rests == [b"\0\1%d" % number for number in range(len(sent))]


@pytest.mark.parametrize("length", [*range(2, 6), 124, 125, 126, 127, 128, 129, 130, 255, 256, 16_382, 16_383])
@pytest.mark.parametrize("topic", [b"", b"t", b"t" * 255])
def test_a_packet_of_any_length_in_one_or_two_bytes_is_cut(length: int, topic: bytes) -> None:
    rest = bytes(max(0, length - 2 - len(topic)))
    data = packet(0x30, topic, rest)
    assert cut(data * 2) == (2 * len(data), [topic] * 2, [rest] * 2)
    assert len(data) <= LONGEST_IN_RUN


@pytest.mark.parametrize(
    "data",
    [
        packet(0x30, b"t" * 256, b""),
        packet(0x30, b"t", bytes(16_384)),
        packet(0x30, b"topic", b"rest")[:-1],
        b"\x30\x02\x00\x01",
        b"\x30\x01\x00\x00",
        b"\x30\x00\x00\x00",
        b"\x30\x80\x00\x00\x00\x00",
        b"\x30",
        b"\x30\xff\xff",
    ],
    ids=["topic", "large", "cut", "topic beyond", "one byte", "none", "none in two bytes", "head", "length"],
)
def test_what_is_not_like_the_others_is_left_where_it_is(data: bytes) -> None:
    good = packet(0x30, b"a", b"1")
    assert cut(good + data) == (len(good), [b"a"], [b"1"])
    assert cut(data) == (0, [], [])


@pytest.mark.parametrize(
    ("topic", "rest", "head", "words", "reason_code"),
    [
        (b"", b"", 0x30, "without topic", 0x82),
        (b"", b"\x12\x34\x03\x23\x00\x01", 0x32, "Topic Alias", 0x94),
        (b"\xff", b"", 0x30, "not UTF-8", 0x81),
        (b"\xed\xa0\x80", b"", 0x30, "not UTF-8", 0x81),
        (b"\xc3", b"", 0x30, "not UTF-8", 0x81),
        (b"a\0", b"", 0x30, "not UTF-8", 0x81),
        (b"a/+/b", b"", 0x30, "wildcard", 0x90),
        (b"#", b"", 0x30, "wildcard", 0x90),
        (b"a", b"\x01", 0x32, "without packet identifier", 0x81),
        (b"a", b"", 0x3C, "without packet identifier", 0x81),
    ],
)
def test_the_first_forbidden_message_is_found_among_good_ones(
    topic: bytes, rest: bytes, head: int, words: str, reason_code: int
) -> None:
    good, fine = b"\xc3\xa9", b"\x00\x01\x00"
    for before in (0, 1, 7):
        topics = [good] * before + [topic, good, topic]
        heads = bytes([0x30] * before + [head] * 3)
        fault = fault_of(heads, topics, [fine] * before + [rest, fine, rest])
        assert fault is not None
        number, error = fault
        assert (number, error.reason_code) == (before, ReasonCode(reason_code))
        assert words in str(error)


@pytest.mark.parametrize("topic", [b"\xef\xbb\xbf", b"$SYS/x", b"a\nb", b"/", b" ", b"\x7f", "\U0010ffff".encode()])
@pytest.mark.parametrize("head", [0x30, 0x31, 0x32, 0x34])
def test_odd_topics_are_no_fault(topic: bytes, head: int) -> None:
    assert fault_of(bytes((head, head)), [topic, b"a"], [b"\0\1", b"\0\1"]) is None


def test_the_first_half_of_a_character_is_not_joined_with_the_next_topic() -> None:
    fault = fault_of(b"00", [b"\xc3", b"\xa9"], [b"", b""])
    assert fault is not None
    assert fault[0] == 0


def test_an_empty_topic_without_alias_is_no_alias_whatever_the_payload_says() -> None:
    fault = fault_of(b"0", [b""], [b"\x00#1"])
    assert fault is not None
    assert fault[1].reason_code == ReasonCode(0x82)
