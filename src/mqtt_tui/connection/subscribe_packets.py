"""Which SUBSCRIBE and UNSUBSCRIBE packets are sent, none larger than the server takes (MQTT 5.0, 3.8 and 3.10)."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from mqtt_tui.connection.state import Connack
from mqtt_tui.model.properties import PublishProperties, write_properties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.subscription import Subscription

T = TypeVar("T")

LARGEST_REMAINING_LENGTH = 268_435_455  # MQTT 5.0, 1.5.5
_PACKET_IDENTIFIER = _LENGTH_OF_TEXT = 2
_NO_PROPERTIES = _OPTIONS = 1


def whole_size(remaining: int) -> int:
    """Bytes of a packet with its fixed header, of which ``remaining`` stand behind that (MQTT 5.0, 2.1)."""
    length_bytes = next(count for count in (1, 2, 3, 4, 5) if remaining < 1 << 7 * count)
    return 1 + length_bytes + remaining


def subscribe_size(subscription: Subscription, protocol: Protocol) -> int:
    """Bytes of a SUBSCRIBE with this subscription alone.

    Raises:
        ValueError: a text in it is longer than MQTT allows, or no UTF-8.
    """
    return whole_size(_head_of_subscribe(subscription, protocol) + _size_of_wish(subscription))


def subscribe_packets(subscriptions: Iterable[Subscription], connack: Connack) -> list[list[Subscription]]:
    """What goes into each SUBSCRIBE: what stands once in the packet is the same for all of it (MQTT 5.0, 3.8.2.1)."""
    alike: dict[object, list[Subscription]] = {}
    for one in subscriptions:
        alike.setdefault((one.identifier, one.user_properties), []).append(one)
    return [
        packet
        for group in alike.values()
        for packet in _packed(group, _size_of_wish, _head_of_subscribe(group[0], connack.protocol), connack)
    ]


def unsubscribe_size(topic_filter: str, protocol: Protocol) -> int:
    """Bytes of an UNSUBSCRIBE with this topic filter alone."""
    return whole_size(_head_of_unsubscribe(protocol) + _size_of_text(topic_filter))


def unsubscribe_packets(topic_filters: Iterable[str], connack: Connack) -> list[list[str]]:
    """What goes into each UNSUBSCRIBE."""
    return _packed(topic_filters, _size_of_text, _head_of_unsubscribe(connack.protocol), connack)


def _head_of_subscribe(subscription: Subscription, protocol: Protocol) -> int:
    if protocol < Protocol.V5:
        return _PACKET_IDENTIFIER
    number = subscription.identifier
    properties = PublishProperties(
        subscription_identifiers=() if number is None else (number,), user_properties=subscription.user_properties
    )
    return _PACKET_IDENTIFIER + len(write_properties(properties))  # the same bytes as in PUBLISH


def _head_of_unsubscribe(protocol: Protocol) -> int:
    return _PACKET_IDENTIFIER + (_NO_PROPERTIES if protocol >= Protocol.V5 else 0)


def _size_of_wish(subscription: Subscription) -> int:
    return _size_of_text(subscription.topic_filter) + _OPTIONS


def _size_of_text(text: str) -> int:
    return _LENGTH_OF_TEXT + len(text.encode())


def _packed(items: Iterable[T], size_of: Callable[[T], int], head: int, connack: Connack) -> list[list[T]]:
    """``items`` in their order, as many in each packet as there is room for, and one at least."""
    largest = connack.maximum_packet_size or whole_size(LARGEST_REMAINING_LENGTH)
    packets: list[list[T]] = []
    remaining = 0
    for item in items:
        remaining += size_of(item)
        if not packets or whole_size(remaining) > largest:
            packets.append([])
            remaining = head + size_of(item)
        packets[-1].append(item)
    return packets
