"""The list of subscriptions, live."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button, Input

from mqtt_tui.config.theme_file import load_themes, shipped_directory
from mqtt_tui.connection.state import Connected
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS, RetainHandling
from mqtt_tui.model.reason_code import NOT_AUTHORIZED
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.frame_clock import FrameClock
from mqtt_tui.tui.screens.subscriptions import Subscriptions
from mqtt_tui.tui.themes import textual_theme
from mqtt_tui.tui.widgets.subscription_form import SubscriptionForm
from mqtt_tui.tui.widgets.subscription_list import SubscriptionList
from mqtt_tui.tui.widgets.topic_input import TopicInput
from mqtt_tui.tui.widgets.user_properties import UserPropertyRow
from tests.support.explorer_host import opened
from tests.support.fake_transport import FakeBroker


class Host(App[None]):
    """The screen over a session with a broker that is not there."""

    def __init__(self, broker: FakeBroker, *subscriptions: SubscriptionOptions) -> None:
        super().__init__()
        for theme in load_themes(shipped_directory())[0].values():
            self.register_theme(textual_theme(theme))
        self.theme = "dusk"
        profile = BrokerProfile(url="mqtt://broker", subscriptions=subscriptions or (SubscriptionOptions(filter="#"),))
        self.session = Session(
            Target("broker", profile), budget=MemoryBudget(1 << 20), open_transport=broker.open_transport
        )
        self.shown = Subscriptions(self.session)

    @property
    def rows(self) -> list[str]:
        options = self.shown.query_one(SubscriptionList).options
        return [" ".join(str(option.prompt).split()) for option in options]

    def frame(self) -> Frame:
        frames: list[Frame] = []
        FrameClock(self.session, frames.append).tick()
        return frames[-1]

    async def settle(self, pilot: Pilot[None]) -> None:
        """Let what was asked for be answered and shown."""
        await pilot.pause()
        await self.workers.wait_for_complete()
        self.shown.refresh_list()
        await pilot.pause()

    async def subscribe(self, pilot: Pilot[None], topic_filter: str) -> None:
        self.shown.query_one(TopicInput).value = topic_filter
        await pilot.pause()
        self.shown.query_one(SubscriptionForm).submit()
        await self.settle(pilot)


@asynccontextmanager
async def shown_on(
    broker: FakeBroker, *subscriptions: SubscriptionOptions, connected: bool = True
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """The screen, opened and, unless told otherwise, connected."""
    app = Host(broker, *subscriptions)
    async with app.run_test(size=(100, 30)) as pilot:
        stands = asyncio.Event()
        app.session.connection.watch(lambda state: stands.set() if isinstance(state, Connected) else None)
        life = asyncio.create_task(app.session.connection.run()) if connected else None
        if connected:
            await asyncio.wait_for(stands.wait(), 5)
        await app.push_screen(app.shown)
        await pilot.pause()
        yield app, pilot
        if life is not None:
            await app.session.connection.stop()
            await life


async def test_what_the_profile_wants_is_there_with_what_was_granted() -> None:
    async with shown_on(FakeBroker()) as (app, _):
        assert app.rows == ["# QoS 0 granted QoS 0"]


async def test_a_filter_is_added_with_its_options() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        await pilot.press("a", *"a/b", "enter")
        await app.settle(pilot)
        assert app.rows[1] == "a/b QoS 0 granted QoS 0"
        assert broker.subscribed[-1] == [Subscription(topic_filter=TopicFilter("a/b"))]
        await pilot.press(*"c", "tab", "tab", "right", "tab", "right", "tab", "right", "tab", "right")
        await pilot.click("#subscribe")
        await app.settle(pilot)
        assert broker.subscribed[-1] == [
            Subscription(
                topic_filter=TopicFilter("c"),
                qos=QoS.AT_LEAST_ONCE,
                no_local=True,
                retain_as_published=False,
                retain_handling=RetainHandling.SEND_IF_NEW,
            )
        ]
        assert app.rows[2] == "c QoS 1 granted QoS 1 no local · retain cleared · retained once"


async def test_a_filter_is_added_with_what_else_subscribe_says_and_with_its_name_here() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        form = app.shown.query_one(SubscriptionForm)
        await pilot.press("a", *"a/b")
        form.query_one("#alias", Input).focus()
        await pilot.press(*"the b", "tab", *"7", "tab", "right", "tab", "enter")
        await pilot.pause()
        await pilot.press(*"site", "enter", *"a", "enter")
        await pilot.click("#subscribe")
        await app.settle(pilot)
        asked = broker.subscribed[-1][0]
        assert asked == Subscription(topic_filter=TopicFilter("a/b"), identifier=7, user_properties=(("site", "a"),))
        assert (asked.alias, asked.color) == ("the b", "red")
        assert app.rows[1] == "the b: a/b QoS 0 granted QoS 0 id 7 · 1 user property"
        await app.subscribe(pilot, "c")
        assert broker.subscribed[-1] == [Subscription(topic_filter=TopicFilter("c"))]  # what was the other's alone


async def test_editing_brings_user_properties_back_and_changes_them() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        first = Subscription(topic_filter=TopicFilter("#"), user_properties=(("k", "v"), ("k", "w")), alias="all")
        await app.session.connection.subscribe(first)
        await app.settle(pilot)
        await pilot.press("e")
        await pilot.pause()
        rows = app.shown.query(UserPropertyRow)
        assert [row.pair for row in rows] == [("k", "v"), ("k", "w")]
        rows[0].query_one(Button).press()
        await pilot.pause()
        await pilot.click("#subscribe")
        await app.settle(pilot)
        changed = app.session.connection.subscriptions[0].subscription
        assert (changed.user_properties, changed.alias) == ((("k", "w"),), "all")
        assert broker.subscribed[-1] == [changed]


@pytest.mark.parametrize(
    ("number", "name", "said"),
    [
        ("seven", "k", "whole number from 1 to 268,435,455"),
        ("0", "k", "whole number from 1 to 268,435,455"),
        ("268435456", "k", "whole number from 1 to 268,435,455"),
        ("7", "k" * 65_536, "The name of user property 1 has 65,536 bytes"),
    ],
)
async def test_what_no_subscribe_can_say_is_told_as_typed_and_not_asked_for(number: str, name: str, said: str) -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        form = app.shown.query_one(SubscriptionForm)
        form.query_one("#add", Button).press()
        await pilot.pause()
        form.query_one("#identifier", Input).value = number
        form.query_one(UserPropertyRow).name_input.value = name
        await pilot.pause()
        assert said in form.advice
        await app.subscribe(pilot, "a")
        assert said in form.advice
        assert len(broker.subscribed) == 1


async def test_a_subscription_too_large_for_the_broker_is_refused_with_what_to_do() -> None:
    broker = FakeBroker()
    broker.connack = replace(broker.connack, maximum_packet_size=100)
    async with shown_on(broker) as (app, pilot):
        await app.subscribe(pilot, "a" * 100)
        assert "refused: Packet too large (0x95)" in app.rows[1]
        assert "shorten them" in app.rows[1]
        assert len(broker.subscribed) == 1


async def test_a_refusal_is_shown_with_its_reason_and_what_to_do() -> None:
    broker = FakeBroker()
    broker.refused_filters["plant/#"] = NOT_AUTHORIZED
    async with shown_on(broker) as (app, pilot):
        await app.subscribe(pilot, "plant/#")
        assert app.rows[1].startswith("plant/# QoS 0 refused: Not authorized (0x87) Not allowed for this user")


async def test_the_list_changes_quality_pauses_resumes_and_removes() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        await app.subscribe(pilot, "a")
        app.shown.query_one(SubscriptionList).focus()
        await pilot.press("down", "o")
        await app.settle(pilot)
        assert app.rows[1] == "a QoS 1 granted QoS 1"
        await pilot.press("space")
        await app.settle(pilot)
        assert app.rows[1] == "a QoS 1 paused"
        assert broker.unsubscribed == [["a"]]
        await pilot.press("space")
        await app.settle(pilot)
        assert app.rows[1] == "a QoS 1 granted QoS 1"
        await pilot.press("delete")
        await app.settle(pilot)
        assert app.rows == ["# QoS 0 granted QoS 0"]
        assert broker.unsubscribed == [["a"], ["a"]]


async def test_editing_replaces_the_subscription_of_the_same_filter() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        await pilot.press("e", "right", "right")
        await pilot.click("#subscribe")
        await app.settle(pilot)
        assert app.rows == ["# QoS 2 granted QoS 2"]


async def test_without_a_connection_a_filter_waits_for_it() -> None:
    async with shown_on(FakeBroker(), connected=False) as (app, pilot):
        await app.subscribe(pilot, "a")
        assert app.rows == ["# QoS 0 not connected: will be asked", "a QoS 0 not connected: will be asked"]


async def test_the_list_follows_the_connection() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, _):
        lost = asyncio.Event()
        app.session.connection.watch(lambda state: None if isinstance(state, Connected) else lost.set())
        broker.cut()
        await asyncio.wait_for(lost.wait(), 5)
        app.shown.apply_frame(app.frame())
        assert app.rows == ["# QoS 0 not connected: will be asked"]


@pytest.mark.parametrize(("typed", "said"), [("", "empty"), ("a/#/b", "column 3"), ("$share/g", "$share/NAME/FILTER")])
async def test_a_filter_that_cannot_be_meant_is_explained_in_place(typed: str, said: str) -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        await app.subscribe(pilot, typed)
        assert said in app.shown.query_one(SubscriptionForm).advice
        assert len(broker.subscribed) == 1


@pytest.mark.parametrize(("typed", "said"), [("$share/g/a", "takes messages away"), ("#", "narrower filter")])
async def test_what_may_hurt_others_is_said_before_it_is_done(typed: str, said: str) -> None:
    async with shown_on(FakeBroker()) as (app, pilot):
        app.shown.query_one(TopicInput).value = typed
        await pilot.pause()
        assert said in app.shown.query_one(SubscriptionForm).advice


async def test_seen_topics_and_wildcards_complete_a_filter() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        broker.deliver("factory/hall-2/state", b"x")
        await pilot.press("a", "f", "tab")
        assert app.shown.query_one(TopicInput).offers == ["factory/#", "factory/+/", "factory/hall-2/"]


async def test_hostile_filters_are_only_text() -> None:
    async with shown_on(FakeBroker()) as (app, pilot):
        await app.session.connection.subscribe(Subscription(topic_filter=TopicFilter("[/]\x1b[31m/[@click=app.quit]x")))
        await app.settle(pilot)
        assert app.rows[1].startswith("[/]␛[31m/[@click=app.quit]x")
        await pilot.click(SubscriptionList, offset=(10, 1))
        assert app.is_running


async def test_options_of_mqtt_5_are_not_offered_below_it() -> None:
    broker = FakeBroker()
    broker.connack = replace(broker.connack, protocol=Protocol.V311)
    async with shown_on(broker) as (app, _):
        assert not any(label.display for label in app.shown.query(".-of-v5"))


async def test_options_that_are_not_offered_are_in_nobodys_way() -> None:
    broker = FakeBroker()
    broker.connack = replace(broker.connack, protocol=Protocol.V311)
    kept = SubscriptionOptions(filter="a", no_local=True, identifier=7)
    async with shown_on(broker, kept) as (app, pilot):
        await pilot.press("e")
        app.shown.query_one(TopicInput).value = "$share/group/a"
        await pilot.click("#subscribe")
        await app.settle(pilot)
        asked = broker.subscribed[-1][0]
        assert (asked.topic_filter, asked.identifier) == ("$share/group/a", 7)


@pytest.mark.parametrize(("number", "value"), [("abc", "v"), ("7", "x\0")])
async def test_what_was_typed_wrong_and_is_not_offered_any_more_is_dropped(number: str, value: str) -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        form = app.shown.query_one(SubscriptionForm)
        form.query_one("#add", Button).press()
        await pilot.pause()
        form.query_one(UserPropertyRow).value_input.value = value
        form.query_one("#identifier", Input).value = number
        await pilot.pause()
        assert form.advice
        form.show_options(False)
        await pilot.pause()
        assert not form.advice
        await app.subscribe(pilot, "a")
        asked = broker.subscribed[-1][0]
        assert (asked.identifier, asked.user_properties) == ((None, (("", value),)) if number == "abc" else (7, ()))


async def test_what_is_wrong_with_the_filter_stays_told_until_it_is_changed() -> None:
    async with shown_on(FakeBroker()) as (app, pilot):
        form = app.shown.query_one(SubscriptionForm)
        await app.subscribe(pilot, "a/#/b")
        assert "level of its own" in form.advice
        form._own.chosen = 1
        form.query_one("#identifier", Input).value = "7"
        await pilot.pause()
        assert "level of its own" in form.advice
        await app.subscribe(pilot, "a/#")
        assert not form.advice


async def test_a_filter_that_the_broker_keeps_is_not_told_as_removed() -> None:
    broker = FakeBroker()
    broker.unsubscribe_reason = NOT_AUTHORIZED
    async with shown_on(broker) as (app, pilot):
        await pilot.press("d")
        await app.settle(pilot)
        assert "did not unsubscribe from #" in app.shown.message
        assert "go on coming" in app.shown.message


async def test_own_messages_of_a_shared_subscription_are_told_as_chosen_and_gone_to() -> None:
    broker = FakeBroker()
    async with shown_on(broker) as (app, pilot):
        form = app.shown.query_one(SubscriptionForm)
        await pilot.press("a", *"$share/group/a")
        form._own.chosen = 1
        await pilot.pause()
        assert "cannot leave out own messages" in form.advice
        await pilot.click("#subscribe")
        await app.settle(pilot)
        assert app.focused is form._own
        assert len(broker.subscribed) == 1


async def test_alias_and_color_stand_in_the_list_and_in_the_tree(tmp_path: Path) -> None:
    options = SubscriptionOptions(filter="plant/#", alias="the plant", color="red", identifier=7)
    profile = BrokerProfile(url="mqtt://fake.invalid", subscriptions=(options, SubscriptionOptions(filter="#")))
    broker = FakeBroker()
    async with opened(tmp_path, broker, target=Target("fake", profile)) as it:
        broker.deliver("plant/speed", b"1")
        broker.deliver("other", b"2")
        it.explorer.clock._second = 0
        await it.frame()
        await it.pilot.press("o")
        await it.frame()
        tree = it.explorer.topic_tree
        colors = {
            text: str(style.color)
            for row in range(3)
            for text, style in tree.row(row, 80)
            if text in ("speed", "other", "plant")
        }
        assert colors["speed"] != colors["other"]
        await it.pilot.press("s")
        await it.pilot.pause()
        shown = "\n".join(strip.text for strip in it.app.screen._compositor.render_strips())
        assert "the plant: plant/#" in shown
        await it.pilot.press("e", "right")
        await it.pilot.pause()
        it.app.screen.query_one(SubscriptionForm).submit()
        await it.pilot.pause()
        changed = it.explorer.session.connection.subscriptions[0].subscription
        assert (changed.alias, changed.color, changed.identifier, int(changed.qos)) == ("the plant", "red", 7, 1)
