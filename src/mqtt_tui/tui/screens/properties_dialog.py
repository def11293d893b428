"""The MQTT 5 properties of a message to be published."""

from collections.abc import Callable
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Label, Static

from mqtt_tui.errors import UsageError
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets import property_fields
from mqtt_tui.tui.widgets.choice_chips import ChoiceChips
from mqtt_tui.tui.widgets.plain_input import PlainInput
from mqtt_tui.tui.widgets.topic_input import Complete, TopicInput
from mqtt_tui.tui.widgets.user_properties import UserProperties

Value = TypeVar("Value")
Entered = TypeVar("Entered")

_FORMATS = (None, 0, 1)
_FORMAT_CHIPS = (("unsaid", "$primary"), ("bytes", "$primary"), ("UTF-8", "$primary"))


class Field(Widget):
    """A label, what is entered, and below it a line that teaches it or says what is wrong."""

    DEFAULT_CSS = """
    Field {
        height: auto;

        & > Horizontal { height: 1; }
        & > Horizontal > .label { width: 18; }
        & > Horizontal > PlainInput, & > Horizontal > TopicInput, & > Horizontal > UserProperties { width: 1fr; }
        &.-tall > Horizontal { height: auto; }
        .help { height: auto; margin-left: 19; color: $text-faint; }
        &.-wrong .help { color: $error; }
    }
    """

    def __init__(self, label: str, entry: Widget, teaches: str) -> None:
        super().__init__(classes="-tall" if isinstance(entry, UserProperties) else None)
        self._label = label
        self._entry = entry
        self._teaches = teaches
        self._help = Static(line(teaches), classes="help")

    def compose(self) -> ComposeResult:
        """Label, entry, help."""
        with Horizontal():
            yield Label(self._label, classes="label")
            yield self._entry
        yield self._help

    def say(self, problem: str = "") -> None:
        """Show what is wrong in place of the help; nothing: all is well."""
        self.set_class(bool(problem), "-wrong")
        self._help.update(line(problem or self._teaches))

    @property
    def problem(self) -> str:
        """What is wrong, as shown."""
        return str(self._help.content) if self.has_class("-wrong") else ""

    def focus(self, scroll_visible: bool = True) -> "Field":
        """Give the keyboard to what is entered."""
        self._entry.focus(scroll_visible)
        return self


class PropertiesDialog(Dialog[PublishProperties]):
    """Edits what may go with a PUBLISH; a topic alias is the connection's business and not asked for.

    Args:
        properties: to begin with.
        complete: topics that the beginning of a response topic may become.
    """

    heading = "Properties"

    def __init__(self, properties: PublishProperties, complete: Complete) -> None:
        super().__init__()
        expiry = properties.message_expiry_interval
        self._content_type = PlainInput(properties.content_type or "", placeholder="none")
        self._format = ChoiceChips(_FORMAT_CHIPS, _FORMATS.index(properties.payload_format_indicator))
        self._expiry = PlainInput("" if expiry is None else str(expiry), placeholder="none")
        self._response_topic = TopicInput(complete, placeholder="none")
        self._response_topic.value = properties.response_topic or ""
        self._correlation = PlainInput(
            property_fields.correlation_text(properties.correlation_data), placeholder="none"
        )
        self._user_properties = UserProperties(properties.user_properties)
        self._fields = {
            name: Field(name.replace("_", " "), entry, teaches)
            for name, entry, teaches in (
                ("content_type", self._content_type, "What the payload is, as in application/json."),
                ("payload_format", self._format, "Whether receivers may check that it is UTF-8."),
                ("message_expiry", self._expiry, "Seconds until the broker gives it up."),
                ("response_topic", self._response_topic, "Where an answer is expected; no wildcards."),
                ("correlation_data", self._correlation, "Returns with the answer: text, or 0x and hex."),
                ("user_properties", self._user_properties, "Sent in this order; names may repeat."),
            )
        }

    def content(self) -> ComposeResult:
        """One field below the other."""
        yield from self._fields.values()

    def result(self) -> PublishProperties | None:
        """The properties; None where a field cannot be meant, which then says why."""
        wrong: list[str] = []

        def read(name: str, meaning: Callable[[Entered], Value | None], entered: Entered) -> Value | None:
            try:
                value = meaning(entered)
            except UsageError as error:
                self._fields[name].say(error.message)
                wrong.append(name)
                return None
            self._fields[name].say()
            return value

        properties = PublishProperties(
            content_type=read("content_type", property_fields.string_from, self._content_type.value),
            payload_format_indicator=_FORMATS[self._format.chosen],
            message_expiry_interval=read("message_expiry", property_fields.interval_from, self._expiry.value),
            response_topic=read("response_topic", property_fields.response_topic_from, self._response_topic.value),
            correlation_data=read("correlation_data", property_fields.correlation_data_from, self._correlation.value),
            user_properties=read("user_properties", UserProperties.checked, self._user_properties) or (),
        )
        if wrong:
            self._fields[wrong[0]].focus()
        return None if wrong else properties

    @on(Input.Submitted)
    @on(TopicInput.Submitted)
    def go_on(self) -> None:
        """Enter leads to the next field."""
        self.focus_next()
