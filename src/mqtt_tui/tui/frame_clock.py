"""When the screen changes by itself: thirty times a second, or once where nothing comes."""

import asyncio
import time
from collections.abc import Callable, Iterator

from textual.message_pump import MessagePump
from textual.timer import Timer

from mqtt_tui.connection.state import Connected, ConnectionState
from mqtt_tui.garbage import Collector
from mqtt_tui.precedence import STEP, Courtesy
from mqtt_tui.session import Session
from mqtt_tui.store.rates import Meter
from mqtt_tui.tui.frame import AFTERGLOW, Frame

PER_SECOND = 30
_LEAST_PER_SECOND = 10
_SHARE = 0.06
"""Of the processor's time: while messages and frames together take more, there are fewer frames."""
_AT_ONCE = 0.004
"""Seconds that a tick settles without a break, unless a key comes."""
_PATIENCE = 8
"""How many times as long as others had their turn meanwhile: where only new topics come, settling and folding take so
many times longer than reading, and would never catch up."""
_COURTESY = 0.25
"""Seconds for which keys, one after the other, may keep a tick from beginning; and so long one that has begun."""
_FADED = AFTERGLOW + AFTERGLOW // 10


class FrameClock:
    """Turns what arrived since the last tick into a ``Frame``.

    Thirty times a second where that is cheap, ten times where it is not: keys and messages come first. While nothing
    happens, there is one a second, for ages; the first message, or a change of the connection, ends that rest.

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
        self._collector = Collector()
        self._courtesy = Courtesy(session.precedence, _COURTESY)
        self._begun_at = self._paused_at = 0.0  # seconds
        self._frames: Timer | None = None
        self._seconds: Timer | None = None  # while nothing happens
        self._parts: Iterator[bool] | None = None  # of a tick that has begun
        self._is_behind = False  # another broker is shown

    def start(self, pump: MessagePump) -> None:
        """Tick for as long as ``pump`` (a screen) lives."""
        self._pump = pump
        self._frames = pump.set_interval(1 / PER_SECOND, self._begin, name="frames")
        self._seconds = pump.set_interval(1, self._begin, name="seconds", pause=True)
        self._session.store.on_news = self._rise
        self._session.connection.watch(lambda _state: self._rise())

    def freeze(self) -> bool:
        """Hold the display still, or let it go on; intake never stops. Whether it is frozen now."""
        is_frozen = self._frozen_at is None
        self._frozen_at = self._session.store.totals.received if is_frozen else None
        self._session.hold_rows(held=is_frozen)
        self.wake()
        return is_frozen

    def wake(self) -> None:
        """Show the next frame even if nothing has come."""
        self._has_changed = True
        self._rise()

    def place(self, *, behind: bool) -> None:
        """Say whether another broker is shown: then settle once a second only, so that sums and memory stay right."""
        self._is_behind = behind
        if behind:
            self._rest()
        else:
            self.wake()

    def _rise(self) -> None:
        """End the rest, if there was one."""
        if self._is_behind:
            return
        if self._frames is not None and self._seconds is not None:
            self._frames.resume()
            self._seconds.pause()

    def _rest(self) -> None:
        if self._frames is not None and self._seconds is not None:
            self._frames.pause()
            self._seconds.resume()

    def _begin(self) -> None:
        """Begin a tick, or leave it for later: where somebody waits for a key, or frames and messages take too much."""
        elapsed = time.monotonic() - self._shown_at
        is_cheap = time.thread_time() - self._used <= elapsed * _SHARE
        if self._parts is None and not self._courtesy.gives_way() and (is_cheap or elapsed * _LEAST_PER_SECOND >= 1):
            self._parts = self._session.store.settling(self._now())
            self._begun_at = self._paused_at = time.monotonic()
            self._settle_on()

    def _go_on(self) -> None:
        """Settle on, unless somebody waits for a key; that may hold up a tick, too, but not for ever."""
        now = time.monotonic()
        if self._session.precedence.is_claimed and now - self._begun_at < _COURTESY:
            self._paused_at = now  # messages have waited, too
            self._go_on_later(STEP)
        else:
            self._settle_on()

    def _settle_on(self) -> None:
        """Settle a little more; once all is, show it."""
        if self._parts is None:  # somebody could not wait, and ticked
            return
        now = time.monotonic()
        until = now + max(_AT_ONCE, (now - self._paused_at) * _PATIENCE)
        for arrived in self._parts:
            self._has_changed |= arrived
            self._paused_at = time.monotonic()
            if arrived and (self._paused_at > until or self._session.precedence.is_claimed):
                self._go_on_later(0)
                return
        self._finish()
        is_at_rest = self._is_at_rest()
        self._collector.collect(is_at_rest=is_at_rest)
        (self._rest if is_at_rest else self._rise)()

    def _go_on_later(self, seconds: float) -> None:
        """By way of the loop, where others have their turn; a timer of Textual's that is late may never come."""
        asyncio.get_running_loop().call_later(seconds, self._pump.call_later, self._go_on)

    def tick(self) -> None:
        """Settle the store, and show what came of it; where nothing would look different, show nothing."""
        self._has_changed |= self._session.store.settle(self._now())
        self._finish()

    def _finish(self) -> None:
        self._parts = None
        store, now = self._session.store, self._now()
        second, frozen_at = now // 1_000_000_000, self._frozen_at
        has_news, is_new_second = self._has_changed, second != self._second
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
