"""The properties of packets other than PUBLISH (MQTT 5.0, 2.2.2.2)."""

from enum import IntEnum

from mqtt_tui.demo.broker.body_reader import BodyReader
from mqtt_tui.demo.broker.packets import MALFORMED_PACKET, PROTOCOL_ERROR, ClientFault
from mqtt_tui.model.properties import write_variable_byte_integer


class Name(IntEnum):
    """Property identifiers."""

    PAYLOAD_FORMAT_INDICATOR = 0x01
    MESSAGE_EXPIRY_INTERVAL = 0x02
    CONTENT_TYPE = 0x03
    RESPONSE_TOPIC = 0x08
    CORRELATION_DATA = 0x09
    SUBSCRIPTION_IDENTIFIER = 0x0B
    SESSION_EXPIRY_INTERVAL = 0x11
    ASSIGNED_CLIENT_IDENTIFIER = 0x12
    AUTHENTICATION_METHOD = 0x15
    AUTHENTICATION_DATA = 0x16
    REQUEST_PROBLEM_INFORMATION = 0x17
    WILL_DELAY_INTERVAL = 0x18
    REQUEST_RESPONSE_INFORMATION = 0x19
    REASON_STRING = 0x1F
    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS_MAXIMUM = 0x22
    USER_PROPERTY = 0x26
    MAXIMUM_PACKET_SIZE = 0x27


_SIZES = {
    Name.PAYLOAD_FORMAT_INDICATOR: 1,
    Name.REQUEST_PROBLEM_INFORMATION: 1,
    Name.REQUEST_RESPONSE_INFORMATION: 1,
    Name.RECEIVE_MAXIMUM: 2,
    Name.TOPIC_ALIAS_MAXIMUM: 2,
    Name.MESSAGE_EXPIRY_INTERVAL: 4,
    Name.SESSION_EXPIRY_INTERVAL: 4,
    Name.WILL_DELAY_INTERVAL: 4,
    Name.MAXIMUM_PACKET_SIZE: 4,
}
"""Bytes of those that are integers."""
_BINARY = {Name.CORRELATION_DATA, Name.AUTHENTICATION_DATA}
_NEVER_ZERO = {Name.RECEIVE_MAXIMUM, Name.MAXIMUM_PACKET_SIZE, Name.SUBSCRIPTION_IDENTIFIER}

OF_CONNECT = frozenset(
    {
        Name.SESSION_EXPIRY_INTERVAL,
        Name.RECEIVE_MAXIMUM,
        Name.MAXIMUM_PACKET_SIZE,
        Name.TOPIC_ALIAS_MAXIMUM,
        Name.REQUEST_RESPONSE_INFORMATION,
        Name.REQUEST_PROBLEM_INFORMATION,
        Name.USER_PROPERTY,
        Name.AUTHENTICATION_METHOD,
        Name.AUTHENTICATION_DATA,
    }
)
OF_WILL = frozenset(
    {
        Name.WILL_DELAY_INTERVAL,
        Name.PAYLOAD_FORMAT_INDICATOR,
        Name.MESSAGE_EXPIRY_INTERVAL,
        Name.CONTENT_TYPE,
        Name.RESPONSE_TOPIC,
        Name.CORRELATION_DATA,
        Name.USER_PROPERTY,
    }
)
OF_SUBSCRIBE = frozenset({Name.SUBSCRIPTION_IDENTIFIER, Name.USER_PROPERTY})
OF_UNSUBSCRIBE = frozenset({Name.USER_PROPERTY})
OF_DISCONNECT = frozenset({Name.SESSION_EXPIRY_INTERVAL, Name.REASON_STRING, Name.USER_PROPERTY})


class ControlProperties:
    """The property block of one packet."""

    def __init__(self) -> None:
        self.user_properties: list[tuple[str, str]] = []
        self._integers: dict[Name, int] = {}
        self._strings: dict[Name, str] = {}
        self._binaries: dict[Name, bytes] = {}

    def integer(self, name: Name) -> int | None:
        """The value of an integer property; None: absent."""
        return self._integers.get(name)

    def string(self, name: Name) -> str | None:
        """The value of a string property; None: absent."""
        return self._strings.get(name)

    def binary(self, name: Name) -> bytes | None:
        """The value of a binary property; None: absent."""
        return self._binaries.get(name)

    def read_next(self, reader: BodyReader, allowed: frozenset[Name]) -> None:
        """Read one more property."""
        identifier = reader.variable_byte_integer()
        if identifier not in allowed:
            raise ClientFault(PROTOCOL_ERROR)
        name = Name(identifier)
        if name is Name.USER_PROPERTY:
            self.user_properties.append((reader.string(), reader.string()))
            return
        if name in self._integers or name in self._strings or name in self._binaries:
            raise ClientFault(PROTOCOL_ERROR)
        if name in _BINARY:
            self._binaries[name] = reader.binary()
        elif name in _SIZES or name is Name.SUBSCRIPTION_IDENTIFIER:
            value = reader.integer(_SIZES[name]) if name in _SIZES else reader.variable_byte_integer()
            if not value and name in _NEVER_ZERO:
                raise ClientFault(PROTOCOL_ERROR)
            self._integers[name] = value
        else:
            self._strings[name] = reader.string()


def read_control_properties(reader: BodyReader, allowed: frozenset[Name]) -> ControlProperties:
    """Read the property block at the reader's position.

    Raises:
        ClientFault: malformed, a property that does not belong here, or one that stands twice.
    """
    end, found = reader.enter_properties(), ControlProperties()
    while reader.at < end:
        found.read_next(reader, allowed)
    if reader.at > end:
        raise ClientFault(MALFORMED_PACKET)
    return found


def write_control_properties(properties: dict[Name, int | str]) -> bytes:
    """A property block, its length in front; integers and strings only."""
    out = bytearray()
    for name, value in properties.items():
        out.append(name)
        if isinstance(value, int):
            out += value.to_bytes(_SIZES[name])
        else:
            raw = value.encode()
            out += len(raw).to_bytes(2) + raw
    return write_variable_byte_integer(len(out)) + bytes(out)
