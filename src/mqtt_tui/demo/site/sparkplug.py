"""Sparkplug B payloads, written field by field (Sparkplug 3.0, 6.4; Protocol Buffers wire format)."""

import struct
from dataclasses import dataclass
from enum import IntEnum

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class DataType(IntEnum):
    """The metric types that the site uses (Sparkplug 3.0, 6.4.16)."""

    INT32 = 3
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12


@dataclass(frozen=True, slots=True)
class Metric:
    """One value; an alias stands for the name once a birth message has given both."""

    name: str | None
    alias: int | None
    data_type: DataType
    value: float | bool | str


def write_payload(metrics: list[Metric], *, timestamp: int, sequence: int) -> bytes:
    """A Payload message. ``timestamp``: milliseconds since the epoch; ``sequence``: 0 to 255."""
    body = _field(1, _VARINT, _varint(timestamp))
    for metric in metrics:
        body += _delimited(2, _write_metric(metric, timestamp))
    return body + _field(3, _VARINT, _varint(sequence))


def _write_metric(metric: Metric, timestamp: int) -> bytes:
    body = b""
    if metric.name is not None:
        body += _delimited(1, metric.name.encode())
    if metric.alias is not None:
        body += _field(2, _VARINT, _varint(metric.alias))
    body += _field(3, _VARINT, _varint(timestamp)) + _field(4, _VARINT, _varint(metric.data_type))
    match metric.data_type:
        case DataType.INT32:  # as its unsigned twin, in 32 bits
            return body + _field(10, _VARINT, _varint(int(metric.value) & 0xFFFFFFFF))
        case DataType.UINT64:
            return body + _field(11, _VARINT, _varint(int(metric.value)))
        case DataType.FLOAT:
            return body + _field(12, _FIXED32, struct.pack("<f", metric.value))
        case DataType.DOUBLE:
            return body + _field(13, _FIXED64, struct.pack("<d", metric.value))
        case DataType.BOOLEAN:
            return body + _field(14, _VARINT, _varint(bool(metric.value)))
        case DataType.STRING:
            return body + _delimited(15, str(metric.value).encode())


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, wire_type: int, content: bytes) -> bytes:
    return _varint(number << 3 | wire_type) + content


def _delimited(number: int, content: bytes) -> bytes:
    return _field(number, _BYTES, _varint(len(content)) + content)
