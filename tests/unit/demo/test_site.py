"""The simulated site, on a clock that the tests turn."""

import json
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

import cbor2
import msgspec
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from mqtt_tui.demo.site.site import Site
from mqtt_tui.errors import UsageError
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.topic import TopicName

NOON = 1_800_000_000.0
TURN = 0.05


@dataclass(frozen=True)
class Published:
    """One message of the site."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    properties: PublishProperties


class Yard:
    """A site whose messages are collected while its time passes."""

    def __init__(self, *, seed: int = 1, devices: int = 12, rate: float = 1.0) -> None:
        self.published: list[Published] = []
        self.site = Site(self._publish, seed=seed, devices=devices, rate=rate)
        self.now = NOON
        self.site.start_state(self.now)

    def live(self, seconds: float) -> "Yard":
        for _ in range(round(seconds / TURN)):
            self.now += TURN
            while not self.site.step(self.now):
                pass
        return self

    def at(self, topic_end: str) -> list[Published]:
        return [message for message in self.published if message.topic.endswith(topic_end)]

    def _publish(
        self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, properties: PublishProperties = NONE
    ) -> None:
        self.published.append(Published(topic, payload, qos, retain, properties))


def test_the_same_seed_tells_the_same_story_and_another_one_another() -> None:
    assert Yard().live(20).published == Yard().live(20).published
    assert Yard().live(5).published != Yard(seed=2).live(5).published


def test_the_site_is_big_and_busy_enough_to_look_at_and_calm_enough_to_read() -> None:
    yard = Yard()
    announced = len(yard.published)
    yard.live(60)
    assert 150 <= len({message.topic for message in yard.published}) <= 260
    assert 60 <= (len(yard.published) - announced) / 60 <= 120


def test_something_moves_within_the_first_second() -> None:
    moving = Counter(message.topic for message in Yard().live(1).published if not message.retain)
    assert max(moving.values()) >= 15
    assert len(moving) > 30


def test_every_topic_and_text_can_be_published() -> None:
    for message in Yard().live(60).published:
        TopicName(message.topic)
        if message.properties.payload_format_indicator:
            message.payload.decode()


@pytest.mark.parametrize(("rate", "expected"), [(0.1, 10), (5.0, 525)])
def test_the_rate_scales_what_is_sent(rate: float, expected: int) -> None:
    yard = Yard(rate=rate)
    announced = len(yard.published)
    yard.live(20)
    assert (len(yard.published) - announced) / 20 == pytest.approx(expected, rel=0.2)


def test_the_number_of_machines_can_be_chosen() -> None:
    assert len(Yard(devices=1).at("/firmware")) == 1
    assert len(Yard(devices=100).at("/firmware")) == 100


@pytest.mark.parametrize(
    ("devices", "rate"), [(0, 1.0), (-1, 1.0), (10**9, 1.0), (1, 0.0), (1, -1.0), (1, float("nan")), (1, float("inf"))]
)
def test_a_number_of_machines_or_a_rate_that_cannot_be_is_refused(devices: int, rate: float) -> None:
    with pytest.raises(UsageError):
        Yard(devices=devices, rate=rate)


def test_retained_messages_describe_machines_and_sensors() -> None:
    yard = Yard()
    retained = {message.topic for message in yard.published if message.retain}
    assert {"factory/hall-2/press-07/config", "factory/hall-2/press-07/firmware"} <= retained
    discovery = json.loads(yard.at("homeassistant/sensor/floor-3-room-301-temperature/config")[0].payload)
    yard.live(10)
    assert yard.at(discovery["state_topic"])


def test_configurations_have_integers_that_no_double_holds() -> None:
    serials = [json.loads(message.payload).get("serial", 0) for message in Yard().at("/config")]
    assert any(int(float(serial)) != serial for serial in serials)


def test_state_is_nested_json_with_properties_of_mqtt_5() -> None:
    state = Yard().live(5).at("press-07/state")[0]
    assert json.loads(state.payload)["axes"][2]["name"] == "z"
    assert state.properties.content_type == "application/json"
    assert state.properties.message_expiry_interval == 300
    assert [name for name, _ in state.properties.user_properties] == ["source", "source", "schema"]


def test_binary_formats_are_what_they_claim_to_be() -> None:
    yard = Yard().live(15)
    assert set(cbor2.loads(yard.at("/vibration")[0].payload)) == {"at", "rms", "peak", "spectrum"}
    assert "pose" in msgspec.msgpack.decode(yard.at("agv-1/position")[0].payload)
    assert yard.at("/firmware")[0].payload.startswith(b"FWIM")
    picture = yard.at("/snapshot")[0].payload
    width, height, pixels = _read_png(picture)
    assert len(pixels) == height * (width + 1)


def _read_png(picture: bytes) -> tuple[int, int, bytes]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(picture):
        size, kind = int.from_bytes(picture[at : at + 4]), picture[at + 4 : at + 8]
        data = picture[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + data) == int.from_bytes(picture[at + 8 + size : at + 12 + size])
        chunks[kind] = data
        at += 12 + size
    header = chunks[b"IHDR"]
    return int.from_bytes(header[:4]), int.from_bytes(header[4:8]), zlib.decompress(chunks[b"IDAT"])


def test_sparkplug_births_name_what_data_gives_by_alias() -> None:
    yard = Yard().live(5)
    birth, data = (_read_sparkplug(yard.at(f"{kind}/edge-1/line-1")[0].payload) for kind in ("DBIRTH", "DDATA"))
    assert {metric.name: metric.alias for metric in birth.metrics} == {
        "Flow/Litres": 1,
        "Flow/Valve open": 2,
        "Pieces": 3,
        "Offset": 4,
        "Pressure": 5,
    }
    litres, valve, pieces, offset, pressure = data.metrics
    assert [metric.alias for metric in data.metrics] == [1, 2, 3, 4, 5]
    assert not litres.HasField("name")
    assert 70 < litres.double_value < 150
    assert valve.boolean_value is (litres.double_value > 90)
    assert pieces.long_value > 2**32
    assert (offset.int_value ^ 2**31) - 2**31 == int(litres.double_value) - 120
    assert pressure.float_value == pytest.approx(2 + litres.double_value / 100)
    assert birth.timestamp == int(NOON * 1000)
    assert [_read_sparkplug(message.payload).seq for message in yard.at("edge-1")[:1]] == [0]


def _read_sparkplug(payload: bytes) -> Any:  # noqa: ANN401  a class made at run time
    """With protobuf itself, from the specification's field numbers."""
    file = descriptor_pb2.FileDescriptorProto(name="sparkplug_b.proto", package="test", syntax="proto2")
    types = descriptor_pb2.FieldDescriptorProto
    outer, metric = file.message_type.add(name="Payload"), file.message_type.add(name="Metric")
    for name, number, kind in (("timestamp", 1, types.TYPE_UINT64), ("seq", 3, types.TYPE_UINT64)):
        outer.field.add(name=name, number=number, type=kind, label=types.LABEL_OPTIONAL)
    outer.field.add(
        name="metrics", number=2, type=types.TYPE_MESSAGE, type_name=".test.Metric", label=types.LABEL_REPEATED
    )
    for name, number, kind in (
        ("name", 1, types.TYPE_STRING),
        ("alias", 2, types.TYPE_UINT64),
        ("timestamp", 3, types.TYPE_UINT64),
        ("datatype", 4, types.TYPE_UINT32),
        ("int_value", 10, types.TYPE_UINT32),
        ("long_value", 11, types.TYPE_UINT64),
        ("float_value", 12, types.TYPE_FLOAT),
        ("double_value", 13, types.TYPE_DOUBLE),
        ("boolean_value", 14, types.TYPE_BOOL),
        ("string_value", 15, types.TYPE_STRING),
    ):
        metric.field.add(name=name, number=number, type=kind, label=types.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("test.Payload")).FromString(payload)


def test_one_machine_reports_errors_falls_silent_and_comes_back() -> None:
    yard = Yard().live(100)
    statuses = [message.payload for message in yard.at("press-08/status")]
    assert statuses == [b"online", b"offline", b"online"]
    assert json.loads(yard.at("press-08/error")[0].payload)["code"] == "E4711"
    own = [message for message in yard.published if message.topic.startswith("factory/hall-2/press-08/")]
    offline = next(number for number, message in enumerate(own) if message.payload == b"offline")
    assert own[offline + 1].payload == b"online"


def test_a_request_changes_the_machine_and_is_answered_with_its_correlation_data() -> None:
    yard = Yard()
    request = PublishProperties(response_topic="me/replies", correlation_data=b"\x00\x01")
    yard.site.answer("factory/hall-2/press-07/set", b'{"speed": 33}', request, yard.now)
    state, answer = yard.published[-2:]
    assert json.loads(state.payload)["speed"] == 33
    assert (answer.topic, answer.properties.correlation_data) == ("me/replies", b"\x00\x01")
    assert json.loads(answer.payload)["applied"] == {"speed": 33}


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("factory/hall-2/press-07/set", b"\xff"),
        ("factory/hall-2/press-07/set", b"[]"),
        ("factory/hall-2/press-07/set", b'{"speed": 1e999}'),
        ("factory/hall-2/press-07/set", b'{"speed": 61}'),
        ("factory/hall-2/press-07/set", b"[" * 100_000),
        ("factory/hall-9/none/set", b'{"speed": 1}'),
    ],
)
def test_a_request_that_cannot_be_met_is_answered_with_the_reason(topic: str, payload: bytes) -> None:
    yard = Yard()
    yard.site.answer(topic, payload, PublishProperties(response_topic="r"), yard.now)
    answer = json.loads(yard.published[-1].payload)
    assert answer["ok"] is False
    assert answer["error"]


@pytest.mark.parametrize("response_topic", [None, "", "a/#"])
def test_a_request_without_a_usable_response_topic_is_done_and_not_answered(response_topic: str | None) -> None:
    yard = Yard()
    properties = PublishProperties(response_topic=response_topic)
    yard.site.answer("factory/hall-2/press-07/set", b'{"speed": 33}', properties, yard.now)
    assert yard.published[-1].topic == "factory/hall-2/press-07/state"


def test_a_machine_that_slept_does_not_make_up_for_lost_time() -> None:
    yard = Yard().live(5)
    before = len(yard.published)
    yard.now += 3_600
    yard.live(1)
    assert len(yard.published) - before < 600
