"""SUBSCRIBE and UNSUBSCRIBE, as read from a client (MQTT 5.0, 3.8 and 3.10)."""

from dataclasses import dataclass

from mqtt_tui.demo.broker.body_reader import BodyReader
from mqtt_tui.demo.broker.control_properties import (
    OF_SUBSCRIBE,
    OF_UNSUBSCRIBE,
    Name,
    read_control_properties,
)
from mqtt_tui.demo.broker.packets import MALFORMED_PACKET, PROTOCOL_ERROR, ClientFault
from mqtt_tui.errors import UsageError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter


@dataclass(frozen=True, slots=True)
class Subscribe:
    """What a client wants; None stands where its filter is no filter."""

    packet_identifier: int
    subscription_identifier: int | None
    subscriptions: tuple[Subscription | None, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """What a client wants no longer."""

    packet_identifier: int
    topic_filters: tuple[str, ...]


def read_subscribe(body: bytes, protocol: Protocol) -> Subscribe:
    """Read the body of SUBSCRIBE.

    Raises:
        ClientFault: malformed.
    """
    reader = BodyReader(body)
    packet_identifier, identifier = reader.packet_identifier(), None
    if protocol >= Protocol.V5:
        identifier = read_control_properties(reader, OF_SUBSCRIBE).integer(Name.SUBSCRIPTION_IDENTIFIER)
    subscriptions = []
    while not reader.is_at_end:
        subscriptions.append(_read_subscription(reader.string(), reader.integer(1), protocol))
    if not subscriptions:
        raise ClientFault(PROTOCOL_ERROR)
    return Subscribe(packet_identifier, identifier, tuple(subscriptions))


def _read_subscription(text: str, options: int, protocol: Protocol) -> Subscription | None:
    qos, handling = options & 3, options >> 4 & 3
    if qos == 3 or handling == 3 or options & (0xC0 if protocol >= Protocol.V5 else 0xFC):
        raise ClientFault(MALFORMED_PACKET)
    try:
        topic_filter = TopicFilter(text)
    except UsageError:
        return None
    no_local = bool(options & 4)
    if no_local and topic_filter.share_name is not None:
        raise ClientFault(PROTOCOL_ERROR)  # MQTT 5.0, 3.8.3.1
    return Subscription(
        topic_filter=topic_filter,
        qos=QoS(qos),
        no_local=no_local,
        retain_as_published=bool(options & 8),
        retain_handling=RetainHandling(handling),
    )


def read_unsubscribe(body: bytes, protocol: Protocol) -> Unsubscribe:
    """Read the body of UNSUBSCRIBE.

    Raises:
        ClientFault: malformed.
    """
    reader = BodyReader(body)
    packet_identifier = reader.packet_identifier()
    if protocol >= Protocol.V5:
        read_control_properties(reader, OF_UNSUBSCRIBE)
    topic_filters = []
    while not reader.is_at_end:
        topic_filters.append(reader.string())
    if not topic_filters:
        raise ClientFault(PROTOCOL_ERROR)
    return Unsubscribe(packet_identifier, tuple(topic_filters))
