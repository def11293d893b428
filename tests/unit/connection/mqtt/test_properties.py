"""PUBLISH properties on their way through paho."""

from mqtt_tui.connection.mqtt.properties import to_paho
from mqtt_tui.model.properties import PublishProperties, read_properties

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
