"""Reason codes and their names (MQTT 5.0, 2.4; MQTT 3.1.1, 3.2.2.3 and 3.9.3)."""

_TITLES = {
    0x00: "Success",
    0x01: "Granted QoS 1",
    0x02: "Granted QoS 2",
    0x04: "Disconnect with Will Message",
    0x10: "No matching subscribers",
    0x11: "No subscription existed",
    0x18: "Continue authentication",
    0x19: "Re-authenticate",
    0x80: "Unspecified error",
    0x81: "Malformed Packet",
    0x82: "Protocol Error",
    0x83: "Implementation specific error",
    0x84: "Unsupported Protocol Version",
    0x85: "Client Identifier not valid",
    0x86: "Bad User Name or Password",
    0x87: "Not authorized",
    0x88: "Server unavailable",
    0x89: "Server busy",
    0x8A: "Banned",
    0x8B: "Server shutting down",
    0x8C: "Bad authentication method",
    0x8D: "Keep Alive timeout",
    0x8E: "Session taken over",
    0x8F: "Topic Filter invalid",
    0x90: "Topic Name invalid",
    0x91: "Packet Identifier in use",
    0x92: "Packet Identifier not found",
    0x93: "Receive Maximum exceeded",
    0x94: "Topic Alias invalid",
    0x95: "Packet too large",
    0x96: "Message rate too high",
    0x97: "Quota exceeded",
    0x98: "Administrative action",
    0x99: "Payload format invalid",
    0x9A: "Retain not supported",
    0x9B: "QoS not supported",
    0x9C: "Use another server",
    0x9D: "Server moved",
    0x9E: "Shared Subscriptions not supported",
    0x9F: "Connection rate exceeded",
    0xA0: "Maximum connect time",
    0xA1: "Subscription Identifiers not supported",
    0xA2: "Wildcard Subscriptions not supported",
}


class ReasonCode(int):
    """One byte that says how an operation ended; codes of the future are kept as they are."""

    @property
    def title(self) -> str:
        """The specification's name."""
        return _TITLES.get(self, "Unknown reason")

    @property
    def is_failure(self) -> bool:
        """From 0x80 on, nothing was done (MQTT 5.0, 2.4)."""
        return self >= 0x80

    def __str__(self) -> str:
        return f"{self.title} (0x{int(self):02X})"


NOT_AUTHORIZED = ReasonCode(0x87)
BAD_USER_NAME_OR_PASSWORD = ReasonCode(0x86)
UNSUPPORTED_PROTOCOL_VERSION = ReasonCode(0x84)
SESSION_TAKEN_OVER = ReasonCode(0x8E)

# MQTT 3.1.1 CONNACK return codes (3.2.2.3) in the words of MQTT 5.
FROM_CONNECT_RETURN_CODE = {
    1: UNSUPPORTED_PROTOCOL_VERSION,
    2: ReasonCode(0x85),
    3: ReasonCode(0x88),
    4: BAD_USER_NAME_OR_PASSWORD,
    5: NOT_AUTHORIZED,
}
