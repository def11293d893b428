"""The properties of PUBLISH and their bytes (MQTT 5.0, 2.2.2 and 3.3.2.3)."""

from collections.abc import Callable
from dataclasses import dataclass, fields

from mqtt_tui.model.topic import LONGEST


class MalformedProperties(ValueError):
    """The property block cannot be read (MQTT 5.0, 2.2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishProperties:
    """Everything that may come with a PUBLISH; absent is None or empty."""

    payload_format_indicator: int | None = None
    """0: unspecified bytes. 1: UTF-8 text."""
    message_expiry_interval: int | None = None
    """Seconds that the message has left to live."""
    topic_alias: int | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    user_properties: tuple[tuple[str, str], ...] = ()
    """Name and value pairs in their order; names may repeat."""
    subscription_identifiers: tuple[int, ...] = ()
    """Of the subscriptions that matched; received only."""
    content_type: str | None = None

    def __bool__(self) -> bool:
        return self != NONE


NONE = PublishProperties()

_BYTE, _TWO, _FOUR = 1, 2, 4


def _integer(size: int) -> Callable[[bytes, int], tuple[int, int]]:
    def read(data: bytes, at: int) -> tuple[int, int]:
        end = at + size
        if end > len(data):
            raise MalformedProperties("an integer is cut off")
        return int.from_bytes(data[at:end]), end

    return read


def read_variable_byte_integer(data: bytes, at: int) -> tuple[int, int]:
    """The number at ``at`` and the offset behind it (MQTT 5.0, 1.5.5).

    Raises:
        MalformedProperties: where it is cut off or longer than four bytes.
    """
    value = 0
    for shift in (0, 7, 14, 21):
        if at >= len(data):
            raise MalformedProperties("a variable byte integer is cut off")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise MalformedProperties("a variable byte integer is longer than four bytes")


def write_variable_byte_integer(value: int) -> bytes:
    """One to four bytes for 0 to 268,435,455 (MQTT 5.0, 1.5.5).

    Raises:
        MalformedProperties: for other numbers.
    """
    if not 0 <= value <= 268_435_455:
        raise MalformedProperties(f"{value:,} is no variable byte integer, which ends at 268,435,455")
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = _integer(_TWO)(data, at)
    if at + size > len(data):
        raise MalformedProperties("a string is cut off")
    return data[at : at + size], at + size


def _read_string(data: bytes, at: int) -> tuple[str, int]:
    # Bad UTF-8 is malformed by the book; an explorer shows it instead, as lone surrogates.
    raw, at = _read_bytes(data, at)
    return raw.decode("utf-8", "surrogateescape"), at


def _read_pair(data: bytes, at: int) -> tuple[tuple[str, str], int]:
    name, at = _read_string(data, at)
    value, at = _read_string(data, at)
    return (name, value), at


def _write_bytes(value: bytes) -> bytes:
    if len(value) > LONGEST:
        raise MalformedProperties(f"a string has {len(value):,} bytes; MQTT allows {LONGEST:,}")
    return len(value).to_bytes(2) + value


def _write_string(value: str) -> bytes:
    return _write_bytes(value.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class _Wire:
    """How one property stands on the wire."""

    identifier: int
    field: str
    read: Callable[[bytes, int], tuple[object, int]]
    write: Callable[..., bytes]
    repeats: bool = False


_TABLE = (
    _Wire(0x01, "payload_format_indicator", _integer(_BYTE), lambda v: v.to_bytes(_BYTE)),
    _Wire(0x02, "message_expiry_interval", _integer(_FOUR), lambda v: v.to_bytes(_FOUR)),
    _Wire(0x23, "topic_alias", _integer(_TWO), lambda v: v.to_bytes(_TWO)),
    _Wire(0x08, "response_topic", _read_string, _write_string),
    _Wire(0x09, "correlation_data", _read_bytes, _write_bytes),
    _Wire(0x26, "user_properties", _read_pair, lambda v: _write_string(v[0]) + _write_string(v[1]), repeats=True),
    _Wire(
        0x0B,
        "subscription_identifiers",
        read_variable_byte_integer,
        write_variable_byte_integer,
        repeats=True,
    ),
    _Wire(0x03, "content_type", _read_string, _write_string),
)
_BY_IDENTIFIER = {wire.identifier: wire for wire in _TABLE}
FIELDS = tuple(field.name for field in fields(PublishProperties))


def read_properties(data: bytes, at: int) -> tuple[PublishProperties, int]:
    """The property block at ``at`` (its length in front) and the offset behind it.

    Raises:
        MalformedProperties: where it is cut off, names an unknown property or repeats what may stand once.
    """
    size, at = read_variable_byte_integer(data, at)
    end = at + size
    if end > len(data):
        raise MalformedProperties("the property block is longer than its packet")
    if not size:
        return NONE, end
    block, found, at = data[at:end], dict[str, object](), 0
    repeated: dict[str, list[object]] = {}
    while at < size:
        wire = _BY_IDENTIFIER.get(block[at])
        if wire is None:
            raise MalformedProperties(f"unknown property 0x{block[at]:02X}")
        value, at = wire.read(block, at + 1)
        if wire.repeats:
            repeated.setdefault(wire.field, []).append(value)
        elif wire.field in found:
            raise MalformedProperties(f"{wire.field} stands twice")
        else:
            found[wire.field] = value
    for name, values in repeated.items():
        found[name] = tuple(values)
    return PublishProperties(**found), end  # type: ignore[arg-type]  # the table pairs fields and types


def write_properties(properties: PublishProperties) -> bytes:
    """The property block with its length in front.

    Raises:
        MalformedProperties: a string or a number is larger than MQTT allows.
    """
    out = bytearray()
    for wire in _TABLE:
        value = getattr(properties, wire.field)
        for one in value if wire.repeats else () if value is None else (value,):
            out.append(wire.identifier)
            out += wire.write(one)
    return write_variable_byte_integer(len(out)) + bytes(out)
