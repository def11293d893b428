"""PUBLISH properties on their way through paho."""

from typing import Any

from mqtt_tui.connection.mqtt.properties import connect_properties, to_paho
from mqtt_tui.model.properties import PublishProperties, read_properties
from mqtt_tui.profiles.profile import BrokerProfile

ALL = PublishProperties(
    payload_format_indicator=0,
    message_expiry_interval=0,
    topic_alias=3,
    response_topic="r/é",
    correlation_data=b"\x00\xff",
    user_properties=(("k", "v"), ("k", "w"), ("", "")),
    content_type="text/plain",
)


def test_paho_packs_what_we_read() -> None:
    packed = to_paho(ALL)
    assert packed is not None
    assert read_properties(packed.pack(), 0)[0] == ALL  # type: ignore[no-untyped-call]


def test_connect_announces_the_packet_limit_and_no_topic_alias() -> None:
    announced: Any = connect_properties(
        BrokerProfile(url="mqtt://h", maximum_packet_size=2048, session_expiry_interval=9)
    )
    assert announced.MaximumPacketSize == 2048
    assert announced.SessionExpiryInterval == 9
    assert not hasattr(announced, "TopicAliasMaximum")
