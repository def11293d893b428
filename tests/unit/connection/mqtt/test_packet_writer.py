"""The way out, at brokers that are real and at one that is not."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mqtt_tui.connection.mqtt.packet_writer import (
    FIRST_IDENTIFIER,
    LAST_IDENTIFIER,
    PUBACK,
    PUBCOMP,
    PUBREC,
    PacketWriter,
    PublishHeader,
)
from mqtt_tui.connection.state import Connack
from mqtt_tui.demo.broker.server import DemoBroker
from mqtt_tui.errors import ConnectionLost, Rejected
from mqtt_tui.model.properties import PublishProperties, read_variable_byte_integer
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.topic import TopicName
from tests.support.demo_broker import Clients, RawClient, text
from tests.support.mosquitto import Mosquitto, require_mosquitto

SECONDS = 10.0


def request(qos: int = 1, topic: str = "a/b", **more: object) -> PublishRequest:
    return PublishRequest(topic_name=TopicName(topic), payload=b"", qos=QoS(qos), **more)  # type: ignore[arg-type]


def granted(protocol: Protocol = Protocol.V5, **more: object) -> Connack:
    return Connack(protocol=protocol, session_present=False, client_identifier="w", keep_alive=60, **more)  # type: ignore[arg-type]


@dataclass
class Wire:
    """An outlet that keeps what it gets."""

    writes: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def packets(self) -> list[tuple[int, bytes]]:
        return split(b"".join(self.writes))

    def identifiers(self) -> list[int]:
        """Of the PUBLISH packets to ``a/b``."""
        return [int.from_bytes(body[5:7]) for head, body in self.packets() if head & 0xF0 == 0x30]


def split(data: bytes) -> list[tuple[int, bytes]]:
    """First byte and body of each packet."""
    packets, at = [], 0
    while at < len(data):
        size, begin = read_variable_byte_integer(data, at + 1)
        packets.append((data[at], data[begin : begin + size]))
        at = begin + size
    return packets


@dataclass
class Outcomes:
    """What the writer told."""

    codes: list[ReasonCode] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def note(self, header: PublishHeader, reason_code: ReasonCode, seconds: float) -> None:
        self.codes.append(reason_code)
        self.seconds.append(seconds)


# -------------------------------------------------------------------- at a real server


@pytest.fixture(params=["demo", pytest.param("mosquitto", marks=pytest.mark.broker)])
async def port(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[int]:
    """Of a broker."""
    if request.param == "mosquitto":
        require_mosquitto()
        with Mosquitto(tmp_path / "mosquitto", settings=["max_queued_messages 0"]) as mosquitto:
            yield mosquitto.plain_port
        return
    broker = DemoBroker()
    yield await broker.start()
    await broker.stop()


@pytest.fixture
async def clients(port: int) -> AsyncIterator[Clients]:
    """Not ours: what they get is what the broker sent."""
    async with Clients(port) as clients:
        yield clients


async def acknowledge(reader: asyncio.StreamReader, writer: PacketWriter) -> None:
    """Tell ``writer`` what the server acknowledges, until it closes."""
    pending = b""
    while data := await reader.read(65_536):
        pending += data
        while len(pending) >= 2 and len(pending) >= 2 + pending[1]:
            head, body, pending = pending[0], pending[2 : 2 + pending[1]], pending[2 + pending[1] :]
            writer.acknowledged(head, int.from_bytes(body[:2]), body[2] if len(body) > 2 else 0)


@asynccontextmanager
async def publisher(port: int, connack: Connack, outcomes: Outcomes) -> AsyncIterator[PacketWriter]:
    reader, stream = await asyncio.open_connection("127.0.0.1", port)
    properties = b"\0" if connack.protocol is Protocol.V5 else b""
    body = text("MQTT") + bytes((connack.protocol, 2)) + (60).to_bytes(2) + properties + text("writer")
    stream.write(bytes((0x10, len(body))) + body)
    answer = await reader.readexactly(2)
    assert (await reader.readexactly(answer[1]))[1] == 0
    writer = PacketWriter(stream, connack, outcomes.note)
    reading = asyncio.create_task(acknowledge(reader, writer))
    try:
        yield writer
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        stream.close()


async def received(subscriber: RawClient, count: int) -> list[tuple[str, bytes]]:
    messages = [await subscriber.message() for _ in range(count)]
    return [(message.topic, message.payload) for message in messages]


@pytest.mark.parametrize("protocol", [Protocol.V311, Protocol.V5])
@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_everything_arrives_in_order_and_is_acknowledged(
    port: int, clients: Clients, protocol: Protocol, qos: int
) -> None:
    outcomes, dice = Outcomes(), random.Random(5)
    payloads = [dice.randbytes(dice.choice((0, 1, 100, 120, 128, 20_000))) for _ in range(300)]
    connack = granted(protocol, receive_maximum=20)
    async with asyncio.timeout(SECONDS):
        subscriber = await clients.subscriber("w/#", qos=qos, protocol=protocol)
        async with publisher(port, connack, outcomes) as writer:
            headers = [writer.header(request(qos, topic)) for topic in ("w/1", "w/2/longer")]
            messages = [(headers[at % 2], payload) for at, payload in enumerate(payloads)]
            await writer.publish(messages)
            await writer.finish()
            assert await received(subscriber, 300) == [(h.request.topic_name, payload) for h, payload in messages]
    assert writer.written == 300
    assert writer.acknowledged_count == len(outcomes.codes) == (300 if qos else 0)
    assert all(0 < seconds < SECONDS for seconds in outcomes.seconds)


async def test_properties_and_retain_reach_the_subscriber(port: int, clients: Clients) -> None:
    properties = PublishProperties(content_type="text/x", user_properties=(("a", "b"), ("a", "ü")))
    async with asyncio.timeout(SECONDS):
        async with publisher(port, granted(), Outcomes()) as writer:
            header = writer.header(request(1, retain=True, properties=properties))
            await writer.publish([(header, b"x")])
            await writer.finish()
        subscriber = await clients.subscriber("#")
        message = await subscriber.message()
    assert (message.retain, message.properties, message.payload) == (True, properties, b"x")


# -------------------------------------------------------------------- in its limits


async def test_no_more_are_in_flight_than_the_server_takes() -> None:
    wire, outcomes = Wire(), Outcomes()
    writer = PacketWriter(wire, granted(receive_maximum=3), outcomes.note)
    header = writer.header(request())
    sending = asyncio.create_task(writer.publish([(header, b"x")] * 5))
    await until_idle()
    assert len(wire.identifiers()) == writer.in_flight == 3
    writer.acknowledged(PUBACK, wire.identifiers()[1])
    await until_idle()
    assert len(wire.identifiers()) == 4
    for identifier in wire.identifiers():
        writer.acknowledged(PUBACK, identifier)
    await sending
    assert len(wire.identifiers()) == 5
    assert writer.in_flight == 1


async def test_what_there_is_room_for_goes_out_in_one_write() -> None:
    wire = Wire()
    writer = PacketWriter(wire, granted())
    await writer.publish([(writer.header(request()), b"x")] * 500)
    assert len(wire.writes) == 1
    assert len(set(wire.identifiers())) == 500


async def test_a_large_batch_is_handed_over_in_pieces() -> None:
    wire = Wire()
    writer = PacketWriter(wire, granted())
    await writer.publish([(writer.header(request(0)), bytes(1000))] * 1000)
    assert len(wire.packets()) == 1000
    assert max(map(len, wire.writes)) < 300_000


async def test_a_payload_above_the_maximum_packet_size_is_refused_and_those_before_it_are_sent() -> None:
    wire = Wire()
    writer = PacketWriter(wire, granted(maximum_packet_size=100))
    header = writer.header(request())
    with pytest.raises(Rejected, match="Maximum Packet Size is 100"):
        await writer.publish([(header, b"x" * 50), (header, b"x" * 200)])
    assert len(wire.packets()) == writer.written == writer.in_flight == 1


def test_what_the_server_does_not_take_is_refused_before_anything_is_sent() -> None:
    writer = PacketWriter(Wire(), granted(maximum_qos=QoS.AT_LEAST_ONCE))
    with pytest.raises(Rejected, match="Maximum QoS 1"):
        writer.header(request(2))


async def test_identifiers_go_round_and_skip_what_is_still_in_flight() -> None:
    wire = Wire()
    writer = PacketWriter(wire, granted())
    header = writer.header(request())
    await writer.publish([(header, b"")])  # never acknowledged
    for _ in range(LAST_IDENTIFIER - FIRST_IDENTIFIER + 5):
        wire.writes.clear()
        await writer.publish([(header, b"")])
        writer.acknowledged(PUBACK, wire.identifiers()[0])
    assert wire.identifiers() == [FIRST_IDENTIFIER + 5]
    assert writer.in_flight == 1


# -------------------------------------------------------------------- what the server says


async def test_a_refusal_is_counted_by_its_reason_and_told() -> None:
    wire, outcomes = Wire(), Outcomes()
    writer = PacketWriter(wire, granted(), outcomes.note)
    await writer.publish([(writer.header(request()), b"x"), (writer.header(request(2)), b"x")])
    first, second = wire.identifiers()
    assert writer.acknowledged(PUBACK, first, 0x87)
    assert writer.acknowledged(PUBREC, second, 0x97)
    await writer.finish()
    assert writer.refusals == {0x87: 1, 0x97: 1}
    assert outcomes.codes == [0x87, 0x97]
    assert writer.acknowledged_count == 0
    assert len(wire.packets()) == 2  # what PUBREC refused has no PUBREL


async def test_the_releases_of_one_turn_go_out_in_one_write() -> None:
    wire = Wire()
    writer = PacketWriter(wire, granted())
    await writer.publish([(writer.header(request(2)), b"x")] * 10)
    for identifier in wire.identifiers():
        assert writer.acknowledged(PUBREC, identifier)
    await until_idle()
    assert len(wire.writes) == 2
    assert split(wire.writes[1]) == [(0x62, identifier.to_bytes(2)) for identifier in wire.identifiers()]
    assert writer.in_flight == 10
    for identifier in wire.identifiers():
        writer.acknowledged(PUBCOMP, identifier)
    await writer.finish()
    assert writer.acknowledged_count == 10


async def test_acknowledgements_of_others_are_left_to_them() -> None:
    wire = Wire()
    writer = PacketWriter(wire, granted())
    assert not writer.acknowledged(PUBACK, 1)
    assert not writer.acknowledged(PUBREC, FIRST_IDENTIFIER - 1)
    assert writer.acknowledged(PUBREC, FIRST_IDENTIFIER)  # a stray one of ours
    await until_idle()
    assert wire.packets() == [(0x62, FIRST_IDENTIFIER.to_bytes(2) + b"\x92")]


async def test_the_seconds_count_from_write_to_acknowledgement() -> None:
    wire, outcomes, now = Wire(), Outcomes(), [100.0]
    writer = PacketWriter(wire, granted(), outcomes.note, lambda: now[0])
    await writer.publish([(writer.header(request(2)), b"x")])
    now[0] = 100.25
    writer.acknowledged(PUBREC, wire.identifiers()[0])
    now[0] = 100.75
    writer.acknowledged(PUBCOMP, wire.identifiers()[0])
    assert outcomes.seconds == [0.75]


async def test_a_lost_connection_ends_all_waiting() -> None:
    writer = PacketWriter(Wire(), granted(receive_maximum=1))
    header = writer.header(request())
    sending = asyncio.create_task(writer.publish([(header, b"x")] * 2))
    finishing = asyncio.create_task(writer.finish())
    await until_idle()
    writer.close(ConnectionLost("gone"))
    results: Sequence[object] = await asyncio.gather(sending, finishing, return_exceptions=True)
    assert [str(result) for result in results] == ["gone", "gone"]
    with pytest.raises(ConnectionLost, match="gone"):
        await writer.publish([(header, b"x")])


async def until_idle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)
