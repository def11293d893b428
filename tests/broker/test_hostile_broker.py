"""Servers that break the rules of a connection: a clear message, and the program lives on."""

import asyncio
import time

import pytest

from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import Connected, Failed, WaitingToReconnect
from mqtt_tui.connection.subscriptions import SubscriptionStatus
from mqtt_tui.errors import ConnectionLost, Rejected, TimedOut
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter, TopicName
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import ProtocolChoice
from mqtt_tui.profiles.secrets import Credentials
from tests.support.connecting import (
    CollectingSink,
    RunningConnection,
    against,
    assert_idle,
    eventually,
    quick_profile,
)
from tests.support.hostile_broker import (
    PUBACK,
    PUBREC,
    SUBACK,
    HostileBroker,
    Peer,
    Script,
    after_subscribing,
    connack,
    disconnect,
    packet,
    publish,
    saying,
    text_property,
)

REASON_STRING, SERVER_REFERENCE, CONTENT_TYPE = 0x1F, 0x1C, 0x03


# -------------------------------------------------------------------- the end of a connection


async def test_a_disconnect_in_one_burst_with_connack_is_not_lost() -> None:
    said = text_property(REASON_STRING, "maintenance")
    async with against(saying(connack() + disconnect(0x8B, said))) as (_, connection):
        waiting = await connection.until(WaitingToReconnect)
    assert isinstance(waiting.reason, ConnectionLost)
    assert waiting.reason.reason_code == 0x8B
    assert "ended the connection: Server shutting down (0x8B), “maintenance”" in waiting.reason.message


DISCONNECTS = {
    0x00: "Normal disconnection",
    0x80: "Unspecified error",
    0x81: "Malformed Packet",
    0x82: "Protocol Error",
    0x83: "Implementation specific error",
    0x87: "Not authorized",
    0x89: "Server busy",
    0x8B: "Server shutting down",
    0x8D: "Keep Alive timeout",
    0x8E: "Session taken over",
    0x8F: "Topic Filter invalid",
    0x90: "Topic Name invalid",
    0x93: "Receive Maximum exceeded",
    0x94: "Topic Alias invalid",
    0x95: "Packet too large",
    0x96: "Message rate too high",
    0x97: "Quota exceeded",
    0x98: "Administrative action",
    0x99: "Payload format invalid",
    0x9A: "Retain not supported",
    0x9B: "QoS not supported",
    0x9C: "Use another server",
    0x9D: "Server moved",
    0x9E: "Shared Subscriptions not supported",
    0x9F: "Connection rate exceeded",
    0xA0: "Maximum connect time",
    0xA1: "Subscription Identifiers not supported",
    0xA2: "Wildcard Subscriptions not supported",
}
"""All that a server may send (MQTT 5.0, 3.14.2.1)."""
FOR_GOOD = {0x87, 0x9D}


@pytest.mark.parametrize("code", DISCONNECTS)
async def test_every_reason_to_disconnect_is_named_and_judged(code: int) -> None:
    async with against(after_subscribing(disconnect(code))) as (broker, connection):
        if code in FOR_GOOD:
            error = (await connection.until(Failed)).error
        else:
            error = (await connection.until(WaitingToReconnect)).reason
        await asyncio.wait_for(broker.peers[0].has_left.wait(), 5)
        await assert_idle()
    assert f"ended the connection: {DISCONNECTS[code]} (0x{code:02X})" in error.message
    assert error.hint or not code


async def test_a_disconnect_tells_its_reason_and_the_server_that_it_names() -> None:
    said = text_property(REASON_STRING, "moved\nhouse") + text_property(SERVER_REFERENCE, "b.example")
    async with against(after_subscribing(disconnect(0x9C, said))) as (_, connection):
        waiting = await connection.until(WaitingToReconnect)
    assert "“moved␊house” (it names b.example)" in waiting.reason.message


async def test_a_second_take_over_soon_after_the_first_ends_the_ping_pong() -> None:
    async with HostileBroker(after_subscribing(disconnect(0x8E))) as broker:
        async with RunningConnection(quick_profile(broker.url)) as connection:
            await connection.until(WaitingToReconnect)
            connection.manager.retry_now()
            failed = await connection.until(Failed)
        assert len(broker.peers) == 2
    assert "Another client uses this client id" in failed.error.message


# -------------------------------------------------------------------- packets that break the rules


MALFORMED = {
    "empty topic": publish(b""),
    "topic alias": publish(b"", raw_properties=b"\x23\x00\x01"),
    "topic alias at QoS 1": publish(b"", raw_properties=b"\x23\x00\x01", qos=1),
    "QoS 3": packet(0x36, b"\x00\x01a\x00\x01\x00"),
    "PUBLISH too short": packet(0x30, b"\x00"),
    "PUBLISH without packet identifier": packet(0x32, b"\x00\x01a"),
    "PUBREL too short": packet(0x62, b"\x00"),
    "topic longer than the packet": packet(0x30, b"\xff\xffa"),
    "second CONNACK": connack(),
    "AUTH": packet(0xF0, b"\x18\x00"),
    "SUBSCRIBE from a server": packet(0x82, b"\x00\x01\x00\x00\x01a\x00"),
    "length of five bytes": b"\x30\xff\xff\xff\xff\xff",
    "PINGRESP with a body": packet(0xD0, b"x"),
    "PINGREQ from a server": packet(0xC0, b""),
    "thousands of answers": packet(0x40, b"\x00\x01") * 3_000,
    "DISCONNECT with an unknown reason": disconnect(0x7F),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_packet_ends_the_connection_and_nothing_spins(data: bytes) -> None:
    async with against(after_subscribing(data)) as (broker, connection):
        waiting = await connection.until(WaitingToReconnect)
        await asyncio.wait_for(broker.peers[0].has_left.wait(), 5)
        await assert_idle()
    assert isinstance(waiting.reason, ConnectionLost)
    assert "cannot be handled" in waiting.reason.message


async def test_a_poison_message_backs_off_and_then_locks_nobody_out() -> None:
    """One of two subscriptions brings what cannot be handled: that one is paused, and the connection stands."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        while True:
            head, body = await peer.read()
            if head == 0xC0:
                peer.send(packet(0xD0, b""))
            elif head == 0x82:
                peer.send(packet(SUBACK, body[:2] + b"\0" + bytes(body.count(b"/#"))))
                peer.send(MALFORMED["topic alias"] if b"bad/#" in body else b"")

    filters = (SubscriptionOptions(filter="good/#"), SubscriptionOptions(filter="bad/#"))
    async with against(script, subscriptions=filters) as (broker, connection):
        waits = [await connection.until(WaitingToReconnect)]
        for count in (2, 3, 4):
            connection.manager.retry_now()
            waits.append(await connection.until(WaitingToReconnect, count))
        connection.manager.retry_now()
        good, bad = await subscriptions_once_connected(connection, 4)
        broker.peers[-1].send(publish(b"good/1"))
        await connection.sink.received(1)
        assert (good.is_paused, bad.is_paused) == (False, True)
        assert "Topic Alias" in bad.paused_because
        await connection.manager.resume("bad/#")  # nobody is kept from trying again
        await connection.until(WaitingToReconnect, 5)
    delays = [waiting.delay for waiting in waits]
    assert delays == sorted(delays)
    assert delays[-1] > 4
    assert "3 times in a row right after subscribing" in waits[2].reason.message
    assert "retained message" in waits[2].reason.hint


async def subscriptions_once_connected(connection: RunningConnection, count: int) -> tuple[SubscriptionStatus, ...]:
    await connection.until_connected(count)
    return connection.manager.subscriptions


@pytest.mark.parametrize("topic", [b"feff/\xef\xbb\xbf", b"esc/\x1b[31m", b"/".join([b"l"] * 10_000)])
async def test_an_odd_topic_is_handed_on_as_it_came(topic: bytes) -> None:
    async with against(after_subscribing(publish(topic), publish(b"next"))) as (_, connection):
        messages = await connection.sink.received(2)
        assert connection.all(WaitingToReconnect) == []
    assert [message.topic for message in messages] == [topic, b"next"]


@pytest.mark.parametrize("qos", QoS)
@pytest.mark.parametrize(
    ("raw_properties", "malformed"),
    [
        (text_property(CONTENT_TYPE, "\ufefftext"), False),
        (b"\x7f\x00", True),
        (b"\x02\x00", True),
    ],
    ids=["U+FEFF", "unknown", "cut off"],
)
async def test_odd_properties_are_handed_on_as_they_came(raw_properties: bytes, malformed: bool, qos: QoS) -> None:
    data = publish(b"a", raw_properties=raw_properties, qos=qos)
    async with against(after_subscribing(data, publish(b"next"))) as (_, connection):
        message, following = await connection.sink.received(2)
        assert connection.all(WaitingToReconnect) == []
    assert raw_properties in message.rest
    assert bool(message.malformed) == malformed
    assert following.topic == b"next"


@pytest.mark.parametrize("qos", QoS)
async def test_a_flood_of_properties_costs_no_more_than_its_bytes(qos: QoS) -> None:
    flood = (b"\x26" + b"\x00\x01k" + b"\x00\x01v") * 60_000  # read one by one at the front: 13 s
    before = time.process_time()
    async with against(after_subscribing(publish(b"a", b"p", raw_properties=flood, qos=qos))) as (_, connection):
        (message,) = await connection.sink.received(1)
    assert time.process_time() - before < 0.5
    assert message.rest.endswith(flood + b"p")


async def test_each_message_is_acknowledged_and_at_qos_2_handed_on_once() -> None:
    once, twice = publish(b"a", qos=1), publish(b"b", qos=2)
    release = packet(0x62, b"\x00\x01")
    async with against(after_subscribing(once, twice, twice, release, release, twice)) as (broker, connection):
        messages = await connection.sink.received(3)
        peer = broker.peers[0]
        await eventually(lambda: len(peer.received) == 8)
        answers = peer.received[2:]  # after CONNECT and SUBSCRIBE
    assert [message.topic for message in messages] == [b"a", b"b", b"b"]
    assert [head for head, _ in answers] == [0x40, 0x50, 0x50, 0x70, 0x70, 0x50]
    assert {body for _, body in answers} == {b"\x00\x01"}


async def test_a_large_payload_in_small_pieces_comes_whole() -> None:
    data = publish(b"big", b"\xa5" * (20 * 1024 * 1024))
    async with against(after_subscribing(data)) as (_, connection):
        (message,) = await connection.sink.received(1)
    assert len(message.payload) == 20 * 1024 * 1024


async def test_a_packet_cut_in_the_middle_shows_no_half_message() -> None:
    async def script(peer: Peer) -> None:
        await after_subscribing(publish(b"a", b"whole"), publish(b"b", b"half")[:-2])(peer)
        peer.close()

    async with against(script) as (_, connection):
        await connection.until(WaitingToReconnect)
    assert [message.payload for message in connection.sink.messages] == [b"whole"]


# -------------------------------------------------------------------- requests


def answering_publish(kind: int, code: int) -> Script:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.acknowledge_subscribe()
        _, body = await peer.read()
        at = 2 + int.from_bytes(body[:2])
        said = text_property(REASON_STRING, "full")
        peer.send(packet(kind, body[at : at + 2] + bytes([code, len(said)]) + said))

    return script


@pytest.mark.parametrize(("kind", "qos"), [(PUBACK, QoS.AT_LEAST_ONCE), (PUBREC, QoS.EXACTLY_ONCE)])
async def test_a_refused_publish_is_rejected_with_reason_and_words(kind: int, qos: QoS) -> None:
    async with against(answering_publish(kind, 0x97)) as (_, connection):
        await connection.until_connected()
        with pytest.raises(Rejected, match="Quota exceeded") as rejected:
            await connection.manager.publish(PublishRequest(topic_name=TopicName("a"), payload=b"", qos=qos))
    assert rejected.value.reason_code == 0x97
    assert "“full”" in rejected.value.message


async def test_a_publish_that_the_end_overtakes_says_so() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.acknowledge_subscribe()
        await peer.read()
        peer.send(disconnect(0x8B))

    async with against(script) as (_, connection):
        await connection.until_connected()
        with pytest.raises(ConnectionLost, match="Server shutting down"):
            await connection.manager.publish(PublishRequest(topic_name=TopicName("a"), payload=b""))


async def test_receive_maximum_is_kept() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept(properties=b"\x21\x00\x02")  # Receive Maximum 2
        await peer.acknowledge_subscribe()

    async with against(script) as (broker, connection):
        await connection.until_connected()
        requests = [PublishRequest(topic_name=TopicName("a"), payload=b"%d" % number) for number in range(5)]
        tasks = [asyncio.create_task(connection.manager.publish(request)) for request in requests]
        peer = broker.peers[0]
        await eventually(lambda: len(peer.received) == 4)  # CONNECT, SUBSCRIBE, two PUBLISH
        await asyncio.sleep(0.1)
        assert len(peer.received) == 4
        for _, body in peer.received[2:]:
            peer.send(packet(PUBACK, body[3:5]))
        await eventually(lambda: len(peer.received) == 6)
        peer.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(result, ConnectionLost) for result in results] == [False, False, True, True, True]


async def test_no_answer_is_given_up_in_time() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()

    async with HostileBroker(script) as broker:
        transport = AiomqttTransport(quick_profile(broker.url, answer_timeout=0.2), Credentials(), CollectingSink())
        await transport.open()
        with pytest.raises(TimedOut, match="did not acknowledge SUBSCRIBE"):
            await transport.subscribe([Subscription(topic_filter=TopicFilter("a"))])
        with pytest.raises(TimedOut, match="did not acknowledge PUBLISH"):
            await transport.publish(PublishRequest(topic_name=TopicName("a"), payload=b""))
        await transport.close()


@pytest.mark.parametrize(("protocol", "code"), [("5", 0x87), ("5", 0x97), ("3.1.1", 0x80)])
async def test_a_refused_filter_keeps_the_connection_and_shows_the_code(protocol: ProtocolChoice, code: int) -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.acknowledge_subscribe(code)

    async with against(script, protocol=protocol) as (_, connection):
        await connection.until_connected()
        (status,) = connection.manager.subscriptions
    assert status.grant is not None
    assert status.grant.reason_code == code


async def test_a_suback_without_codes_is_a_refusal() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept()
        _, body = await peer.read()
        peer.send(packet(SUBACK, body[:2] + b"\0"))

    async with against(script) as (_, connection):
        await connection.until_connected()
        (status,) = connection.manager.subscriptions
    assert status.grant is not None
    assert status.grant.reason_code.is_failure


async def test_filters_beyond_the_brokers_limits_are_not_sent() -> None:
    async def script(peer: Peer) -> None:
        await peer.accept(properties=b"\x28\x00\x2a\x00")  # neither wildcards nor shared subscriptions

    async with against(script) as (broker, connection):
        await connection.until_connected()
        shared = await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("$share/g/a")))
        (wildcard, _) = connection.manager.subscriptions
        assert len(broker.peers[0].received) == 1  # CONNECT
    for status, words in ((wildcard, "wildcards"), (shared, "shared subscriptions")):
        assert status.grant is not None
        assert status.grant.reason_code.is_failure
        assert words in (status.grant.reason_string or "")


async def test_attempts_become_rarer() -> None:
    async with against(saying(b"", then_closing=True)) as (_, connection):
        await connection.until(WaitingToReconnect, 2)
        delays = [waiting.delay for waiting in connection.all(WaitingToReconnect)]
    assert 0.5 <= delays[0] < delays[1]
    assert not connection.all(Connected)
