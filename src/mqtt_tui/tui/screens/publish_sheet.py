"""The publish pane as a sheet, where the screen has no room for it beside the rest."""

from collections.abc import Awaitable, Callable

from textual import on, work
from textual.app import ComposeResult
from textual.worker import Worker

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.tui.screens.dialog import Modal
from mqtt_tui.tui.screens.properties_dialog import PropertiesDialog
from mqtt_tui.tui.widgets.draft import Draft
from mqtt_tui.tui.widgets.footer_bar import FooterBar
from mqtt_tui.tui.widgets.publish_pane import PublishPane
from mqtt_tui.tui.widgets.topic_input import Complete


class PublishSheet(Modal[Draft]):
    """Writes and sends messages until it is left; its result is the draft as it then stands.

    Args:
        complete: topics that the typed beginning may become.
        draft: to go on with.
        publish: sends a message; raises ``MqttTuiError`` where it was not, or perhaps not, published.
        protocol: what the connection speaks, None without one.
    """

    DEFAULT_CSS = """
    PublishSheet {
        align: center bottom;
        background: $background 60%;

        PublishPane {
            width: 100%;
            max-width: 120;
            height: 75%;
            min-height: 12;
            background: $surface;
        }
    }
    """

    def __init__(
        self,
        complete: Complete,
        draft: Draft,
        publish: Callable[[PublishRequest], Awaitable[PublishOutcome]],
        *,
        protocol: Protocol | None = None,
    ) -> None:
        super().__init__()
        self._complete = complete
        self._first = draft
        self._publish = publish
        self._sending: Worker[None] | None = None
        self.pane = PublishPane(complete)
        self.pane.protocol = protocol

    def compose(self) -> ComposeResult:
        """The pane, and the keys below."""
        yield self.pane
        yield FooterBar()

    def on_mount(self) -> None:
        """Go on with the draft."""
        self.pane.draft = self._first
        self.pane.start(self._first.topic)

    @on(PublishPane.PublishRequested)
    def send(self, event: PublishPane.PublishRequested) -> None:
        """Send it; the pane says what came of it."""
        self._sending = self.run_worker(self._send(event.request))

    async def _send(self, request: PublishRequest) -> None:
        try:
            outcome = await self._publish(request)
        except MqttTuiError as error:
            self.pane.show_error(error)
        else:
            self.pane.show_outcome(outcome)

    @on(PublishPane.PropertiesRequested)
    def edit_properties(self) -> None:
        """Open their editor."""
        self.app.push_screen(PropertiesDialog(self.pane.properties, self._complete), self.pane.set_properties)

    @on(PublishPane.Left)
    def leave(self) -> None:
        """Give the draft back; while a message is under way, as soon as it is known what came of it."""
        self._leave()

    @work(exclusive=True, group="leaving")
    async def _leave(self) -> None:
        if self._sending is not None:
            await self._sending.wait()
        self.dismiss(self.pane.draft)
