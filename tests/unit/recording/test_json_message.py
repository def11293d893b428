"""A message in JSON is what the reference page says, and a wrong one is refused with the reason."""

import json
import re
from datetime import UTC, datetime

import pytest

from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import InvalidTopicName
from mqtt_tui.recording.json_message import from_json, to_json
from mqtt_tui.recording.json_strings import InvalidMessage

RECEIVED_AT = int(datetime(2026, 11, 20, 10, 2, 11, tzinfo=UTC).timestamp()) * 10**9 + 123_456_789

DOCUMENTED = """
{"received_at": "2026-11-20T10:02:11.123456Z", "topic": "a/b", "payload": "{\\"v\\":1}", "encoding": "utf-8", "qos": 1,
 "retain": false, "dup": false,
 "properties": {"payload_format_indicator": 1, "message_expiry_interval": 60, "content_type": "application/json",
 "response_topic": "r", "correlation_data": "aGk=", "subscription_identifiers": [1],
 "user_properties": [["k", "v"], ["k", "w"]]}}
"""


def message(
    payload: bytes = b"x",
    *,
    topic: bytes = b"a/b",
    qos: int = 0,
    retain: bool = False,
    properties: PublishProperties = NONE,
    received_at: int = RECEIVED_AT,
    protocol: Protocol = Protocol.V5,
) -> ApplicationMessage:
    head, name, rest = raw_publish(topic, payload, protocol=protocol, qos=qos, retain=retain, properties=properties)
    return ApplicationMessage(name, Arrival(received_at, head, protocol=protocol), rest)


def test_the_documented_example_is_what_is_written() -> None:
    properties = PublishProperties(
        payload_format_indicator=1,
        message_expiry_interval=60,
        content_type="application/json",
        response_topic="r",
        correlation_data=b"hi",
        subscription_identifiers=(1,),
        user_properties=(("k", "v"), ("k", "w")),
    )
    written = to_json(message(b'{"v":1}', qos=1, properties=properties))
    without_blanks = re.sub(r'("(?:[^"\\]|\\.)*")|\s', r"\1", DOCUMENTED)
    assert written.decode() == without_blanks


def test_what_is_absent_does_not_stand_there() -> None:
    written = json.loads(to_json(message(b"\x00\xff", retain=True, received_at=0, protocol=Protocol.V311)))
    assert written == {
        "received_at": "1970-01-01T00:00:00.000000Z",
        "topic": "a/b",
        "payload": "AP8=",
        "encoding": "base64",
        "qos": 0,
        "retain": True,
        "dup": False,
    }


def test_a_documented_message_can_be_published_without_what_only_a_receiver_gets() -> None:
    request = from_json(DOCUMENTED).as_request()
    assert (request.topic_name, request.payload, request.qos) == ("a/b", b'{"v":1}', QoS.AT_LEAST_ONCE)
    assert request.properties.subscription_identifiers == ()
    assert request.properties.user_properties == (("k", "v"), ("k", "w"))
    assert request.properties.correlation_data == b"hi"


def test_a_person_needs_to_write_topic_and_payload_only() -> None:
    found = from_json('{"topic": "a", "payload": "\\u00fc"}')
    assert found.received_at is None
    request = found.as_request()
    assert (request.topic_name, request.payload, request.qos, request.retain) == ("a", "ü".encode(), 1, False)
    assert request.properties == NONE


def test_strings_that_are_not_utf8_stand_in_base64_and_come_out_again() -> None:
    bad = b"\xff\xc3".decode("utf-8", "surrogateescape")
    properties = PublishProperties(content_type=bad, response_topic=bad, user_properties=(("k", "ü"), ("k", bad)))
    written = to_json(message(topic=b"a/\xff", properties=properties))
    fields = json.loads(written)
    assert fields["topic_base64"] == "YS//"
    assert "topic" not in fields
    assert fields["properties"]["user_properties_base64"] == [["aw==", "w7w="], ["aw==", "/8M="]]
    found = from_json(written)
    assert (found.topic, found.properties) == (b"a/\xff", properties)
    with pytest.raises(InvalidTopicName):
        found.as_request()


def test_a_message_whose_properties_cannot_be_read_says_so_and_is_not_published_again() -> None:
    broken = ApplicationMessage(b"a", Arrival(0, protocol=Protocol.V5), b"\x02\x99\x00payload")
    found = from_json(to_json(broken))
    assert found.malformed_properties == "unknown property 0x99"
    assert found.payload == b"\x02\x99\x00payload"
    with pytest.raises(InvalidMessage, match="unknown property 0x99"):
        found.as_request()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "truncated"),
        ("[]", "Expected `object`, got `array`"),
        ('{"topic": "a"}', "missing required field `payload`"),
        ('{"payload": "x"}', "it has no topic"),
        ('{"topic": "a", "payload": "x", "retian": true}', "unknown field `retian`"),
        ('{"topic": "a", "payload": "x", "qos": 3}', r"Invalid enum value 3 - at `\$.qos`"),
        ('{"topic": "a", "payload": "?", "encoding": "base64"}', "payload is not base64"),
        ('{"topic": "a", "payload": "x", "topic_base64": "YQ=="}', "topic and topic_base64 exclude each other"),
        ('{"topic": "a", "payload": "x", "received_at": "2026-11-20T10:02:11"}', "no|not a time with its offset"),
        ('{"topic": "a", "payload": "x", "properties": {"message_expiry_interval": -1}}', "message_expiry_interval"),
        (b'{"topic": "a", "payload": "\xff"}', "utf-8"),
        ('{"topic": "a", "payload": "\\ud800"}', "truncated|surrogate"),
        ('{"topic": "a", "payload": ' + "[" * 100_000, "Expected `str`, got `array`"),
        ('{"topic": "a", "payload": "x", "\x1b\u202e": 1}', "Not a message"),
    ],
)
def test_what_is_no_message_is_refused_with_the_reason(text: str | bytes, reason: str) -> None:
    with pytest.raises(InvalidMessage, match=reason) as failure:
        from_json(text)
    assert failure.value.message.isprintable()


@pytest.mark.parametrize("text", ["2026-11-20T10:02:11.123456Z", "2026-11-20T11:02:11.123456+01:00"])
def test_times_come_back_in_nanoseconds(text: str) -> None:
    found = from_json(json.dumps({"topic": "a", "payload": "", "received_at": text}))
    assert found.received_at == RECEIVED_AT // 1000 * 1000
