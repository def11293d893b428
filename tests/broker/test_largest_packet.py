"""A broker that takes small packets only: what is asked of it is divided, and what cannot be is not sent."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from mqtt_tui.connection.event_log import EventLog
from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import Connack, WaitingToReconnect
from mqtt_tui.connection.subscriptions import Subscriptions
from mqtt_tui.demo.broker.subscribe_packet import read_subscribe, read_unsubscribe
from mqtt_tui.errors import TimedOut
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.secrets import Credentials
from tests.support.connecting import CollectingSink, against, quick_profile
from tests.support.hostile_broker import (
    SUBACK,
    SUBSCRIBE,
    UNSUBACK,
    UNSUBSCRIBE,
    HostileBroker,
    Peer,
    packet,
)

LARGEST = 40
NAMES = [f"topic/number/{number}" for number in range(7)]


async def grants_all_of_small_packets(peer: Peer) -> None:
    """Closes at the first packet that is too large, as a broker may (MQTT 5.0, 3.2.2.3.6)."""
    await peer.accept(properties=b"\x27" + LARGEST.to_bytes(4))
    while True:
        head, body = await peer.read()
        if 2 + len(body) > LARGEST:
            return peer.close()
        if head & 0xF0 == SUBSCRIBE:
            peer.send(packet(SUBACK, body[:2] + bytes(1 + len(read_subscribe(body, Protocol.V5).subscriptions))))
        elif head & 0xF0 == UNSUBSCRIBE:
            peer.send(packet(UNSUBACK, body[:2] + bytes(1 + len(read_unsubscribe(body, Protocol.V5).topic_filters))))


def sent(broker: HostileBroker, kind: int) -> list[bytes]:
    return [body for head, body in broker.peers[0].received if head & 0xF0 == kind]


async def answers_the_first_subscribe(peer: Peer) -> None:
    await peer.accept(properties=b"\x27" + LARGEST.to_bytes(4))
    _, body = await peer.read()
    peer.send(packet(SUBACK, body[:2] + bytes(3)))
    await peer.has_left.wait()


@asynccontextmanager
async def connected(broker: HostileBroker) -> AsyncIterator[tuple[AiomqttTransport, Connack]]:
    profile = replace(quick_profile(broker.url), answer_timeout=0.5)
    transport = AiomqttTransport(profile, Credentials(), CollectingSink())
    try:
        yield transport, await transport.open()
    finally:
        await transport.close()


def wishes() -> Subscriptions:
    return Subscriptions(
        [Subscription(topic_filter=TopicFilter(name)) for name in NAMES], EventLog(time.time_ns, "here")
    )


def granted(subscriptions: Subscriptions) -> list[str]:
    statuses = subscriptions.statuses(is_connected=True)
    return [one.subscription.topic_filter for one in statuses if one.grant is not None and not one.is_refused]


async def test_many_filters_go_in_several_packets_each_way() -> None:
    subscriptions = wishes()
    async with HostileBroker(grants_all_of_small_packets) as broker, connected(broker) as there:
        await subscriptions.reconcile(*there)
        assert granted(subscriptions) == NAMES
        for name in NAMES:
            subscriptions.remove(name)
        for _ in range(2):
            await subscriptions.reconcile(*there)
    asked = [read_subscribe(body, Protocol.V5).subscriptions for body in sent(broker, SUBSCRIBE)]
    left = [read_unsubscribe(body, Protocol.V5).topic_filters for body in sent(broker, UNSUBSCRIBE)]
    assert [[one and one.topic_filter for one in each] for each in asked] == [NAMES[at : at + 2] for at in (0, 2, 4, 6)]
    assert [list(each) for each in left] == [NAMES[at : at + 2] for at in (0, 2, 4, 6)]


async def test_an_answer_counts_also_where_a_later_one_does_not_come() -> None:
    subscriptions = wishes()
    async with HostileBroker(answers_the_first_subscribe) as broker, connected(broker) as there:
        with pytest.raises(TimedOut, match="did not acknowledge SUBSCRIBE"):
            await subscriptions.reconcile(*there)
        assert granted(subscriptions) == NAMES[:2]


async def test_a_subscription_too_large_for_the_broker_is_refused_and_the_others_stand() -> None:
    too_large = SubscriptionOptions(filter="x", user_properties=(("k", "v" * LARGEST),))
    subscriptions = (too_large, *(SubscriptionOptions(filter=name) for name in NAMES))
    async with against(grants_all_of_small_packets, subscriptions=subscriptions) as (broker, connection):
        await connection.until_connected()
        refused, *others = connection.manager.subscriptions
        assert connection.all(WaitingToReconnect) == []
    assert refused.grant is not None
    assert refused.grant.reason_string == (
        "The packet has 55 bytes; the broker's Maximum Packet Size is 40. Nothing was sent."
    )
    assert all(status.grant is not None and not status.is_refused for status in others)
    assert len(sent(broker, SUBSCRIBE)) == 4
