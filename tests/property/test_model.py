"""The model against plain re-statements of the specification and against paho."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.exception import MalformedPacket
from paho.mqtt.matcher import MQTTMatcher
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import (
    MalformedProperties,
    PublishProperties,
    read_properties,
    read_variable_byte_integer,
    write_properties,
    write_variable_byte_integer,
)
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.topic import InvalidTopicFilter, TopicFilter

levels = st.sampled_from(["a", "b", "", "$SYS", "$", "é", "a b"])
topic_names = st.lists(levels, min_size=1, max_size=5).map("/".join).filter(bool)


@st.composite
def topic_filters(draw: st.DrawFn) -> str:
    parts = draw(st.lists(levels | st.just("+"), min_size=1, max_size=5))
    if draw(st.booleans()):
        parts.append("#")
    return "/".join(parts) or "+"


def matched(wanted: list[str], levels: list[str]) -> bool:
    """MQTT 5.0, 4.7.1, said once more."""
    if not wanted:
        return not levels
    if wanted[0] == "#":
        return True
    return bool(levels) and wanted[0] in ("+", levels[0]) and matched(wanted[1:], levels[1:])


@given(topic_filters(), topic_names)
def test_matching_is_what_the_specification_says(topic_filter: str, topic_name: str) -> None:
    hidden = topic_name.startswith("$") and topic_filter[0] in "+#"
    expected = not hidden and matched(topic_filter.split("/"), topic_name.split("/"))
    assert TopicFilter(topic_filter).matches(topic_name) == expected
    assert TopicFilter(f"$share/group/{topic_filter}").matches(topic_name) == expected


@given(topic_filters(), topic_names)
def test_matching_agrees_with_paho(topic_filter: str, topic_name: str) -> None:
    matcher = MQTTMatcher()  # type: ignore[no-untyped-call]
    matcher[topic_filter] = True
    assert TopicFilter(topic_filter).matches(topic_name) == any(matcher.iter_match(topic_name))  # type: ignore[no-untyped-call]


@given(st.text(st.sampled_from("a+#/$\0\ud800"), max_size=6))
def test_a_filter_is_refused_where_a_wildcard_does_not_fill_its_level(text: str) -> None:
    parts = text.split("/")
    valid = (
        text != ""
        and not {"\0", "\ud800"} & set(text)
        and all(part == "+" or "+" not in part for part in parts)
        and all("#" not in part for part in parts[:-1])
        and (parts[-1] == "#" or "#" not in parts[-1])
    )
    try:
        TopicFilter(text)
    except InvalidTopicFilter:
        assert not valid
    else:
        assert valid


strings = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"), max_size=8)
"""Without U+FEFF, which paho refuses; see below."""
publish_properties = st.builds(
    PublishProperties,
    payload_format_indicator=st.none() | st.integers(0, 1),
    message_expiry_interval=st.none() | st.integers(0, 0xFFFF_FFFF),
    topic_alias=st.none() | st.integers(1, 0xFFFF),
    response_topic=st.none() | strings,
    correlation_data=st.none() | st.binary(max_size=200),
    user_properties=st.lists(st.tuples(strings, strings), max_size=4).map(tuple),
    subscription_identifiers=st.lists(st.integers(1, 268_435_455), max_size=3).map(tuple),
    content_type=st.none() | strings,
)


def of_paho(properties: PublishProperties) -> Properties:
    """The same, in the hands of another implementation."""
    out = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    names = {
        "payload_format_indicator": "PayloadFormatIndicator",
        "message_expiry_interval": "MessageExpiryInterval",
        "topic_alias": "TopicAlias",
        "response_topic": "ResponseTopic",
        "correlation_data": "CorrelationData",
        "user_properties": "UserProperty",
        "subscription_identifiers": "SubscriptionIdentifier",
        "content_type": "ContentType",
    }
    for one in fields(PublishProperties):
        value = getattr(properties, one.name)
        if value is not None and value != ():
            setattr(out, names[one.name], list(value) if isinstance(value, tuple) else value)
    return out


@given(publish_properties, st.binary(max_size=3), st.binary(max_size=3))
def test_properties_come_back_as_they_were_written(properties: PublishProperties, before: bytes, after: bytes) -> None:
    block = write_properties(properties)
    assert read_properties(before + block + after, len(before)) == (properties, len(before) + len(block))


@given(publish_properties)
def test_paho_reads_what_we_write(properties: PublishProperties) -> None:
    theirs = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    block = write_properties(properties)
    _, size = theirs.unpack(block)  # type: ignore[no-untyped-call]
    assert size == len(block)
    assert theirs.json() == of_paho(properties).json()  # type: ignore[no-untyped-call]


@given(publish_properties)
def test_we_read_what_paho_writes(properties: PublishProperties) -> None:
    block = of_paho(properties).pack()  # type: ignore[no-untyped-call]
    assert read_properties(block, 0) == (properties, len(block))


@given(strings, strings)
def test_a_byte_order_mark_is_a_character_like_others(before: str, after: str) -> None:
    text = f"{before}\ufeff{after}"  # MQTT 5.0, 1.5.4: it must not be stripped off
    properties = PublishProperties(content_type=text, response_topic=text, user_properties=((text, text),))
    block = write_properties(properties)
    assert read_properties(block, 0) == (properties, len(block))
    with pytest.raises(MalformedPacket):
        Properties(PacketTypes.PUBLISH).unpack(block)  # type: ignore[no-untyped-call]


@given(st.binary(max_size=30))
def test_any_bytes_are_properties_or_malformed(block: bytes) -> None:
    try:
        properties, end = read_properties(block, 0)
    except MalformedProperties:
        pass
    else:
        assert end <= len(block)
        assert read_properties(write_properties(properties), 0)[0] == properties


@given(publish_properties, st.data())
def test_a_block_that_is_cut_anywhere_is_malformed(properties: PublishProperties, data: st.DataObject) -> None:
    block = write_properties(properties)
    cut = data.draw(st.integers(0, len(block) - 1))
    try:
        read_properties(block[:cut], 0)
    except MalformedProperties:
        return
    raise AssertionError("read beyond the end")


@given(st.integers(0, 268_435_455), st.binary(max_size=2))
def test_variable_byte_integers_come_back(value: int, after: bytes) -> None:
    data = write_variable_byte_integer(value)
    assert read_variable_byte_integer(data + after, 0) == (value, len(data))
    assert len(data) == (1 if value < 128 else 2 if value < 16_384 else 3 if value < 2_097_152 else 4)


@given(
    topic=st.binary(max_size=12),
    payload=st.binary(max_size=40),
    protocol=st.sampled_from(Protocol),
    qos=st.integers(0, 2),
    retain=st.booleans(),
    dup=st.booleans(),
    identifier=st.integers(1, 0xFFFF),
    properties=publish_properties,
)
def test_a_message_says_what_it_was_made_of(
    topic: bytes,
    payload: bytes,
    protocol: Protocol,
    qos: int,
    retain: bool,
    dup: bool,
    identifier: int,
    properties: PublishProperties,
) -> None:
    head, name, rest = raw_publish(
        topic,
        payload,
        protocol=protocol,
        qos=qos,
        retain=retain,
        dup=dup,
        packet_identifier=identifier,
        properties=properties,
    )
    message = ApplicationMessage(name, Arrival(7, head, protocol=protocol), rest)
    assert (message.topic, message.payload, message.qos, message.retain) == (topic, payload, qos, retain)
    assert (message.dup, message.received_at, message.is_stored) == (dup, 7, False)
    assert message.packet_identifier == (identifier if qos else None)
    assert message.properties == (properties if protocol is Protocol.V5 else PublishProperties())
    assert message.malformed == ""
    assert message.topic_name.encode("utf-8", "surrogateescape") == topic
