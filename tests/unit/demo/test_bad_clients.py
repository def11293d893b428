"""Clients that break the protocol, are slow, or are no MQTT clients at all."""

import asyncio
import random

import pytest

from mqtt_tui.demo.broker.limits import Limits
from mqtt_tui.demo.broker.server import DemoBroker
from mqtt_tui.model.protocol import Protocol
from tests.support.demo_broker import DISCONNECT, Clients, Running, Will, text

CONNECT = b"\x10\x11\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x04name"


async def _lives(running: Running) -> None:
    witness = await running.clients.subscriber("witness", qos=1)
    await witness.publish("witness", b"alive", qos=1)
    assert (await witness.message()).payload == b"alive"


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
        b"\x00" * 64,
        b"\xff" * 64,
        b"\x10\xff\xff\xff\xff\xff",
        b"\x10\xff\xff\xff\x7f",
        b"\x10\x02\x00\x09",
        b"\x10\x0a\x00\x04MQTT\x09\x02\x00\x3c",
        b"\x30\x03\x00\x01a",
        CONNECT + CONNECT,
        CONNECT + b"\x36\x00",
        CONNECT + b"\x80\x00",
    ],
)
async def test_what_is_no_mqtt_is_hung_up_on(running: Running, data: bytes) -> None:
    client = await running.clients.open()
    client.send_raw(data)
    await client.closed()
    await _lives(running)


async def test_half_packets_wait_and_harm_nobody(running: Running) -> None:
    for size in range(len(CONNECT)):
        client = await running.clients.open()
        client.send_raw(CONNECT[:size])
    await _lives(running)


async def test_a_stream_cut_into_single_bytes_is_read_all_the_same(running: Running) -> None:
    client = await running.clients.open()
    for byte in CONNECT + b"\xc0\x00":
        client.send_raw(bytes((byte,)))
        await asyncio.sleep(0)
    assert (await client.expect(2))[1] == 0
    await client.expect(13)


async def test_random_bytes_after_connect_neither_stop_nor_break_the_broker(running: Running) -> None:
    dice = random.Random(7)
    for _ in range(300):
        client = await running.clients.open()
        head = dice.choice((0x30, 0x32, 0x34, 0x40, 0x50, 0x62, 0x82, 0xA2, 0xE0, 0xF0))
        body = dice.randbytes(dice.randrange(60))
        client.send_raw(CONNECT + bytes((head, len(body))) + body)
        client.send_raw(b"\xe0\x00")
        await client.closed()
    await _lives(running)


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        (0x30, b"\x00\x05ab", 0x81),  # topic cut off
        (0x30, b"\x00\x01\xff\x00", 0x81),  # topic not UTF-8
        (0x30, b"\x00\x01#\x00", 0x90),
        (0x30, b"\x00\x00\x00", 0x82),  # neither topic nor alias
        (0x30, b"\x00\x01a\x03\x23\x00\x0b", 0x94),  # topic alias 11 of 10
        (0x30, b"\x00\x00\x03\x23\x00\x01", 0x82),  # an alias that means nothing
        (0x30, b"\x00\x01a\x02\x0b\x01", 0x82),  # subscription identifier from a client
        (0x32, b"\x00\x01a\x00\x00\x00", 0x82),  # packet identifier 0
        (0x82, b"\x00\x01\x00", 0x82),  # no filter
        (0x82, b"\x00\x01\x00\x00\x01a\x03", 0x81),  # QoS 3
        (0x82, b"\x00\x01\x02\x0b\x00\x00\x01a\x00", 0x82),  # subscription identifier 0
        (0x82, b"\x00\x01\x00" + text("$share/g/a") + b"\x04", 0x82),  # shared and no local
        (0x82, b"\x00\x01\x01\x0b\x05\x00\x01a\x00", 0x81),  # a property that runs out of its block
        (0x82, b"\x00\x01\x04\x0b\x01\x0b\x02\x00\x01a\x00", 0x82),  # a property that stands twice
        (0x30, b"\x00\x01a\x84\x80\x04" + b"\x26\x00\x00\x00\x00" * 13_108, 0x97),  # properties without end
        (0xE0, b"\x00\x05\x11\x00\x00\x00\x01", 0x82),  # a session after all
        (0x20, b"\x00\x00\x00", 0x82),  # servers send that
    ],
)
async def test_a_packet_that_breaks_the_rules_is_answered_with_the_reason(
    running: Running, head: int, body: bytes, reason: int
) -> None:
    client = await running.clients.connect()
    client.send(head, body)
    assert (await client.expect(DISCONNECT))[0] == reason
    assert await client.closed() == b""


async def test_a_cut_packet_of_mqtt_3_ends_the_connection(running: Running) -> None:
    client = await running.clients.connect(Protocol.V311)
    client.send(0x30, b"\x00\x05ab")
    assert await client.closed() == b""


async def test_a_packet_above_the_limit_is_refused_before_it_is_there(running: Running) -> None:
    client = await running.clients.connect()
    client.send_raw(b"\x30\xff\xff\xff\x7f")
    assert (await client.expect(DISCONNECT))[0] == 0x95


async def test_a_filter_that_is_none_is_refused_and_the_others_stand(running: Running) -> None:
    modern, old = await running.clients.connect(), await running.clients.connect(Protocol.V311)
    assert await modern.subscribe("a", "b#", "c/+d", qos=1) == [1, 0x8F, 0x8F]
    assert await old.subscribe("a", "b#", qos=1) == [1, 0x80]


async def test_writing_below_sys_is_not_authorised(running: Running) -> None:
    client = await running.clients.connect()
    assert await client.publish("$SYS/broker/version", b"forged", qos=1) == 0x87
    assert await client.publish("$SYS/broker/version", b"forged", qos=2) == 0x87


async def test_a_publish_that_nobody_wants_says_so(running: Running) -> None:
    client = await running.clients.connect()
    assert await client.publish("a", b"x", qos=1) == 0x10


async def test_the_taken_over_client_is_told_why(running: Running) -> None:
    first = await running.clients.connect(identifier="me")
    await running.clients.connect(identifier="me")
    assert await first.expect(DISCONNECT) == b"\x8e"


async def test_a_client_that_does_not_read_costs_bounded_memory_and_the_others_nothing(running: Running) -> None:
    await running.clients.subscriber("flood", qos=0)  # reads nothing from here on
    attentive = await running.clients.subscriber("$SYS/broker/publish/messages/dropped", "end", qos=0)
    assert (await attentive.message()).payload == b"0"
    for _ in range(400):
        running.broker.publish("flood", bytes(50_000))
    running.broker.publish("end", b"last")
    assert (await attentive.message()).payload == b"last"
    dropped = int((await attentive.message()).payload)
    assert 100 < dropped < 400


async def test_what_must_arrive_waits_for_a_slow_client(running: Running) -> None:
    slow = await running.clients.subscriber("flood", "important", qos=1)
    for _ in range(400):
        running.broker.publish("flood", bytes(50_000))
    running.broker.publish("important", b"kept", qos=1)
    while (message := await slow.message()).topic == "flood":
        pass
    assert message.payload == b"kept"
    await slow.ping()


async def test_a_client_that_never_reads_cannot_keep_the_broker_from_stopping(running: Running) -> None:
    await running.clients.subscriber("flood")
    for _ in range(400):
        running.broker.publish("flood", bytes(50_000))
    async with asyncio.timeout(10):
        await running.broker.stop()


async def test_who_promised_to_speak_and_does_not_is_cut_off_and_so_is_who_never_connects() -> None:
    seconds = 0.0
    broker = DemoBroker(clock=lambda: seconds)
    async with Clients(await broker.start()) as clients:
        watcher = await clients.subscriber("wills/#")
        silent = await clients.connect(keep_alive=60, will=Will("wills/silent", b"gone"))
        patient = await clients.connect(keep_alive=0)
        unborn = await clients.open()
        unborn.send_raw(CONNECT[:5])
        await patient.ping()
        seconds = 9.0
        unborn.send_raw(CONNECT[5:6])
        await patient.ping()
        seconds = 11.0
        await unborn.closed()
        seconds = 89.0
        await watcher.ping()
        seconds = 91.0
        assert await silent.expect(DISCONNECT) == b"\x8d"
        assert (await watcher.message()).payload == b"gone"
        await patient.ping()
    await broker.stop()


async def test_a_busy_broker_says_so() -> None:
    broker = DemoBroker()
    async with Clients(await broker.start()) as clients:
        for _ in range(Limits().connections):
            assert (await clients.connect()).connack[1] == 0
        assert (await clients.connect()).connack[1] == 0x89
        assert (await clients.connect(Protocol.V311)).connack[1] == 3
    await broker.stop()


async def test_sockets_without_end_are_not_accepted(running: Running) -> None:
    for _ in range(Limits().sockets):
        await running.clients.open()
    surplus = await running.clients.open()
    assert await surplus.closed() == b""
