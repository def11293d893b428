"""The steps of one attempt to connect, as they are taken."""

import time
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """How far the way to the broker was gone; the value is how people call it."""

    NAME = "name"
    REACH = "link"
    """TCP, the Unix socket, the proxy or the command."""
    TLS = "TLS"
    WEBSOCKET = "WebSocket"
    MQTT = "MQTT"
    """CONNECT was sent."""


Fact = tuple[str, str]
"""A label and a text that is safe to show."""


@dataclass(slots=True)
class Step:
    """One of them."""

    stage: Stage
    began: float
    """Monotonic seconds."""
    facts: list[Fact] = field(default_factory=list)


class Steps:
    """What was begun so far; the last one is under way, or where it ended.

    Filled by the thread that opens the socket, read by whoever wants to know.
    """

    def __init__(self) -> None:
        self.taken: list[Step] = []
        self.chain: list[bytes] = []
        """The certificates that the server showed, its own in front, in DER."""

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.taken[-1].stage if self.taken else Stage.NAME

    def begin(self, stage: Stage) -> None:
        """The one before is done."""
        self.taken.append(Step(stage, time.monotonic()))

    def tell(self, label: str, text: str) -> None:
        """Add to what is known of the present one; ``text`` is safe to show."""
        self.taken[-1].facts.append((label, text))
