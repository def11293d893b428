"""A small application around the publish pane."""

from textual import events, on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from mqtt_tui.config.theme_file import load_themes, shipped_directory
from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.tui.screens.properties_dialog import PropertiesDialog
from mqtt_tui.tui.themes import textual_theme
from mqtt_tui.tui.widgets.draft import Draft
from mqtt_tui.tui.widgets.publish_pane import PublishPane

SEEN = {"f": ["factory/", "fine"], "factory/": ["factory/set", "factory/state"], "factory/s": ["factory/set"]}


def complete(typed: str) -> list[str]:
    return SEEN.get(typed, [])


class PaneHost(App[None]):
    """A pane, and a screen that writes down what it asks for."""

    def __init__(self) -> None:
        super().__init__()
        for theme in load_themes(shipped_directory())[0].values():
            self.register_theme(textual_theme(theme))
        self.theme = "dusk"
        self.requests: list[PublishRequest] = []
        self.has_been_left = False
        self.pane = PublishPane(complete)

    def compose(self) -> ComposeResult:
        yield Static(id="elsewhere")
        yield self.pane

    def on_mount(self) -> None:
        self.query_one("#elsewhere").can_focus = True
        self.query_one("#elsewhere").focus()

    @on(PublishPane.PublishRequested)
    def note(self, event: PublishPane.PublishRequested) -> None:
        self.requests.append(event.request)

    @on(PublishPane.PropertiesRequested)
    def edit_properties(self) -> None:
        self.push_screen(PropertiesDialog(self.pane.properties, complete), self.pane.set_properties)

    @on(PublishPane.Left)
    def leave(self) -> None:
        self.has_been_left = True

    async def send(self, pilot: Pilot[None], draft: Draft) -> None:
        self.pane.draft = draft
        self.pane.start("")
        await pilot.pause()
        await pilot.press("ctrl+j")

    async def press_at_once(self, pilot: Pilot[None], *keys: str) -> None:
        """As a terminal does that hands pasted text over as keys."""
        for key in keys:
            event = events.Key(key, "\n" if key == "ctrl+j" else key)
            event.time = 1_000.0
            self.post_message(event)
        await pilot.pause()


def received(payload: bytes, *, topic: bytes = b"a/b", **properties: object) -> ApplicationMessage:
    head, name, rest = raw_publish(
        topic,
        payload,
        protocol=Protocol.V5,
        qos=2,
        retain=True,
        packet_identifier=1,
        properties=PublishProperties(**properties),  # type: ignore[arg-type]
    )
    return ApplicationMessage(name, Arrival(0, head, protocol=Protocol.V5), rest)
