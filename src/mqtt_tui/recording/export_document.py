"""The export document: a JSON object that says where its messages come from.

    {"format": "mqtt-tui-export", "version": 1, "exported_at": "...", "broker": {"url": "...", "protocol": "5"},
     "filter": "plant/#", "messages": [...]}

It is written so that each message has a line of its own. A filter that is not UTF-8 stands in ``filter_base64``.
"""

from dataclasses import dataclass

import msgspec
from msgspec import UNSET, UnsetType

from mqtt_tui.recording.json_message import rfc3339
from mqtt_tui.recording.json_strings import InvalidMessage, utf8_or_base64
from mqtt_tui.text.display_text import display_text

SEPARATOR = b",\n"
CLOSING = b"\n]}\n"

_FORMAT = "mqtt-tui-export"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportHeader:
    """Where the messages of an export document come from."""

    exported_at: int
    """Nanoseconds since the epoch."""
    broker_url: str
    """Without user, password or any other secret."""
    protocol: str
    """As people write it: ``5``, ``3.1.1``."""
    topic_filter: str


class _Broker(msgspec.Struct):
    url: str
    protocol: str


class _Opening(msgspec.Struct):
    format: str
    version: int
    exported_at: str
    broker: _Broker
    filter: str | UnsetType = UNSET
    filter_base64: str | UnsetType = UNSET


class _Document(msgspec.Struct):
    """What a reader needs of it."""

    format: str
    version: int
    messages: list[msgspec.Raw]


def opening(header: ExportHeader) -> bytes:
    """The document as far as its first message."""
    topic_filter, topic_filter_base64 = utf8_or_base64(header.topic_filter)
    written = msgspec.json.encode(
        _Opening(
            format=_FORMAT,
            version=_VERSION,
            exported_at=rfc3339(header.exported_at),
            broker=_Broker(header.broker_url, header.protocol),
            filter=topic_filter,
            filter_base64=topic_filter_base64,
        )
    )
    return written.removesuffix(b"}") + b',"messages":[\n'


def messages_in(document: bytes) -> list[msgspec.Raw]:
    """The messages of a document, each still in JSON.

    Raises:
        InvalidMessage: it is no export, or one of a version that is not known here.
    """
    try:
        found = msgspec.json.decode(document, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidMessage(f"Not an export of mqtt-tui: {display_text(str(error))}.") from None
    if found.format != _FORMAT:
        raise InvalidMessage(f"Not an export of mqtt-tui: its format is {display_text(found.format[:40])}.")
    if found.version != _VERSION:
        raise InvalidMessage(
            f"The export is of version {found.version}, and this program reads version {_VERSION}.",
            hint="Use the mqtt-tui that wrote it, or a newer one.",
        )
    return found.messages
