"""Spellings of protocol versions."""

import pytest

from mqtt_tui.model.protocol import Protocol


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        *((text, Protocol.V5) for text in ("5", "5.0", "v5", "V5", "mqttv5", "MQTTv50", "mqtt5")),
        *((text, Protocol.V311) for text in ("3.1.1", "311", "mqttv311", "v3.1.1", "MQTTv311")),
        *((text, Protocol.V31) for text in ("3.1", "31", "mqttv31")),
    ],
)
def test_versions_are_read_as_people_write_them(text: str, protocol: Protocol) -> None:
    assert Protocol.parse(text) is protocol


@pytest.mark.parametrize("text", ["", "0", "4", "6", "3", "five", "3.1.2", "500", "5..0", "3.11", "mqtt", "v"])
def test_other_versions_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no MQTT version"):
        Protocol.parse(text)


def test_what_is_shown_can_be_read() -> None:
    assert [Protocol.parse(protocol.title) for protocol in Protocol] == list(Protocol)
