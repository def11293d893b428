"""What went into a file comes out of it, byte for byte."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.recording.export_document import ExportHeader
from mqtt_tui.recording.json_message import RecordedMessage, from_json, to_json
from mqtt_tui.recording.message_file import FileFormat, MessageFileWriter
from mqtt_tui.recording.message_reader import read_messages

HEADER = ExportHeader(exported_at=0, broker_url="mqtt://localhost:1883", protocol="5", topic_filter="#")

raw_strings = st.binary(max_size=8) | st.text(max_size=8).map(str.encode)
strings = raw_strings.map(lambda raw: raw.decode("utf-8", "surrogateescape"))
properties = st.builds(
    PublishProperties,
    payload_format_indicator=st.none() | st.integers(0, 255),
    message_expiry_interval=st.none() | st.integers(0, 2**32 - 1),
    topic_alias=st.none() | st.integers(0, 65_535),
    response_topic=st.none() | strings,
    correlation_data=st.none() | st.binary(max_size=8),
    user_properties=st.lists(st.tuples(strings, strings), max_size=3).map(tuple),
    subscription_identifiers=st.lists(st.integers(1, 268_435_455), max_size=2).map(tuple),
    content_type=st.none() | strings,
)


@st.composite
def messages(draw: st.DrawFn) -> ApplicationMessage:
    protocol = draw(st.sampled_from(Protocol))
    head, topic, rest = raw_publish(
        draw(raw_strings),
        draw(raw_strings),
        protocol=protocol,
        qos=draw(st.integers(0, 2)),
        retain=draw(st.booleans()),
        dup=draw(st.booleans()),
        packet_identifier=7,
        properties=draw(properties) if protocol is Protocol.V5 else NONE,
    )
    received_at = draw(st.integers(0, 4 * 10**9)) * 10**9 + draw(st.integers(0, 10**9 - 1))
    return ApplicationMessage(topic, Arrival(received_at, head, protocol=protocol), rest)


def as_recorded(message: ApplicationMessage) -> RecordedMessage:
    return RecordedMessage(
        topic=message.topic,
        payload=message.payload,
        qos=message.qos,
        retain=message.retain,
        dup=message.dup,
        properties=message.properties,
        malformed_properties="",
        received_at=message.received_at // 1000 * 1000,
    )


@given(message=messages())
def test_a_message_survives_json(message: ApplicationMessage) -> None:
    line = to_json(message)
    assert b"\n" not in line
    assert from_json(line) == as_recorded(message)


@settings(max_examples=40)
@given(written=st.lists(messages(), max_size=5), file_format=st.sampled_from(FileFormat))
def test_messages_survive_a_file_in_their_order(written: list[ApplicationMessage], file_format: FileFormat) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"export.{file_format}")
        with MessageFileWriter(path, file_format, HEADER) as writer:
            for message in written:
                writer.write(message)
        assert (writer.messages, writer.bytes) == (len(written), path.stat().st_size)
        assert list(read_messages(path)) == [as_recorded(message) for message in written]
