"""What is sent: the shapes of the measurements."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Messages that all look alike."""

    name: str
    topics: int
    payload: int
    """Bytes."""
    qos: int = 0
    properties: int = 0
    """Of MQTT 5, a message: Content Type, User Property, Message Expiry Interval, in this order."""
    is_version_5: bool = False

    @property
    def title(self) -> str:
        """In words."""
        size = f"{self.payload // 1024} KB" if self.payload >= 1024 else f"{self.payload} B"
        version = f"MQTT 5, {self.properties} properties" if self.is_version_5 else "MQTT 3.1.1"
        return f"{self.topics:,} topics, {size}, QoS {self.qos}, {version}"

    def sender_options(self) -> list[str]:
        """For ``blaster``."""
        numbers = {"topics": self.topics, "payload": self.payload, "qos": self.qos, "properties": self.properties}
        return [word for name, number in numbers.items() for word in (f"--{name}", str(number))]


A = Shape(name="a", topics=1_000, payload=60)
B = Shape(name="b", topics=1_000, payload=60, properties=3, is_version_5=True)
C = Shape(name="c", topics=1_000, payload=1_024, qos=1)
D = Shape(name="d", topics=100_000, payload=60)
SHAPES = (A, B, C, D)
