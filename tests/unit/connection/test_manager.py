"""The connection manager above a transport that the test plays."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from mqtt_tui.connection.state import Connected, Connecting, Disconnected, Failed, WaitingToReconnect
from mqtt_tui.errors import CannotConnect, ConnectionLost, ConnectRefused, LocalError, Rejected, UsageError
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.reason_code import NOT_AUTHORIZED, UNSUPPORTED_PROTOCOL_VERSION
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter, TopicName
from mqtt_tui.profiles.options import ReconnectOptions, SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.text.quantities import SECOND
from tests.support.connecting import RunningConnection, eventually
from tests.support.fake_transport import FakeBroker

PROFILE = BrokerProfile(url="mqtt://broker.example", subscriptions=(SubscriptionOptions(filter="a/#"),))


def connection_to(broker: FakeBroker, profile: BrokerProfile = PROFILE, **options: Any) -> RunningConnection:  # noqa: ANN401  handed on
    return RunningConnection(profile, open_transport=broker.open_transport, **options)


async def test_the_states_tell_the_story_of_a_connection() -> None:
    broker = FakeBroker()
    broker.refuse(CannotConnect("no route"))
    async with connection_to(broker) as connection:
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        await connection.until_connected()
    kinds = [type(state) for state in connection.states]
    assert kinds == [Connecting, WaitingToReconnect, Connecting, Connected, Disconnected]
    assert [state.attempt for state in connection.all(Connecting)] == [1, 2]
    assert broker.is_closed_by_client


async def test_nothing_is_published_by_a_read_only_profile() -> None:
    broker = FakeBroker()
    async with connection_to(broker, msgspec.structs.replace(PROFILE, read_only=True)) as connection:
        await connection.until_connected()
        with pytest.raises(UsageError, match="read-only: nothing was sent"):
            await connection.manager.publish(PublishRequest(topic_name=TopicName("a/b"), payload=b""))
    assert broker.published == []


async def test_the_client_id_is_random_and_stays_the_same() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        broker.cut()
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        await connection.until_connected(2)
    names = {profile.client_id or "" for profile in broker.profiles}
    assert len(names) == 1
    assert names.pop().startswith("mqtt-tui-")


async def test_subscriptions_are_restored_exactly_once_without_the_session_and_not_with_it() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        for count, session_present in ((2, False), (3, True)):
            broker.connack = replace(broker.connack, session_present=session_present)
            broker.cut()
            await connection.until(WaitingToReconnect, count - 1)
            connection.manager.retry_now()
            await connection.until_connected(count)
        (status,) = connection.manager.subscriptions
    assert len(broker.subscribed) == 2
    assert status.grant is not None
    assert [gap.session_resumed for gap in connection.manager.gaps] == [False, True]


async def test_a_session_can_be_left_for_a_new_one_once() -> None:
    """As somebody does whom the session brings, at every connection, what cannot be handled."""
    broker = FakeBroker()
    async with connection_to(broker, msgspec.structs.replace(PROFILE, clean_start=False)) as connection:
        await connection.until_connected()
        connection.run(clean_start=True)
        await connection.until(Disconnected)
        assert broker.is_closed_by_client
        await connection.until_connected(2)
        broker.cut()
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        await connection.until_connected(3)
    assert broker.clean_starts == [False, True, False]
    assert len(broker.subscribed) == 3, "the new session has no subscriptions"


async def test_a_change_while_away_is_made_in_the_resumed_session() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        broker.connack = replace(broker.connack, session_present=True)
        broker.cut()
        await connection.until(WaitingToReconnect)
        await connection.manager.unsubscribe("a/#")
        await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("b")))
        connection.manager.retry_now()
        await connection.until_connected(2)
    assert broker.unsubscribed == [["a/#"]]
    assert [[str(one.topic_filter) for one in packet] for packet in broker.subscribed] == [["a/#"], ["b"]]


async def test_a_refused_filter_is_asked_for_again_only_when_somebody_asks() -> None:
    broker = FakeBroker()
    broker.refused_filters["a/#"] = NOT_AUTHORIZED
    async with connection_to(broker) as connection:
        await connection.until_connected()
        await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("b")))
        assert len(broker.subscribed) == 2
        broker.refused_filters.clear()
        status = await connection.manager.subscribe(Subscription(topic_filter=TopicFilter("a/#")))
        await connection.manager.unsubscribe("b")
    assert status.grant is not None
    assert not status.grant.reason_code.is_failure
    assert broker.unsubscribed == [["b"]]


async def test_an_unsubscribe_that_was_refused_is_not_told_as_done() -> None:
    broker = FakeBroker()
    broker.unsubscribe_reason = NOT_AUTHORIZED
    async with connection_to(broker) as connection:
        await connection.until_connected()
        with pytest.raises(Rejected, match="did not unsubscribe from a/#"):
            await connection.manager.unsubscribe("a/#")
        said = [event.text for event in connection.manager.log.events if event.is_problem]
    assert said == ["The broker did not unsubscribe from a/#: Not authorized (0x87)."]


async def test_what_is_too_large_to_unsubscribe_is_not_sent_and_told() -> None:
    """A broker may lower its Maximum Packet Size under a session that it keeps."""
    broker, name = FakeBroker(), "long/" * 9
    profile = msgspec.structs.replace(
        PROFILE, subscriptions=(SubscriptionOptions(filter=name), SubscriptionOptions(filter="a/#"))
    )
    async with connection_to(broker, profile) as connection:
        await connection.until_connected()
        broker.connack = replace(broker.connack, session_present=True, maximum_packet_size=40)
        broker.cut()
        await connection.until(WaitingToReconnect)
        await connection.manager.unsubscribe(name)
        await connection.manager.unsubscribe("a/#")
        connection.manager.retry_now()
        await connection.until_connected(2)
        (problem,) = [event for event in connection.manager.log.events if "unsubscribe from" in event.text]
    assert broker.unsubscribed == [["a/#"]]
    assert problem.text == (
        f"The broker cannot be told to unsubscribe from {name}. "
        "The packet has 52 bytes; the broker's Maximum Packet Size is 40. Nothing was sent."
    )


async def test_grants_are_not_claimed_without_a_connection() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        broker.cut()
        await connection.until(WaitingToReconnect)
        (status,) = connection.manager.subscriptions
    assert status.grant is None


@pytest.mark.parametrize(
    "error",
    [
        ConnectRefused("no", reason_code=0x86, permanent=True),
        LocalError("The CA file is gone."),
    ],
)
async def test_what_cannot_get_better_ends_the_run(error: ConnectRefused | LocalError) -> None:
    broker = FakeBroker()
    broker.refuse(error)
    async with connection_to(broker) as connection:
        failed = await connection.until(Failed)
        assert connection.task is not None
        await connection.task
        assert failed.error is error
        connection.run()
        await connection.until_connected()
    assert broker.is_closed_by_client


async def test_runs_beside_each_other_make_one_connection() -> None:
    broker = FakeBroker()
    broker.refuse(LocalError("The CA file is gone."))
    async with connection_to(broker) as connection:
        await connection.until(Failed)
        assert connection.manager.is_over
        runs = [asyncio.create_task(connection.manager.run()) for _ in range(2)]
        await connection.until_connected()
        await connection.manager.stop()
        await asyncio.wait_for(asyncio.gather(*runs), 5)
    assert len(broker.profiles) == 2  # the failed attempt, and one connection
    assert broker.is_closed_by_client


async def test_a_stop_ends_what_is_begun_anew_meanwhile() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        work = connection.manager._work
        assert work is not None
        work.add_done_callback(lambda _: connection.run())  # as a key does, between the end and whoever waits for it
        await connection.manager.stop()
        for _ in range(5):
            await asyncio.sleep(0)
        assert isinstance(connection.manager.state, Disconnected)
        assert len(broker.profiles) == 1


async def test_a_stop_ends_also_a_new_session_that_has_not_begun() -> None:
    broker = FakeBroker()
    async with connection_to(broker, msgspec.structs.replace(PROFILE, clean_start=False)) as connection:
        await connection.until_connected()
        connection.run(clean_start=True)
        await asyncio.sleep(0)
        await connection.manager.stop()
        assert connection.task is not None
        await connection.task
        assert len(broker.profiles) == 1
        assert connection.manager.is_over
        connection.run()
        await connection.until_connected(2)
    assert broker.clean_starts == [False, False]


async def test_a_new_session_that_was_given_up_leaves_the_old_one_alone() -> None:
    broker = FakeBroker()
    async with connection_to(broker, msgspec.structs.replace(PROFILE, clean_start=False)) as connection:
        await connection.until_connected()
        beginning = asyncio.create_task(connection.manager.start_clean())
        await asyncio.sleep(0)
        beginning.cancel()
        await asyncio.wait((beginning,))
        connection.run()
        await connection.until_connected(2)
    assert broker.clean_starts == [False, False]


async def test_whoever_ran_it_is_told_nothing_wrong_by_who_runs_it_anew() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        first = connection.task
        connection.manager.watch(
            lambda state: connection.run() if isinstance(state, Disconnected) and connection.task is first else None
        )
        await connection.manager.stop()
        assert first is not None
        await first


async def test_the_newest_version_is_tried_again_by_the_next_run() -> None:
    broker = FakeBroker()
    broker.refuse(ConnectRefused("older, please", reason_code=UNSUPPORTED_PROTOCOL_VERSION, permanent=True))
    async with connection_to(broker) as connection:
        await connection.until_connected()
        await connection.manager.stop()
        connection.run()
        await connection.until_connected(2)
    assert [profile.protocol for profile in broker.profiles] == ["5", "3.1.1", "5"]


async def test_a_will_is_asked_for_once() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        await connection.manager.stop(with_will=True)
        assert broker.will_asked_for
        connection.run()
        await connection.until_connected(2)
        broker.cut()
        await connection.until(WaitingToReconnect)
    assert not broker.will_asked_for


async def test_no_will_is_promised_where_there_is_no_connection_to_end() -> None:
    broker = FakeBroker()
    async with connection_to(broker) as connection:
        await connection.until_connected()
        broker.cut()
        await connection.until(WaitingToReconnect)
        await connection.manager.stop(with_will=True)
    assert [state.reason for state in connection.all(Disconnected)] == [""]


async def test_cancelling_the_run_closes_the_connection() -> None:
    broker = FakeBroker()
    connection = connection_to(broker)
    task = asyncio.create_task(connection.manager.run())
    await connection.until_connected()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert broker.is_closed_by_client
    assert isinstance(connection.manager.state, Disconnected)


async def test_it_can_run_again_after_a_stop() -> None:
    broker = FakeBroker()
    connection = connection_to(broker)
    for count in (1, 2):
        async with connection:
            await connection.until_connected(count)
    assert len(broker.subscribed) == 2
    assert connection.manager.gaps == []


async def test_a_long_connection_makes_the_waits_small_again() -> None:
    now = 0.0
    broker = FakeBroker()
    broker.refuse(*[CannotConnect("no")] * 6)
    async with connection_to(broker, clock=lambda: now) as connection:
        for count in range(1, 7):
            await connection.until(WaitingToReconnect, count)
            connection.manager.retry_now()
        await connection.until_connected()
        now += 61
        broker.cut(ConnectionLost("gone"))
        waiting = await connection.until(WaitingToReconnect, 7)
    assert connection.all(WaitingToReconnect)[5].delay > 10
    assert waiting.delay <= 1
    assert waiting.reason.message == "gone"


async def test_a_gap_has_the_times_of_loss_and_return() -> None:
    now = 100 * SECOND
    broker = FakeBroker()
    async with connection_to(broker, wall_clock=lambda: now) as connection:
        await connection.until_connected()
        broker.cut(ConnectionLost("gone", silent_for=90))
        await connection.until(WaitingToReconnect)
        now = 104 * SECOND
        connection.manager.retry_now()
        await connection.until_connected(2)
    (gap,) = connection.manager.gaps
    assert (gap.began_at, gap.ended_at, gap.reason) == (10 * SECOND, 104 * SECOND, "gone")


async def test_after_a_sleep_of_the_machine_the_link_is_tried_at_once() -> None:
    now = 100 * SECOND
    broker = FakeBroker()
    async with connection_to(broker, wall_clock=lambda: now) as connection:
        await connection.until_connected()
        await asyncio.sleep(0)
        now = 500 * SECOND
        await eventually(lambda: broker.probed == 1)
        broker.cut(ConnectionLost("gone"))
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        await connection.until_connected(2)
    assert connection.manager.gaps[0].began_at == 500 * SECOND  # the link had outlived the sleep


async def test_a_link_that_did_not_outlive_the_sleep_is_missed_from_its_beginning() -> None:
    now = 100 * SECOND
    broker = FakeBroker()
    broker.answers_probes = False
    async with connection_to(broker, wall_clock=lambda: now) as connection:
        await connection.until_connected()
        await asyncio.sleep(0)
        now = 500 * SECOND
        await eventually(lambda: broker.probed == 1)
        broker.cut(ConnectionLost("gone", silent_for=5))
        await connection.until(WaitingToReconnect)
        connection.manager.retry_now()
        await connection.until_connected(2)
    assert connection.manager.gaps[0].began_at == 100 * SECOND


async def test_after_a_sleep_nobody_waits_for_the_next_attempt() -> None:
    now = 100 * SECOND
    broker = FakeBroker()
    patient = msgspec.structs.replace(PROFILE, reconnect=ReconnectOptions(shortest=3_000, longest=3_000))
    broker.refuse(CannotConnect("no network"))
    async with connection_to(broker, patient, wall_clock=lambda: now) as connection:
        await connection.until(WaitingToReconnect)
        now = 500 * SECOND
        await connection.until_connected()


async def test_a_definite_protocol_is_the_only_one_tried() -> None:
    broker = FakeBroker()
    broker.refuse(ConnectRefused("old", reason_code=0x84, permanent=True))
    async with connection_to(broker, msgspec.structs.replace(PROFILE, protocol="3.1.1")) as connection:
        await connection.until(Failed)
    assert [profile.protocol for profile in broker.profiles] == ["3.1.1"]
