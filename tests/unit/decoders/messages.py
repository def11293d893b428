"""Messages to decode, and what their decoded lines say."""

from mqtt_tui.decoders.base import Decoded, LazyLines, Line
from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol


def message(payload: bytes, *, content_type: str | None = None, indicator: int | None = None) -> ApplicationMessage:
    properties = PublishProperties(content_type=content_type, payload_format_indicator=indicator)
    head, topic, rest = raw_publish(b"a/b", payload, protocol=Protocol.V5, properties=properties)
    return ApplicationMessage(topic, Arrival(0, head, protocol=Protocol.V5), rest)


def complete(decoded: Decoded) -> Decoded:
    """The same, once all its lines are laid out."""
    while isinstance(decoded.lines, LazyLines) and not decoded.lines.is_complete:
        decoded.lines.lay_out(1_000_000)
    return decoded


def text_of(line: Line) -> str:
    return "".join(text for _, text in line)


def texts(decoded: Decoded) -> list[str]:
    return [text_of(line) for line in decoded.lines]
