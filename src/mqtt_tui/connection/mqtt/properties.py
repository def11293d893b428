"""Our values as paho's properties, and what paho has read (MQTT 5.0, 2.2.2)."""

from typing import Any

from paho.mqtt.exception import MQTTException
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from mqtt_tui.model.properties import FIELDS, PublishProperties

_SINGULAR = {"user_properties": "UserProperty", "subscription_identifiers": "SubscriptionIdentifier"}
_NAMES = {field: _SINGULAR.get(field, field.replace("_", " ").title().replace(" ", "")) for field in FIELDS}
"""Our name of each property of PUBLISH, and paho's."""


def to_paho(properties: PublishProperties) -> Properties | None:
    """The properties of a PUBLISH to send; None where there are none."""
    if not properties:
        return None
    out = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    for field, name in _NAMES.items():
        value = getattr(properties, field)
        if value is not None and value != ():
            setattr(out, name, list(value) if isinstance(value, tuple) else value)
    return out


def from_paho(properties: Properties | None) -> PublishProperties:
    """What paho has read of a PUBLISH."""
    found: dict[str, Any] = {}
    for field, name in _NAMES.items():
        value = getattr(properties, name, None)
        if value is not None:
            is_many = isinstance(value, list)
            found[field] = tuple(tuple(one) if isinstance(one, list) else one for one in value) if is_many else value
    return PublishProperties(**found)


def connack_properties(body: bytes | bytearray) -> Properties | None:
    """Those of a CONNACK that paho has not read; None where there are none or they cannot be read."""
    out = Properties(PacketTypes.CONNACK)  # type: ignore[no-untyped-call]
    try:
        out.unpack(body[2:])  # type: ignore[no-untyped-call]
    except (MQTTException, LookupError, ValueError):
        return None
    return out


def text(properties: Properties | None, name: str) -> str | None:
    """A string property by paho's name (``ReasonString``, ``ServerReference``); untrusted text."""
    value = getattr(properties, name, None)
    return value if isinstance(value, str) else None


def number(properties: Properties | None, name: str, default: int) -> int:
    """A numeric property by paho's name, or ``default`` where it is absent."""
    value = getattr(properties, name, None)
    return value if isinstance(value, int) else default


def user_properties(properties: Properties | None) -> tuple[tuple[str, str], ...]:
    """Name and value pairs in their order."""
    return tuple((str(name), str(value)) for name, value in getattr(properties, "UserProperty", ()))
