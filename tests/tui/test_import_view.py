"""Taking over brokers, on the screen."""

import json
from pathlib import Path

import pytest

from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.tui.screens.connections import ConnectionsScreen
from mqtt_tui.tui.screens.import_view import ImportView
from tests.support.connections_host import connections

SETTINGS = {
    "ConnectionManager_connections": {
        "a": {"type": "mqtt", "name": "Plant", "protocol": "mqtt", "host": "plant", "port": 1883, "password": "C4N4RY"},
        "b": {"type": "mqtt", "name": "Lab\x1b[31m", "protocol": "mqtt", "host": "lab", "port": 1884},
    }
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    return tmp_path / "home"


def write(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(SETTINGS))
    return file


@pytest.mark.parametrize("size", [(100, 40), (80, 24)])
async def test_what_is_found_is_seen_first_and_only_what_is_marked_is_saved(
    tmp_path: Path, home: Path, size: tuple[int, int]
) -> None:
    write(home / ".config" / "MQTT-Explorer" / "settings.json")
    async with connections(tmp_path, size) as (host, pilot):
        assert "take over brokers from MQTT Explorer" in host.shown
        await pilot.press("i")
        await pilot.pause()
        assert isinstance(host.screen, ImportView)
        assert "MQTT Explorer, 2 brokers" in host.shown
        assert "✓ Plant" in host.shown
        assert "Its secrets stay there" in host.shown
        await pilot.press("down", "space")
        await pilot.pause()
        assert "✓ Lab" not in host.shown
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(host.screen, ConnectionsScreen)
        assert host.listed.selected == "Plant"
        assert "1 broker taken over" in host.told
    saved = ProfileRepository(tmp_path).load().entries
    assert list(saved) == ["Plant"]
    assert saved["Plant"].password == Secret(prompt=True)


async def test_passwords_come_along_when_they_are_wanted_and_are_not_shown(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "elsewhere" / "some.json")
    async with connections(tmp_path) as (host, pilot):
        await pilot.press("i")
        await pilot.pause()
        assert "Nothing was found in the usual places" in host.shown
        await pilot.press(*"/nowhere", "enter")
        await pilot.pause()
        assert "cannot be read" in host.shown
        screen = host.screen
        assert isinstance(screen, ImportView)
        screen._path.value = str(file)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("p")
        await pilot.pause()
        assert "are taken over and stored" in host.shown
        assert "C4N4RY" not in host.shown
        await pilot.press("ctrl+s")
        await pilot.pause()
    saved = ProfileRepository(tmp_path).load().entries
    assert saved["Plant"].password == Secret(value="C4N4RY")
    assert "Lab[31m" in saved
