"""A broker that takes small packets only: what is asked of it is divided, and what cannot be is not sent."""

from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import WaitingToReconnect
from mqtt_tui.demo.broker.subscribe_packet import read_subscribe, read_unsubscribe
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.secrets import Credentials
from tests.support.connecting import CollectingSink, against, quick_profile
from tests.support.hostile_broker import SUBACK, SUBSCRIBE, UNSUBACK, UNSUBSCRIBE, HostileBroker, Peer, packet

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


async def test_many_filters_go_in_several_packets_each_way() -> None:
    async with HostileBroker(grants_all_of_small_packets) as broker:
        transport = AiomqttTransport(quick_profile(broker.url), Credentials(), CollectingSink())
        await transport.open()
        grants = await transport.subscribe([Subscription(topic_filter=TopicFilter(name)) for name in NAMES])
        codes = await transport.unsubscribe(NAMES)
        await transport.close()
    assert [grant.reason_code.is_failure for grant in grants] == [False] * len(NAMES)
    assert [code.is_failure for code in codes] == [False] * len(NAMES)
    asked = [read_subscribe(body, Protocol.V5).subscriptions for body in sent(broker, SUBSCRIBE)]
    left = [read_unsubscribe(body, Protocol.V5).topic_filters for body in sent(broker, UNSUBSCRIBE)]
    assert [[one and one.topic_filter for one in each] for each in asked] == [NAMES[at : at + 2] for at in (0, 2, 4, 6)]
    assert [list(each) for each in left] == [NAMES[at : at + 2] for at in (0, 2, 4, 6)]


async def test_a_subscription_too_large_for_the_broker_is_refused_and_the_others_stand() -> None:
    too_large = SubscriptionOptions(filter="x", user_properties=(("k", "v" * LARGEST),))
    subscriptions = (too_large, *(SubscriptionOptions(filter=name) for name in NAMES))
    async with against(grants_all_of_small_packets, subscriptions=subscriptions) as (broker, connection):
        await connection.until_connected()
        refused, *granted = connection.manager.subscriptions
        assert connection.all(WaitingToReconnect) == []
    assert refused.grant is not None
    assert refused.grant.reason_string == (
        "The packet has 55 bytes; the broker's Maximum Packet Size is 40. Nothing was sent."
    )
    assert all(status.grant is not None and not status.is_refused for status in granted)
    assert len(sent(broker, SUBSCRIBE)) == 4
