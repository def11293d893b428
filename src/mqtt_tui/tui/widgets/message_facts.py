"""What a packet says besides its payload, in the specification's names."""

from collections.abc import Iterator
from dataclasses import dataclass

from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import SECOND, ago_text, duration_text, moment_text

_QOS = {
    QoS.AT_MOST_ONCE: "0 · at most once (as delivered to us)",
    QoS.AT_LEAST_ONCE: "1 · at least once (as delivered to us)",
    QoS.EXACTLY_ONCE: "2 · exactly once (as delivered to us)",
}
_PAYLOAD_FORMATS = {0: "0 · unspecified bytes", 1: "1 · UTF-8 text"}

_MOST_IN_SUMMARY = 20
_MOST_REPEATED = 1_000
"""Of user properties, of which a packet has room for millions; laid out each second, for the age above them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A name with its value.

    Args:
        label: the name.
        text: the value, safe to show.
        data: the value as it is copied.
        name: of a user property, safe to show.
        is_problem: something is wrong.
    """

    label: str
    text: str
    data: str | bytes
    name: str = ""
    is_problem: bool = False


def packet_facts(message: ApplicationMessage, now: int) -> list[Fact]:
    """What every PUBLISH has (MQTT 5.0, 3.3.1 and 3.3.2). ``now``: nanoseconds since the epoch."""
    facts = [
        Fact("Topic", display_text(message.topic), message.topic),
        _plain("QoS", _QOS.get(message.qos, str(message.qos))),
        _plain("Retain", _retain(message)),
        _plain("Dup", "yes · perhaps a repeated delivery" if message.dup else "no"),
    ]
    if message.packet_identifier is not None:
        facts.append(_plain("Packet Identifier", str(message.packet_identifier)))
    ago = ago_text(now - message.received_at)
    return [
        *facts,
        _plain("Size", f"{len(message.payload):,} B payload · {len(message.topic):,} B topic"),
        _plain("Received", moment_text(message.received_at)),
        _plain("Age", f"unknown · received {ago}" if message.is_stored else ago),
        _plain("Protocol", f"MQTT {message.protocol.title}"),
    ]


def property_facts(message: ApplicationMessage, now: int) -> list[Fact]:
    """The properties of MQTT 5 (3.3.2.3), in their order there; or a word about why there are none."""
    if message.malformed:
        why = f"cannot be read: {display_text(message.malformed)}; the payload is shown from where they should stand"
        return [Fact("Properties", why, why, is_problem=True)]
    if message.protocol < Protocol.V5:
        return [_plain("Properties", f"come with MQTT 5; this message came by MQTT {message.protocol.title}")]
    return list(_properties(message, now)) or [_plain("Properties", "none came with this message")]


def count_properties(properties: PublishProperties) -> int:
    """How many there are, each of repeated ones counted."""
    single = (
        properties.payload_format_indicator,
        properties.message_expiry_interval,
        properties.topic_alias,
        properties.response_topic,
        properties.correlation_data,
        properties.content_type,
    )
    repeated = len(properties.user_properties) + len(properties.subscription_identifiers)
    return sum(value is not None for value in single) + repeated


def summary(message: ApplicationMessage, now: int) -> list[tuple[str, list[str]]]:
    """The properties that tell most, as labels and safe values for the space below a payload."""
    properties = message.properties
    found: list[tuple[str, list[str]]] = []
    if properties.content_type is not None:
        found.append(("content type", [display_text(properties.content_type)]))
    if properties.message_expiry_interval is not None:
        found.append(("expiry", [_expiry(message, properties.message_expiry_interval, now)]))
    if properties.response_topic is not None:
        found.append(("response topic", [display_text(properties.response_topic)]))
    if properties.correlation_data is not None:
        found.append(("correlation data", [_readable(properties.correlation_data)]))
    if properties.user_properties:
        first = properties.user_properties[:_MOST_IN_SUMMARY]
        pairs = [f"{display_text(name)} = {display_text(value)}" for name, value in first]
        more = len(properties.user_properties) - len(first)
        found.append(("user properties", [*pairs, f"… {more:,} more"] if more else pairs))
    return found


def _properties(message: ApplicationMessage, now: int) -> Iterator[Fact]:
    properties = message.properties
    indicator, expiry = properties.payload_format_indicator, properties.message_expiry_interval
    if indicator is not None:
        words = _PAYLOAD_FORMATS.get(indicator, f"{indicator} · not in the specification")
        yield Fact("Payload Format Indicator", words, str(indicator))
    if expiry is not None:
        yield Fact("Message Expiry Interval", _expiry(message, expiry, now), str(expiry))
    if properties.topic_alias is not None:
        yield _plain("Topic Alias", str(properties.topic_alias))
    if properties.response_topic is not None:
        yield _foreign("Response Topic", properties.response_topic)
    if properties.correlation_data is not None:
        data = properties.correlation_data
        yield Fact("Correlation Data", _readable(data), data)
    for name, value in properties.user_properties[:_MOST_REPEATED]:
        yield _foreign("User Property", value, display_text(name) or "⟨empty⟩")
    yield from _more(len(properties.user_properties))
    for identifier in properties.subscription_identifiers[:_MOST_REPEATED]:
        yield _plain("Subscription Identifier", str(identifier))
    yield from _more(len(properties.subscription_identifiers))
    if properties.content_type is not None:
        yield _foreign("Content Type", properties.content_type)


def _more(count: int) -> Iterator[Fact]:
    """A word about those that are not shown, if there are any."""
    if count > _MOST_REPEATED:
        yield _plain("…", f"{count - _MOST_REPEATED:,} more; an export has them all")


def _plain(label: str, text: str) -> Fact:
    return Fact(label, text, text)


def _foreign(label: str, value: str, name: str = "") -> Fact:
    return Fact(label, display_text(value) or "⟨empty⟩", value.encode("utf-8", "surrogateescape"), name)


def _retain(message: ApplicationMessage) -> str:
    if message.is_stored:
        return "yes · stored by the broker before we subscribed"
    return "yes" if message.retain else "no"


def _expiry(message: ApplicationMessage, interval: int, now: int) -> str:
    """The interval is what was left when the server sent it on (MQTT 5.0, 3.3.2.3.3)."""
    left = message.received_at + interval * SECOND - now
    if left <= 0:
        return f"{interval:,} s · expired {ago_text(-left)}"
    return (
        f"{interval:,} s · {-(-left // SECOND):,} s left"
        if left < 600 * SECOND
        else f"{interval:,} s · {duration_text(left)} left"
    )


def _readable(data: bytes) -> str:
    """As text where it is printable, else in hexadecimal."""
    if not data:
        return "⟨empty⟩"
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    return display_text(text) if text and text.isprintable() else f"0x {data.hex(' ')}"
