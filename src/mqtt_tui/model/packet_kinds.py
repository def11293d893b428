"""The kinds of control packets, and the names of all properties (MQTT 5.0, 2.1.2 and 2.2.2.2)."""

from collections.abc import Mapping
from types import MappingProxyType

KINDS: Mapping[int, str] = MappingProxyType(
    dict(
        enumerate(
            (
                "CONNECT",
                "CONNACK",
                "PUBLISH",
                "PUBACK",
                "PUBREC",
                "PUBREL",
                "PUBCOMP",
                "SUBSCRIBE",
                "SUBACK",
                "UNSUBSCRIBE",
                "UNSUBACK",
                "PINGREQ",
                "PINGRESP",
                "DISCONNECT",
                "AUTH",
            ),
            start=1,
        )
    )
)
"""By the upper half of the first byte."""

BYTE, TWO, FOUR, VARIABLE, BINARY, PAIR = "byte", "two", "four", "variable", "binary", "pair"

PROPERTIES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        0x01: ("Payload Format Indicator", BYTE),
        0x02: ("Message Expiry Interval", FOUR),
        0x03: ("Content Type", BINARY),
        0x08: ("Response Topic", BINARY),
        0x09: ("Correlation Data", BINARY),
        0x0B: ("Subscription Identifier", VARIABLE),
        0x11: ("Session Expiry Interval", FOUR),
        0x12: ("Assigned Client Identifier", BINARY),
        0x13: ("Server Keep Alive", TWO),
        0x15: ("Authentication Method", BINARY),
        0x16: ("Authentication Data", BINARY),
        0x17: ("Request Problem Information", BYTE),
        0x18: ("Will Delay Interval", FOUR),
        0x19: ("Request Response Information", BYTE),
        0x1A: ("Response Information", BINARY),
        0x1C: ("Server Reference", BINARY),
        0x1F: ("Reason String", BINARY),
        0x21: ("Receive Maximum", TWO),
        0x22: ("Topic Alias Maximum", TWO),
        0x23: ("Topic Alias", TWO),
        0x24: ("Maximum QoS", BYTE),
        0x25: ("Retain Available", BYTE),
        0x26: ("User Property", PAIR),
        0x27: ("Maximum Packet Size", FOUR),
        0x28: ("Wildcard Subscription Available", BYTE),
        0x29: ("Subscription Identifier Available", BYTE),
        0x2A: ("Shared Subscription Available", BYTE),
    }
)
"""Name and form by identifier; texts and binary data both have their length in front."""
