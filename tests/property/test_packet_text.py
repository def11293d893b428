"""Any bytes are described, and no secret is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from mqtt_tui.connection.packet_text import describe, kind_of
from mqtt_tui.connection.packet_trace import KEPT, PacketTrace
from mqtt_tui.model.packet_kinds import PROPERTIES
from mqtt_tui.model.protocol import Protocol
from tests.support.hostile_broker import connack, disconnect, packet, publish, text_property

CONNECT = (
    b"\x00\x04MQTT\x05\xc6\x00\x3c"
    b"\x05\x11\x00\x00\x00\x09"
    b"\x00\x02me"
    b"\x00\x00\x04gone\x00\x06C4N4RY"
    b"\x00\x06C4N4RY\x00\x06C4N4RY"
)
SAMPLES = {
    "CONNECT": (0x10, CONNECT),
    "CONNACK": (0x20, connack(0x87, text_property(0x1F, "no\x1b"))[2:]),
    "PUBLISH": (0x3B, publish(b"a/\xc3\xa9", b"C4N4RY", raw_properties=b"\x26\x00\x01k\x00\x01v", qos=1)[2:]),
    "PUBACK": (0x40, b"\x00\x07\x10"),
    "SUBSCRIBE": (0x82, b"\x00\x01\x02\x0b\x07\x00\x03a/#\x01"),
    "SUBACK": (0x90, b"\x00\x01\x00\x01\x87"),
    "UNSUBSCRIBE": (0xA2, b"\x00\x02\x00\x00\x01a"),
    "PINGREQ": (0xC0, b""),
    "DISCONNECT": (0xE0, disconnect(0x8E)[2:]),
}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "CONNECT",
            "MQTT level 5, keep alive 60 s, clean start, properties: Session Expiry Interval, "  # noqa: ISC004
            "client identifier me, will, user name, password",
        ),
        ("CONNACK", "no session, Not authorized (0x87), properties: Reason String"),
        ("PUBLISH", "a/é, QoS 1, DUP, RETAIN, id 1, properties: User Property"),
        ("PUBACK", "id 7, No matching subscribers (0x10)"),
        ("SUBSCRIBE", "id 1, properties: Subscription Identifier, a/# with QoS 1"),
        ("SUBACK", "id 1, Granted QoS 1 (0x01), Not authorized (0x87)"),
        ("UNSUBSCRIBE", "id 2, a"),
        ("PINGREQ", ""),
        ("DISCONNECT", "Session taken over (0x8E)"),
    ],
)
def test_every_kind_in_words(kind: str, words: str) -> None:
    head, body = SAMPLES[kind]
    assert kind_of(head) == kind
    assert describe(head, body, Protocol.V5) == words


@given(kind=st.sampled_from(sorted(SAMPLES)), size=st.integers(0, 60))
def test_a_packet_cut_anywhere_is_described_and_no_secret_shown(kind: str, size: int) -> None:
    head, body = SAMPLES[kind]
    assert "C4N4RY" not in describe(head, body[:size], Protocol.V5)


@given(head=st.integers(0, 255), body=st.binary(max_size=80), protocol=st.sampled_from(list(Protocol)))
@example(head=0x82, body=b"\x00\x01\xff\xff\xff\xff\x7f", protocol=Protocol.V5)
def test_any_bytes_are_described_safely(head: int, body: bytes, protocol: Protocol) -> None:
    assert describe(head, body, protocol).isprintable()


def test_every_property_that_the_library_knows_has_its_name() -> None:
    known = Properties(PacketTypes.PUBLISH).names  # type: ignore[no-untyped-call]
    assert {name.lower() for name, _ in PROPERTIES.values()} == {name.lower() for name in known}
    assert set(known.values()) == set(PROPERTIES)


def test_a_batch_is_taken_apart_and_a_connect_keeps_nothing_of_its_secrets() -> None:
    trace = PacketTrace()
    trace.sent(packet(0x10, CONNECT) + packet(0xC0, b"") + packet(0x30, b"\x00\x01a\x00" + b"C4N4RY" * 1000))
    assert [one.kind for one in trace.packets] == ["CONNECT", "PINGREQ", "PUBLISH"]
    assert trace.packets[2].size == 6_004
    assert "C4N4RY" not in repr(trace.packets[0])
    assert all("C4N4RY" not in one.description for one in trace.packets)


def test_only_the_newest_are_kept() -> None:
    trace = PacketTrace()
    many = KEPT + 3
    trace.received_messages(bytes([0x30]) * many, [b"t"] * many, [b"\0"] * many)
    assert (len(trace.packets), trace.total) == (KEPT, many)
