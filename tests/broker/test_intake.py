"""Messages of every QoS on every way in: all there, in order, byte for byte, and acknowledged once they are kept."""

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path

import pytest

from mqtt_tui.connection.mqtt import inbound, library_names
from mqtt_tui.connection.mqtt.library_names import LibraryChanged
from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import WaitingToReconnect
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter, TopicName
from mqtt_tui.precedence import Precedence
from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions
from mqtt_tui.profiles.profile import ProtocolChoice
from mqtt_tui.profiles.secrets import Credentials
from tests.broker.conftest import StartMosquitto
from tests.support.certificates import Certificates
from tests.support.connecting import CollectingSink, RunningConnection, against, quick_profile
from tests.support.hostile_broker import (
    SUBACK,
    HostileBroker,
    Peer,
    after_subscribing,
    connack,
    packet,
    publish,
)
from tests.support.mosquitto import Mosquitto

EVERYTHING = (SubscriptionOptions(filter="#", qos=2),)
PROPERTIES = PublishProperties(
    payload_format_indicator=1,
    response_topic="reply/here",
    correlation_data=b"\x00\xff",
    user_properties=(("k", "v"), ("k", "w")),
    content_type="text/plain",
)
REQUESTS = [
    PublishRequest(
        topic_name=TopicName(f"{'t' * length}/{number % 3}"),
        payload=bytes((number + at) & 0xFF for at in range(256)) * (size // 256) + b"%d" % number,
        qos=QoS(number % 3),
        properties=PROPERTIES if number % 2 else PublishProperties(),
    )
    for number, (length, size) in enumerate(
        [(1, 0), (1, 256), (200, 0), (260, 0), (1, 16_384), (1, 70_000), (300, 70_000), (1, 400_000), (1, 0), (2, 0)]
        * 3
    )
]


_qos = attrgetter("qos")


async def bring(broker: Mosquitto, url: str, protocol: ProtocolChoice, tls: TlsOptions | None = None) -> str:
    """Publish ``REQUESTS`` and check that they all come in over ``url``; why the intake is slow, if it is.

    Over a WebSocket mosquitto (2.0 with libwebsockets) stops at large messages, whoever reads them. Where paho reads,
    messages of QoS 2 come when they are released: then each QoS has its own order.
    """
    requests = [one for one in REQUESTS if len(one.payload) < 30_000 or not url.startswith("ws")]
    profile = quick_profile(
        url, protocol=protocol, subscriptions=EVERYTHING, tls=tls or TlsOptions(), client_id="reader"
    )
    publisher = quick_profile(broker.url, subscriptions=(), client_id="publisher")
    async with RunningConnection(profile) as reader, RunningConnection(publisher) as writer:
        connack = await reader.until_connected()
        await writer.until_connected()
        for request in requests:
            await writer.manager.publish(request)
        messages = await reader.sink.received(len(requests))
        assert reader.all(WaitingToReconnect) == []
    if connack.slow_intake:
        messages, requests = sorted(messages, key=_qos), sorted(requests, key=_qos)
    assert [(m.topic_name, m.payload, m.qos, m.properties) for m in messages] == [
        (r.topic_name, r.payload, r.qos, r.properties if protocol == "5" else PublishProperties()) for r in requests
    ]
    return connack.slow_intake


@pytest.mark.broker
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
@pytest.mark.parametrize("way", ["mqtt", "unix", "ws", "mqtts", "wss"])
async def test_every_message_comes_in_order_byte_for_byte(
    start_mosquitto: StartMosquitto, tmp_path: Path, way: str, protocol: ProtocolChoice
) -> None:
    listener = ["protocol websockets"] if way.startswith("ws") else []
    tls = TlsOptions()
    if way.endswith("s") and way != "ws":
        certificates = Certificates(tmp_path / "certificates")
        listener += certificates.listener()
        tls = TlsOptions(ca_file=str(certificates.ca_file))
    broker = start_mosquitto(listener=listener, settings=["max_inflight_messages 0"], unix_socket=True)
    url = f"unix://{broker.unix_path}" if way == "unix" else f"{way}://127.0.0.1:{broker.port}"
    assert await bring(broker, url, protocol, tls) == ""


# -------------------------------------------------------------------- where a private name is gone


@pytest.mark.broker
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
@pytest.mark.parametrize("way", ["mqtt", "ws"])
async def test_without_a_private_name_messages_come_one_by_one_and_the_connection_says_why(
    start_mosquitto: StartMosquitto, monkeypatch: pytest.MonkeyPatch, way: str, protocol: ProtocolChoice
) -> None:
    monkeypatch.setattr(library_names, "READER_NAMES", (*library_names.READER_NAMES, "_juggle"))
    listener = ["protocol websockets"] if way == "ws" else []
    broker = start_mosquitto(listener=listener, settings=["max_inflight_messages 0"])
    why = await bring(broker, f"{way}://127.0.0.1:{broker.port}", protocol)
    assert why == f"paho-mqtt {version('paho-mqtt')} has no _juggle"


async def test_without_a_private_name_a_broken_packet_still_ends_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library_names, "READER_NAMES", ("_juggle",))
    for broken in (packet(0x30, b"\0"), packet(0x36, b"\0\1a\0\1\0"), publish(b"a/+"), publish(b"\xff")):
        async with against(after_subscribing(publish(b"a"), broken)) as (_, connection):
            await connection.until(WaitingToReconnect)
        assert [message.topic for message in connection.sink.messages] == [b"a"]


async def test_without_a_private_name_nothing_is_published_in_bulk_and_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library_names, "READER_NAMES", ("_juggle",))
    async with HostileBroker(Peer.accept) as broker:
        transport = AiomqttTransport(quick_profile(broker.url), Credentials(), CollectingSink())
        await transport.open()
        with pytest.raises(LibraryChanged, match="has no _juggle"):
            transport.writer(lambda header, reason_code, seconds: None)
        await transport.close()


# -------------------------------------------------------------------- acknowledgements


class LookingSink(CollectingSink):
    """Looks, whenever it has taken messages, at what the server has received so far."""

    def __init__(self, server: socket.socket) -> None:
        super().__init__()
        self.server = server
        self.seen: list[bytes] = []

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        super().ingest(topics, rests, arrivals)
        with suppress(BlockingIOError):
            self.seen.append(self.server.recv(1 << 20))


class RawServer:
    """A server whose socket a test reads itself; a client is subscribed to it. Notes each write of the client."""

    def __init__(self, server: socket.socket, sink: LookingSink, writes: list[bytes], precedence: Precedence) -> None:
        self.server, self.sink, self.writes, self.precedence = server, sink, writes, precedence

    async def received(self, size: int) -> bytes:
        loop, data = asyncio.get_running_loop(), b""
        async with asyncio.timeout(5):
            while len(data) < size:
                data += await loop.sock_recv(self.server, 1 << 20)
        return data


@pytest.fixture
async def raw(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RawServer]:
    loop, writes, client_port = asyncio.get_running_loop(), list[bytes](), 0
    send = socket.socket.send

    def noting_send(sock: socket.socket, data: bytes, flags: int = 0) -> int:
        if client_port and sock.getsockname()[1] == client_port:
            writes.append(bytes(data))
        return send(sock, data, flags)

    monkeypatch.setattr(socket.socket, "send", noting_send)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        profile = quick_profile(f"mqtt://127.0.0.1:{listener.getsockname()[1]}")
        with socket.socket() as nobody:
            sink = LookingSink(nobody)
            precedence = Precedence()
            transport = AiomqttTransport(profile, Credentials(), sink, precedence)
            opening = asyncio.create_task(transport.open())
            server, address = await loop.sock_accept(listener)
        with server:
            server.setblocking(False)
            sink.server = server
            await loop.sock_recv(server, 1_000)
            await loop.sock_sendall(server, connack())
            await opening
            subscribing = asyncio.create_task(transport.subscribe([Subscription(topic_filter=TopicFilter("#"))]))
            request = await loop.sock_recv(server, 1_000)
            await loop.sock_sendall(server, packet(SUBACK, request[2:4] + b"\0\2"))
            await subscribing
            client_port = address[1]
            yield RawServer(server, sink, writes, precedence)
            await transport.close()


def numbered(number: int, qos: int) -> bytes:
    body = b"\0\1t" + (number.to_bytes(2) if qos else b"") + b"\0" + b"%d" % number
    return packet(0x30 | qos << 1, body)


async def test_a_read_is_acknowledged_after_the_store_has_all_of_it_and_in_one_write(raw: RawServer) -> None:
    await asyncio.get_running_loop().sock_sendall(raw.server, b"".join(numbered(n, 1) for n in range(1, 2_001)))
    await raw.sink.received(2_000)
    acknowledgements = b"".join(b"\x40\2" + n.to_bytes(2) for n in range(1, 2_001))
    assert await raw.received(len(acknowledgements)) == acknowledgements
    assert raw.sink.seen == []
    assert raw.writes == [acknowledgements]


async def test_each_kind_of_message_in_one_read_is_acknowledged_as_it_has_to_be(raw: RawServer) -> None:
    kinds = [0, 1, 1, 2, 0, 2, 1, 1, 0]
    await asyncio.get_running_loop().sock_sendall(
        raw.server, b"".join(numbered(number, qos) for number, qos in enumerate(kinds, 1))
    )
    messages = await raw.sink.received(len(kinds))
    assert [message.payload for message in messages] == [b"%d" % number for number in range(1, len(kinds) + 1)]
    assert [message.qos for message in messages] == kinds
    heads = {1: b"\x40\2", 2: b"\x50\2"}
    expected = b"".join(heads[qos] + number.to_bytes(2) for number, qos in enumerate(kinds, 1) if qos)
    assert await raw.received(len(expected)) == expected
    assert raw.sink.seen == []


@pytest.mark.parametrize("is_one_read", [True, False])
async def test_a_message_of_qos_2_that_is_sent_again_is_taken_once_until_it_is_released(
    raw: RawServer, is_one_read: bool
) -> None:
    loop = asyncio.get_running_loop()
    again = bytes((numbered(1, 2)[0] | 0x08,)) + numbered(1, 2)[1:]
    parts = [numbered(1, 2), numbered(2, 1), again, numbered(3, 2), packet(0x62, b"\0\1"), numbered(1, 2)]
    for part in [b"".join(parts)] if is_one_read else parts:
        await loop.sock_sendall(raw.server, part)
        if not is_one_read:
            await raw.received(4)
    messages = await raw.sink.received(4)
    assert [message.payload for message in messages] == [b"1", b"2", b"3", b"1"]
    if is_one_read:
        expected = b"\x50\2\0\1\x40\2\0\2\x50\2\0\1\x50\2\0\3\x70\2\0\1\x50\2\0\1"
        assert await raw.received(len(expected)) == expected


async def test_what_was_read_and_not_handled_is_not_forgotten_while_answers_wait(
    raw: RawServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last packets of a read are the reader's: no further byte would wake it."""
    monkeypatch.setattr(inbound, "_BACKLOG", 100)
    number = 3_000
    await asyncio.get_running_loop().sock_sendall(raw.server, (numbered(1, 0) + packet(0x62, b"\0\1")) * number)
    assert len(await raw.sink.received(number)) == number
    looked_at = b"".join(raw.sink.seen)  # whenever some messages were taken
    assert looked_at + await raw.received(4 * number - len(looked_at)) == b"\x70\2\0\1" * number


async def test_single_messages_are_not_held_up(raw: RawServer) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(1, 101):
        await loop.sock_sendall(raw.server, numbered(number, 1))
        await raw.received(4)
    assert loop.time() - began < 100 * 0.03  # 5 ms of gathering each, on a busy machine


async def test_messages_wait_for_the_answer_to_a_key_but_not_for_ever(raw: RawServer) -> None:
    loop = asyncio.get_running_loop()
    raw.precedence.claim(60)
    began = loop.time()
    await loop.sock_sendall(raw.server, numbered(1, 0))
    await raw.sink.received(1)
    assert loop.time() - began > 0.04


async def test_answers_that_the_server_does_not_take_cost_no_more_than_their_bytes(raw: RawServer) -> None:
    """A server that releases messages one after the other, and reads nothing: 24 bytes of memory a packet is plenty."""
    loop, number = asyncio.get_running_loop(), 50_000
    tracemalloc.start()
    try:
        await loop.sock_sendall(raw.server, packet(0x62, b"\0\1") * number)
        await loop.sock_sendall(raw.server, numbered(1, 0))
        await raw.sink.received(1)
        assert tracemalloc.get_traced_memory()[1] < 24 * number + 2_000_000
    finally:
        tracemalloc.stop()
