from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from mqtt_tui.errors import ConnectRefused
from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import NamedSecret
from mqtt_tui.tui.screens.confirm import Confirm
from mqtt_tui.tui.screens.connections import ConnectionsScreen
from mqtt_tui.tui.screens.name_prompt import NamePrompt
from mqtt_tui.tui.screens.profile_editor import ProfileEditor
from mqtt_tui.tui.screens.secret_prompt import SecretPrompt
from mqtt_tui.tui.widgets.profile_list import ProfileList
from tests.support.connections_host import connections, words

SECRET = "hunter2-very-secret"
FACTORY = BrokerProfile(
    url="mqtts://broker.plant:8883",
    username="ops",
    password=Secret(value=SECRET),
    subscriptions=(SubscriptionOptions(filter="factory/#"), SubscriptionOptions(filter="alarms/#")),
)
LAB = BrokerProfile(url="mqtt://localhost:1883")
ASKED = Secret(prompt=True)
PASSWORD = NamedSecret("password", "password", ASKED)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    repository = ProfileRepository(tmp_path)
    repository.create("factory", FACTORY)
    repository.create("lab", LAB)
    return tmp_path


async def connect_to(pilot: Pilot[None], address: str) -> None:
    await pilot.press("slash")
    assert isinstance(pilot.app.focused, Input)
    pilot.app.focused.value = address
    await pilot.press("enter")
    await pilot.pause()


async def test_without_profiles_the_screen_says_what_to_do(tmp_path: Path) -> None:
    async with connections(tmp_path, size=(80, 24)) as (host, pilot):
        for words_of_help in ("No broker is saved yet", "type the address", "make a profile", "built-in demo"):
            assert words_of_help in host.shown
        await pilot.press("enter", "e", "r", "d", "delete", "D")
        await pilot.pause()
        assert (host.demos, host.targets) == (1, [])
        assert isinstance(host.screen, ConnectionsScreen)


async def test_a_profile_shows_where_how_who_and_what(directory: Path) -> None:
    ProfileRepository(directory).create(
        "trusting", BrokerProfile(url="wss://cloud.example/mqtt", tls=TlsOptions(verify=False))
    )
    async with connections(directory, size=(80, 24)) as (host, _):
        lines = host.shown.splitlines()
        factory = next(number for number, line in enumerate(lines) if " factory " in line)
        assert "● TLS" in lines[factory]
        assert "MQTT auto" in lines[factory]
        assert "mqtts://broker.plant:8883  ops" in lines[factory + 1]
        assert "factory/# +1" in lines[factory + 1]
        assert "plain" in next(line for line in lines if " lab " in line)
        assert "not verified" in next(line for line in lines if " trusting " in line)
        assert SECRET not in host.shown


async def test_the_profile_used_last_is_on_top_and_enter_connects_to_the_selected_one(directory: Path) -> None:
    ProfileRepository(directory).mark_used("lab")
    async with connections(directory) as (host, pilot):
        assert host.listed.selected == "lab"
        await pilot.press("down", "enter")
        await pilot.pause()
        (target,) = host.targets
        assert (target.name, target.profile, target.is_saved) == ("factory", FACTORY, True)


async def test_a_click_selects_and_a_double_click_connects(directory: Path) -> None:
    async with connections(directory) as (host, pilot):
        await pilot.click(ProfileList, offset=(5, 5))
        assert (host.listed.selected, host.targets) == ("lab", [])
        await pilot.click(ProfileList, offset=(5, 2), times=2)
        await pilot.pause()
        assert [target.name for target in host.targets] == ["factory"]


@pytest.mark.parametrize("size", [(80, 24), (240, 60)])
async def test_the_last_of_fifty_profiles_can_be_reached_and_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    repository = ProfileRepository(tmp_path)
    for number in range(50):
        repository.create(f"site-{number}", LAB)
    async with connections(tmp_path, size=size) as (host, pilot):
        await pilot.press("G")
        await pilot.pause()
        assert host.listed.selected == "site-49"
        assert "▌ site-49" in host.shown
        await pilot.press("pageup", "g")
        await pilot.pause()
        assert "▌ site-0" in host.shown


async def test_quick_connect_takes_user_password_and_filter_and_stores_nothing(directory: Path) -> None:
    before = (directory / "profiles.toml").read_bytes()
    async with connections(directory) as (host, pilot):
        await pilot.press("slash")
        await pilot.press(*f"mqtts://me:{SECRET}@broker.example:8884/a/b/#")
        assert "mqtts://me:•••" in host.shown
        assert SECRET not in host.shown
        await pilot.press("enter")
        await pilot.pause()
        (target,) = host.targets
        assert (target.name, target.is_saved) == ("broker.example", False)
        assert target.profile.url == "mqtts://broker.example:8884"
        assert (target.profile.username, target.profile.password) == ("me", Secret(value=SECRET))
        assert [one.filter for one in target.profile.subscriptions] == ["a/b/#"]
        assert not host.screen.query_one(Input).value
    assert (directory / "profiles.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("", "empty"),
        ("http://broker", "web page"),
        ("mqtt://broker:99999", "no port"),
        ("mqtt://bro\x1b[31mker", "␛"),
        ("mqtt://a/b/#/c", "#"),
    ],
)
async def test_a_malformed_address_is_explained_in_its_place(directory: Path, address: str, problem: str) -> None:
    async with connections(directory) as (host, pilot):
        await connect_to(pilot, address)
        assert problem in words(host.screen.query_one("QuickConnect #problem", Static))
        assert host.targets == []
        assert "\x1b" not in host.shown
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert [target.name for target in host.targets] == ["factory"]


async def test_the_name_of_a_saved_profile_is_an_address(directory: Path) -> None:
    async with connections(directory) as (host, pilot):
        await connect_to(pilot, "lab")
        assert [(target.name, target.is_saved) for target in host.targets] == [("lab", True)]


async def test_letters_typed_into_the_address_line_are_no_commands(directory: Path) -> None:
    async with connections(directory) as (host, pilot):
        await pilot.press("slash", *"nerdD")
        assert host.screen.query_one(Input).value == "nerdD"
        assert isinstance(host.screen, ConnectionsScreen)
        assert "duplicate" not in host.shown  # nor does the footer offer them
        assert "enter connects" in host.shown
        await pilot.press("escape")
        await pilot.pause()
        assert "duplicate" in host.shown
        assert "enter connects" not in host.shown


async def test_rename_duplicate_and_delete_go_to_the_file(directory: Path) -> None:
    repository = ProfileRepository(directory)
    async with connections(directory) as (host, pilot):
        await pilot.press("r")
        assert isinstance(host.screen, NamePrompt)
        host.screen.query_one(Input).value = "lab"
        await pilot.press("enter")
        assert isinstance(host.screen, NamePrompt)
        assert "already" in words(host.screen.query_one("#note", Static))
        host.screen.query_one(Input).value = "plant"
        await pilot.press("enter")
        await pilot.pause()
        assert repository.load().entries == {"plant": FACTORY, "lab": LAB}
        assert host.listed.selected == "plant"

        await pilot.press("d", "enter")
        await pilot.pause()
        assert repository.load().entries == {"plant": FACTORY, "lab": LAB, "plant-2": FACTORY}
        assert host.listed.selected == "plant-2"

        await pilot.press("delete")
        assert isinstance(host.screen, Confirm)
        await pilot.press("enter")  # rests on Cancel
        await pilot.pause()
        assert "plant-2" in repository.load().entries
        await pilot.press("delete", "y")
        await pilot.pause()
        assert repository.load().entries == {"plant": FACTORY, "lab": LAB}


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_a_deletion_can_be_declined(directory: Path, key: str) -> None:
    async with connections(directory) as (host, pilot):
        await pilot.press("delete", key)
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert "factory" in ProfileRepository(directory).load().entries


async def test_the_profile_to_start_with_is_chosen_and_unchosen(directory: Path) -> None:
    repository = ProfileRepository(directory)
    async with connections(directory) as (host, pilot):
        await pilot.press("asterisk")
        assert repository.load().default == "factory"
        assert "factory ★" in host.shown
        await pilot.press("asterisk")
        assert repository.load().default is None


async def test_a_profile_that_another_window_removed_is_no_accident(directory: Path) -> None:
    async with connections(directory) as (host, pilot):
        await pilot.press("delete")
        ProfileRepository(directory).delete("factory")
        await pilot.press("y")
        await pilot.pause()
        assert "There is no profile called factory." in host.told
        assert host.listed.selected == "lab"


BROKEN = """
version = 1
[profiles.good]
url = "mqtt://localhost"
[profiles.bad]
url = "http://localhost"
[profiles.worse]
url = "mqtt://localhost"
keep_alive = 1
tsl = {}
password = "hunter2-very-secret"
"""


async def test_a_broken_file_is_explained_used_as_far_as_possible_and_never_written(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(BROKEN)
    file.chmod(0o600)
    async with connections(tmp_path) as (host, pilot):
        problems = words(host.screen.query_one("#problems Static", Static))
        for key in ("profiles.bad.url", "profiles.worse.keep_alive", "profiles.worse.tsl", "profiles.worse.password"):
            assert key in problems
        assert SECRET not in host.shown
        await pilot.press("n", "e", "r", "d", "delete", "asterisk")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
        assert "nothing is written" in host.told
        await pilot.press("enter")
        await pilot.pause()
        assert [target.name for target in host.targets] == ["good"]
    assert file.read_text() == BROKEN


HOSTILE = r"""
version = 1
[profiles."[@click=app.quit]x"]
url = "mqtt://[::1]:1883"
username = "\u001b]0;owned\u0007[@click=app.quit]me"
client_id = "\u001b[31m\u009b31m"
[[profiles."[@click=app.quit]x".subscriptions]]
filter = "[/]\u001b[2J"
[profiles."[/]"]
url = "mqtt://localhost"
[profiles."\u001b[2J"]
url = "mqtt://localhost"
"""


async def test_hostile_names_and_values_are_only_text(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(HOSTILE)
    async with connections(tmp_path) as (host, pilot):
        assert "[@click=app.quit]x" in host.shown
        assert "␛]0;owned␇[@click=app.quit]me" in host.shown
        assert 'profiles."[/]"' in host.shown
        for selector in (ProfileList, "#problems"):
            for x in range(2, 30, 4):
                await pilot.click(selector, offset=(x, 1))
        await pilot.pause()
        assert host.is_running
        assert all(character.isprintable() or character == "\n" for character in host.shown)


async def test_hostile_values_are_harmless_in_the_editor_and_kept_exactly(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(HOSTILE.split('[profiles."[/]"]', maxsplit=1)[0])
    before = ProfileRepository(tmp_path).load().entries
    assert before
    async with connections(tmp_path, size=(100, 60)) as (host, pilot):
        await pilot.press("e")
        await pilot.pause()
        assert "␛]0;owned␇" in host.shown
        assert all(character.isprintable() or character == "\n" for character in host.shown)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
    assert ProfileRepository(tmp_path).load().entries == before


async def test_a_refused_profile_is_opened_at_the_field_at_fault_and_no_other(directory: Path) -> None:
    repository = ProfileRepository(directory)
    repository.create("alpha", FACTORY)
    repository.create("beta", LAB)
    repository.mark_used("beta")
    refusal = ConnectRefused(
        "broker.plant:8883 refused the connection: Bad user name or password (0x86)",
        hint="Check user name and password.",
        reason_code=0x86,
        permanent=True,
        field="username",
    )
    async with connections(directory) as (host, pilot):
        assert isinstance(host.screen, ConnectionsScreen)
        host.screen.mend("alpha", refusal)
        await pilot.pause()
        assert isinstance(host.screen, ProfileEditor)
        assert host.screen.heading == "Edit alpha"
        assert "Bad user name or password (0x86)" in host.told


@pytest.mark.parametrize(
    ("secret", "profile", "question"),
    [
        (PASSWORD, FACTORY, "Password for ops at broker.plant:8883"),
        (PASSWORD, LAB, "Password for localhost:1883"),
        (
            NamedSecret("tls.key_password", "key password", ASKED),
            BrokerProfile(url="mqtts://b", tls=TlsOptions(key_file="\x1b[31mkey.pem")),
            "Key password for ␛[31mkey.pem",
        ),
    ],
)
async def test_a_secret_is_asked_for_by_name_and_not_shown(
    directory: Path, secret: NamedSecret, profile: BrokerProfile, question: str
) -> None:
    async with connections(directory) as (host, pilot):
        answers: list[str | None] = []
        await host.push_screen(SecretPrompt(secret, profile), answers.append)
        await pilot.pause()
        assert question in host.shown
        await pilot.press(*SECRET)
        assert SECRET not in host.shown
        await pilot.press("enter")
        await pilot.pause()
        assert answers == [SECRET]


async def test_leaving_the_secret_prompt_gives_no_secret(directory: Path) -> None:
    async with connections(directory) as (host, pilot):
        answers: list[str | None] = []
        await host.push_screen(SecretPrompt(PASSWORD, LAB), answers.append)
        await pilot.press("x", "escape")
        await pilot.pause()
        assert answers == [None]


async def test_profiles_of_a_group_stand_together_under_its_name(directory: Path) -> None:
    repository = ProfileRepository(directory)
    for name in ("alpha", "beta"):
        if name in repository.load().entries:
            repository.delete(name)
    repository.create("p1", BrokerProfile(url="mqtts://p1", group="plant", protect="ask"))
    repository.create("own", BrokerProfile(url="mqtt://own", read_only=True))
    repository.create("p2", BrokerProfile(url="mqtt://p2", group="plant"))
    repository.mark_used("p2")
    async with connections(directory) as (host, pilot):
        words_of_rows = [row.strip("│ ▌").split() for row in host.shown.splitlines()]
        names = [row[0] for row in words_of_rows if row and row[0] in ("p1", "own", "p2", "plant")]
        assert names == ["own", "plant", "p2", "p1"]
        assert "own  read only" in host.shown
        assert "p1  protected" in host.shown
        await pilot.press("end")
        assert host.listed.selected == "p1"
        line = next(number for number, row in enumerate(host.shown.splitlines()) if row.strip("│ ▌") == "plant")
        await pilot.click(offset=(12, line))
        assert host.listed.selected == "p1", "a heading is nothing to choose"
        await pilot.click(offset=(12, line + 1))
        assert host.listed.selected == "p2"


async def test_a_public_broker_is_saved_with_a_narrow_filter(tmp_path: Path) -> None:
    async with connections(tmp_path) as (host, pilot):
        for _ in range(2):  # the second time it is there already
            await pilot.press("p")
            await pilot.pause()
            assert "Everybody reads and writes there" in host.shown
            await pilot.press("down", "enter")
            await pilot.pause()
            assert host.listed.selected == "emqx-mqtts"
    profile = ProfileRepository(tmp_path).load().entries["emqx-mqtts"]
    assert profile.url == "mqtts://broker.emqx.io:8883"
    assert [one.filter for one in profile.subscriptions] == ["mqtt-tui/try/#"]
