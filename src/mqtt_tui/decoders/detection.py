"""What can be told about a payload by looking at its first bytes."""

from mqtt_tui.model.application_message import ApplicationMessage

LOOKED_AT = 512
"""Bytes at the beginning of a payload that a guess is made from."""

_CONTROL = bytes(code for code in (*range(0x20), 0x7F) if code not in b"\t\n\r")


def media_type(message: ApplicationMessage) -> str:
    """The content type in lower case and without parameters; empty where there is none (MQTT 5.0, 3.3.2.3.9)."""
    return (message.properties.content_type or "").partition(";")[0].strip().lower()


def text_head(payload: bytes, size: int) -> str:
    """The first ``size`` bytes of ``payload`` as text; a character that the cut goes through is left out.

    Raises:
        UnicodeDecodeError: they are not UTF-8.
    """
    head = payload[:size]
    try:
        return head.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data" or len(head) == len(payload):
            raise
        return head[: error.start].decode()


def is_mostly_control(head: bytes) -> bool:
    """Whether control characters are more than a third of it: a small binary number is often valid UTF-8."""
    return (len(head) - len(head.translate(None, _CONTROL))) * 3 > len(head)
