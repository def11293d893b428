"""Payloads as devices write them, and the properties that say what they are."""

import json
from datetime import UTC, datetime

from mqtt_tui.model.properties import PublishProperties

TEXT = PublishProperties(payload_format_indicator=1, content_type="text/plain")
JSON = PublishProperties(payload_format_indicator=1, content_type="application/json")
CBOR = PublishProperties(payload_format_indicator=0, content_type="application/cbor")
MESSAGE_PACK = PublishProperties(payload_format_indicator=0, content_type="application/msgpack")
SPARKPLUG = PublishProperties(payload_format_indicator=0, content_type="application/x-protobuf")
PNG = PublishProperties(payload_format_indicator=0, content_type="image/png")
BINARY = PublishProperties(payload_format_indicator=0, content_type="application/octet-stream")


def to_json(value: object) -> bytes:
    """Compact JSON with its unicode unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def timestamp(now: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
