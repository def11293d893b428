"""CONNECT, as read from a client (MQTT 5.0, 3.1; MQTT 3.1.1, 3.1)."""

from dataclasses import dataclass

from mqtt_tui.demo.broker.body_reader import BodyReader
from mqtt_tui.demo.broker.control_properties import (
    OF_CONNECT,
    OF_WILL,
    ControlProperties,
    Name,
    read_control_properties,
)
from mqtt_tui.demo.broker.packets import MALFORMED_PACKET, TOPIC_NAME_INVALID, ClientFault
from mqtt_tui.errors import UsageError
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.topic import TopicName

NEVER = 0xFFFFFFFF
"""A session expiry interval without end (MQTT 5.0, 3.1.2.11.2)."""
_NAMES = {"MQIsdp": (Protocol.V31,), "MQTT": (Protocol.V311, Protocol.V5)}


class UnknownProtocol(Exception):
    """A protocol name or level that this broker does not speak (MQTT 3.1.1, 3.1.2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What is published when the client is lost (MQTT 5.0, 3.1.2.5)."""

    topic_name: str
    payload: bytes
    qos: int
    retain: bool
    delay: int
    """Seconds."""
    properties: PublishProperties


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """A client's wishes."""

    protocol: Protocol
    client_identifier: str
    clean_start: bool
    keep_alive: int
    session_expiry_interval: int
    """Seconds; ``NEVER`` for a persistent session of MQTT 3."""
    receive_maximum: int
    maximum_packet_size: int | None
    authentication_method: str | None
    will: Will | None


def read_connect(body: bytes) -> Connect:
    """Read the body of CONNECT.

    Raises:
        UnknownProtocol: name or level.
        ClientFault: malformed.
    """
    reader = BodyReader(body)
    protocol = _read_protocol(reader)
    flags = reader.integer(1)
    has_will, will_qos, clean_start = bool(flags & 4), flags >> 3 & 3, bool(flags & 2)
    if flags & 1 or will_qos == 3 or (not has_will and flags & 0x38):
        raise ClientFault(MALFORMED_PACKET)
    keep_alive = reader.integer(2)
    is_v5 = protocol >= Protocol.V5
    properties = read_control_properties(reader, OF_CONNECT) if is_v5 else ControlProperties()
    client_identifier = reader.string()
    will = _read_will(reader, protocol, qos=will_qos, retain=bool(flags & 0x20)) if has_will else None
    if flags & 0x80:  # user name and password are read past: everybody on this machine may come in
        reader.string()
    if flags & 0x40:
        reader.binary()
    if not reader.is_at_end:
        raise ClientFault(MALFORMED_PACKET)
    kept = NEVER if not is_v5 and not clean_start else 0
    return Connect(
        protocol=protocol,
        client_identifier=client_identifier,
        clean_start=clean_start,
        keep_alive=keep_alive,
        session_expiry_interval=properties.integer(Name.SESSION_EXPIRY_INTERVAL) or kept,
        receive_maximum=properties.integer(Name.RECEIVE_MAXIMUM) or 65_535,
        maximum_packet_size=properties.integer(Name.MAXIMUM_PACKET_SIZE),
        authentication_method=properties.string(Name.AUTHENTICATION_METHOD),
        will=will,
    )


def _read_protocol(reader: BodyReader) -> Protocol:
    name, level = reader.string(), reader.integer(1)
    for protocol in _NAMES.get(name, ()):
        if protocol == level:
            return protocol
    raise UnknownProtocol


def _read_will(reader: BodyReader, protocol: Protocol, *, qos: int, retain: bool) -> Will:
    delay, properties = 0, NONE
    if protocol >= Protocol.V5:
        found = read_control_properties(reader, OF_WILL)
        delay = found.integer(Name.WILL_DELAY_INTERVAL) or 0
        properties = PublishProperties(
            payload_format_indicator=found.integer(Name.PAYLOAD_FORMAT_INDICATOR),
            message_expiry_interval=found.integer(Name.MESSAGE_EXPIRY_INTERVAL),
            response_topic=found.string(Name.RESPONSE_TOPIC),
            correlation_data=found.binary(Name.CORRELATION_DATA),
            user_properties=tuple(found.user_properties),
            content_type=found.string(Name.CONTENT_TYPE),
        )
    try:
        topic_name = TopicName(reader.string())
    except UsageError:
        raise ClientFault(TOPIC_NAME_INVALID) from None
    return Will(
        topic_name=topic_name,
        payload=reader.binary(),
        qos=qos,
        retain=retain,
        delay=delay,
        properties=properties,
    )
