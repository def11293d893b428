"""Losing a real mosquitto and finding it again."""

import asyncio

import msgspec
import pytest

from mqtt_tui.connection.state import Connected, WaitingToReconnect
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from tests.support.connecting import RunningConnection
from tests.support.cutting_proxy import CuttingProxy
from tests.support.mosquitto import Mosquitto

pytestmark = pytest.mark.broker

JOBS = SubscriptionOptions(filter="jobs/#", qos=1)


def profile_for(url: str, **options: object) -> BrokerProfile:
    profile = BrokerProfile(url=url, connect_timeout=5, client_id="under-test", subscriptions=(JOBS,))
    return msgspec.structs.replace(profile, **options)


async def test_a_killed_broker_is_found_again_and_the_gap_is_recorded(broker: Mosquitto) -> None:
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        subscribed_before = broker.log().count("Received SUBSCRIBE from under-test")
        broker.kill()
        waiting = await connection.until(WaitingToReconnect)
        assert isinstance(waiting.reason, ConnectionLost)
        broker.start()
        connection.manager.retry_now()
        await connection.until_connected(2)
        broker.publish("jobs/1", b"back", "-q", "1")
        (message,) = await connection.sink.received(1)
        (gap,) = connection.manager.gaps
        assert broker.log().count("Received SUBSCRIBE from under-test") == subscribed_before + 1
    assert message.payload == b"back"
    assert gap.began_at < gap.ended_at <= message.received_at
    assert not gap.session_resumed


async def test_back_off_alone_finds_a_restarted_broker(broker: Mosquitto) -> None:
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        broker.kill()
        await connection.until(WaitingToReconnect)
        broker.start()
        await connection.until_connected(2)


async def test_after_a_cut_the_resumed_session_brings_every_message(broker: Mosquitto) -> None:
    async with CuttingProxy(broker.plain_port) as proxy:
        profile = profile_for(proxy.url, clean_start=False, session_expiry_interval=60)
        async with RunningConnection(profile) as connection:
            await connection.until_connected()
            proxy.is_open = False
            proxy.cut()
            await connection.until(WaitingToReconnect)
            broker.publish("jobs/1", b"in between", "-q", "1")
            proxy.is_open = True
            connection.manager.retry_now()
            (message,) = await connection.sink.received(1)
            await connection.until_connected(2)
            (gap,) = connection.manager.gaps
    assert message.payload == b"in between"
    assert gap.session_resumed
    assert broker.log().count("Received SUBSCRIBE from under-test") == 1


async def test_two_clients_with_one_id_slow_down_and_are_told(broker: Mosquitto) -> None:
    """This mosquitto just closes the older connection; 0x8E is the hostile broker's part."""
    async with RunningConnection(profile_for(broker.url)) as connection:
        await connection.until_connected()
        async with RunningConnection(profile_for(broker.url)):
            waits = [await connection.until(WaitingToReconnect, count) for count in (1, 2, 3)]
    assert waits[0].delay < waits[1].delay < waits[2].delay
    assert "another client uses this client id" in waits[2].reason.hint


async def test_stopping_while_waiting_ends_at_once(broker: Mosquitto) -> None:
    broker.kill()
    async with asyncio.timeout(5):
        async with RunningConnection(profile_for(broker.url)) as connection:
            await connection.until(WaitingToReconnect)
    assert not connection.all(Connected)
