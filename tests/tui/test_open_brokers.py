"""Several brokers at once: a tab each, and one topic on two of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mqtt_tui.config.settings import Settings
from mqtt_tui.connection.transport import Sink, Transport
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.app import MqttTuiApp
from mqtt_tui.tui.launch import Launch
from mqtt_tui.tui.messages import CloseBroker, NextBroker, OpenTarget
from mqtt_tui.tui.screens.connections import ConnectionsScreen
from mqtt_tui.tui.screens.explorer import Explorer
from mqtt_tui.tui.screens.secret_prompt import SecretPrompt
from mqtt_tui.tui.screens.side_by_side import SideBySide
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from tests.support.fake_transport import FakeBroker

NAMES = ("lab", "plant", "site")


class Brokers:
    """The application on three brokers, each a profile of its own."""

    def __init__(self, app: MqttTuiApp, pilot: Pilot[int], brokers: dict[str, FakeBroker]) -> None:
        self.app = app
        self.pilot = pilot
        self.brokers = brokers

    @property
    def front(self) -> Explorer:
        assert isinstance(self.app.screen, Explorer)
        return self.app.screen

    @property
    def name(self) -> str:
        return self.front.session.target.name

    @property
    def strip(self) -> str:
        return str(self.front.query_one(TabStrip).render())

    @property
    def shown(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    async def open(self, name: str) -> None:
        profile = self.app.launch.repository.load().entries[name]
        self.app.post_message(OpenTarget(Target(name, profile, is_saved=True)))
        await self.until_front(name)
        await self.until(lambda: self.brokers[name].is_connected)

    async def until_front(self, name: str) -> None:
        await self.until(lambda: isinstance(self.app.screen, Explorer) and self.name == name)

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(500):
            if condition():
                return
            await self.pilot.pause()
        raise AssertionError("it did not come about")

    async def frame(self) -> None:
        self.front.clock.wake()
        self.front.clock.tick()
        await self.pilot.pause()

    async def frame_below(self) -> None:
        """A frame of the explorer below a dialog."""
        explorer = next(screen for screen in self.app.screen_stack if isinstance(screen, Explorer))
        explorer.clock.wake()
        explorer.clock.tick()
        await self.pilot.pause()


@asynccontextmanager
async def running(
    tmp_path: Path, size: tuple[int, int] = (120, 40), targets: Sequence[str] = ()
) -> AsyncIterator[Brokers]:
    repository = ProfileRepository(tmp_path)
    brokers = {name: FakeBroker() for name in NAMES}
    for name in NAMES:
        repository.create(name, BrokerProfile(url=f"mqtt://{name}.invalid:1883"))

    async def open_transport(profile: BrokerProfile, sink: Sink) -> Transport:
        return await brokers[profile.endpoint.host.removesuffix(".invalid")].open_transport(profile, sink)

    profiles = repository.load().entries
    first = [Target(name, profiles[name], is_saved=True) for name in targets]
    launch = Launch(repository=repository, settings=Settings(), targets=first, open_transport=open_transport)
    app = MqttTuiApp(launch)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Brokers(app, pilot, brokers)


async def test_each_broker_has_a_tab_and_receives_behind_the_others(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        await it.open("lab")
        assert not it.front.query_one(TabStrip).display, "one broker needs no tabs"
        await it.open("plant")
        assert it.brokers["lab"].is_connected
        it.brokers["lab"].deliver("cold/temp", b"21")
        it.brokers["plant"].deliver("hot/temp", b"70")
        await it.frame()
        assert "hot" in it.shown
        assert "cold" not in it.shown
        assert "● plant" in it.strip
        assert "● lab" in it.strip
        await it.pilot.press(")")
        await it.until_front("lab")
        await it.frame()
        assert "cold" in it.shown
        await it.pilot.press("(")
        await it.until_front("plant")


async def test_what_happens_behind_is_seen_in_the_strip(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        await it.open("lab")
        await it.open("plant")
        for number in range(3):
            it.brokers["lab"].deliver("x", b"%d" % number)
        it.brokers["lab"].cut(ConnectionLost("gone"))
        await it.pilot.pause()
        await it.frame()
        assert "◌ lab +3" in it.strip
        assert [(one.title, one.message) for one in it.app._notifications] == [("lab", "gone")]
        await it.pilot.click(TabStrip, offset=(2, 0))
        await it.until_front("lab")
        assert "+3" not in it.strip


async def test_a_profile_that_is_open_is_shown_and_not_connected_twice(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        await it.open("lab")
        await it.open("plant")
        await it.pilot.press("S")
        await it.pilot.pause()
        assert isinstance(it.app.screen, ConnectionsScreen)
        assert "lab  open" in it.shown
        assert "site  open" not in it.shown
        await it.open("lab")
        assert len(it.brokers["lab"].profiles) == 1
        it.app.launch.repository.save("lab", BrokerProfile(url="mqtt://lab.invalid:1883", keep_alive=9))
        await it.open("lab")
        await it.until(lambda: len(it.brokers["lab"].profiles) == 2)
        assert it.front.session.target.profile.keep_alive == 9, "changed meanwhile: opened anew"


async def test_closing_a_tab_disconnects_it_alone_and_the_last_one_leads_to_the_list(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        for name in NAMES:
            await it.open(name)
        await it.pilot.press("ctrl+w")
        await it.until(lambda: it.brokers["site"].is_closed_by_client)
        await it.until_front("plant")
        assert it.brokers["lab"].is_connected
        await it.pilot.press("q")
        await it.until(lambda: it.brokers["plant"].is_closed_by_client)
        await it.until_front("lab")
        await it.pilot.press("ctrl+w")
        await it.until(lambda: isinstance(it.app.screen, ConnectionsScreen))
        assert it.brokers["lab"].is_closed_by_client


async def test_tabs_closed_in_a_hurry_are_all_left_cleanly(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        for name in NAMES:
            await it.open(name)
        for _ in range(3):
            it.app.post_message(NextBroker(1))
        for _ in range(2):
            it.app.post_message(CloseBroker())
        await it.until_front("lab")
        await it.until(lambda: it.brokers["site"].is_closed_by_client and it.brokers["plant"].is_closed_by_client)
        assert it.brokers["lab"].is_connected


async def test_whoever_closes_a_tab_may_be_called_off_and_it_is_left_all_the_same(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        await it.open("lab")
        await it.open("plant")
        brokers = it.app._open_brokers
        closing = it.app.run_worker(brokers.close())
        await asyncio.sleep(0)  # it begins
        closing.cancel()
        await it.until(lambda: it.brokers["plant"].is_closed_by_client)
        assert len(brokers) == 1
        assert it.brokers["lab"].is_connected


async def test_several_brokers_are_opened_at_once_with_the_last_in_front(tmp_path: Path) -> None:
    async with running(tmp_path, targets=("lab", "plant")) as it:
        await it.until_front("plant")
        await it.until(lambda: it.brokers["lab"].is_connected and it.brokers["plant"].is_connected)


async def test_the_end_says_goodbye_to_all(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        await it.open("lab")
        await it.open("plant")
        await it.pilot.press("ctrl+q")
        await it.pilot.pause()
    assert all(it.brokers[name].is_closed_by_client for name in ("lab", "plant"))


async def test_two_brokers_chosen_at_once_leave_one_question(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        asked = BrokerProfile(url="mqtt://lab.invalid:1883", password=Secret(prompt=True))
        it.app.post_message(OpenTarget(Target("one", asked)))
        await it.until(lambda: isinstance(it.app.screen, SecretPrompt))
        first = it.app.screen
        it.app.post_message(OpenTarget(Target("two", asked)))
        await it.until(lambda: isinstance(it.app.screen, SecretPrompt) and it.app.screen is not first)
        assert sum(isinstance(screen, SecretPrompt) for screen in it.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_one_topic_is_seen_on_two_brokers_as_it_changes(tmp_path: Path, size: tuple[int, int]) -> None:
    async with running(tmp_path, size) as it:
        only = BrokerProfile(url="mqtt://plant.invalid:1883", subscriptions=(SubscriptionOptions(filter="other/#"),))
        it.app.launch.repository.save("plant", only)
        await it.open("lab")
        it.brokers["lab"].deliver("line/speed", b'{"v": 1}', qos=1)
        await it.frame()
        node = it.front.session.store.find(b"line/speed")
        assert node is not None
        it.front.topic_tree.select(node)
        await it.pilot.press("B")
        await it.pilot.pause()
        assert not isinstance(it.app.screen, SideBySide), "there is nothing to compare with"
        await it.open("plant")
        await it.pilot.press(")")
        await it.until_front("lab")
        await it.pilot.press("B")
        await it.until(lambda: isinstance(it.app.screen, SideBySide))
        await it.pilot.pause()
        assert "only on one of them" in it.shown
        assert "Nothing has come to this topic here." in it.shown
        assert "No subscription here covers it" in it.shown
        it.brokers["plant"].deliver("line/speed", b'{"v": 1}')
        await it.frame_below()
        assert "the payloads are equal, but not QoS" in it.shown
        it.brokers["plant"].deliver("line/speed", b'{"v": 2}')
        await it.frame_below()
        assert "the payloads differ" in it.shown
        assert '"v": 1' in it.shown
        assert '"v": 2' in it.shown


async def test_what_neither_broker_has_is_said(tmp_path: Path) -> None:
    async with running(tmp_path) as it:
        await it.open("lab")
        await it.open("plant")
        left, right = it.app._open_brokers.sessions
        await it.app.push_screen(SideBySide(b"no/where", left, right))
        await it.pilot.pause()
        assert "on neither of them" in it.shown
        it.brokers["lab"].deliver("no/where", b"1")
        await it.frame_below()
        assert "only on one of them" in it.shown
