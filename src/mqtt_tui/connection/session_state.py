"""What a client keeps of its MQTT session between two connections (MQTT 5.0, 4.1)."""

from dataclasses import dataclass, field

from mqtt_tui.connection.packet_trace import PacketTrace


@dataclass(slots=True)
class SessionState:
    """Shared by the transports of one broker, one after the other; it does not outlive the program."""

    unreleased: set[bytes] = field(default_factory=set)
    """Packet identifiers of the QoS 2 messages that came, and that the server may send again (MQTT 5.0, 4.3.3)."""
    trace: PacketTrace = field(default_factory=PacketTrace)
    """Of all its connections."""
    last_packet_identifier: int = 0
    """The latest of ours: the server may still hold a QoS 2 message under it, and would take another for the same."""

    def begin(self, *, is_resumed: bool) -> None:
        """A connection stands; without its session the server has forgotten all of it."""
        if not is_resumed:
            self.unreleased.clear()
