"""Links that die without a word."""

import pytest

from mqtt_tui.connection.state import WaitingToReconnect
from mqtt_tui.errors import ConnectionLost
from tests.support.connecting import RunningConnection, against, eventually, quick_profile
from tests.support.cutting_proxy import CuttingProxy
from tests.support.hostile_broker import Peer
from tests.support.mosquitto import Mosquitto

SERVER_KEEP_ALIVE_1 = b"\x13\x00\x01"


async def one_second(peer: Peer) -> None:
    """A server that wants to hear of us every second, and never answers PINGREQ."""
    await peer.accept(properties=SERVER_KEEP_ALIVE_1)
    await peer.acknowledge_subscribe()


async def test_a_silent_server_is_given_up_by_the_keep_alive_that_it_named() -> None:
    async with against(one_second, keep_alive=600) as (broker, connection):
        assert (await connection.until_connected()).keep_alive == 1
        waiting = await connection.until(WaitingToReconnect)
        assert (0xC0, b"") in broker.peers[0].received
    assert isinstance(waiting.reason, ConnectionLost)
    assert "no longer answers: no PINGRESP" in waiting.reason.message
    assert waiting.reason.silent_for >= 1


async def test_the_keep_alive_that_the_server_named_is_kept_to() -> None:
    async def script(peer: Peer) -> None:
        await one_second(peer)
        while True:
            if (await peer.read())[0] == 0xC0:
                peer.send(b"\xd0\x00")

    async with against(script, keep_alive=600) as (broker, connection):
        await connection.until_connected()
        await eventually(lambda: broker.peers[0].received.count((0xC0, b"")) == 3)
        assert connection.all(WaitingToReconnect) == []


@pytest.mark.broker
async def test_a_half_open_link_is_noticed_and_made_anew(broker: Mosquitto) -> None:
    async with CuttingProxy(broker.plain_port) as proxy:
        profile = quick_profile(proxy.url, protocol="3.1.1", keep_alive=2)  # less than the form takes: tests are quick
        async with RunningConnection(profile) as connection:
            await connection.until_connected()
            proxy.stall()
            await connection.until(WaitingToReconnect)
            connection.manager.retry_now()
            await connection.until_connected(2)
            broker.publish("a", b"back", "-q", "1")
            await connection.sink.received(1)
    (gap,) = connection.manager.gaps
    assert gap.ended_at - gap.began_at >= 1_000_000_000  # not only from when it was noticed
