"""A PUBLISH packet, cut into its raw form."""

import pytest

from mqtt_tui.connection.mqtt.sink_queue import MalformedPublish, split_publish


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
        (0x30, b"\x00\x00\x00", "Topic Alias"),
    ],
)
def test_what_cannot_be_cut_is_explained(head: int, body: bytes, words: str) -> None:
    with pytest.raises(MalformedPublish, match=words):
        split_publish(head, bytearray(body))
