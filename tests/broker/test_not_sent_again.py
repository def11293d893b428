"""Messages of ours that a server, or its limits, keep from being sent again."""

import asyncio

import pytest

from mqtt_tui.connection.limits import UNTOLD_RECEIVE_MAXIMUM
from mqtt_tui.connection.state import Connected, Failed, WaitingToReconnect
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.options import SubscriptionOptions
from tests.broker.test_sent_again import (
    KEPT,
    PINGREQ,
    PINGRESP,
    PUBCOMP,
    PUBREL,
    Packet,
    Script,
    acknowledge,
    cut,
    identifier,
    received_and_cut,
    reconnected,
    send,
)
from tests.support.connecting import against, eventually
from tests.support.hostile_broker import SUBACK, SUBSCRIBE, Peer, connack, packet

KEPT_OF_3_1_1 = KEPT | {"protocol": "3.1.1", "session_expiry_interval": 0}
SOON = 2.0
"""Seconds: a fifth of the time for which an acknowledgement is waited for."""


async def test_a_server_that_is_not_ready_yet_takes_nothing_from_the_session() -> None:
    script = Script(cut, acknowledge)

    async def not_ready_at_first(peer: Peer) -> None:
        if len(script.received) == 1 and len(broker.peers) == 2:
            await peer.read_connect()
            peer.send(connack(0x88))
            return
        await script(peer)

    async with against(not_ready_at_first, **KEPT) as (broker, connection):
        await connection.until_connected()
        sending = send(connection, "a", QoS.AT_LEAST_ONCE)
        await connection.until(WaitingToReconnect, 1)
        connection.manager.retry_now()
        await connection.until(WaitingToReconnect, 2)
        connection.manager.retry_now()
        assert (await sending).reason_code == 0
    assert script.received[1][0][0] == 0x3A


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (b"\x27\x00\x00\x00\x06", "Maximum Packet Size is 6 now"),
        (b"\x24\x00", "Maximum QoS is 0 now"),
    ],
)
async def test_what_the_server_takes_no_more_is_not_sent_again(limit: bytes, words: str) -> None:
    script = Script(cut, acknowledge, acknowledge)

    async def stricter(peer: Peer) -> None:
        script.properties = limit if script.received else b""
        await script(peer)

    async with against(stricter, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a/b", QoS.AT_LEAST_ONCE)
        await reconnected(connection)
        with pytest.raises(ConnectionLost, match=words):
            await sending
        assert [state.connack.given_up for state in connection.all(Connected)] == [0, 1]
        assert "1 message of ours is not sent again" in "".join(one.text for one in connection.manager.log.events)
        await connection.manager.round_trip()
    assert script.received[1] == [(PINGREQ, b"")]


async def test_what_is_given_up_takes_no_room() -> None:
    script = Script(cut, acknowledge)

    async def stricter(peer: Peer) -> None:
        script.properties = b"\x21\x00\x01" + (b"\x27\x00\x00\x00\x0a" if script.received else b"")
        await script(peer)  # Receive Maximum 1, Maximum Packet Size 10

    async with against(stricter, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a/rather/long/name", QoS.AT_LEAST_ONCE)
        await reconnected(connection)
        with pytest.raises(ConnectionLost, match="Maximum Packet Size is 10 now"):
            await sending
        async with asyncio.timeout(SOON):
            await send(connection, "b", QoS.AT_LEAST_ONCE)


async def test_after_a_clean_start_the_session_is_kept_again() -> None:
    script = Script(acknowledge, cut, acknowledge)
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        connection.run(clean_start=True)
        await connection.until_connected(2)
        sending = send(connection, "a", QoS.AT_LEAST_ONCE)
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        assert (await sending).reason_code == 0
    assert script.received[2][0][0] == 0x3A


async def test_a_profile_that_starts_clean_is_not_promised_that_it_is_sent_again() -> None:
    """The server would keep the session; the next CONNECT of this profile has it forgotten."""
    async with against(Script(cut, acknowledge), **KEPT | {"clean_start": True}) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a", QoS.AT_LEAST_ONCE)
        with pytest.raises(ConnectionLost, match="closed the connection"):
            async with asyncio.timeout(SOON):
                await sending


@pytest.mark.parametrize("is_abrupt", [False, True])
async def test_who_waits_for_room_when_the_user_stops_is_told_that_nothing_was_sent(is_abrupt: bool) -> None:
    async def silent(_: Peer, received: Packet) -> None:
        del received

    async with against(Script(silent), **KEPT_OF_3_1_1) as (_, connection):
        await connection.until_connected()
        sending = [send(connection, f"a/{number}", QoS.AT_LEAST_ONCE) for number in range(UNTOLD_RECEIVE_MAXIMUM + 1)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await connection.manager.stop(with_will=is_abrupt)
        told = await asyncio.gather(*sending, return_exceptions=True)
    hints = [one.hint for one in told if isinstance(one, ConnectionLost)]
    assert hints == ["It may have been published all the same."] * UNTOLD_RECEIVE_MAXIMUM + [
        "This message was not sent."
    ]


async def test_before_mqtt_5_no_more_are_under_way_than_a_server_takes_untold() -> None:
    again: list[Packet] = []

    async def cut_after_all(peer: Peer, _: Packet) -> None:
        if len(script.received[0]) == UNTOLD_RECEIVE_MAXIMUM:
            peer.close()

    async def keep(peer: Peer, received: Packet) -> None:
        again.append(received)
        if received[0] == PINGREQ:
            peer.send(PINGRESP)

    script = Script(cut_after_all, keep)
    async with against(script, **KEPT_OF_3_1_1) as (_, connection):
        await connection.until_connected()
        sending = [send(connection, f"a/{number}", QoS.AT_LEAST_ONCE) for number in range(30)]
        await reconnected(connection)
        sending.append(send(connection, "b", QoS.AT_LEAST_ONCE))
        await asyncio.sleep(0)
        await connection.manager.round_trip()
        assert [head for head, _ in again] == [0x3A] * UNTOLD_RECEIVE_MAXIMUM + [PINGREQ]
        await connection.manager.stop()
        await asyncio.gather(*sending, return_exceptions=True)


async def test_a_message_that_ends_every_connection_is_given_up_and_no_subscription_blamed() -> None:
    async def script(peer: Peer) -> None:
        await peer.read_connect()
        peer.send(connack(session_present=len(broker.peers) > 1, protocol=peer.protocol))
        while True:
            head, body = await peer.read()
            if head == SUBSCRIBE | 2:
                peer.send(packet(SUBACK, body[:2] + b"\0" + bytes(body.count(b"/#"))))
            elif head == PINGREQ:
                peer.send(PINGRESP)
            elif head & 0xF0 == 0x30:
                peer.close()

    kept = KEPT | {"subscriptions": (SubscriptionOptions(filter="wanted/#"),)}
    async with against(script, **kept) as (broker, connection):
        await connection.until_connected()
        sending = send(connection, "forbidden", QoS.AT_LEAST_ONCE)
        await connection.until(WaitingToReconnect)
        await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("new/#")))
        for count in range(1, 7):
            await connection.until(WaitingToReconnect, count)
            connection.manager.retry_now()
        with pytest.raises(ConnectionLost, match="one connection after the other ended without an answer to it"):
            await sending
        await eventually(lambda: isinstance(connection.manager.state, Connected))
        assert not any(one.is_paused for one in connection.manager.subscriptions)


async def test_nobody_waits_for_an_answer_where_no_connection_is_made_any_more() -> None:
    script = Script(cut, acknowledge)
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a", QoS.AT_LEAST_ONCE)
        await connection.until(WaitingToReconnect)
        await connection.manager.stop()
        with pytest.raises(ConnectionLost, match="ended before the acknowledgement came"):
            async with asyncio.timeout(SOON):
                await sending


async def test_nobody_waits_for_an_answer_of_a_server_that_refuses_for_good() -> None:
    script = Script(cut)

    async def refusing_later(peer: Peer) -> None:
        if script.received:
            await peer.read_connect()
            peer.send(connack(0x87))
        else:
            await script(peer)

    async with against(refusing_later, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a", QoS.AT_LEAST_ONCE)
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        await connection.until(Failed)
        with pytest.raises(ConnectionLost, match="ended before the acknowledgement came"):
            async with asyncio.timeout(SOON):
                await sending


async def test_a_release_that_the_server_knows_nothing_of_is_no_error() -> None:
    async def not_found(peer: Peer, received: Packet) -> None:
        assert received[0] == PUBREL
        peer.send(packet(PUBCOMP, identifier(received) + b"\x92"))

    async with against(Script(received_and_cut, not_found), **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a", QoS.EXACTLY_ONCE)
        await reconnected(connection)
        assert (await sending).reason_code == 0


async def test_who_waited_for_room_when_the_link_broke_is_told_that_nothing_was_sent() -> None:
    script = Script(cut, acknowledge, properties=b"\x21\x00\x01")  # Receive Maximum 1
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        first, second = (send(connection, topic, QoS.AT_LEAST_ONCE) for topic in "ab")
        with pytest.raises(ConnectionLost) as told:
            await second
        assert told.value.hint == "This message was not sent."
        await reconnected(connection)
        assert (await first).reason_code == 0


async def test_identifiers_of_what_is_not_acknowledged_are_passed_over() -> None:
    async def only_others(peer: Peer, received: Packet) -> None:
        if received[0] == 0x32:
            await acknowledge(peer, received)

    script = Script(cut, only_others)
    async with against(script, **KEPT) as (_, connection):
        await connection.until_connected()
        sending = send(connection, "a", QoS.AT_LEAST_ONCE)
        await reconnected(connection)
        live = connection.manager._live
        assert live is not None
        live[0]._open_client._client._last_mid = 65_535  # type: ignore[attr-defined]  # as after as many messages
        await send(connection, "b", QoS.AT_LEAST_ONCE)
        sending.cancel()
    assert identifier(script.received[0][0]) == b"\x00\x01"
    assert [identifier(one) for one in script.received[1]] == [b"\x00\x01", b"\x00\x02"]
