"""When a frame is shown, and when none is needed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from textual.app import App
from textual.pilot import Pilot

from mqtt_tui.connection.state import Connected, WaitingToReconnect
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store import topic_store
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.tui.frame import AFTERGLOW, Frame
from mqtt_tui.tui.frame_clock import FrameClock
from tests.support.fake_transport import FakeBroker

SECOND = 1_000_000_000


class Time:
    """Nanoseconds since the epoch, as the test has it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def pass_on(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


class Watch:
    """A clock over a session with a broker that is not there, and the frames that it showed."""

    def __init__(self) -> None:
        self.broker = FakeBroker()
        self.session = Session(
            Target("broker", BrokerProfile(url="mqtt://broker")),
            budget=MemoryBudget(1 << 20),
            open_transport=self.broker.open_transport,
        )
        self.time = Time()
        self.frames: list[Frame] = []
        self.clock = FrameClock(self.session, self.frames.append, now=self.time)

    def deliver(self) -> None:
        self.broker.deliver("a/b", b"1", received_at=self.time.now)

    def frames_of(self, ticks: int, seconds: float) -> int:
        """How many frames come of so many ticks in so long."""
        before = len(self.frames)
        for _ in range(ticks):
            self.time.pass_on(seconds / ticks)
            self.clock.tick()
        return len(self.frames) - before


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


@asynccontextmanager
async def connected() -> AsyncIterator[Watch]:
    """A watch whose session is connected."""
    watch = Watch()
    life = asyncio.create_task(watch.session.connection.run())
    await wait_for(lambda: isinstance(watch.session.connection.state, Connected))
    yield watch
    await watch.session.connection.stop()
    await life


async def test_nothing_is_shown_twice_while_nothing_happens() -> None:
    async with connected() as watch:
        watch.deliver()
        watch.clock.tick()
        assert watch.frames[-1].has_news
        watch.time.pass_on(1.5 * AFTERGLOW / SECOND)  # what came glows no longer
        watch.clock.tick()
        assert watch.frames_of(250, seconds=10) == 10  # the figures of each second
        assert all(frame.is_new_second for frame in watch.frames[-10:])


async def test_what_came_is_shown_at_once_and_fades() -> None:
    async with connected() as watch:
        watch.time.pass_on(60)
        watch.clock.tick()
        watch.time.pass_on(0.01)
        watch.deliver()
        watch.clock.tick()
        assert watch.frames[-1].has_news
        assert watch.frames_of(20, seconds=1) == 20
        assert not watch.frames[-1].has_news


async def test_a_countdown_is_shown_while_it_runs() -> None:
    async with connected() as watch:
        watch.broker.cut()
        await wait_for(lambda: isinstance(watch.session.connection.state, WaitingToReconnect))
        watch.time.pass_on(60)
        assert watch.frames_of(30, seconds=0.5) == 30


async def test_freezing_is_shown_though_nothing_comes() -> None:
    async with connected() as watch:
        watch.time.pass_on(60)
        watch.clock.tick()
        for waiting in (0, None):
            watch.clock.freeze()
            watch.clock.tick()
            assert watch.frames[-1].waiting == waiting


async def test_a_frame_waits_for_the_answer_to_a_key() -> None:
    async with connected() as watch, _Busy(watch, seconds=0).run_test() as pilot:
        app = pilot.app
        assert isinstance(app, _Busy)
        await _frames(pilot, seconds=0.1)
        watch.session.precedence.claim(60)
        waiting_since = time.monotonic()
        count = len(app.times)
        watch.broker.deliver("a/b", b"1")
        await wait_for(lambda: len(app.times) > count + 1)  # one may have begun before
        assert time.monotonic() - waiting_since > 0.2  # but not for ever
        assert time.monotonic() - waiting_since < 1.5  # twice a quarter of a second each, on a busy machine
        watch.session.precedence.claim(0)
        assert await _frames(pilot, seconds=0.5) >= 5


async def test_keys_without_end_do_not_hold_up_a_frame_for_as_long_as_there_are_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(topic_store, "_PART", 1)
    async with connected() as watch, _Busy(watch, seconds=0).run_test() as pilot:
        app = pilot.app
        assert isinstance(app, _Busy)
        await _frames(pilot, seconds=0.1)
        watch.session.precedence.claim(60)
        for number in range(300):
            watch.broker.deliver(f"a/{number}", b"1")
        began = time.monotonic()
        await wait_for(lambda: app.topics == 301)
        assert time.monotonic() - began < 3


async def test_a_tick_in_parts_that_is_overtaken_shows_everything_once() -> None:
    async with connected() as watch, _Busy(watch, seconds=0).run_test() as pilot:
        app = pilot.app
        assert isinstance(app, _Busy)
        await _frames(pilot, seconds=0.1)
        watch.broker.deliver("a/c", b"1")
        app.clock._parts = watch.session.store.settling(watch.time.now)
        next(app.clock._parts)
        watch.broker.deliver("a/d", b"1")
        app.clock.tick()
        app.clock._go_on()
        assert watch.session.store.root.messages == watch.session.store.totals.received
        count = len(app.times)
        watch.broker.deliver("a/e", b"1")
        await wait_for(lambda: len(app.times) > count)


class _Busy(App[None]):
    """Shows frames that take so long."""

    def __init__(self, watch: Watch, seconds: float) -> None:
        super().__init__()
        self.source, self.seconds = watch, seconds
        self.times: list[float] = []
        self.topics = 0
        self.clock = FrameClock(watch.session, self.show)

    def show(self, frame: Frame) -> None:
        self.topics = frame.topics
        self.times.append(time.monotonic())
        spent = time.thread_time() + self.seconds
        while time.thread_time() < spent:
            pass

    def on_mount(self) -> None:
        self.clock.start(self)


async def _frames(pilot: Pilot[None], seconds: float) -> int:
    app = pilot.app
    assert isinstance(app, _Busy)
    await wait_for(lambda: len(app.times) > 1)
    before = len(app.times)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        app.source.broker.deliver("a/b", b"1")
        await asyncio.sleep(0.01)
    return len(app.times) - before


async def test_frames_that_take_long_become_fewer_but_never_end() -> None:
    async with connected() as watch, _Busy(watch, seconds=0.02).run_test() as pilot:
        assert 5 <= await _frames(pilot, seconds=1) <= 12


async def test_after_a_rest_the_first_message_is_seen_soon() -> None:
    async with connected() as watch, _Busy(watch, seconds=0).run_test() as pilot:
        app = pilot.app
        assert isinstance(app, _Busy)
        await asyncio.sleep(0.2)
        app.clock._news_at = 0  # as if the last message had been long ago
        await asyncio.sleep(0.2)
        count = len(app.times)
        watch.broker.deliver("a/b", b"1")
        await wait_for(lambda: len(app.times) > count)
        assert await _frames(pilot, seconds=0.5) >= 8
