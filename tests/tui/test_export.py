"""The export dialog explains what fails and leaves nothing half-written."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from mqtt_tui.config.theme_file import load_themes, shipped_directory
from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.tui.screens import export
from mqtt_tui.tui.screens.export import Export
from mqtt_tui.tui.themes import textual_theme
from tests.support.arriving import At, deliver
from tests.support.fake_transport import FakeBroker


class Host(App[None]):
    """The dialog over the messages of a session that is not connected."""

    def __init__(self) -> None:
        super().__init__()
        for theme in load_themes(shipped_directory())[0].values():
            self.register_theme(textual_theme(theme))
        self.theme = "dusk"
        self.results: list[str | None] = []
        target = Target("fake", BrokerProfile(url="wss://fake.invalid/mqtt?token=secret"))
        self.session = Session(target, budget=MemoryBudget(1 << 30), open_transport=FakeBroker().open_transport)
        publishes = [raw_publish(b"t/%d" % number, b"x", protocol=Protocol.V311) for number in range(200)]
        deliver(self.session.store, publishes, At(1, Protocol.V311, 0))

    def on_mount(self) -> None:
        self.push_screen(Export(self.session, None, None, ""), self.results.append)

    @property
    def said(self) -> str:
        return str(self.screen.query_one("#said", Static).content)


@asynccontextmanager
async def export_to(path: str) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    app = Host()
    async with app.run_test() as pilot:
        await pilot.pause()
        app.screen.query_one("#file", Input).value = path
        yield app, pilot


async def until(condition: Callable[[], bool]) -> None:
    """Let the writer go on until ``condition`` holds."""
    for _ in range(1_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come about")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every message is worth a look at the keyboard."""
    monkeypatch.setattr(export, "_SLICE", 0.0)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("~nosuchuser/x.json", "No such file or directory"),
        (f"/tmp/{'x' * 300}.json", "File name too long"),
        ("", "Name a file"),
    ],
    ids=["unknown user", "long name", "no name"],
)
async def test_a_file_that_cannot_be_is_explained_in_the_dialog(name: str, why: str) -> None:
    async with export_to(name) as (app, pilot):
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert why in app.said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter every folder")
async def test_a_folder_that_is_closed_is_explained_in_the_dialog(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    async with export_to(str(closed / "x.json")) as (app, pilot):
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Permission denied" in app.said


@pytest.mark.usefixtures("slow")
async def test_escape_stops_writing_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async with export_to(str(tmp_path / "x.json")) as (app, _):
        dialog = app.screen
        assert isinstance(dialog, Export)
        dialog.action_save()
        await until(lambda: bool(os.listdir(tmp_path)))
        dialog.action_cancel()
        assert "Stopped" in app.said
        await until(lambda: not os.listdir(tmp_path))
        assert app.screen is dialog
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("slow")
async def test_ending_the_program_while_it_writes_leaves_nothing_behind(tmp_path: Path) -> None:
    async with export_to(str(tmp_path / "x.json")) as (app, _):
        dialog = app.screen
        assert isinstance(dialog, Export)
        dialog.action_save()
        await until(lambda: bool(os.listdir(tmp_path)))
        app.exit()
    assert os.listdir(tmp_path) == []


@pytest.mark.usefixtures("slow")
async def test_saving_twice_writes_once_and_the_file_has_no_token(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    async with export_to(str(file)) as (app, pilot):
        dialog = app.screen
        assert isinstance(dialog, Export)
        dialog.action_save()
        dialog.action_save()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [result.split(",")[0] for result in app.results if result] == ["200 messages"]
    assert os.listdir(tmp_path) == ["x.json"]
    document = json.loads(file.read_text())
    assert len(document["messages"]) == 200
    assert "secret" not in file.read_text()
