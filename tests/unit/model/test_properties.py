"""Properties that MQTT cannot carry."""

import pytest

from mqtt_tui.model.properties import (
    MalformedProperties,
    PublishProperties,
    read_properties,
    write_properties,
    write_variable_byte_integer,
)


def test_a_string_longer_than_mqtt_allows_is_refused() -> None:
    longest = PublishProperties(content_type="x" * 65_535)
    assert read_properties(write_properties(longest), 0)[0] == longest
    with pytest.raises(MalformedProperties, match="65,536 bytes"):
        write_properties(PublishProperties(user_properties=(("name", "x" * 65_536),)))


def test_a_variable_byte_integer_has_four_bytes_at_most() -> None:
    with pytest.raises(MalformedProperties, match="268,435,456"):
        write_variable_byte_integer(268_435_456)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"", "cut off"),
        (b"\x80\x80\x80\x80\x01", "longer than four bytes"),
        (b"\x02\x01", "longer than its packet"),
        (b"\x04\x01\x00\x01\x01", "payload_format_indicator stands twice"),
        (b"\x02\x7f\x00", "unknown property 0x7F"),
        (b"\x04\x03\x00\x09a", "string is cut off"),
    ],
)
def test_what_is_wrong_with_a_block_is_said(block: bytes, reason: str) -> None:
    with pytest.raises(MalformedProperties, match=reason):
        read_properties(block, 0)


def test_nothing_but_defaults_is_nothing() -> None:
    assert not PublishProperties()
    assert PublishProperties(user_properties=(("a", "b"),))
