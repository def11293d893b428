"""Reading the parts of a packet's body (MQTT 5.0, 1.5 and 2.2)."""

from mqtt_tui.demo.broker.packets import MALFORMED_PACKET, PROTOCOL_ERROR, QUOTA_EXCEEDED, ClientFault
from mqtt_tui.model.properties import MalformedProperties, read_variable_byte_integer

MOST_PROPERTIES = 65_536
"""Bytes of one property block: reading millions of tiny ones would hold the loop."""


class BodyReader:
    """A position in the body of one packet; every read moves it and raises ``ClientFault`` at a cut or bad part."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    @property
    def is_at_end(self) -> bool:
        """Nothing is left."""
        return self.at >= len(self.body)

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        end = self.at + size
        if end > len(self.body):
            raise ClientFault(MALFORMED_PACKET)
        part, self.at = self.body[self.at : end], end
        return part

    def integer(self, size: int) -> int:
        """A big-endian integer of ``size`` bytes."""
        return int.from_bytes(self.take(size))

    def packet_identifier(self) -> int:
        """Two bytes that are not zero (MQTT 5.0, 2.2.1)."""
        identifier = self.integer(2)
        if not identifier:
            raise ClientFault(PROTOCOL_ERROR)
        return identifier

    def binary(self) -> bytes:
        """Bytes with their length in front."""
        return self.take(self.integer(2))

    def string(self) -> str:
        """A UTF-8 string without NUL, its length in front (MQTT 5.0, 1.5.4)."""
        try:
            text = self.binary().decode()
        except UnicodeDecodeError:
            raise ClientFault(MALFORMED_PACKET) from None
        if "\0" in text:
            raise ClientFault(MALFORMED_PACKET)
        return text

    def variable_byte_integer(self) -> int:
        """One to four bytes (MQTT 5.0, 1.5.5)."""
        try:
            value, self.at = read_variable_byte_integer(self.body, self.at)
        except MalformedProperties:
            raise ClientFault(MALFORMED_PACKET) from None
        return value

    def enter_properties(self) -> int:
        """Read the length of the property block that begins here; where it ends."""
        size = self.variable_byte_integer()
        if self.at + size > len(self.body):
            raise ClientFault(MALFORMED_PACKET)
        if size > MOST_PROPERTIES:
            raise ClientFault(QUOTA_EXCEEDED)
        return self.at + size
