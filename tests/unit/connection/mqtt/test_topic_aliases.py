"""Topic Aliases of the server, wherever the reads are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.connection.mqtt.packet_reader import PacketReader
from mqtt_tui.connection.mqtt.publish_packet import BrokenPacket
from mqtt_tui.connection.mqtt.topic_aliases import TopicAliases
from mqtt_tui.model.properties import read_properties
from tests.support.hostile_broker import publish


def aliased(alias: int, topic: bytes = b"", qos: int = 0) -> bytes:
    return publish(topic, b"x", raw_properties=b"\x23" + alias.to_bytes(2), qos=qos)


class Reading:
    """A reader that was offered three aliases."""

    def __init__(self) -> None:
        self.topics: list[bytes] = []
        self.rests: list[bytes] = []
        self.reader = PacketReader(self._take, self._other, largest=100_000, aliases=TopicAliases(3))

    def _take(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        self.topics += topics
        self.rests += rests

    def _other(self, head: int, body: bytes | bytearray) -> None:
        raise AssertionError


@given(cuts=st.lists(st.integers(1, 120), max_size=6), qos=st.sampled_from([0, 1, 2]))
def test_an_alias_stands_for_its_topic_until_it_gets_another_one(cuts: list[int], qos: int) -> None:
    reading = Reading()
    stream = b"".join(
        (
            aliased(1, b"a/b", qos),
            publish(b"plain"),
            aliased(1, qos=qos),
            aliased(3, "é/c".encode()),
            aliased(3),
            aliased(1, b"new"),
            aliased(1),
            aliased(3, qos=qos),
        )
    )
    at = 0
    for cut in cuts:
        reading.reader.feed(stream[at : at + cut])
        at += cut
    reading.reader.feed(stream[at:])
    assert reading.topics == [b"a/b", b"plain", b"a/b", "é/c".encode(), "é/c".encode(), b"new", b"new", "é/c".encode()]
    assert read_properties(reading.rests[2], 2 if qos else 0)[0].topic_alias == 1, "the inspector shows it"


@pytest.mark.parametrize(
    ("packets", "words", "code"),
    [
        (aliased(4, b"a"), "a Topic Alias of 4; 3 were offered", 0x94),
        (aliased(0, b"a"), "a Topic Alias of 0; 3 were offered", 0x94),
        (aliased(2), "a Topic Alias of 2 that stands for nothing yet", 0x82),
        (publish(b""), "a message without topic", 0x82),
    ],
)
def test_a_wrong_alias_ends_the_connection_and_what_came_before_is_kept(packets: bytes, words: str, code: int) -> None:
    reading = Reading()
    with pytest.raises(BrokenPacket) as caught:
        reading.reader.feed(publish(b"before") + packets + publish(b"behind"))
    assert (str(caught.value), caught.value.reason_code) == (words, code)
    assert reading.topics == [b"before"]
