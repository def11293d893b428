"""The only timer of the screen."""

import time
from collections.abc import Callable

from textual.message_pump import MessagePump

from mqtt_tui.session import Session
from mqtt_tui.store.rates import Meter
from mqtt_tui.tui.frame import Frame

PER_SECOND = 30


class FrameClock:
    """Turns what arrived since the last tick into a ``Frame``.

    Args:
        session: whose.
        show: paints a frame.
        now: nanoseconds since the epoch.
    """

    def __init__(self, session: Session, show: Callable[[Frame], None], now: Callable[[], int] = time.time_ns) -> None:
        self._session = session
        self._show = show
        self._now = now
        self._second = 0
        self._messages = Meter()
        self._bytes = Meter()
        self._frozen_at: int | None = None
        self._thawed = False

    def start(self, pump: MessagePump) -> None:
        """Tick for as long as ``pump`` (a screen) lives."""
        pump.set_interval(1 / PER_SECOND, self.tick, name="frames")

    def freeze(self) -> bool:
        """Hold the display still, or let it go on; intake never stops. Whether it is frozen now."""
        is_frozen = self._frozen_at is None
        self._frozen_at = self._session.store.totals.received if is_frozen else None
        self._session.hold_rows(held=is_frozen)
        self._thawed = not is_frozen
        return is_frozen

    def tick(self) -> None:
        """Settle the store, and show what came of it."""
        store, now = self._session.store, self._now()
        second, frozen_at = now // 1_000_000_000, self._frozen_at
        frame = Frame(
            now=now,
            has_news=store.settle(now) or self._thawed,
            is_new_second=second != self._second,
            state=self._session.connection.state,
            totals=store.totals,
            topics=len(store),
            message_rate=self._messages.follow(store.totals.received, second),
            byte_rate=self._bytes.follow(store.totals.received_bytes, second),
            waiting=None if frozen_at is None else store.totals.received - frozen_at,
        )
        self._second, self._thawed = second, False
        self._show(frame)
