"""Publishing and subscribing at a real mosquitto: what is granted, what is refused, and what comes through."""

from dataclasses import replace

import msgspec
import pytest

from mqtt_tui.errors import ConnectionLost, Rejected, UsageError
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter, TopicName
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile, ProtocolChoice
from tests.broker.conftest import StartMosquitto
from tests.support.connecting import RunningConnection
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.broker

ALL = Subscription(topic_filter=TopicFilter("#"), qos=QoS.EXACTLY_ONCE)
EVERY_PROPERTY = PublishProperties(
    payload_format_indicator=1,
    message_expiry_interval=60,
    response_topic="reply/here",
    correlation_data=b"\x00\xff",
    user_properties=(("k", "v"), ("k", "w"), ("ключ", "значение")),
    content_type="text/plain",
)


def profile_for(url: str, **options: object) -> BrokerProfile:
    return msgspec.structs.replace(BrokerProfile(url=url, connect_timeout=5, client_id="under-test"), **options)


def request(topic: str, payload: bytes = b"x", **options: object) -> PublishRequest:
    return PublishRequest(topic_name=TopicName(topic), payload=payload, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
@pytest.mark.parametrize("qos", list(QoS))
async def test_what_is_published_comes_back_byte_for_byte(
    broker: Mosquitto, qos: QoS, protocol: ProtocolChoice
) -> None:
    profile = profile_for(broker.url, protocol=protocol, subscriptions=(SubscriptionOptions(filter="#", qos=2),))
    properties = EVERY_PROPERTY if protocol == "5" else PublishProperties()
    payload = bytes(range(256))
    async with RunningConnection(profile) as connection:
        await connection.until_connected()
        outcome = await connection.manager.publish(request("a/b", payload, qos=qos, properties=properties))
        (message,) = await connection.sink.received(1)
    assert (message.topic_name, message.payload, message.qos) == ("a/b", payload, qos)
    left = message.properties.message_expiry_interval
    assert (left is None) == (properties.message_expiry_interval is None)
    assert left in (None, 59, 60)  # the broker takes off the time that it waited there (MQTT 5.0, 3.3.2.3.3)
    assert replace(message.properties, message_expiry_interval=properties.message_expiry_interval) == properties
    assert outcome.reason_code == (0 if qos and protocol == "5" else None)


async def test_nobody_listening_is_told(broker: Mosquitto) -> None:
    async with RunningConnection(profile_for(broker.url, subscriptions=())) as connection:
        await connection.until_connected()
        outcome = await connection.manager.publish(request("nobody/here"))
    assert outcome.reason_code is not None
    assert str(outcome.reason_code) == "No matching subscribers (0x10)"


@pytest.mark.parametrize("qos", [QoS.AT_LEAST_ONCE, QoS.EXACTLY_ONCE])
async def test_a_denied_publish_is_rejected_with_its_reason(start_mosquitto: StartMosquitto, qos: QoS) -> None:
    broker = start_mosquitto(access=["topic read #", "topic write open/#"])
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        with pytest.raises(Rejected, match=r"refused the message to locked: Not authorized \(0x87\)"):
            await connection.manager.publish(request("locked", qos=qos))
        await connection.manager.publish(request("open/door", qos=qos))  # the connection lives on
        (message,) = await connection.sink.received(1)
    assert message.topic_name == "open/door"


async def test_a_denied_subscription_is_shown_with_its_reason(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(subscribable=["open/#"])
    profile = profile_for(
        broker.url, subscriptions=(SubscriptionOptions(filter="open/#", qos=1), SubscriptionOptions(filter="secret"))
    )
    async with RunningConnection(profile) as connection:
        await connection.until_connected()
        granted, refused = connection.manager.subscriptions
        late = await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("late/secret")))
    assert granted.grant is not None
    assert int(granted.grant.reason_code) == QoS.AT_LEAST_ONCE
    for status in (refused, late):
        assert status.grant is not None
        assert str(status.grant.reason_code) == "Not authorized (0x87)"


async def test_subscriptions_are_added_changed_paused_resumed_and_removed(broker: Mosquitto) -> None:
    async with RunningConnection(profile_for(broker.url, subscriptions=())) as connection:
        await connection.until_connected()
        manager = connection.manager
        added = await manager.subscribe(Subscription(topic_filter=TopicFilter("a/#")))
        changed = await manager.subscribe(Subscription(topic_filter=TopicFilter("a/#"), qos=QoS.AT_LEAST_ONCE))
        assert [status.grant.reason_code for status in (added, changed) if status.grant] == [0, 1]
        assert len(manager.subscriptions) == 1

        await manager.pause("a/#")
        (paused,) = manager.subscriptions
        assert paused.is_paused
        assert paused.grant is None
        await manager.publish(request("a/1", b"while paused"))
        await manager.resume("a/#")
        await manager.publish(request("a/1", b"after"))
        (message,) = await connection.sink.received(1)
        assert message.payload == b"after"

        await manager.unsubscribe("a/#")
        assert not manager.subscriptions
        outcome = await manager.publish(request("a/1"))
        assert outcome.reason_code == 0x10
        with pytest.raises(UsageError, match="no subscription to a/#"):
            await manager.pause("a/#")


async def test_subscriptions_made_without_a_connection_are_made_with_it(broker: Mosquitto) -> None:
    connection = RunningConnection(profile_for(broker.url, subscriptions=(SubscriptionOptions(filter="old"),)))
    early = await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("new"), qos=QoS.AT_LEAST_ONCE))
    await connection.manager.unsubscribe("old")
    assert early.grant is None
    async with connection:
        await connection.until_connected()
        (status,) = connection.manager.subscriptions
    assert status.subscription.topic_filter == "new"
    assert status.grant is not None


async def test_no_local_and_retain_options_reach_the_broker(broker: Mosquitto) -> None:
    broker.publish("plant/a", b"stored", "-r", "-q", "1")
    profile = profile_for(
        broker.url, subscriptions=(SubscriptionOptions(filter="plant/#", no_local=True, retain_handling=2),)
    )
    async with RunningConnection(profile) as connection:
        await connection.until_connected()
        assert connection.manager.subscriptions[0].subscription.retain_handling is RetainHandling.DO_NOT_SEND
        await connection.manager.publish(request("plant/own"))
        broker.publish("plant/other", b"live", "-r", "-q", "1")
        (message,) = await connection.sink.received(1)
    assert (message.topic_name, message.retain) == ("plant/other", True)  # retain as published
    assert len(connection.sink.messages) == 1


async def test_what_breaks_the_brokers_limits_is_not_sent(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(listener=["max_qos 1"], settings=["max_packet_size 2000", "retain_available false"])
    async with RunningConnection(profile_for(f"mqtt://127.0.0.1:{broker.port}")) as connection:
        await connection.until_connected()
        publish = connection.manager.publish
        with pytest.raises(Rejected, match="Maximum QoS 1"):
            await publish(request("a", qos=QoS.EXACTLY_ONCE))
        with pytest.raises(Rejected, match="Retain Available"):
            await publish(request("a", retain=True))
        with pytest.raises(Rejected, match=r"Maximum Packet Size is 2,000"):
            await publish(request("a", bytes(2000)))
        await publish(request("a", bytes(1900)))
        await connection.sink.received(1)
    assert "Received PUBLISH from under-test" in broker.log()
    assert broker.log().count("Received PUBLISH from under-test") == 1


@pytest.mark.parametrize(
    "properties",
    [
        PublishProperties(payload_format_indicator=7),
        PublishProperties(message_expiry_interval=1 << 40),
        PublishProperties(response_topic="x" * 70_000),
        PublishProperties(content_type="\udcff"),
    ],
)
async def test_a_message_that_cannot_be_sent_is_no_crash(broker: Mosquitto, properties: PublishProperties) -> None:
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        with pytest.raises(UsageError, match="The message cannot be sent"):
            await connection.manager.publish(request("a", properties=properties))
        await connection.manager.publish(request("b"))
        (message,) = await connection.sink.received(1)
    assert message.topic_name == "b"


async def test_publishing_without_a_connection_says_so(broker: Mosquitto) -> None:
    connection = RunningConnection(profile_for(broker.url))
    with pytest.raises(ConnectionLost, match="nothing was sent"):
        await connection.manager.publish(request("a"))


async def test_a_large_payload_comes_whole(broker: Mosquitto) -> None:
    payload = bytes(range(256)) * (20 * 1024 * 4)
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        await connection.manager.publish(request("big", payload))
        (message,) = await connection.sink.received(1)
    assert len(message.payload) == 20 * 1024 * 1024
    assert message.payload == payload


async def test_a_topic_of_the_greatest_length_comes_whole(broker: Mosquitto) -> None:
    topic = "t/" + "x" * 65_533
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        await connection.manager.publish(request(topic))
        (message,) = await connection.sink.received(1)
    assert message.topic_name == topic
