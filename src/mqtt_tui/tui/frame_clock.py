"""The only timer of the screen."""

import time
from collections.abc import Callable

from textual.message_pump import MessagePump

from mqtt_tui.connection.state import Connected, ConnectionState
from mqtt_tui.session import Session
from mqtt_tui.store.rates import Meter
from mqtt_tui.tui.frame import AFTERGLOW, Frame

PER_SECOND = 30
_LEAST_PER_SECOND = 10
_AT_REST_PER_SECOND = 10
_SHARE = 0.08
"""Of the processor's time: while messages and frames together take more, there are fewer frames."""
_FADED = AFTERGLOW + AFTERGLOW // 10


class FrameClock:
    """Turns what arrived since the last tick into a ``Frame``.

    Thirty times a second where that is cheap, ten times where it is not: keys and messages come first. While nothing
    happens, the figures of a new second are all that is shown.

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
        self._has_changed = False  # what is held, by the user
        self._state: ConnectionState | None = None
        self._news_at = 0  # nanoseconds since the epoch
        self._shown_at = self._used = 0.0  # seconds, and those of the processor

    def start(self, pump: MessagePump) -> None:
        """Tick for as long as ``pump`` (a screen) lives."""
        self._frames = pump.set_interval(1 / PER_SECOND, self._tick_in_moderation, name="frames")
        self._glances = pump.set_interval(1 / _AT_REST_PER_SECOND, self._glance, name="glances", pause=True)

    def freeze(self) -> bool:
        """Hold the display still, or let it go on; intake never stops. Whether it is frozen now."""
        is_frozen = self._frozen_at is None
        self._frozen_at = self._session.store.totals.received if is_frozen else None
        self._session.hold_rows(held=is_frozen)
        self._has_changed = True
        return is_frozen

    def wake(self) -> None:
        """Show the next frame even if nothing has come."""
        self._has_changed = True

    def _tick_in_moderation(self) -> None:
        """Tick, or leave it for later where the last frame and what came since have taken more than their share."""
        elapsed = time.monotonic() - self._shown_at
        if elapsed * _LEAST_PER_SECOND >= 1 or time.thread_time() - self._used <= elapsed * _SHARE:
            self.tick()
            if self._is_at_rest():
                self._frames.pause()
                self._glances.resume()

    def _glance(self) -> None:
        """Tick, more often again where something happens."""
        self.tick()
        if not self._is_at_rest():
            self._glances.pause()
            self._frames.resume()

    def tick(self) -> None:
        """Settle the store, and show what came of it; where nothing would look different, show nothing."""
        store, now = self._session.store, self._now()
        second, frozen_at = now // 1_000_000_000, self._frozen_at
        has_news, is_new_second = store.settle(now) or self._has_changed, second != self._second
        if has_news:
            self._news_at = now
        elif not is_new_second and self._is_at_rest():
            return
        self._state = self._session.connection.state
        self._shown_at, self._used = time.monotonic(), time.thread_time()
        frame = Frame(
            now=now,
            has_news=has_news,
            is_new_second=is_new_second,
            state=self._state,
            totals=store.totals,
            topics=len(store),
            whole_since=store.whole_since,
            message_rate=self._messages.follow(store.totals.received, second),
            byte_rate=self._bytes.follow(store.totals.received_bytes, second),
            waiting=None if frozen_at is None else store.totals.received - frozen_at,
        )
        self._second, self._has_changed = second, False
        self._show(frame)

    def _is_at_rest(self) -> bool:
        """Whether nothing is new, nothing fades and nothing is counted down."""
        state = self._session.connection.state
        return state is self._state and isinstance(state, Connected) and self._now() - self._news_at > _FADED
