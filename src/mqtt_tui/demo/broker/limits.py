"""How much the broker takes upon itself."""

from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that keep a demonstration from filling the machine."""

    packet_size: int = 8 * MEBIBYTE
    """Bytes of the largest PUBLISH taken; announced as Maximum Packet Size."""
    control_packet_size: int = MEBIBYTE // 2
    """Bytes of the largest packet of any other type."""
    connections: int = 64
    """Clients; one more is told that the server is busy."""
    sockets: int = 128
    """Open, with or without a CONNECT; one more is closed at once."""
    sessions: int = 256
    """Connected or kept; an absent one gives way, the nearest to its end first."""
    subscriptions: int = 1_000
    """Of one client."""
    outgoing_bytes: int = 4 * MEBIBYTE
    """Unsent to one client; above, its QoS 0 messages are dropped and the others wait in its queue."""
    queued_messages: int = 50_000
    """Of QoS 1 and 2, waiting for one client."""
    queued_bytes: int = 16 * MEBIBYTE
    """Of payload, waiting for one client."""
    retained_bytes: int = 64 * MEBIBYTE
    receive_maximum: int = 100
    """QoS 2 messages of one client that wait for PUBREL; announced (MQTT 5.0, 3.2.2.3.3)."""
    topic_alias_maximum: int = 10
    connect_timeout: float = 10.0
    """Seconds from the open socket to CONNECT."""
    close_timeout: float = 2.0
    """Seconds in which a client may fetch its last packets."""
