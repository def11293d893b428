"""What the screen is told thirty times a second."""

from dataclasses import dataclass

from mqtt_tui.connection.state import ConnectionState
from mqtt_tui.store.topic_store import Totals

AFTERGLOW = 2_000_000_000
"""Nanoseconds for which a changed value stands out: so long the screen goes on changing after the last message."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What one repaint shows of a session."""

    now: int
    """Nanoseconds since the epoch."""
    state: ConnectionState
    totals: Totals
    topics: int
    whole_since: int
    """Nanoseconds since the epoch; every message that came later is still there. 0: none has given way."""
    message_rate: float
    """Messages per second."""
    byte_rate: float
    has_news: bool
    """Whether messages arrived since the last frame."""
    is_new_second: bool
    """Whether rates and ages may read differently."""
    waiting: int | None
    """While the display is frozen, how many messages arrived since; None while it is live."""
