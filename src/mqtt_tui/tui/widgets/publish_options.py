"""The row of the publish pane between topic and payload."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Label, Static

from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.widgets.choice_chips import QOS_CHIPS, ChoiceChips
from mqtt_tui.tui.widgets.publish_words import properties_text


class _Switch(Static):
    """A word that does something when it is clicked."""

    class Clicked(Message):
        """It was."""

        def __init__(self, switch: "_Switch") -> None:
            super().__init__()
            self.switch = switch

        @property
        def control(self) -> "_Switch":
            """For ``on`` with a selector."""
            return self.switch

    def on_click(self, event: events.Click) -> None:
        """Tell."""
        event.stop()
        self.post_message(self.Clicked(self))


class PublishOptions(Horizontal):
    """QoS, retain, properties, and whether the payload is JSON; operated by clicks, and by the pane's keys."""

    DEFAULT_CSS = """
    PublishOptions {
        height: 1;

        #retain, #properties { width: auto; margin-left: 2; }
        #json { width: 1fr; text-align: right; }
    }
    """

    class PropertiesRequested(Message):
        """The user wants to edit the properties."""

    def __init__(self) -> None:
        super().__init__()
        self._chips = ChoiceChips(QOS_CHIPS, QoS.AT_LEAST_ONCE)
        self._chips.can_focus = False
        self._retain_switch = _Switch(id="retain")
        self._properties_switch = _Switch(id="properties")
        self._json = Static(id="json")
        self._retain = False
        self._properties = NONE
        self._protocol: Protocol | None = None

    def compose(self) -> ComposeResult:
        """From left to right."""
        yield Label("QoS", classes="label")
        yield self._chips
        yield self._retain_switch
        yield self._properties_switch
        yield self._json

    def on_mount(self) -> None:
        """Show what is there from the beginning."""
        self.retain = self._retain
        self._show_properties()

    @property
    def qos(self) -> QoS:
        """As chosen."""
        return QoS(self._chips.chosen)

    @qos.setter
    def qos(self, qos: QoS) -> None:
        self._chips.chosen = qos

    @property
    def retain(self) -> bool:
        """Whether the broker is to keep the message."""
        return self._retain

    @retain.setter
    def retain(self, retain: bool) -> None:
        self._retain = retain
        mark = ("●", "bold $retained") if retain else ("○", "$text-faint")
        self._retain_switch.update(line(("retain ", "" if retain else "$text-soft"), mark))

    @property
    def properties(self) -> PublishProperties:
        """Those of MQTT 5."""
        return self._properties

    @properties.setter
    def properties(self, properties: PublishProperties) -> None:
        self._properties = properties
        self._show_properties()

    @property
    def protocol(self) -> Protocol | None:
        """What the connection speaks, None without one; before MQTT 5 there are no properties."""
        return self._protocol

    @protocol.setter
    def protocol(self, protocol: Protocol | None) -> None:
        if protocol is not self._protocol:
            self._protocol = protocol
            self._show_properties()

    def show_json(self, problem: str | None) -> None:
        """``JSON ✓``, ``JSON ✗``; nothing where the payload is not meant as JSON (None)."""
        if problem is None:
            self._json.update("")
        elif problem:
            self._json.update(line(("JSON ", "$text-soft"), ("✗", "bold $warning")))
        else:
            self._json.update(line(("JSON ", "$text-soft"), ("✓", "bold $success")))

    def _show_properties(self) -> None:
        self._properties_switch.update(properties_text(self._properties, self._protocol))

    @on(_Switch.Clicked, "#retain")
    def toggle_retain(self) -> None:
        """Keep, or not."""
        self.retain = not self.retain

    @on(_Switch.Clicked, "#properties")
    def request_properties(self) -> None:
        """Pass the wish on."""
        self.post_message(self.PropertiesRequested())
