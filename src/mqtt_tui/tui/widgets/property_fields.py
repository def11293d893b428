"""What is typed for a property of PUBLISH or SUBSCRIBE, and what it means (MQTT 5.0, 3.3.2.3 and 3.8.2.1)."""

from mqtt_tui.errors import UsageError
from mqtt_tui.model.topic import LONGEST, TopicName

_LARGEST_INTERVAL = 0xFFFF_FFFF  # a four byte integer of seconds
_LARGEST_IDENTIFIER = 268_435_455  # a variable byte integer


def interval_from(text: str) -> int | None:
    """Seconds of a message expiry interval; empty is none.

    Raises:
        UsageError: it is no number that fits.
    """
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= _LARGEST_INTERVAL):
        raise UsageError(f"Whole seconds, 0 to {_LARGEST_INTERVAL:,}.")
    return int(text)


def identifier_from(text: str) -> int | None:
    """A subscription identifier; empty is none.

    Raises:
        UsageError: it is no number that fits.
    """
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= _LARGEST_IDENTIFIER):
        raise UsageError(f"An identifier is a whole number from 1 to {_LARGEST_IDENTIFIER:,}.")
    return int(text)


def string_from(text: str) -> str | None:
    """A string of MQTT; empty is none.

    Raises:
        UsageError: it is too long.
    """
    if len(text.encode()) > LONGEST:
        raise UsageError(f"{len(text.encode()):,} bytes; MQTT allows {LONGEST:,}.")
    return text or None


def response_topic_from(text: str) -> str | None:
    """A topic without wildcards; empty is none.

    Raises:
        InvalidTopicName: it is none.
    """
    return TopicName(text) if text else None


def correlation_data_from(text: str) -> bytes | None:
    """Bytes: hex digits behind ``0x``, or any other text as UTF-8; empty is none.

    Raises:
        UsageError: the digits are none, or there are too many bytes.
    """
    if not text:
        return None
    try:
        data = bytes.fromhex(text[2:]) if text[:2].lower() == "0x" else text.encode()
    except ValueError:
        raise UsageError("Behind 0x come pairs of hex digits, as in 0x01ff.") from None
    if len(data) > LONGEST:
        raise UsageError(f"{len(data):,} bytes; MQTT allows {LONGEST:,}.")
    return data


def correlation_text(data: bytes | None) -> str:
    """``data`` as one types it: text where it is that, hex digits otherwise."""
    if data is None:
        return ""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    is_text = text.isprintable() and text[:2].lower() != "0x" and text != ""
    return text if is_text else f"0x{data.hex()}"
