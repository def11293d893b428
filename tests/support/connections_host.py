"""The connections screen on an application of its own, over a real profiles.toml."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget

from mqtt_tui.config.theme_file import load_themes, shipped_directory
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.messages import OpenDemo, OpenTarget
from mqtt_tui.tui.screens.connections import ConnectionsScreen
from mqtt_tui.tui.screens.profile_editor import ProfileEditor
from mqtt_tui.tui.screens.profile_fields import FieldRow
from mqtt_tui.tui.themes import textual_theme
from mqtt_tui.tui.widgets.choice_chips import ChoiceChips
from mqtt_tui.tui.widgets.profile_list import ProfileList
from mqtt_tui.tui.widgets.shown_input import ShownInput


class ConnectionsHost(App[None]):
    """Keeps what the screen asks for."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        for theme in load_themes(shipped_directory())[0].values():
            self.register_theme(textual_theme(theme))
        self.theme = "dusk"
        self.repository = ProfileRepository(directory, commands={"demo"})
        self.targets: list[Target] = []
        self.demos = 0

    def on_mount(self) -> None:
        self.push_screen(ConnectionsScreen(self.repository))

    def on_open_target(self, event: OpenTarget) -> None:
        self.targets.append(event.target)

    def on_open_demo(self, _: OpenDemo) -> None:
        self.demos += 1

    @property
    def listed(self) -> ProfileList:
        return self.screen.query_one(ProfileList)

    @property
    def shown(self) -> str:
        """Everything on the screen."""
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())

    @property
    def told(self) -> str:
        """What the toasts say."""
        return "\n".join(notice.message for notice in self._notifications)

    async def tab(self, title: str) -> None:
        """Choose a tab of the editor."""
        assert isinstance(self.screen, ProfileEditor)
        await self.screen._choose(title)

    def row(self, key: str) -> FieldRow[object]:
        """The editor's row of a field, whose tab has been open."""
        return next(row for row in self.screen.query(FieldRow) if row.words.key == key)

    def line(self, key: str, selector: str = "ShownInput") -> ShownInput:
        """The line in that row."""
        return self.row(key).query(selector).first(ShownInput)

    def choose(self, key: str, number: int) -> None:
        """Choose one of the words in that row."""
        self.row(key).query_one(ChoiceChips).chosen = number


@asynccontextmanager
async def connections(
    directory: Path, size: tuple[int, int] = (100, 40)
) -> AsyncIterator[tuple[ConnectionsHost, Pilot[None]]]:
    """The screen, ready."""
    host = ConnectionsHost(directory)
    async with host.run_test(size=size) as pilot:
        await pilot.pause()
        yield host, pilot


async def editor(host: ConnectionsHost, pilot: Pilot[None], key: str) -> ProfileEditor:
    """The editor that ``key`` opens."""
    await pilot.press(key)
    await pilot.pause()
    assert isinstance(host.screen, ProfileEditor)
    return host.screen


def words(widget: Widget) -> str:
    """What a widget that renders text says."""
    return str(widget.render())
