r"""A message as a JSON object: a line of ``sub --json``, an element of an export, what ``pub --json`` reads.

    {"received_at": "2026-11-20T10:02:11.123456Z", "topic": "a/b", "payload": "{\"v\":1}", "encoding": "utf-8",
     "qos": 1, "retain": false, "dup": false, "properties": {"content_type": "application/json", ...}}

What came comes out again, byte for byte. A payload that is not UTF-8 has ``"encoding": "base64"``, correlation data
is always in base64, absent properties are absent. Strings of MQTT are UTF-8 (MQTT 5.0, 1.5.4); one that breaks this
rule cannot stand in JSON, so ``topic_base64`` takes the place of ``topic``, and the same goes for
``response_topic``, ``content_type`` and ``user_properties`` (all pairs then). Where properties could not be read,
``malformed_properties`` says why, and the payload begins with their bytes. Times are cut to microseconds.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import TopicName
from mqtt_tui.recording.json_properties import JsonProperties, read_properties, write_properties
from mqtt_tui.recording.json_strings import InvalidMessage, from_base64, read_text, to_base64, utf8_or_base64
from mqtt_tui.text.display_text import display_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Message(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    received_at: str | UnsetType = UNSET
    topic: str | UnsetType = UNSET
    topic_base64: str | UnsetType = UNSET
    payload: str
    encoding: Literal["utf-8", "base64"] = "utf-8"
    qos: Literal[0, 1, 2] = 1
    retain: bool = False
    dup: bool = False
    properties: JsonProperties | UnsetType = UNSET
    malformed_properties: str | UnsetType = UNSET


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Message)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMessage:
    """A message as it stands in a file."""

    topic: bytes
    payload: bytes
    qos: QoS
    retain: bool
    dup: bool
    properties: PublishProperties
    malformed_properties: str
    """Why the properties could not be read; their bytes then precede the payload's. Empty: all is well."""
    received_at: int | None
    """Nanoseconds since the epoch; None where nobody received it yet."""

    def as_request(self) -> PublishRequest:
        """The message to publish again, without what only a receiver gets (DUP, subscription identifiers, alias).

        Raises:
            InvalidTopicName: nothing can be published to its topic.
            InvalidMessage: its properties could not be read, so that its payload is not known.
        """
        if self.malformed_properties:
            raise InvalidMessage(
                f"The message came with unreadable properties ({display_text(self.malformed_properties)}).",
                hint="It cannot be published again; leave it out.",
            )
        return PublishRequest(
            topic_name=TopicName(self.topic.decode("utf-8", "surrogateescape")),
            payload=self.payload,
            qos=self.qos,
            retain=self.retain,
            properties=replace(self.properties, subscription_identifiers=(), topic_alias=None),
        )


def to_json(message: ApplicationMessage) -> bytes:
    """The message as one line without its end (about 5 us, besides what decoding the message takes)."""
    topic, topic_base64 = utf8_or_base64(message.topic_name)
    try:
        payload, encoding = message.payload.decode(), "utf-8"
    except UnicodeDecodeError:
        payload, encoding = to_base64(message.payload), "base64"
    return _ENCODER.encode(
        _Message(
            received_at=rfc3339(message.received_at),
            topic=topic,
            topic_base64=topic_base64,
            payload=payload,
            encoding=encoding,  # type: ignore[arg-type]  # one of the two above
            qos=message.qos.value,
            retain=message.retain,
            dup=message.dup,
            properties=write_properties(message.properties) if message.properties else UNSET,
            malformed_properties=message.malformed or UNSET,
        )
    )


def from_json(text: bytes | str) -> RecordedMessage:
    """Read what ``to_json`` wrote, or what a person did: only ``topic`` and ``payload`` must be there.

    Raises:
        InvalidMessage: it is not JSON, has a field too many or too few, or one is not what it should be.
    """
    try:
        found = _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidMessage(f"Not a message: {display_text(str(error))}.") from None
    topic = read_text(found.topic, found.topic_base64, "topic")
    if topic is None:
        raise InvalidMessage("Not a message: it has no topic.")
    return RecordedMessage(
        topic=topic.encode("utf-8", "surrogateescape"),
        payload=found.payload.encode() if found.encoding == "utf-8" else from_base64(found.payload, "payload"),
        qos=QoS(found.qos),
        retain=found.retain,
        dup=found.dup,
        properties=NONE if found.properties is UNSET else read_properties(found.properties),
        malformed_properties=found.malformed_properties or "",
        received_at=None if found.received_at is UNSET else _nanoseconds(found.received_at),
    )


def rfc3339(nanoseconds: int) -> str:
    """A time since the epoch in UTC, always with six digits of the second: ``2026-11-20T10:02:11.123456Z``."""
    microseconds = nanoseconds // 1000
    second = datetime.fromtimestamp(microseconds // 1_000_000, UTC).isoformat()[:19]
    return f"{second}.{microseconds % 1_000_000:06d}Z"


def _nanoseconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidMessage(f"received_at is not a time with its offset: {display_text(text[:40])}.")
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000
