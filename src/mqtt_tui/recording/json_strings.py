"""Strings and bytes of MQTT in JSON."""

from base64 import b64decode, b64encode

from msgspec import UNSET, UnsetType

from mqtt_tui.errors import LocalError


class InvalidMessage(LocalError):
    """A JSON text is not the message that it should be."""


def utf8_or_base64(text: str) -> tuple[str | UnsetType, str | UnsetType]:
    """``text`` itself, or its bytes in base64 where lone surrogates stand for bytes that are not UTF-8."""
    if text.isascii():
        return text, UNSET
    try:
        text.encode()
    except UnicodeEncodeError:
        return UNSET, text_to_base64(text)
    return text, UNSET


def read_text(text: str | UnsetType, in_base64: str | UnsetType, name: str) -> str | None:
    """What ``utf8_or_base64`` wrote; None where neither is there.

    Raises:
        InvalidMessage: both are there, or the second is not base64.
    """
    if in_base64 is UNSET:
        return None if text is UNSET else text
    if text is not UNSET:
        raise InvalidMessage(f"{name} and {name}_base64 exclude each other.")
    return text_from_base64(in_base64, name)


def to_base64(data: bytes) -> str:
    """RFC 4648, section 4."""
    return b64encode(data).decode("ascii")


def text_to_base64(text: str) -> str:
    """The bytes of ``text``, lone surrogates as the bytes that they stand for."""
    return to_base64(text.encode("utf-8", "surrogateescape"))


def from_base64(text: str, name: str) -> bytes:
    """The bytes of the field ``name``.

    Raises:
        InvalidMessage: it is not base64.
    """
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidMessage(f"{name} is not base64: {error}.") from None


def text_from_base64(text: str, name: str) -> str:
    """The text of the field ``name``, bytes that are not UTF-8 as lone surrogates.

    Raises:
        InvalidMessage: it is not base64.
    """
    return from_base64(text, name).decode("utf-8", "surrogateescape")
