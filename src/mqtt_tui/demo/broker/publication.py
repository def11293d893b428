"""A message on its way through the broker, and PUBLISH packets (MQTT 5.0, 3.3)."""

import math
from dataclasses import dataclass, replace

from mqtt_tui.demo.broker.body_reader import BodyReader
from mqtt_tui.demo.broker.packets import (
    MALFORMED_PACKET,
    PROTOCOL_ERROR,
    TOPIC_ALIAS_INVALID,
    TOPIC_NAME_INVALID,
    ClientFault,
    PacketType,
    packet,
)
from mqtt_tui.model.application_message import DUP, RETAIN
from mqtt_tui.model.properties import (
    NONE,
    MalformedProperties,
    PublishProperties,
    read_properties,
    write_properties,
)
from mqtt_tui.model.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What a publisher sent."""

    topic_name: str
    payload: bytes
    qos: int
    retain: bool
    properties: PublishProperties
    sender: str | None
    """The publisher's client identifier; None: published from within the program."""
    received_at: float
    """Seconds on the broker's clock."""

    def seconds_left(self, now: float) -> int | None:
        """Of its message expiry interval, zero or less when it is over; None: it lives for ever (3.3.2.3.3)."""
        interval = self.properties.message_expiry_interval
        return None if interval is None else math.ceil(self.received_at + interval - now)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a publication goes to one subscriber."""

    publication: Publication
    qos: int
    retain: bool
    subscription_identifiers: tuple[int, ...] = ()


class TopicAliases:
    """The names that a client gave numbers on one connection (MQTT 5.0, 3.3.2.3.4)."""

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._names: dict[int, str] = {}

    def resolve(self, topic_name: str, alias: int | None) -> str:
        """The topic meant; a name beside an alias gives the alias its meaning.

        Raises:
            ClientFault: an alias out of range or without a meaning yet, or neither name nor alias.
        """
        if alias is None:
            if not topic_name:
                raise ClientFault(PROTOCOL_ERROR)
            return topic_name
        if not 0 < alias <= self._maximum:
            raise ClientFault(TOPIC_ALIAS_INVALID)
        if topic_name:
            self._names[alias] = topic_name
        elif alias not in self._names:
            raise ClientFault(PROTOCOL_ERROR)
        return self._names[alias]


def read_publish(
    head: int, body: bytes, *, protocol: Protocol, aliases: TopicAliases, sender: str, now: float
) -> tuple[Publication, int]:
    """A client's PUBLISH and its packet identifier, which is 0 at QoS 0.

    Raises:
        ClientFault: malformed, a wildcard in the topic, a wrong alias, or a property that only servers send.
    """
    reader = BodyReader(body)
    qos = head >> 1 & 3
    topic_name = reader.string()
    if "+" in topic_name or "#" in topic_name:
        raise ClientFault(TOPIC_NAME_INVALID)
    packet_identifier = reader.packet_identifier() if qos else 0
    properties = NONE
    if protocol >= Protocol.V5:
        start = reader.at
        reader.enter_properties()
        try:
            properties, reader.at = read_properties(body, start)
        except MalformedProperties:
            raise ClientFault(MALFORMED_PACKET) from None
        if properties.subscription_identifiers:
            raise ClientFault(PROTOCOL_ERROR)
        topic_name = aliases.resolve(topic_name, properties.topic_alias)
        if properties.topic_alias is not None:
            properties = replace(properties, topic_alias=None)
    elif not topic_name:
        raise ClientFault(MALFORMED_PACKET)
    publication = Publication(
        topic_name=topic_name,
        payload=body[reader.at :],
        qos=qos,
        retain=bool(head & RETAIN),
        properties=properties,
        sender=sender,
        received_at=now,
    )
    return publication, packet_identifier


def write_publish(
    delivery: Delivery, protocol: Protocol, now: float, *, packet_identifier: int = 0, dup: bool = False
) -> bytes | None:
    """The PUBLISH packet for one subscriber; None where the message has expired meanwhile."""
    publication = delivery.publication
    left = publication.seconds_left(now)
    if left is not None and left <= 0:
        return None
    head = PacketType.PUBLISH << 4 | delivery.qos << 1
    head |= (RETAIN if delivery.retain else 0) | (DUP if dup else 0)
    topic = publication.topic_name.encode()
    body = len(topic).to_bytes(2) + topic
    if delivery.qos:
        body += packet_identifier.to_bytes(2)
    if protocol >= Protocol.V5:
        properties = publication.properties
        if left is not None:
            properties = replace(properties, message_expiry_interval=left)
        if delivery.subscription_identifiers:
            properties = replace(properties, subscription_identifiers=delivery.subscription_identifiers)
        body += write_properties(properties) if properties is not NONE else b"\0"
    return packet(head, body + publication.payload)
