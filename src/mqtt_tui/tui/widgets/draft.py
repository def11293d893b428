"""A message that is being written."""

from dataclasses import dataclass

from mqtt_tui.errors import UsageError
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import InvalidTopicName, TopicName
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.widgets.plain_input import hidden_character

LARGEST_TEXT = 256 * 1024
"""Bytes of a received payload that are put into the editor; a larger one is attached as it is."""


class UnfitDraft(UsageError):
    """The draft cannot be sent as it is.

    Args:
        message: the sentence, which names the field.
        field: ``topic``, ``payload`` or ``properties``.
        hint: what to do.
    """

    def __init__(self, message: str, *, field: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What stands in the publish pane."""

    topic: str = ""
    text: str = ""
    qos: QoS = QoS.AT_LEAST_ONCE
    retain: bool = False
    properties: PublishProperties = NONE
    attached: bytes | None = None
    """A received payload that no editor could give back unchanged; sent in place of ``text``."""
    attached_from: str = ""
    """Where it is from: ``#1,090``."""

    @property
    def payload(self) -> bytes:
        """What would be sent."""
        return self.text.encode() if self.attached is None else self.attached

    def request(self) -> PublishRequest:
        """The message.

        Raises:
            UnfitDraft: naming the field at fault.
        """
        try:
            topic_name = TopicName(self.topic)
        except InvalidTopicName as error:
            raise UnfitDraft(error.message, field="topic", hint=error.hint) from None
        if self.properties.payload_format_indicator == 1 and not _is_utf8(self.payload):
            raise UnfitDraft(
                "The properties say that the payload is UTF-8 text (Payload Format Indicator 1), and it is not.",
                field="properties",
                hint="Set the indicator to bytes, or leave it out.",
            )
        if self.properties.response_topic is not None:
            _check_response_topic(self.properties.response_topic)
        return PublishRequest(
            topic_name=topic_name,
            payload=self.payload,
            qos=self.qos,
            retain=self.retain,
            properties=self.properties,
        )


def _check_response_topic(topic: str) -> None:
    try:
        TopicName(topic)
    except InvalidTopicName as error:
        raise UnfitDraft(f"Response topic: {error.message}", field="properties", hint=error.hint) from None


def draft_of(message: ApplicationMessage, number: int | None = None) -> tuple[Draft, str]:
    """A draft that says the same as ``message``, and what of it could not be taken over, safe to show.

    Retain is never copied. ``number``: of the message within its topic, to name it by.
    """
    left_out: list[str] = []
    topic = message.topic_name
    if not _is_plain(topic):
        left_out.append(f"the topic {display_text(topic)[:60]}")
        topic = ""
    properties, unfit = _sendable(message.properties)
    left_out += unfit
    text = _editable_text(message.payload)
    source = "the received message" if number is None else f"#{number:,}"
    draft = Draft(
        topic=topic,
        text=text or "",
        qos=message.qos,
        properties=properties,
        attached=message.payload if text is None else None,
        attached_from=source if text is None else "",
    )
    return draft, f"Left out, since it cannot be edited here: {', '.join(left_out)}." if left_out else ""


def _editable_text(payload: bytes) -> str | None:
    """``payload`` as the editor's text, None where the editor would change, hide or choke on a part of it."""
    if len(payload) > LARGEST_TEXT:
        return None
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return None
    return None if hidden_character(text) or "\r" in text else text  # the editor makes all line ends alike


def _sendable(properties: PublishProperties) -> tuple[PublishProperties, list[str]]:
    """What a publisher may set, and the names of what cannot be edited."""
    unfit: list[str] = []
    response_topic, content_type = properties.response_topic, properties.content_type
    if response_topic is not None and not _is_plain(response_topic):
        unfit.append("the response topic")
        response_topic = None
    if content_type is not None and not _is_plain(content_type):
        unfit.append("the content type")
        content_type = None
    indicator = properties.payload_format_indicator
    if indicator not in (None, 0, 1):
        unfit.append("the payload format indicator")
        indicator = None
    kept = tuple(pair for pair in properties.user_properties if _is_plain("".join(pair)))
    if len(kept) < len(properties.user_properties):
        unfit.append(f"{len(properties.user_properties) - len(kept)} of the user properties")
    fit = PublishProperties(
        payload_format_indicator=indicator,
        message_expiry_interval=properties.message_expiry_interval,
        response_topic=response_topic,
        correlation_data=properties.correlation_data,
        user_properties=kept,
        content_type=content_type,
    )
    return fit, unfit


def _is_plain(text: str) -> bool:
    """Whether an input of one line can hold ``text``: every character is seen, or is a blank."""
    return text.isprintable()


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
