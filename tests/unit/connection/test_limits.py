"""What is not sent because the broker has said that it will not take it."""

from dataclasses import replace

import pytest

from mqtt_tui.connection.limits import check_publish, check_subscription, packet_size, why_not_again
from mqtt_tui.connection.state import Connack
from mqtt_tui.errors import Rejected
from mqtt_tui.model.properties import PublishProperties, write_properties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter, TopicName

GENEROUS = Connack(protocol=Protocol.V5, session_present=False, client_identifier="x", keep_alive=60)
MESSAGE = PublishRequest(topic_name=TopicName("a"), payload=b"x")


@pytest.mark.parametrize(
    ("message", "connack", "code", "words"),
    [
        (
            replace(MESSAGE, qos=QoS.EXACTLY_ONCE),
            replace(GENEROUS, maximum_qos=QoS.AT_LEAST_ONCE),
            0x9B,
            "Maximum QoS 1",
        ),
        (replace(MESSAGE, retain=True), replace(GENEROUS, retain_available=False), 0x9A, "Retain Available"),
        (MESSAGE, replace(GENEROUS, maximum_packet_size=8), 0x95, "9 bytes; the broker's Maximum Packet Size is 8"),
        (
            replace(MESSAGE, properties=PublishProperties(topic_alias=1)),
            GENEROUS,
            0x94,
            "Topic Alias Maximum 0",
        ),
    ],
)
def test_a_message_beyond_a_limit_is_rejected_by_its_name(
    message: PublishRequest, connack: Connack, code: int, words: str
) -> None:
    with pytest.raises(Rejected, match=words) as rejected:
        check_publish(message, connack)
    assert rejected.value.reason_code == code


def test_a_message_at_the_limit_passes() -> None:
    check_publish(MESSAGE, replace(GENEROUS, maximum_packet_size=9))
    check_publish(replace(MESSAGE, retain=True, qos=QoS.EXACTLY_ONCE), GENEROUS)


def test_an_identifier_where_there_are_none_is_rejected() -> None:
    subscription = Subscription(topic_filter=TopicFilter("a"), identifier=7)
    check_subscription(subscription, GENEROUS)
    with pytest.raises(Rejected, match="Subscription Identifier Available is 0") as rejected:
        check_subscription(subscription, replace(GENEROUS, subscription_identifiers_available=False))
    assert rejected.value.reason_code == 0xA1


@pytest.mark.parametrize(
    ("topic_filter", "connack", "words"),
    [
        ("a/+", replace(GENEROUS, wildcard_subscription_available=False), "wildcards"),
        ("$share/g/#", replace(GENEROUS, wildcard_subscription_available=False), "wildcards"),
        ("$share/g/a", replace(GENEROUS, shared_subscription_available=False), "shared"),
    ],
)
def test_a_filter_beyond_a_limit_is_rejected(topic_filter: str, connack: Connack, words: str) -> None:
    subscription = Subscription(topic_filter=TopicFilter(topic_filter))
    check_subscription(subscription, GENEROUS)
    with pytest.raises(Rejected, match=words):
        check_subscription(subscription, connack)


@pytest.mark.parametrize(
    ("subscription", "protocol", "size"),
    [
        (Subscription(topic_filter=TopicFilter("a")), Protocol.V311, 8),
        (Subscription(topic_filter=TopicFilter("ä")), Protocol.V5, 10),
        (Subscription(topic_filter=TopicFilter("a"), identifier=200), Protocol.V5, 12),
        (Subscription(topic_filter=TopicFilter("a"), user_properties=(("k", "vw"),)), Protocol.V5, 17),
        (Subscription(topic_filter=TopicFilter("a" * 121)), Protocol.V5, 129),
        (Subscription(topic_filter=TopicFilter("a" * 122)), Protocol.V5, 131),
    ],
)
def test_a_subscription_larger_than_a_packet_may_be_is_rejected(
    subscription: Subscription, protocol: Protocol, size: int
) -> None:
    connack = replace(GENEROUS, protocol=protocol)
    check_subscription(subscription, replace(connack, maximum_packet_size=size))
    with pytest.raises(Rejected, match=f"has {size} bytes; the broker's Maximum Packet Size is {size - 1}") as rejected:
        check_subscription(subscription, replace(connack, maximum_packet_size=size - 1))
    assert rejected.value.reason_code == 0x95


@pytest.mark.parametrize("text", ["x" * 65_536, "\ud800"])
def test_a_subscription_of_which_no_packet_can_be_made_is_rejected(text: str) -> None:
    subscription = Subscription(topic_filter=TopicFilter("a"), user_properties=(("k", text),))
    with pytest.raises(Rejected, match="cannot be sent"):
        check_subscription(subscription, GENEROUS)


@pytest.mark.parametrize(
    ("payload", "qos", "protocol", "size"),
    [
        (0, QoS.AT_MOST_ONCE, Protocol.V311, 5),
        (0, QoS.AT_LEAST_ONCE, Protocol.V311, 7),
        (0, QoS.AT_LEAST_ONCE, Protocol.V5, 8),
        (124, QoS.AT_MOST_ONCE, Protocol.V311, 129),
        (125, QoS.AT_MOST_ONCE, Protocol.V311, 131),
    ],
)
def test_the_size_of_a_packet_is_known(payload: int, qos: QoS, protocol: Protocol, size: int) -> None:
    message = PublishRequest(topic_name=TopicName("a"), payload=bytes(payload), qos=qos)
    assert packet_size(message, protocol) == size


@pytest.mark.parametrize(
    ("head", "connack", "words"),
    [
        (0x3A, GENEROUS, "Topic Alias Maximum is 0 now"),
        (0x3A, replace(GENEROUS, topic_alias_maximum=5), ""),
        (0x3C, replace(GENEROUS, topic_alias_maximum=5, maximum_qos=QoS.AT_LEAST_ONCE), "Maximum QoS is 1 now"),
        (0x3B, replace(GENEROUS, topic_alias_maximum=5, retain_available=False), "no retained messages now"),
        (0x62, replace(GENEROUS, maximum_qos=QoS.AT_MOST_ONCE), ""),
    ],
)
def test_what_was_under_way_is_held_against_the_limits_of_the_new_connection(
    head: int, connack: Connack, words: str
) -> None:
    body = b"\x00\x01a" + b"\x00\x07" + write_properties(PublishProperties(topic_alias=5)) + b"payload"
    packet = bytes((head, len(body))) + body if head != 0x62 else b"\x62\x02\x00\x07"
    why = why_not_again(connack, packet)
    assert (words in why) if words else why == ""
