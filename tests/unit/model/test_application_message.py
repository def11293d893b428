"""Messages that came damaged."""

from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import NONE
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.reason_code import ReasonCode


def arrival(head: int) -> Arrival:
    return Arrival(1, head, protocol=Protocol.V5)


def test_properties_that_cannot_be_read_are_shown_as_the_beginning_of_the_payload() -> None:
    message = ApplicationMessage(b"a", arrival(0x32), b"\x00\x07" + b"\x02\xff\x00rest")
    assert message.malformed == "unknown property 0xFF"
    assert message.properties is NONE
    assert message.payload == b"\x02\xff\x00rest"


def test_bad_utf_8_in_a_user_property_is_kept() -> None:
    block = b"\x26\x00\x01\xff\x00\x00"
    message = ApplicationMessage(b"a", arrival(0x30), bytes([len(block)]) + block)
    assert message.properties.user_properties == (("\udcff", ""),)


def test_the_mark_of_a_stored_message_changes_none_of_its_flags() -> None:
    head, topic, rest = raw_publish(b"a", b"x", protocol=Protocol.V5, qos=1, retain=True, packet_identifier=9)
    message = ApplicationMessage(topic, arrival(head).as_stored(), rest)
    assert message.is_stored
    assert (message.qos, message.retain, message.dup, message.packet_identifier) == (1, True, False, 9)


def test_reason_codes_of_the_future_are_kept_as_they_are() -> None:
    assert str(ReasonCode(0x87)) == "Not authorized (0x87)"
    assert str(ReasonCode(0xEE)) == "Unknown reason (0xEE)"
    assert ReasonCode(0xEE).is_failure
    assert not ReasonCode(0x10).is_failure
