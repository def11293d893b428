"""How a stream falls into packets, and the small packets that the broker writes (MQTT 5.0, chapter 2)."""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from mqtt_tui.demo.broker.limits import Limits
from mqtt_tui.model.properties import MalformedProperties, read_variable_byte_integer, write_variable_byte_integer
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.reason_code import ReasonCode

SUCCESS = ReasonCode(0x00)
NO_MATCHING_SUBSCRIBERS = ReasonCode(0x10)
NO_SUBSCRIPTION_EXISTED = ReasonCode(0x11)
MALFORMED_PACKET = ReasonCode(0x81)
PROTOCOL_ERROR = ReasonCode(0x82)
SERVER_BUSY = ReasonCode(0x89)
SERVER_SHUTTING_DOWN = ReasonCode(0x8B)
BAD_AUTHENTICATION_METHOD = ReasonCode(0x8C)
KEEP_ALIVE_TIMEOUT = ReasonCode(0x8D)
TOPIC_FILTER_INVALID = ReasonCode(0x8F)
TOPIC_NAME_INVALID = ReasonCode(0x90)
PACKET_IDENTIFIER_NOT_FOUND = ReasonCode(0x92)
RECEIVE_MAXIMUM_EXCEEDED = ReasonCode(0x93)
TOPIC_ALIAS_INVALID = ReasonCode(0x94)
PACKET_TOO_LARGE = ReasonCode(0x95)
QUOTA_EXCEEDED = ReasonCode(0x97)


class PacketType(IntEnum):
    """The upper four bits of a packet's first byte (MQTT 5.0, 2.1.2)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


_FIRST_BYTES = {kind << 4 for kind in PacketType if kind is not PacketType.PUBLISH}
_FIRST_BYTES -= {kind << 4 for kind in (PacketType.PUBREL, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE)}
_FIRST_BYTES |= {kind << 4 | 2 for kind in (PacketType.PUBREL, PacketType.SUBSCRIBE, PacketType.UNSUBSCRIBE)}
_FIRST_BYTES |= {0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3A, 0x3B, 0x3C, 0x3D}  # no DUP at QoS 0, no QoS 3
_LONGEST_HEADER = 5
PINGRESP = bytes((PacketType.PINGRESP << 4, 0))


class ClientFault(Exception):
    """A client broke the protocol or a limit: its connection ends with this reason code (MQTT 5.0, 4.13)."""

    def __init__(self, reason_code: ReasonCode) -> None:
        super().__init__(str(reason_code))
        self.reason_code = reason_code


class PacketSplitter:
    """Cuts one client's stream into packets, wherever the network cut it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()

    def feed(self, data: bytes | memoryview) -> Iterator[tuple[int, bytes]]:
        """Take bytes; the packets that are whole now, each as its first byte and its body.

        Raises:
            ClientFault: a first byte that no packet has, a length that cannot be, or one above the limit.
        """
        buffer = self._buffer
        buffer += data
        at = 0
        try:
            while (start := self._body_start(at)) is not None:
                begin, end = start
                if end > len(buffer):
                    return
                head, at = buffer[at], end
                yield head, bytes(buffer[begin:end])
        finally:
            del buffer[:at]

    def _body_start(self, at: int) -> tuple[int, int] | None:
        """Where the body of the packet at ``at`` begins and ends; None: the header is not whole."""
        buffer = self._buffer
        if at >= len(buffer):
            return None
        head = buffer[at]
        if head not in _FIRST_BYTES:
            raise ClientFault(MALFORMED_PACKET)
        header = bytes(buffer[at + 1 : at + _LONGEST_HEADER])
        try:
            size, length = read_variable_byte_integer(header, 0)
        except MalformedProperties:
            if len(header) == _LONGEST_HEADER - 1:
                raise ClientFault(MALFORMED_PACKET) from None
            return None
        begin = at + 1 + length
        is_publish = head >> 4 == PacketType.PUBLISH
        if begin + size - at > (self._limits.packet_size if is_publish else self._limits.control_packet_size):
            raise ClientFault(PACKET_TOO_LARGE)
        return begin, begin + size


def packet(head: int, body: bytes) -> bytes:
    """A whole packet from its first byte and its body."""
    return bytes((head,)) + write_variable_byte_integer(len(body)) + body


def connack(protocol: Protocol, reason: int, *, session_present: bool = False, properties: bytes = b"\0") -> bytes:
    """CONNACK; ``reason`` is a reason code of MQTT 5 or a return code of MQTT 3 (MQTT 5.0, 3.2).

    ``properties`` is the property block, its length in front; left out before MQTT 5.
    """
    body = bytes((session_present, reason))
    if protocol >= Protocol.V5:
        body += properties
    return packet(PacketType.CONNACK << 4, body)


def acknowledgement(kind: PacketType, packet_identifier: int, reason: ReasonCode, protocol: Protocol) -> bytes:
    """PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5.0, 3.4 to 3.7); MQTT 3 knows no reasons."""
    body = packet_identifier.to_bytes(2)
    if protocol >= Protocol.V5 and reason != SUCCESS:
        body += bytes((reason,))
    return packet(kind << 4 | (2 if kind is PacketType.PUBREL else 0), body)


def suback(packet_identifier: int, reasons: Iterable[ReasonCode], protocol: Protocol) -> bytes:
    """SUBACK with one reason per filter, in order (MQTT 5.0, 3.9); MQTT 3 knows one failure only."""
    if protocol >= Protocol.V5:
        return packet(PacketType.SUBACK << 4, packet_identifier.to_bytes(2) + b"\0" + bytes(reasons))
    return packet(PacketType.SUBACK << 4, packet_identifier.to_bytes(2) + bytes(min(r, 0x80) for r in reasons))


def unsuback(packet_identifier: int, reasons: Iterable[ReasonCode], protocol: Protocol) -> bytes:
    """UNSUBACK with one reason per filter, in order (MQTT 5.0, 3.11); MQTT 3 has none."""
    body = packet_identifier.to_bytes(2)
    if protocol >= Protocol.V5:
        body += b"\0" + bytes(reasons)
    return packet(PacketType.UNSUBACK << 4, body)


def disconnect(reason: ReasonCode) -> bytes:
    """DISCONNECT from the server, which only MQTT 5 knows (MQTT 5.0, 3.14)."""
    return packet(PacketType.DISCONNECT << 4, bytes((reason,)))
