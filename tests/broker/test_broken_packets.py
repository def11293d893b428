"""Packets that the standard forbids: the server is told why, and what came before them is kept."""

import asyncio
import re
import time

import pytest

from mqtt_tui.connection.state import WaitingToReconnect
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.model.properties import write_variable_byte_integer
from mqtt_tui.model.qos import QoS
from mqtt_tui.profiles.profile import ProtocolChoice
from tests.support.connecting import against
from tests.support.hostile_broker import (
    DISCONNECT,
    PUBACK,
    SUBACK,
    after_subscribing,
    connack,
    disconnect,
    packet,
    publish,
)

BROKEN = {
    "empty topic": (publish(b""), 0x82, "a message without topic"),
    "topic alias": (publish(b"", raw_properties=b"\x23\x00\x01"), 0x94, "a Topic Alias"),
    "topic alias at QoS 2": (publish(b"", raw_properties=b"\x23\x00\x01", qos=2), 0x94, "a Topic Alias"),
    "not UTF-8": (publish(b"bad/\xff\xfe"), 0x81, "not UTF-8"),
    "surrogate": (publish(b"bad/\xed\xa0\x80", qos=1), 0x81, "not UTF-8"),
    "NUL": (publish(b"a\0b"), 0x81, "not UTF-8"),
    "plus": (publish(b"a/+"), 0x90, "a wildcard"),
    "number sign at QoS 2": (publish(b"a/#", qos=2), 0x90, "a wildcard"),
    "QoS 3": (packet(0x36, b"\x00\x01a\x00\x01\x00"), 0x81, "QoS 3"),
    "PUBLISH too short": (packet(0x30, b"\x00"), 0x81, "cut off"),
    "PUBLISH without packet identifier": (packet(0x32, b"\x00\x01a"), 0x81, "cut off|without packet identifier"),
    "topic longer than the packet": (packet(0x30, b"\xff\xffa"), 0x81, "cut off"),
    "length of five bytes": (b"\x30\xff\xff\xff\xff\xff", 0x81, "more than four bytes"),
    "SUBSCRIBE from a server": (packet(0x82, b"\x00\x01\x00\x00\x01a\x00"), 0x82, ""),
    "PUBREL too short": (packet(0x62, b"\x00"), 0x81, ""),
    "SUBACK too short": (packet(0x90, b"\x00"), 0x81, ""),
}


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
@pytest.mark.parametrize(("data", "code", "words"), BROKEN.values(), ids=BROKEN)
async def test_the_server_is_told_what_it_did_wrong_and_what_came_before_is_kept(
    data: bytes, code: int, words: str, protocol: ProtocolChoice
) -> None:
    one_read = publish(b"before") + data + publish(b"behind") * 1_000
    async with against(after_subscribing(one_read), protocol=protocol) as (broker, connection):
        waiting = await connection.until(WaitingToReconnect)
        peer = broker.peers[0]
        await asyncio.wait_for(peer.has_left.wait(), 5)
    assert [message.topic for message in connection.sink.messages] == [b"before"]
    assert re.search(words, waiting.reason.message)
    assert peer.received[2:] == ([(DISCONNECT, bytes([code]))] if protocol == "5" else [])


async def test_a_second_connack_is_a_protocol_error() -> None:
    async with against(after_subscribing(publish(b"before") + connack())) as (broker, connection):
        waiting = await connection.until(WaitingToReconnect)
        await asyncio.wait_for(broker.peers[0].has_left.wait(), 5)
    assert "a second CONNACK" in waiting.reason.message
    assert broker.peers[0].received[2:] == [(DISCONNECT, b"\x82")]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
@pytest.mark.parametrize("qos", QoS)
@pytest.mark.parametrize("size", [1_025, 5_000, 17_000, 100_000])
async def test_a_packet_above_the_profiles_limit_is_refused_whatever_the_version(
    size: int, qos: QoS, protocol: ProtocolChoice
) -> None:
    one_read = publish(b"before") + publish(b"large", bytes(size), qos=qos)
    limited = against(after_subscribing(one_read), protocol=protocol, maximum_packet_size=1_024)
    async with limited as (broker, connection):
        waiting = await connection.until(WaitingToReconnect)
        peer = broker.peers[0]
        await asyncio.wait_for(peer.has_left.wait(), 5)
    assert [message.topic for message in connection.sink.messages] == [b"before"]
    assert re.search(r"sent a packet of [\d.,]+ \w+; up to [\d.,]+ \w+ are taken", waiting.reason.message)
    assert "Raise the profile's packet limit" in waiting.reason.hint
    assert peer.received[2:] == ([(DISCONNECT, b"\x95")] if protocol == "5" else [])


async def test_what_comes_behind_a_disconnect_is_not_read() -> None:
    one_read = publish(b"before") + disconnect(0x8B) + publish(b"behind") + packet(0x30, b"")
    async with against(after_subscribing(one_read)) as (broker, connection):
        waiting = await connection.until(WaitingToReconnect)
        await asyncio.wait_for(broker.peers[0].has_left.wait(), 5)
    assert [message.topic for message in connection.sink.messages] == [b"before"]
    assert isinstance(waiting.reason, ConnectionLost)
    assert waiting.reason.reason_code == 0x8B
    assert broker.peers[0].received[2:] == []


FLOOD = b"\x26\x00\x00\x00\x00" * 30_000
WITH_FLOOD = write_variable_byte_integer(len(FLOOD)) + FLOOD
FLOODED = {
    "DISCONNECT": packet(DISCONNECT, b"\x8b" + WITH_FLOOD),
    "SUBACK": packet(SUBACK, b"\x00\x09" + WITH_FLOOD + b"\x00"),
    "PUBACK": packet(PUBACK, b"\x00\x09\x00" + WITH_FLOOD),
}


@pytest.mark.parametrize("data", FLOODED.values(), ids=FLOODED)
async def test_a_flood_of_properties_in_any_packet_holds_nothing_up(data: bytes) -> None:
    before = time.process_time()
    async with against(after_subscribing(data + disconnect(0x8B))) as (_, connection):
        await connection.until(WaitingToReconnect)
    assert time.process_time() - before < 0.8
