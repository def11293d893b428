"""When a server is asked for a sign of life, and when it is given up; by a clock of the test's own."""

import asyncio
import heapq
from collections.abc import Callable
from typing import cast

import pytest

from mqtt_tui.connection.mqtt.keep_alive import PATIENCE, KeepAlive

KEEP_ALIVE = 60


class Link:
    """A loop whose time is told by the test, and a server behind it."""

    def __init__(self) -> None:
        self.now = self.heard_at = 100.0
        self.pings: list[float] = []
        self.silences: list[float] = []
        self.lives = True
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._loop = asyncio.get_running_loop()
        self.keep_alive = KeepAlive(
            cast("asyncio.AbstractEventLoop", self),  # it has what is used of a loop
            send_pingreq=self._ping,
            heard_at=lambda: self.heard_at,
            on_silence=self.silences.append,
        )

    def time(self) -> float:
        return self.now

    def create_future(self) -> "asyncio.Future[None]":
        return self._loop.create_future()

    def call_later(self, delay: float, callback: Callable[..., object], *arguments: object) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(self.now + delay, callback, arguments, self._loop)
        heapq.heappush(self._timers, (self.now + delay, len(self._timers), handle))
        return handle

    def pass_time(self, seconds: float) -> None:
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            self.now, _, handle = heapq.heappop(self._timers)
            if not handle.cancelled():
                handle._run()
        self.now = until

    def _ping(self) -> None:
        self.pings.append(self.now)
        if self.lives:
            self.heard_at = self.now + 0.001
            self.keep_alive.answered()


async def test_a_living_server_is_asked_once_in_every_keep_alive() -> None:
    link = Link()
    link.keep_alive.begin(KEEP_ALIVE)
    link.pass_time(10 * KEEP_ALIVE)
    assert link.pings == [100.0 + KEEP_ALIVE * number for number in range(1, 11)]
    assert link.silences == []


@pytest.mark.parametrize("dies_after", [0.0, 1.0, 59.9, 60.1, 75.0, 119.9, 1000.0])
async def test_a_dead_link_is_noticed_within_one_and_a_half_keep_alives(dies_after: float) -> None:
    link = Link()
    link.keep_alive.begin(KEEP_ALIVE)
    link.pass_time(dies_after)
    link.heard_at = max(link.heard_at, link.now)
    link.lives = False
    while not link.silences:
        link.pass_time(0.5)
    assert link.now - link.heard_at <= 1.5 * KEEP_ALIVE + 0.5
    assert link.silences[0] >= KEEP_ALIVE / 2


async def test_whatever_comes_is_a_sign_of_life_even_if_the_answer_does_not() -> None:
    link = Link()
    link.lives = False
    link.keep_alive.begin(KEEP_ALIVE)
    for _ in range(100):
        link.pass_time(10)
        link.heard_at = link.now
    assert link.silences == []


@pytest.mark.parametrize("seconds", [0, KEEP_ALIVE])
async def test_who_asks_out_of_turn_knows_soon(seconds: int) -> None:
    link = Link()
    link.keep_alive.begin(seconds)
    link.pass_time(7)
    probe = link.keep_alive.probe()
    assert probe.done()
    link.pass_time(5_000)
    assert link.silences == []
    link.lives = False
    link.keep_alive.probe()
    link.pass_time(PATIENCE)
    assert len(link.silences) == 1


async def test_without_a_keep_alive_nobody_is_asked() -> None:
    link = Link()
    link.keep_alive.begin(0)
    link.pass_time(10_000)
    assert link.pings == []


async def test_the_end_answers_whoever_waits() -> None:
    link = Link()
    link.lives = False
    link.keep_alive.begin(KEEP_ALIVE)
    probe = link.keep_alive.probe()
    link.keep_alive.stop()
    link.pass_time(1_000)
    assert probe.done()
    assert link.silences == []
