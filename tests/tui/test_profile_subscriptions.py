"""The subscriptions of a profile in its editor."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widget import Widget
from textual.widgets import Button, Input

from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.tui.screens.connections import ConnectionsScreen
from mqtt_tui.tui.screens.profile_editor import ProfileEditor
from mqtt_tui.tui.screens.profile_subscriptions import SubscriptionItem
from mqtt_tui.tui.widgets.remove_button import RemoveButton
from mqtt_tui.tui.widgets.user_properties import UserPropertyRow
from tests.support.connections_host import ConnectionsHost, connections, editor, words

SIZE = (100, 70)  # everything in sight
MACHINES = SubscriptionOptions(
    filter="a/#", qos=1, identifier=7, alias="machines", color="green", user_properties=(("site", "a"), ("site", "b"))
)
PLAIN = SubscriptionOptions(filter="b")
PROFILE = BrokerProfile(url="mqtt://localhost", subscriptions=(MACHINES, PLAIN))


def saved(directory: Path) -> tuple[SubscriptionOptions, ...]:
    return ProfileRepository(directory).load().entries["lab"].subscriptions


def items(host: ConnectionsHost) -> list[SubscriptionItem]:
    return list(host.screen.query(SubscriptionItem))


def note(item: SubscriptionItem) -> str:
    return words(item.query_one(".note"))


def pairs(item: SubscriptionItem) -> list[UserPropertyRow]:
    return list(item.query(UserPropertyRow))


async def test_user_properties_are_seen_changed_added_and_taken_away(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        await pilot.pause()
        assert "User properties" in host.shown
        machines, plain = items(host)
        assert [row.pair for row in pairs(machines)] == [("site", "a"), ("site", "b")]
        pairs(machines)[1].value_input.value = "c"
        pairs(machines)[0].query_one(Button).press()
        plain.query_one("#add", Button).press()
        await pilot.pause()
        await pilot.press(*"who", "enter", *"me", "enter")
        assert host.focused is plain.query_one("#add")  # and not the button that takes the pair away
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert saved(tmp_path) == (
        replace(MACHINES, user_properties=(("site", "c"),)),
        replace(PLAIN, user_properties=(("who", "me"),)),
    )


async def test_a_double_click_takes_one_away(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        await pilot.pause()
        await pilot.click(pairs(items(host)[0])[0].query_one(Button), times=2)
        await pilot.pause()
        assert [row.pair for row in pairs(items(host)[0])] == [("site", "b")]
        await pilot.click(items(host)[0].query(RemoveButton).first(), times=2)
        await pilot.pause()
        assert len(items(host)) == 1


async def test_a_filter_that_was_touched_does_not_vanish(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        items(host)[1].filter_line.value = ""
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "The topic filter is empty" in note(items(host)[1])
        items(host)[1].filter_line.value = "c"
        for _ in range(2):
            host.screen.query_one("SubscriptionsRow Button.add", Button).press()
            await pilot.pause()
        items(host)[2].qos.chosen = 1
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "The topic filter is empty" in note(items(host)[2])
        items(host)[2].filter_line.value = "d"
        items(host)[2].identifier.value = "1,000"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert saved(tmp_path)[1:] == (
        SubscriptionOptions(filter="c"),
        SubscriptionOptions(filter="d", qos=1, identifier=1_000),
    ), "one that nobody touched is none"


async def test_the_user_property_that_is_wrong_is_gone_to(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        await pilot.pause()
        second = pairs(items(host)[0])[1]
        second.value_input.value = "x\0"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert host.focused is second.name_input


async def test_everything_else_that_a_subscription_says_can_be_changed(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        plain = items(host)[1]
        plain.filter_line.value = "$share/group/b"
        plain.identifier.value = "268435455"
        plain.alias.value = "the b"
        for chips, number in ((plain.qos, 2), (plain.no_local, 1), (plain.retained, 2), (plain.retain, 0)):
            chips.chosen = number
        plain.color.chosen = 1
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert saved(tmp_path)[1] == SubscriptionOptions(
        filter="$share/group/b",
        qos=2,
        no_local=True,
        retain_handling=2,
        retain_as_published=False,
        identifier=268_435_455,
        alias="the b",
        color="red",
    )


@pytest.mark.parametrize(
    ("at", "text", "problem"),
    [
        ("filter", "b/#/c", "'#' must be a level of its own"),
        ("filter", "", "The topic filter is empty"),
        ("identifier", "٣", "should be a whole number from 1 to 268435455"),
        ("identifier", "seven", "should be a whole number from 1 to 268435455"),
        ("identifier", "0", "should be a whole number from 1 to 268435455"),
        ("user property", "x" * 65_536, "The name of user property 1 has 65,536 bytes"),
        ("user property", "x\0y", "NUL character at column 2"),
    ],
)
async def test_a_wrong_value_is_told_as_typed_at_its_filter_and_gone_to(
    tmp_path: Path, at: str, text: str, problem: str
) -> None:
    last = replace(PLAIN, alias="last", user_properties=(("k", "v"),))
    ProfileRepository(tmp_path).create("lab", replace(PROFILE, subscriptions=(MACHINES, last)))
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        first, second = items(host)
        lines: dict[str, Input] = {
            "filter": second.filter_line,
            "identifier": second.identifier,
            "user property": pairs(second)[0].name_input,
        }
        lines[at].value = text
        await pilot.pause()
        assert problem in note(second)
        assert "wrong" not in first.classes
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ProfileEditor)
        assert host.focused is lines[at]
    assert saved(tmp_path) == (MACHINES, last)


async def test_whoever_joins_a_group_is_warned_at_that_filter(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        first, second = items(host)
        second.filter_line.value = "$share/group/b"
        await pilot.pause()
        assert "takes messages away from the other members" in note(second)
        assert "takes messages away" not in note(first)


async def test_what_has_the_focus_is_taught_without_moving_anything(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        first, second = items(host)
        taught: tuple[tuple[Widget, str], ...] = (
            (first.filter_line, "# is all levels"),
            (first.no_local, "publishes itself"),
            (first.retained, "at each subscribe"),  # two lines
            (first.identifier, "comes with each message"),
            (pairs(first)[1].value_input, "Sent with SUBSCRIBE"),
        )
        places = set()
        for widget, help_ in taught:
            widget.focus()
            await pilot.pause()
            assert help_ in note(first)
            places.add(second.region.y)
        second.qos.focus()
        await pilot.pause()
        assert note(first) == ""
        assert places == {second.region.y}


async def test_at_eighty_columns_every_line_has_room(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=(80, 40)) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        await pilot.pause()
        item = items(host)[0]
        for widget in (item.filter_line, item.alias, item.identifier, *item.query(UserPropertyRow)):
            assert item.region.contains_region(widget.region)
            assert widget.size.width > len("268435455")
        for chips in (item.qos, item.no_local, item.retained, item.retain, item.color):
            assert item.region.contains_region(chips.region)


async def test_what_is_wrong_is_in_sight_on_a_small_screen_as_it_is_typed(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", PROFILE)
    async with connections(tmp_path, size=(80, 24)) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Topics")
        await pilot.pause()
        await pilot.press("shift+tab", "enter")  # the button below the last filter
        await pilot.pause()
        await pilot.press(*"c/#/d")
        await pilot.pause()
        assert "c/#/d" in host.shown
        assert "'#' must be a level of its own" in host.shown
