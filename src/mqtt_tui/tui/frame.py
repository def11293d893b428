"""What the screen is told thirty times a second."""

from dataclasses import dataclass

from mqtt_tui.connection.state import ConnectionState
from mqtt_tui.store.topic_store import Totals


@dataclass(frozen=True, slots=True)
class Frame:
    """What one repaint shows of a session."""

    now: int
    """Nanoseconds since the epoch."""
    state: ConnectionState
    totals: Totals
    topics: int
    message_rate: float
    """Messages per second."""
    byte_rate: float
    has_news: bool
    """Whether messages arrived since the last frame."""
    is_new_second: bool
    """Whether rates and ages may read differently."""
    waiting: int | None
    """While the display is frozen, how many messages arrived since; None while it is live."""
