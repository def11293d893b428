"""What every simulated device has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mqtt_tui.model.properties import NONE, PublishProperties


class Publish(Protocol):
    """Takes what the site publishes; does not block."""

    def __call__(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 0,
        retain: bool = False,
        properties: PublishProperties = NONE,
    ) -> None:
        """Publish one message."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Something that a device does again and again."""

    period: float
    """Seconds from one time to the next, on average."""
    action: Callable[[float], None]
    """Called with the time: seconds since the epoch."""


class Device(Protocol):
    """Something that publishes."""

    def announce(self, now: float) -> None:
        """Publish the retained messages that describe it."""

    def feeds(self) -> Sequence[Feed]:
        """What it does from then on."""
