"""Whether the server still lives: PINGREQ, and the wait for any sign of it (MQTT 5.0, 3.1.2.10)."""

import asyncio
from collections.abc import Callable

PATIENCE = 5.0
"""Seconds that a server has for an answer where somebody asks for one out of turn."""


class KeepAlive:
    """Asks once in every keep alive; a server that is silent for half of one after that is gone.

    So a link that died is noticed within one and a half keep alives of the last byte that came over it. Any byte is a
    sign of life: an answer may stand behind megabytes on a slow line.

    Args:
        loop: its clock, and its timers.
        send_pingreq: sends PINGREQ.
        heard_at: when the last byte came, by the clock of the loop.
        on_silence: called once, with the seconds since then.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        send_pingreq: Callable[[], None],
        heard_at: Callable[[], float],
        on_silence: Callable[[float], None],
    ) -> None:
        self._loop = loop
        self._send_pingreq = send_pingreq
        self._heard_at = heard_at
        self._on_silence = on_silence
        self._seconds = 0
        self._asked_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._probes: list[asyncio.Future[None]] = []

    def begin(self, seconds: int) -> None:
        """The connection stands; ``seconds``: the keep alive, 0 where there is none."""
        self._seconds = seconds
        self._wait(seconds)

    def probe(self) -> "asyncio.Future[None]":
        """Ask now; done once PINGRESP or the end has come. Without an answer within ``PATIENCE`` it is the end."""
        answered: asyncio.Future[None] = self._loop.create_future()
        self._probes.append(answered)
        self._ask(min(PATIENCE, self._seconds / 2 or PATIENCE))
        return answered

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for an answer that was asked for out of turn."""
        return bool(self._probes)

    def answered(self) -> None:
        """PINGRESP has come."""
        for probe in self._probes:
            if not probe.done():
                probe.set_result(None)
        self._probes.clear()

    def stop(self) -> None:
        """The connection is over."""
        if self._timer is not None:
            self._timer.cancel()
        self.answered()

    def _wait(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._ask, self._seconds / 2) if seconds else None

    def _ask(self, patience: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._asked_at = self._loop.time()
        self._timer = self._loop.call_later(patience, self._judge, patience)
        self._send_pingreq()

    def _judge(self, patience: float) -> None:
        heard_at = self._heard_at()
        if heard_at < self._asked_at:
            self._on_silence(self._loop.time() - heard_at)
        else:
            self._wait(self._seconds - patience if self._seconds else 0)
