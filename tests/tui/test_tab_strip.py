"""Tabs on one line, however many there are."""

from textual.app import App, ComposeResult

from mqtt_tui.config import paths
from mqtt_tui.config.theme_file import load_themes
from mqtt_tui.tui.safe import shortened
from mqtt_tui.tui.themes import textual_theme
from mqtt_tui.tui.widgets.tab_strip import Tab, TabStrip


class Host(App[None]):
    def __init__(self, *names: str) -> None:
        super().__init__()
        themes, _ = load_themes(paths.user_themes_directory())
        self.register_theme(textual_theme(themes["dusk"]))
        self.theme = "dusk"
        self.tabs = [Tab(name, name, shortened(name, 11), "+3", "●", "$success") for name in names]
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield TabStrip()

    def on_tab_strip_chosen(self, event: TabStrip.Chosen) -> None:
        self.chosen.append(event.name)

    def show(self, chosen: str) -> str:
        strip = self.query_one(TabStrip)
        strip.show(self.tabs, chosen, "")
        return strip.render().plain


async def test_short_names_tell_brokers_apart_whose_names_begin_alike() -> None:
    app = Host("plant-north-line-1", "plant-north-line-2", "plant-north-line-3")
    async with app.run_test(size=(50, 3)) as pilot:
        await pilot.pause()
        assert app.show("plant-north-line-2").split() == ["●", "plant…ine-1", "●", "plant…ine-2", "●", "plant…ine-3"]


async def test_the_chosen_one_is_named_and_seen_however_many_there_are() -> None:
    names = [f"工場-{number:02}" for number in range(40)]
    app = Host(*names)
    async with app.run_test(size=(60, 3)) as pilot:
        await pilot.pause()
        for chosen in (names[0], names[20], names[39]):
            shown = app.show(chosen)
            assert f"● {chosen} " in shown
            await pilot.click(TabStrip, offset=(1, 0))
            await pilot.pause()
        assert app.chosen[0] == names[0]
        assert app.chosen[1] in names[5:21]
        assert app.chosen[2] in names[24:]
