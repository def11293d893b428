"""What the broker counts."""

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Totals since the start, shared by all connections and shown below ``$SYS``."""

    messages_received: int = 0
    """Packets of every type, as in other brokers' ``$SYS/broker/messages/received``."""
    messages_sent: int = 0
    bytes_received: int = 0
    bytes_sent: int = 0
    publish_dropped: int = 0
    """Deliveries given up: slow client, full queue, or more than the client's Maximum Packet Size."""
