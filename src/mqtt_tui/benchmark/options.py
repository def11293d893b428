"""What a bench of a broker is to do."""

from dataclasses import dataclass

from mqtt_tui.model.qos import QoS

NUMBER = "%i"
"""Stands in a topic for the number of the client, from 1 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    """The flags."""

    clients: int = 1
    ramp: float = 0.0
    """Seconds over which the clients come up evenly."""
    topic: str = ""
    """Topic name (pub, rtt) or topic filter (sub), perhaps with ``NUMBER``."""
    qos: QoS = QoS.AT_MOST_ONCE
    rate: float | None = None
    """Messages per second over all clients; None: as fast as it goes."""
    size: int = 64
    """Bytes of each payload."""
    count: int | None = None
    """Messages over all clients, the warm-up's not counted."""
    seconds: float | None = None
    """After the warm-up."""
    warmup: float = 0.0
    """Seconds that are not in the figures."""

    def topic_of(self, client: int) -> str:
        """The topic of the client with this number."""
        return self.topic.replace(NUMBER, str(client))
