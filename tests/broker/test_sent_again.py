"""Messages of ours that are under way when the link is lost (MQTT 5.0, 4.4)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from mqtt_tui.connection.state import Connected, WaitingToReconnect
from mqtt_tui.errors import ConnectionLost, TimedOut
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import TopicName
from tests.support.connecting import RunningConnection, against, eventually
from tests.support.hostile_broker import PUBACK, PUBREC, Peer, connack, packet

PUBREL, PUBCOMP, PINGREQ, DISCONNECT = 0x62, 0x70, 0xC0, 0xE0
PINGRESP = b"\xd0\x00"
KEPT = {"clean_start": False, "session_expiry_interval": 60, "subscriptions": ()}
Packet = tuple[int, bytes]
Handler = Callable[[Peer, Packet], Awaitable[None]]


class Script:
    """One handler of the client's packets for each connection; keeps what each of them brought."""

    def __init__(self, *handlers: Handler, properties: bytes = b"", forgets: bool = False) -> None:
        self._handlers = handlers
        self.properties = properties
        self._forgets = forgets
        self.received: list[list[Packet]] = []

    async def __call__(self, peer: Peer) -> None:
        await peer.read_connect()
        number = len(self.received)
        self.received.append([])
        resumed = number > 0 and not self._forgets
        peer.send(connack(session_present=resumed, properties=self.properties, protocol=peer.protocol))
        while (received := await peer.read())[0] != DISCONNECT:
            self.received[number].append(received)
            await self._handlers[number](peer, received)


def identifier(packet: Packet) -> bytes:
    head, body = packet
    return body[2 + int.from_bytes(body[:2]) :][:2] if head & 0xF0 == 0x30 else body[:2]


async def cut(peer: Peer, _: Packet) -> None:
    peer.close()


async def acknowledge(peer: Peer, received: Packet) -> None:
    head = received[0]
    if head == PINGREQ:
        peer.send(PINGRESP)
        return
    kinds = {0x02: PUBACK, 0x04: PUBREC}
    kind = PUBCOMP if head == PUBREL else kinds[head & 0x06]
    peer.send(packet(kind, identifier(received)))


async def received_and_cut(peer: Peer, received: Packet) -> None:
    """PUBREC comes, and PUBREL is the last that is heard of it."""
    if received[0] == PUBREL:
        peer.close()
    else:
        await acknowledge(peer, received)


def send(connection: RunningConnection, topic: str, qos: QoS) -> "asyncio.Task[PublishOutcome]":
    request = PublishRequest(topic_name=TopicName(topic), payload=b"x", qos=qos)
    return asyncio.create_task(connection.manager.publish(request))


async def reconnected(connection: RunningConnection, count: int = 2) -> None:
    await connection.until(WaitingToReconnect, count - 1)
    connection.manager.retry_now()
    await connection.until_connected(count)


@pytest.mark.parametrize(
    ("qos", "first", "again"),
    [
        (QoS.AT_LEAST_ONCE, cut, [0x3A]),
        (QoS.EXACTLY_ONCE, cut, [0x3C, PUBREL]),
        (QoS.EXACTLY_ONCE, received_and_cut, [PUBREL]),
    ],
)
async def test_it_is_sent_again_under_its_identifier_and_whoever_waits_is_told(
    qos: QoS, first: Handler, again: Sequence[int]
) -> None:
    script = Script(first, acknowledge)
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a/b", qos)
        await reconnected(connection)
        outcome = await sending
        assert outcome.reason_code == 0
        await send(connection, "c", qos)
        assert [state.connack.sent_again for state in connection.all(Connected)] == [0, 1]
        assert "1 message of ours is sent again" in "".join(event.text for event in connection.manager.log.events)
    before, after = script.received
    assert [head for head, _ in after[: len(again)]] == again
    assert {identifier(one) for one in after[: len(again)]} == {identifier(before[0])}
    assert identifier(before[0]) not in {identifier(one) for one in after[len(again) :]}, (
        "a new one has a new identifier"
    )


async def test_a_server_that_has_forgotten_the_session_is_sent_nothing_again() -> None:
    script = Script(cut, acknowledge, forgets=True)
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a/b", QoS.AT_LEAST_ONCE)
        await reconnected(connection)
        with pytest.raises(ConnectionLost, match="not sent again: its session was not resumed"):
            await sending
        await send(connection, "c", QoS.AT_LEAST_ONCE)
    assert [head for head, _ in script.received[1]][:1] == [0x32]


async def test_where_no_session_is_kept_the_loss_is_told_at_once() -> None:
    script = Script(cut, acknowledge)
    async with against(script, subscriptions=()) as (_, connection):
        await connection.until_connected()
        with pytest.raises(ConnectionLost, match="closed the connection"):
            await send(connection, "a/b", QoS.AT_LEAST_ONCE)


async def test_no_more_are_under_way_than_the_server_takes() -> None:
    held: list[Packet] = []

    async def cut_after_two(peer: Peer, received: Packet) -> None:
        held.append(received)
        if len(held) == 2:
            peer.close()

    async def wait_for_ping(peer: Peer, received: Packet) -> None:
        again.append(received)
        if received[0] == PINGREQ:
            peer.send(PINGRESP)
            for one in again[:-1]:
                await acknowledge(peer, one)
        elif len(again) > 3:
            await acknowledge(peer, received)

    again: list[Packet] = []
    script = Script(cut_after_two, wait_for_ping, properties=b"\x21\x00\x02")  # Receive Maximum 2
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        first = [send(connection, f"a/{number}", QoS.AT_LEAST_ONCE) for number in range(2)]
        await reconnected(connection)
        more = send(connection, "b", QoS.AT_LEAST_ONCE)
        await asyncio.sleep(0)
        await connection.manager.round_trip()
        await asyncio.gather(*first, more)
    assert [head for head, _ in again] == [0x3A, 0x3A, PINGREQ, 0x32], "a new one waits for those sent again"


async def test_who_waits_too_long_is_told_that_it_goes_on() -> None:
    async def silent(_: Peer, received: Packet) -> None:
        del received

    script = Script(silent, acknowledge)
    async with against(script, answer_timeout=0.1, **KEPT) as (broker, connection):
        await connection.until_connected()
        with pytest.raises(TimedOut) as told:
            await send(connection, "a/b", QoS.AT_LEAST_ONCE)
        assert "it is sent again when the session is resumed" in told.value.hint
        broker.peers[0].close()
        await reconnected(connection)
        await eventually(lambda: bool(script.received[1]))
    assert script.received[1][0][0] == 0x3A
