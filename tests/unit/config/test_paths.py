"""Where things are, and that looking creates nothing."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt_tui.config import paths


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_the_environment_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("MQTT_TUI_DATA_DIR", str(tmp_path / "data"))
    assert paths.settings_file() == tmp_path / "config" / "config.toml"
    assert paths.user_themes_directory() == tmp_path / "config" / "themes"
    assert paths.data_directory() == tmp_path / "data"
    assert list(tmp_path.iterdir()) == []


def test_without_it_the_systems_place_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", "")
    monkeypatch.delenv("MQTT_TUI_DATA_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for found in (paths.config_directory(), paths.data_directory()):
        assert found.name == "mqtt-tui"
        assert found.is_absolute()


def test_a_relative_directory_stays_where_it_was_when_the_program_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", "here")
    assert paths.config_directory() == tmp_path / "here"


def test_a_directory_is_made_for_its_owner_alone(tmp_path: Path, no_umask: None) -> None:
    paths.make_private(tmp_path / "a" / "b")
    paths.make_private(tmp_path / "a" / "b")
    for made in (tmp_path / "a", tmp_path / "a" / "b"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
