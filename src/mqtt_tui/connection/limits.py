"""What the profile forbids, and what the server said in CONNACK that it will not take (MQTT 5.0, 3.2.2.3).

Checked before anything is sent.
"""

from mqtt_tui.connection.state import Connack
from mqtt_tui.connection.subscribe_packets import (
    LARGEST_REMAINING_LENGTH,
    subscribe_size,
    unsubscribe_size,
    whole_size,
)
from mqtt_tui.errors import Rejected, UsageError
from mqtt_tui.model.properties import read_properties, read_variable_byte_integer, write_properties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.text.display_text import display_text

_UNSPECIFIED = ReasonCode(0x80)
_PACKET_TOO_LARGE = ReasonCode(0x95)
_RETAIN_NOT_SUPPORTED = ReasonCode(0x9A)
_QOS_NOT_SUPPORTED = ReasonCode(0x9B)
_SHARED_NOT_SUPPORTED = ReasonCode(0x9E)
_IDENTIFIERS_NOT_SUPPORTED = ReasonCode(0xA1)
_WILDCARDS_NOT_SUPPORTED = ReasonCode(0xA2)
_TOPIC_ALIAS_INVALID = ReasonCode(0x94)
_PUBLISH = 0x30

UNTOLD_RECEIVE_MAXIMUM = 20
"""Before MQTT 5 a server cannot say how many it takes, and closes when there are more: mosquitto's default."""


def check_may_publish(profile: BrokerProfile) -> None:
    """Check whether anything may be published at all.

    Raises:
        UsageError: the profile is read-only.
    """
    if profile.read_only:
        raise UsageError(
            "This connection is read-only: nothing was sent.",
            hint="Connect without --read-only, or turn read_only off in the profile.",
        )


def check_publish(request: PublishRequest, connack: Connack) -> None:
    """Check a message to be sent.

    Raises:
        Rejected: naming the limit that it breaks.
        UsageError: a property has a value that MQTT has no room for.
    """
    if request.qos > connack.maximum_qos:
        raise _over(
            f"QoS {request.qos:d} is more than the broker's Maximum QoS {connack.maximum_qos:d}", _QOS_NOT_SUPPORTED
        )
    if request.retain and not connack.retain_available:
        raise _over("The broker keeps no retained messages (Retain Available is 0)", _RETAIN_NOT_SUPPORTED)
    try:
        size, largest = packet_size(request, connack.protocol), connack.maximum_packet_size
    except (ValueError, OverflowError) as error:
        raise UsageError(f"The message cannot be sent: {display_text(str(error))}.") from None
    _check_size(size, largest)
    alias = request.properties.topic_alias
    if alias is not None and alias > connack.topic_alias_maximum:
        raise _over(
            f"Topic Alias {alias} is more than the broker's Topic Alias Maximum {connack.topic_alias_maximum}",
            _TOPIC_ALIAS_INVALID,
        )


def most_in_flight(connack: Connack) -> int:
    """How many messages at QoS 1 and 2 may be without acknowledgement (MQTT 5.0, 4.9)."""
    return connack.receive_maximum if connack.protocol >= Protocol.V5 else UNTOLD_RECEIVE_MAXIMUM


def why_not_again(connack: Connack, packet: bytes) -> str:
    """Why a packet of the connection before cannot be sent on this one; empty where it can."""
    largest = connack.maximum_packet_size
    if largest is not None and len(packet) > largest:
        return f"it has {len(packet):,} bytes, and the broker's Maximum Packet Size is {largest:,} now"
    if packet[0] & 0xF0 != _PUBLISH:
        return ""
    if packet[0] >> 1 & 3 > connack.maximum_qos:
        return f"the broker's Maximum QoS is {connack.maximum_qos:d} now"
    if packet[0] & 1 and not connack.retain_available:
        return "the broker keeps no retained messages now"
    alias = _topic_alias(packet) if connack.protocol >= Protocol.V5 else None
    most = connack.topic_alias_maximum
    return "" if alias is None or alias <= most else f"the broker's Topic Alias Maximum is {most} now"


def _topic_alias(packet: bytes) -> int | None:
    """Of a PUBLISH of ours at QoS 1 or 2 (MQTT 5.0, 3.3)."""
    _, at = read_variable_byte_integer(packet, 1)
    at += 2 + int.from_bytes(packet[at : at + 2]) + 2
    return read_properties(packet, at)[0].topic_alias


def check_subscription(subscription: Subscription, connack: Connack) -> None:
    """Check a subscription to be made.

    Raises:
        Rejected: naming the limit that it breaks.
    """
    topic_filter = subscription.topic_filter
    if topic_filter.share_name is not None and not connack.shared_subscription_available:
        raise _over(
            "The broker offers no shared subscriptions (Shared Subscription Available is 0)", _SHARED_NOT_SUPPORTED
        )
    if not connack.wildcard_subscription_available and set(topic_filter.unshared) & {"+", "#"}:
        raise _over(
            "The broker offers no wildcards in topic filters (Wildcard Subscription Available is 0)",
            _WILDCARDS_NOT_SUPPORTED,
        )
    if subscription.identifier is not None and not connack.subscription_identifiers_available:
        raise _over(
            "The broker offers no subscription identifiers (Subscription Identifier Available is 0)",
            _IDENTIFIERS_NOT_SUPPORTED,
        )
    try:
        size = subscribe_size(subscription, connack.protocol)
    except ValueError as error:
        why = display_text(str(error))
        raise Rejected(f"The subscription cannot be sent: {why}.", reason_code=_UNSPECIFIED) from None
    _check_size(size, connack.maximum_packet_size)


def check_unsubscribe(topic_filter: str, connack: Connack) -> None:
    """Check a subscription to be taken back: the server may have lowered its limit since it was made.

    Raises:
        Rejected: naming the limit that it breaks.
    """
    _check_size(unsubscribe_size(topic_filter, connack.protocol), connack.maximum_packet_size)


def packet_size(request: PublishRequest, protocol: Protocol) -> int:
    """Bytes of the PUBLISH packet that ``request`` becomes (MQTT 5.0, 3.3)."""
    remaining = 2 + len(request.topic_name.encode()) + (2 if request.qos else 0) + len(request.payload)
    if protocol >= Protocol.V5:
        remaining += len(write_properties(request.properties))
    return whole_size(remaining)


def _check_size(size: int, largest: int | None) -> None:
    if largest is not None and size > largest:
        raise _over(
            f"The packet has {size:,} bytes; the broker's Maximum Packet Size is {largest:,}", _PACKET_TOO_LARGE
        )
    most = whole_size(LARGEST_REMAINING_LENGTH)
    if size > most:
        raise _over(f"The packet has {size:,} bytes; MQTT allows {most:,}", _PACKET_TOO_LARGE)


def _over(what: str, reason_code: ReasonCode) -> Rejected:
    hint = "Stay within the limit, or ask the broker's operator to raise it."
    return Rejected(f"{what}. Nothing was sent.", hint=hint, reason_code=reason_code)
