"""Sessions that are resumed: what is sent at QoS 1 and 2 arrives."""

import pytest

from mqtt_tui.connection.state import WaitingToReconnect
from tests.broker.conftest import StartMosquitto
from tests.support.connecting import against
from tests.support.hostile_broker import Peer, connack, packet, publish
from tests.support.lossless import through_cuts

PUBREC, PUBREL = 0x50, packet(0x62, b"\x00\x01")


@pytest.mark.broker
async def test_nothing_is_lost_in_ten_cuts_and_two_restarts(start_mosquitto: StartMosquitto) -> None:
    broker = start_mosquitto(persistent=True)
    found = await through_cuts(broker, messages=4_000, cuts=10, restarts=2)
    assert (found.lost, found.qos_2_again) == (0, 0)
    assert found.sent_again > 0
    assert found.resumed == found.connections - 1 >= 12


@pytest.mark.parametrize(("is_resumed", "times"), [(True, 1), (False, 2)])
async def test_a_message_of_qos_2_that_a_resumed_session_brings_again_is_not_shown_twice(
    is_resumed: bool, times: int
) -> None:
    connections = 0

    async def script(peer: Peer) -> None:
        nonlocal connections
        connections += 1
        await peer.read_connect()
        peer.send(connack(session_present=is_resumed and connections > 1))
        if connections == 1 or not is_resumed:
            await peer.acknowledge_subscribe()
        peer.send(publish(b"a", qos=2))
        while (await peer.read())[0] != PUBREC:
            pass
        if connections == 1:
            peer.close()
        else:
            peer.send(PUBREL + publish(b"b"))

    async with against(script, clean_start=False, session_expiry_interval=60) as (_, connection):
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        messages = await connection.sink.received(times + 1)
    assert [message.topic for message in messages] == [b"a"] * times + [b"b"]
