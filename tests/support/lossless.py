"""Many messages through a link that is cut again and again, and a broker that restarts: what of it arrives."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from mqtt_tui.connection.state import Connected, WaitingToReconnect
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import TopicName
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from tests.support.connecting import RunningConnection, eventually, quick_profile
from tests.support.cutting_proxy import CuttingProxy
from tests.support.mosquitto import Mosquitto

_AT_ONCE = 100
JOBS = SubscriptionOptions(filter="jobs/#", qos=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What arrived of what the broker had taken."""

    lost: int
    qos_1_again: int
    """Duplicates, which QoS 1 allows."""
    qos_2_again: int
    resumed: int
    """Connections that found their session."""
    connections: int
    sent_again: int
    """Messages whose acknowledgement a cut took away."""


def session_profile(url: str, client_id: str, *subscriptions: SubscriptionOptions) -> BrokerProfile:
    return quick_profile(
        url, client_id=client_id, clean_start=False, session_expiry_interval=600, subscriptions=subscriptions
    )


async def through_cuts(broker: Mosquitto, *, messages: int, cuts: int, restarts: int) -> Outcome:
    """Send ``messages``, of QoS 1 and 2 in turn; cut both links and restart the broker that often, evenly spread.

    Args:
        broker: a persistent one.
        messages: how many.
        cuts: of the links of sender and receiver at once, in the middle of a burst.
        restarts: of the broker, in good order.
    """
    breaks = _breaks(messages, cuts, restarts)
    async with CuttingProxy(broker.plain_port) as proxy:
        receiving = RunningConnection(session_profile(proxy.url, "receiver", JOBS))
        sending = RunningConnection(session_profile(proxy.url, "sender"))
        async with receiving, sending:
            await receiving.until_connected()
            await sending.until_connected()
            for first in range(0, messages, _AT_ONCE):
                sent = [_send(sending, number) for number in range(first, min(first + _AT_ONCE, messages))]
                running = asyncio.gather(*sent)
                if breaks.get(first) == "cut":
                    await _cut(proxy, sending, receiving)  # in the middle of them
                await running
                if breaks.get(first) == "restart":
                    await _restart(broker, sending, receiving)
            wanted = set(range(messages))
            await eventually(lambda: wanted <= {int(message.payload) for message in receiving.sink.messages})
    seen = Counter(int(message.payload) for message in receiving.sink.messages)
    again = {number: count - 1 for number, count in seen.items() if count > 1}
    connections = receiving.all(Connected)
    return Outcome(
        lost=len(wanted - set(seen)),
        qos_1_again=sum(count for number, count in again.items() if number % 2 == 0),
        qos_2_again=sum(count for number, count in again.items() if number % 2),
        resumed=sum(state.connack.session_present for state in connections),
        connections=len(connections),
        sent_again=sum(state.connack.sent_again for state in sending.all(Connected)),
    )


def _breaks(messages: int, cuts: int, restarts: int) -> dict[int, str]:
    """What happens at which message."""
    times = cuts + restarts
    step = messages // (times + 1) // _AT_ONCE * _AT_ONCE
    every = times // restarts if restarts else times + 1
    return {step * number: "restart" if number % every == 0 else "cut" for number in range(1, times + 1)}


async def _send(sending: RunningConnection, number: int) -> None:
    """Publish, again where it was said that it was not sent."""
    qos = QoS(1 + number % 2)
    request = PublishRequest(topic_name=TopicName("jobs/1"), payload=b"%d" % number, qos=qos)
    while True:
        try:
            await sending.manager.publish(request)
        except ConnectionLost as error:
            if "not sent" not in error.hint and "nothing was sent" not in error.message:
                raise
            await asyncio.sleep(0)  # the manager has still to hear of it
            if not isinstance(sending.manager.state, Connected):
                await sending.until_connected(len(sending.all(Connected)) + 1)
        else:
            return


async def _cut(proxy: CuttingProxy, sending: RunningConnection, receiving: RunningConnection) -> None:
    await receiving.sink.received(len(receiving.sink.messages) + 1)
    proxy.cut()
    await asyncio.gather(_come_back(sending), _come_back(receiving))


async def _restart(broker: Mosquitto, *connections: RunningConnection) -> None:
    await asyncio.to_thread(broker.stop)
    await asyncio.to_thread(broker.start)
    for connection in connections:
        await _come_back(connection)


async def _come_back(connection: RunningConnection) -> None:
    """Wait for the loss and for the next connection, without the wait before it."""
    losses = len(connection.all(Connected))
    await connection.until(WaitingToReconnect, losses)
    connection.manager.retry_now()
    await connection.until_connected(losses + 1)
