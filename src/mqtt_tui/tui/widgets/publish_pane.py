"""Where messages are written and sent."""

from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Label, Static, TextArea

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.text.quantities import size_text
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.widgets import json_check
from mqtt_tui.tui.widgets.draft import Draft, UnfitDraft, draft_of
from mqtt_tui.tui.widgets.payload_area import PayloadArea
from mqtt_tui.tui.widgets.publish_options import PublishOptions
from mqtt_tui.tui.widgets.publish_words import outcome_text, refusal_text
from mqtt_tui.tui.widgets.topic_input import Complete, TopicInput


class PublishPane(Vertical):
    """A draft, and what came of the last one that was sent.

    Args:
        complete: topics that the typed beginning may become.
    """

    DEFAULT_CSS = """
    PublishPane {
        height: 14;
        border: round $line;
        border-title-color: $foreground;
        border-title-style: bold;
        border-subtitle-color: $text-soft;
        padding: 0 1;

        &:focus-within { border: round $line-focus; border-title-color: $line-focus; }
        &.-compact { height: 6; }

        #topic-row { height: 1; }
        .label { width: 8; color: $text-soft; }
        PlainInput { background: transparent; }
        PlainInput:focus { background: $selection; }
        PlainInput.-invalid { background: $error 20%; }
        PayloadArea { background: transparent; padding: 0; }
        PayloadArea:focus { background: $lift; }
        #attachment { height: 1fr; display: none; }
        #attachment:focus { background: $lift; }
        &.-attached PayloadArea { display: none; }
        &.-attached #attachment { display: block; }
        #note { height: auto; max-height: 5; }
    }
    """
    BINDINGS = bindings_for(Scope.PUBLISH)

    class PublishRequested(Message):
        """The draft is whole and to be sent; the answer goes to ``show_outcome`` or ``show_error``."""

        def __init__(self, request: PublishRequest) -> None:
            super().__init__()
            self.request = request

    class PropertiesRequested(Message):
        """The user wants to edit ``properties``; what comes of it goes to ``set_properties``."""

    class Left(Message):
        """The user is done here for now; the draft stays."""

    def __init__(self, complete: Complete, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(id=id)
        self.border_title = Content("Publish")
        self._attached: tuple[bytes, str] | None = None
        self._sent: PublishRequest | None = None  # while its answer is awaited
        self._json_problem: str | None = None
        self._topic = TopicInput(complete, placeholder="topic/to/publish/to")
        self._options = PublishOptions()
        self._payload = PayloadArea(placeholder="payload")
        self._attachment = Static(id="attachment")
        self._attachment.can_focus = True
        self._note = Static(id="note")

    def compose(self) -> ComposeResult:
        """Topic, options, payload, result."""
        with Horizontal(id="topic-row"):
            yield Label("topic", classes="label")
            yield self._topic
        yield self._options
        yield self._payload
        yield self._attachment
        yield self._note

    def on_mount(self) -> None:
        """Begin small."""
        self._fit()

    # What the screen asks and says

    @property
    def draft(self) -> Draft:
        """Everything that was entered."""
        data, source = self._attached or (None, "")
        options = self._options
        return Draft(
            topic=self._topic.value,
            text=self._payload.text,
            qos=options.qos,
            retain=options.retain,
            properties=options.properties,
            attached=data,
            attached_from=source,
        )

    @draft.setter
    def draft(self, draft: Draft) -> None:
        self._topic.value = draft.topic
        self._payload.text = draft.text
        self._options.qos = draft.qos
        self._options.retain = draft.retain
        self._options.properties = draft.properties
        self._attached = None if draft.attached is None else (draft.attached, draft.attached_from)
        if self._attached is not None:
            size, source = size_text(len(self._attached[0])), self._attached[1]
            what = f"{size} from {source}, sent unchanged"
            self._attachment.update(
                line(what, ("\nThey cannot be edited here: not plain text, or too much.", "$text-soft"))
            )
        self._fit()

    @property
    def is_idle(self) -> bool:
        """Whether nobody is writing here: a few rows are then enough."""
        return not (self.has_focus_within or self._payload.text or self._attached)

    @property
    def protocol(self) -> Protocol | None:
        """What the connection speaks, None without one; before MQTT 5 there are no properties."""
        return self._options.protocol

    @protocol.setter
    def protocol(self, protocol: Protocol | None) -> None:
        self._options.protocol = protocol

    @property
    def properties(self) -> PublishProperties:
        """Those of the draft."""
        return self._options.properties

    def set_properties(self, properties: PublishProperties | None) -> None:
        """Take what was edited; None leaves them as they are."""
        if properties is not None:
            self._options.properties = properties
            self._check_json()

    @property
    def result(self) -> str:
        """What the line at the bottom says."""
        return str(self._note.content)

    def _give_keyboard(self, widget: Widget) -> None:
        """At once: what is typed next belongs to ``widget``."""
        self.screen.set_focus(widget.entry if isinstance(widget, TopicInput) else widget)

    def start(self, topic: str) -> None:
        """Write to ``topic``, unless something is being written already; the focus goes where something is missing."""
        if not self._payload.text and self._attached is None and topic.isprintable():
            self._topic.value = topic
        target = self._topic.value
        needs_topic = not target or "+" in target or "#" in target
        self._give_keyboard(self._topic if needs_topic else self._payload)

    def edit(self, message: ApplicationMessage, number: int | None = None) -> None:
        """Begin a draft that says the same as ``message``, retain aside; ``number`` is its own within the topic."""
        self.draft, left_out = draft_of(message, number)
        self._say(line((left_out, "$warning")))
        if not self._topic.value:
            self._give_keyboard(self._topic)
        else:
            self._give_keyboard(self._payload if self._attached is None else self._attachment)

    def show_outcome(self, outcome: PublishOutcome) -> None:
        """The message went out."""
        request, self._sent = self._sent, None
        if request is not None:
            self._options.retain = False
            self._say(outcome_text(request, outcome, self.protocol))

    def show_error(self, error: MqttTuiError) -> None:
        """The message was refused, or its fate is unknown."""
        self._sent = None
        self._say(refusal_text(error))

    # What the user does

    def action_send(self) -> None:
        """Ask for the draft to be published, or say what is wrong with it."""
        if self._sent is not None:
            self._say(line(("… still waiting for the acknowledgement of the last message", "$warning")))
            return
        try:
            request = self.draft.request()
        except UnfitDraft as error:
            self._say(refusal_text(error))
            self._topic.mark_invalid(error.field == "topic")
            return
        if self.protocol is not None and self.protocol < Protocol.V5:
            request = replace(request, properties=NONE)
        self._topic.mark_invalid(False)
        self._sent = request
        self._say(line(("… waiting for the acknowledgement", "$warning")))
        self.post_message(self.PublishRequested(request))

    def action_cycle_qos(self) -> None:
        """The next quality of service."""
        self._options.qos = QoS((self._options.qos + 1) % len(QoS))

    def action_toggle_retain(self) -> None:
        """Ask the broker to keep the message, or not."""
        self._options.retain = not self._options.retain

    @on(PublishOptions.PropertiesRequested)
    def action_properties(self) -> None:
        """Ask for the editor of properties."""
        if self.protocol is None or self.protocol >= Protocol.V5:
            self.post_message(self.PropertiesRequested())
        else:
            self._say(line((f"MQTT {self.protocol.title} has no properties; they need MQTT 5.", "$warning")))

    def action_format_json(self) -> None:
        """Lay the payload out as JSON, or say where it is none."""
        try:
            text = json_check.laid_out(self._payload.text)
        except NotDecodable as error:
            self._say(line((str(error), "$warning")))
            return
        area = self._payload
        area.replace(text, (0, 0), area.document.end)  # the editor's undo takes it back

    def action_detach(self) -> None:
        """Drop the attached payload and write one."""
        self._attached = None
        self._fit()
        self._give_keyboard(self._payload)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A payload can be dropped while one is attached, laid out while one is written."""
        if action in ("detach", "format_json"):
            return (self._attached is not None) == (action == "detach")
        return super().check_action(action, parameters)

    def action_leave(self) -> None:
        """Leave the draft as it is."""
        self.post_message(self.Left())

    # What follows from it

    @on(TopicInput.Submitted)
    def go_on_to_payload(self, event: TopicInput.Submitted) -> None:
        """The topic is written."""
        event.stop()
        self._give_keyboard(self._payload if self._attached is None else self._attachment)

    @on(TopicInput.Changed)
    def forgive_topic(self, event: TopicInput.Changed) -> None:
        """What was wrong is being mended."""
        event.stop()
        self._topic.mark_invalid(False)

    @on(TextArea.Changed)
    def check_payload(self, event: TextArea.Changed) -> None:
        """Another text: is it JSON?"""
        event.stop()
        self._check_json()
        self._fit()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def fit(self) -> None:
        """Make room while somebody writes."""
        self._fit()

    def _check_json(self) -> None:
        text = self._payload.text
        before, self._json_problem = self._json_problem, None
        if json_check.is_meant_as_json(text, self.properties.content_type) and len(text) <= json_check.LARGEST:
            self._json_problem = json_check.problem_of(text) if text.strip() else None
        self._options.show_json(self._json_problem)
        if self._json_problem:
            self._say(line((self._json_problem, "$warning")))
        elif before:
            self._say(Content())

    def _fit(self) -> None:
        self.set_class(self._attached is not None, "-attached")
        self.set_class(self.is_idle, "-compact")
        self.border_subtitle = Content("ctrl+j send") if self.has_focus_within else None

    def _say(self, words: Content) -> None:
        self._note.update(words)
        self._note.display = bool(words)
