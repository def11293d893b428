"""A received message: the record that is kept, and what it says when somebody looks."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count

from mqtt_tui.model.properties import (
    NONE,
    MalformedProperties,
    PublishProperties,
    read_properties,
    read_variable_byte_integer,
    write_properties,
)
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS

RawPublish = tuple[int, bytes, bytes]
"""A PUBLISH packet, undecoded: first byte, topic name, and the rest (packet identifier, properties, payload)."""

PUBLISH = 0x30
RETAIN = 0x01
DUP = 0x08
STORED = 0x100
"""Set by the store above the first byte's eight bits: the broker had this message stored, its age is unknown."""

_serials = count(1)


def serial_from_now() -> int:
    """A serial that is less than that of every arrival to come, and more than that of every one before."""
    return next(_serials)


class Arrival:
    """What messages that came in one read, one behind the other, and have the same first byte have in common.

    Kept by reference with each of them: what a message costs besides its bytes is two slots of a list.

    Args:
        received_at: nanoseconds since the epoch.
        head: the first byte (type, DUP, QoS, RETAIN), perhaps with ``STORED``.
        protocol: that they came by.
        epoch: when the latest SUBSCRIBE was sent, in nanoseconds since the epoch; 0 before any. It tells stored
            messages.
        serial: grows from read to read; the wall clock may be set back, this orders all the same.
    """

    __slots__ = ("epoch", "head", "protocol", "received_at", "serial")

    def __init__(
        self, received_at: int, head: int = PUBLISH, *, protocol: Protocol, epoch: int = 0, serial: int = 0
    ) -> None:
        self.received_at = received_at
        self.head = head
        self.protocol = protocol
        self.epoch = epoch
        self.serial = serial or next(_serials)

    @property
    def is_stored(self) -> bool:
        """The broker had these stored before we subscribed: MQTT does not say since when."""
        return bool(self.head & STORED)

    def as_stored(self) -> "Arrival":
        """The same, of messages that the broker had stored."""
        return self.with_head(self.head | STORED)

    def with_head(self, head: int) -> "Arrival":
        """The same, of messages of the same read with another first byte."""
        return Arrival(self.received_at, head, protocol=self.protocol, epoch=self.epoch, serial=self.serial)


def raw_publish(
    topic: bytes,
    payload: bytes,
    *,
    protocol: Protocol,
    qos: int = 0,
    retain: bool = False,
    dup: bool = False,
    packet_identifier: int = 0,
    properties: PublishProperties = NONE,
) -> RawPublish:
    """A PUBLISH in its raw form, from its parts."""
    head = PUBLISH | qos << 1 | (RETAIN if retain else 0) | (DUP if dup else 0)
    rest = packet_identifier.to_bytes(2) if qos else b""
    if protocol >= Protocol.V5:
        rest += write_properties(properties)
    return head, topic, rest + payload


def payload_offset(head: int, rest: bytes, protocol: Protocol) -> int:
    """Where the payload begins in ``rest``; behind what should be properties where those are malformed."""
    at = 2 if head & 0x06 else 0
    if protocol < Protocol.V5:
        return at
    try:
        size, at = read_variable_byte_integer(rest, at)
    except MalformedProperties:
        return at
    return min(at + size, len(rest))


@dataclass(frozen=True)
class ApplicationMessage:
    """A kept message, readable: each part is decoded when it is asked for (MQTT 5.0, 3.3).

    Args:
        topic: the topic name's bytes, as received.
        arrival: when and how it came.
        rest: packet identifier, properties and payload, as received.
    """

    topic: bytes
    arrival: Arrival
    rest: bytes

    @property
    def topic_name(self) -> str:
        """The topic; bytes that are not UTF-8 stand as lone surrogates."""
        return self.topic.decode("utf-8", "surrogateescape")

    @property
    def received_at(self) -> int:
        """Nanoseconds since the epoch."""
        return self.arrival.received_at

    @property
    def protocol(self) -> Protocol:
        """The version that it came by."""
        return self.arrival.protocol

    @property
    def qos(self) -> QoS:
        """As delivered; the subscription caps what the publisher chose."""
        return QoS(self.arrival.head >> 1 & 3)

    @property
    def retain(self) -> bool:
        """The RETAIN flag as received."""
        return bool(self.arrival.head & RETAIN)

    @property
    def dup(self) -> bool:
        """The DUP flag: perhaps a re-delivery."""
        return bool(self.arrival.head & DUP)

    @property
    def is_stored(self) -> bool:
        """The broker had it stored before we subscribed: MQTT does not say since when."""
        return self.arrival.is_stored

    def with_payload(self, payload: bytes, content_type: str | None) -> "ApplicationMessage":
        """The same with another payload, of MQTT 5: what it is once it is unpacked."""
        properties = replace(self.properties, content_type=content_type)
        _, topic, rest = raw_publish(self.topic, payload, protocol=Protocol.V5, properties=properties)
        arrival = self.arrival
        head = arrival.head & ~0x06  # without a packet identifier
        v5 = Arrival(arrival.received_at, head, protocol=Protocol.V5, epoch=arrival.epoch, serial=arrival.serial)
        return ApplicationMessage(topic, v5, rest)

    @property
    def packet_identifier(self) -> int | None:
        """None at QoS 0."""
        return int.from_bytes(self.rest[:2]) if self.qos else None

    @cached_property
    def _parts(self) -> tuple[PublishProperties, int, str]:
        at = 2 if self.qos else 0
        if self.protocol < Protocol.V5:
            return NONE, at, ""
        try:
            return *read_properties(self.rest, at), ""
        except MalformedProperties as error:
            return NONE, at, str(error)

    @property
    def properties(self) -> PublishProperties:
        """Of MQTT 5; empty before, and where ``malformed`` says why they cannot be read."""
        return self._parts[0]

    @property
    def malformed(self) -> str:
        """Why the properties cannot be read; the payload then begins where they would. Empty: all is well."""
        return self._parts[2]

    @cached_property
    def payload(self) -> bytes:
        """The bytes as they came."""
        return self.rest[self._parts[1] :]
