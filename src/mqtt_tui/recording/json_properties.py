"""The properties of a message in JSON; what they are called is what the specification calls them."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.recording.json_strings import (
    InvalidMessage,
    from_base64,
    read_text,
    text_from_base64,
    text_to_base64,
    to_base64,
    utf8_or_base64,
)

_Pairs = tuple[tuple[str, str], ...]
_Byte = Annotated[int, Meta(ge=0, le=0xFF)]
_TwoBytes = Annotated[int, Meta(ge=0, le=0xFFFF)]
_FourBytes = Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]
_Identifier = Annotated[int, Meta(ge=0, le=0xFFF_FFFF)]


class JsonProperties(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Absent is unset: it does not stand in the file."""

    payload_format_indicator: _Byte | UnsetType = UNSET
    message_expiry_interval: _FourBytes | UnsetType = UNSET
    topic_alias: _TwoBytes | UnsetType = UNSET
    content_type: str | UnsetType = UNSET
    content_type_base64: str | UnsetType = UNSET
    response_topic: str | UnsetType = UNSET
    response_topic_base64: str | UnsetType = UNSET
    correlation_data: str | UnsetType = UNSET
    subscription_identifiers: tuple[_Identifier, ...] | UnsetType = UNSET
    user_properties: _Pairs | UnsetType = UNSET
    user_properties_base64: _Pairs | UnsetType = UNSET


def write_properties(properties: PublishProperties) -> JsonProperties:
    """For the encoder."""
    written = JsonProperties()
    for name in ("payload_format_indicator", "message_expiry_interval", "topic_alias"):
        value = getattr(properties, name)
        if value is not None:
            setattr(written, name, value)
    if properties.content_type is not None:
        written.content_type, written.content_type_base64 = utf8_or_base64(properties.content_type)
    if properties.response_topic is not None:
        written.response_topic, written.response_topic_base64 = utf8_or_base64(properties.response_topic)
    if properties.correlation_data is not None:
        written.correlation_data = to_base64(properties.correlation_data)
    if properties.subscription_identifiers:
        written.subscription_identifiers = properties.subscription_identifiers
    pairs = properties.user_properties
    if any(utf8_or_base64(name + value)[0] is UNSET for name, value in pairs):
        written.user_properties_base64 = tuple((text_to_base64(name), text_to_base64(value)) for name, value in pairs)
    elif pairs:
        written.user_properties = pairs
    return written


def read_properties(found: JsonProperties) -> PublishProperties:
    """From the decoder.

    Raises:
        InvalidMessage: what should be base64 is not, or a property is there in both forms.
    """
    pairs = found.user_properties or ()
    if found.user_properties_base64:
        if pairs:
            raise InvalidMessage("user_properties and user_properties_base64 exclude each other.")
        pairs = tuple(
            (text_from_base64(name, "user_properties"), text_from_base64(value, "user_properties"))
            for name, value in found.user_properties_base64
        )
    return PublishProperties(
        payload_format_indicator=_given(found.payload_format_indicator),
        message_expiry_interval=_given(found.message_expiry_interval),
        topic_alias=_given(found.topic_alias),
        content_type=read_text(found.content_type, found.content_type_base64, "content_type"),
        response_topic=read_text(found.response_topic, found.response_topic_base64, "response_topic"),
        correlation_data=None
        if found.correlation_data is UNSET
        else from_base64(found.correlation_data, "correlation_data"),
        user_properties=pairs,
        subscription_identifiers=found.subscription_identifiers or (),
    )


def _given(value: int | UnsetType) -> int | None:
    return None if value is UNSET else value
