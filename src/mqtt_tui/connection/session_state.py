"""What a client keeps of its MQTT session between two connections (MQTT 5.0, 4.1)."""

from dataclasses import dataclass, field

from mqtt_tui.connection.packet_trace import PacketTrace
from mqtt_tui.connection.unacknowledged import Unacknowledged
from mqtt_tui.model.protocol import Protocol


@dataclass(slots=True)
class Traffic:
    """Bytes of MQTT, without what TLS and WebSocket add."""

    received: int = 0
    sent: int = 0


@dataclass(slots=True)
class SessionState:
    """Shared by the transports of one broker, one after the other; it does not outlive the program."""

    unreleased: set[bytes] = field(default_factory=set)
    """Packet identifiers of the QoS 2 messages that came, and that the server may send again (MQTT 5.0, 4.3.3)."""
    trace: PacketTrace = field(default_factory=PacketTrace)
    """Of all its connections."""
    traffic: Traffic = field(default_factory=Traffic)
    """The same."""
    unacknowledged: Unacknowledged = field(default_factory=Unacknowledged)
    """Of ours: sent again when the session is resumed."""
    last_packet_identifier: int = 0
    """The latest of ours: the server may still hold a QoS 2 message under it, and would take another for the same."""

    protocol: Protocol | None = None
    """Of the connection before; None before the first."""

    def begin(self, protocol: Protocol, *, is_resumed: bool, otherwise: object) -> int:
        """A connection stands; without its session the server has forgotten all of it.

        Args:
            protocol: that it speaks; packets of another version cannot be sent again.
            is_resumed: whether the server still has the session.
            otherwise: what whoever waits for an acknowledgement is told where it has not.

        Returns:
            how many messages that were not acknowledged are given up.
        """
        given_up = 0
        if not is_resumed:
            self.unreleased.clear()
        if not is_resumed or protocol != self.protocol:
            given_up = self.unacknowledged.give_up(otherwise)
        self.protocol = protocol
        return given_up
