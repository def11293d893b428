from pathlib import Path

import pytest
from textual.widget import Widget
from textual.widgets import Button, Input

from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions, WebSocketOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.tui.screens.connections import ConnectionsScreen
from mqtt_tui.tui.screens.name_prompt import NamePrompt
from mqtt_tui.tui.screens.profile_editor import ProfileEditor
from mqtt_tui.tui.widgets.remove_button import RemoveButton
from mqtt_tui.tui.widgets.tab_strip import TabStrip
from tests.support.connections_host import ConnectionsHost, connections, editor, words

SECRET = "hunter2-very-secret"
SIZE = (100, 70)  # everything in sight
FULL = BrokerProfile(
    url="wss://broker.example/path",
    protocol="5",
    client_id="me",
    username="ops",
    password=Secret(value=SECRET),
    clean_start=False,
    session_expiry_interval=3600,
    keep_alive=30,
    connect_timeout=5,
    maximum_packet_size=65_536,
    tls=TlsOptions(
        ca_file="ca.pem", certificate_file="me.pem", key_file="me.key", key_password=Secret(value=SECRET), verify=False
    ),
    websocket=WebSocketOptions(headers={"Authorization": SECRET, "X-Site": SECRET}),
    will=WillMessage(topic="gone/me", payload=" so\nlong ", qos=1, retain=True),
    subscriptions=(
        SubscriptionOptions(filter="a/#", qos=2, no_local=True, retain_as_published=False, retain_handling=1),
        SubscriptionOptions(filter="b", qos=1),
    ),
)


def saved(directory: Path) -> dict[str, BrokerProfile]:
    return dict(ProfileRepository(directory).load().entries)


def note(host: ConnectionsHost, key: str) -> str:
    return words(host.row(key).query_one(".note"))


async def test_name_and_address_make_a_profile(tmp_path: Path) -> None:
    async with connections(tmp_path) as (host, pilot):
        await editor(host, pilot, "n")
        await pilot.press(*"lab", "tab", *"mqtt://localhost", "ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
        assert host.listed.selected == "lab"
    assert saved(tmp_path) == {"lab": BrokerProfile(url="mqtt://localhost")}


async def test_all_fields_can_be_entered(tmp_path: Path) -> None:
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "n")
        host.line("").value = "plant"
        host.line("url").value = "mqtts://broker.plant"
        host.line("username").value = "ops"
        host.choose("password", 2)
        host.line("password", "#env").value = "PLANT_PASSWORD"
        host.choose("protocol", 2)
        host.line("client_id").value = "me"
        await host.tab("Topics")
        host.line("subscriptions").value = "plant/#"
        host.row("subscriptions").query_one(".add", Button).press()
        await pilot.pause()
        await pilot.press(*"alarms/+", "tab", "right", "right")
        await host.tab("TLS")
        host.line("tls.ca_file").value = "ca.pem"
        host.choose("tls.key_password", 1)
        host.choose("tls.verify", 1)
        await host.tab("Network")
        host.line("keep_alive").value = "15"
        await host.tab("Will")
        host.line("will.topic").value = "gone/me"
        host.choose("will.retain", 0)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert saved(tmp_path)["plant"] == BrokerProfile(
        url="mqtts://broker.plant",
        username="ops",
        password=Secret(env="PLANT_PASSWORD"),
        protocol="3.1.1",
        client_id="me",
        keep_alive=15,
        tls=TlsOptions(ca_file="ca.pem", key_password=Secret(prompt=True), verify=False),
        will=WillMessage(topic="gone/me", retain=True),
        subscriptions=(SubscriptionOptions(filter="plant/#"), SubscriptionOptions(filter="alarms/+", qos=2)),
    )


async def test_saving_an_untouched_profile_changes_nothing_and_shows_no_secret(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        screen = await editor(host, pilot, "e")
        assert host.line("password", "#value").placeholder == "••••••••  typing replaces it"
        assert SECRET not in host.shown
        assert all(SECRET not in line.value for line in screen.query(Input))
        await host.tab("TLS")
        await pilot.pause()
        assert "Not verified" in note(host, "tls.verify")
        await host.tab("WebSocket")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert saved(tmp_path) == {"full": FULL}


async def test_typing_replaces_a_stored_secret(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        host.line("password", "#value").focus()
        await pilot.press(*"new-one")
        assert "new-one" not in host.shown
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert saved(tmp_path)["full"].password == Secret(value="new-one")
    assert saved(tmp_path)["full"].websocket == FULL.websocket


async def test_a_changed_name_renames_the_profile(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("old", FULL)
    async with connections(tmp_path) as (host, pilot):
        await editor(host, pilot, "e")
        host.line("").value = "new"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert host.listed.selected == "new"
    assert saved(tmp_path) == {"new": FULL}


@pytest.mark.parametrize(
    ("tab", "key", "text", "problem"),
    [
        ("Broker", "", "a/b", "'/'"),
        ("Broker", "", "demo", "command"),
        ("Broker", "", "taken", "already"),
        ("Broker", "url", "mqtt://host:70000", "no port"),
        ("Broker", "url", "mqtt://me:pw@host", "username and password"),
        ("Broker", "url", "mqtt://host/a/#", "subscriptions"),
        ("Network", "keep_alive", "4", "from 5 to 65535"),
        ("Network", "keep_alive", "soon", "whole number"),
        ("Will", "will.topic", "a/+", "+"),
        ("Topics", "subscriptions", "a/#/b", "#"),
    ],
)
async def test_a_wrong_value_is_told_at_its_field_and_not_saved(
    tmp_path: Path, tab: str, key: str, text: str, problem: str
) -> None:
    ProfileRepository(tmp_path).create("taken", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "n")
        host.line("").value = "mine"
        host.line("url").value = "mqtt://localhost"
        await pilot.pause()
        await host.tab(tab)
        line = host.line(key)
        line.value = text
        await pilot.pause()
        assert problem in note(host, key)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ProfileEditor)
        assert host.focused is line
        assert line.value == text
    assert set(saved(tmp_path)) == {"taken"}


async def test_two_wrong_values_are_both_told(tmp_path: Path) -> None:
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "n")
        host.line("url").value = "http://host"
        await host.tab("Network")
        host.line("keep_alive").value = "0"
        await pilot.pause()
        assert "web page" in note(host, "url")
        assert "from 5" in note(host, "keep_alive")


async def test_nothing_is_called_wrong_before_it_was_touched(tmp_path: Path) -> None:
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        screen = await editor(host, pilot, "n")
        assert not screen.query(".wrong")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "needs a name" in note(host, "")
        assert "empty" in note(host, "url")


async def test_tls_and_headers_are_there_only_where_the_address_has_them(tmp_path: Path) -> None:
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "n")
        for url, has_tls, has_headers in (
            ("mqtt://a", False, False),
            ("mqtts://a", True, False),
            ("ws://a", False, True),
            ("wss://a", True, True),
        ):
            host.line("url").value = url
            await pilot.pause()
            titles = host.screen.query_one(TabStrip).render().plain.split()
            assert ("TLS" in titles, "WebSocket" in titles) == (has_tls, has_headers)


async def test_what_the_address_has_no_use_for_is_not_saved(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        host.line("url").value = "mqtt://broker.example"
        await pilot.press("ctrl+s")
        await pilot.pause()
    profile = saved(tmp_path)["full"]
    assert (profile.tls, profile.websocket) == (TlsOptions(), WebSocketOptions())


async def test_headers_and_filters_can_be_taken_away(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        for key, tab in (("subscriptions", "Topics"), ("websocket.headers", "WebSocket")):
            await host.tab(tab)
            host.row(key).query(RemoveButton).first().press()
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
    profile = saved(tmp_path)["full"]
    assert profile.subscriptions == FULL.subscriptions[1:]
    assert profile.websocket.headers == {"X-Site": SECRET}


async def test_a_header_needs_a_name(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("WebSocket")
        host.line("websocket.headers").value = ""
        await pilot.pause()
        assert "needs a name" in note(host, "websocket.headers")


async def test_a_secret_whose_source_is_empty_is_not_saved(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", BrokerProfile(url="mqtt://localhost"))
    async with connections(tmp_path) as (host, pilot):
        await editor(host, pilot, "e")
        missing = (
            ("#env", "Name the environment"),
            ("#keyring", "Name the entry"),
            ("#command", "Name it"),
            ("#file", "Name the file"),
            ("#value", "Type the secret"),
        )
        for number, (line, problem) in enumerate(missing, 2):
            host.choose("password", number)
            await pilot.press("ctrl+s")
            await pilot.pause()
            assert problem in note(host, "password")
            assert host.focused is host.line("password", line)


@pytest.mark.parametrize("key", ["ctrl+s", "f5"])
async def test_what_does_not_go_together_is_told_and_gone_to(tmp_path: Path, key: str) -> None:
    ProfileRepository(tmp_path).create("lab", BrokerProfile(url="mqtt://localhost"))
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "e")
        await host.tab("Network")
        host.line("proxy.url").value = "http://proxy"
        host.choose("proxy.from_environment", 0)
        await host.tab("Broker")
        await pilot.press(key)
        await pilot.pause()
        assert isinstance(host.screen, ProfileEditor)
        assert "should be one of" in host.shown
        assert host.focused is not None
        assert host.row("proxy.url") in host.focused.ancestors


async def test_what_was_typed_survives_a_file_that_broke_meanwhile(tmp_path: Path) -> None:
    async with connections(tmp_path) as (host, pilot):
        await editor(host, pilot, "n")
        await pilot.press(*"lab", "tab", *"mqtt://localhost")
        (tmp_path / "profiles.toml").write_text("version = ")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ProfileEditor)
        assert "Nothing was saved" in host.told
        assert host.line("").value == "lab"
    assert (tmp_path / "profiles.toml").read_text() == "version = "


async def test_escape_leaves_everything_as_it_was(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path) as (host, pilot):
        await editor(host, pilot, "e")
        await pilot.press(*"xyz", "escape")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert saved(tmp_path) == {"full": FULL}


async def test_the_editor_opens_at_the_field_at_fault(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path) as (host, pilot):
        assert isinstance(host.screen, ConnectionsScreen)
        host.screen.action_edit("username")
        await pilot.pause()
        assert host.focused is host.line("username")


async def test_what_is_still_being_said_while_the_editor_closes_is_not_looked_at(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        for key, tab in (("url", "Broker"), ("subscriptions", "Topics"), ("websocket.headers", "WebSocket")):
            await editor(host, pilot, "e")
            await host.tab(tab)
            row = host.row(key)
            screen = host.screen
            await row.query(Widget).remove()  # as the end of a screen does, in whatever order
            screen.dismiss(None)
            screen.post_message(row.Changed(row))
            await pilot.pause()
            assert host.screen is not screen


async def test_what_is_still_typed_while_a_name_prompt_closes_is_not_looked_at(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("full", FULL)
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await pilot.press("r")
        prompt = host.screen
        assert isinstance(prompt, NamePrompt)
        field = prompt.query_one(Input)
        await field.remove()
        prompt.dismiss(None)
        prompt.post_message(Input.Changed(field, "x"))
        await pilot.pause()
        assert host.screen is not prompt
