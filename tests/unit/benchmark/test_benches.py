"""The benches, at the demo broker."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from mqtt_tui.benchmark.connecting import ConnectBench
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.publishing import PublishBench
from mqtt_tui.benchmark.result import Latency
from mqtt_tui.benchmark.round_trip import RoundTripBench
from mqtt_tui.benchmark.stamp import Stamper
from mqtt_tui.benchmark.subscribing import SubscribeBench
from mqtt_tui.demo.broker.server import DemoBroker
from mqtt_tui.errors import CannotConnect, ConnectionLost, Rejected
from mqtt_tui.model.qos import QoS
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials
from tests.support.demo_broker import Clients, Running

NOBODY = Credentials()
OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """A demo broker that takes packets up to 100 kB."""
    broker = DemoBroker(max_packet_size=100_000)
    port = await broker.start()
    async with Clients(port) as clients:
        yield Running(broker, port, clients)
    await broker.stop()


@pytest.fixture
def profile(running: Running) -> BrokerProfile:
    return BrokerProfile(url=f"mqtt://127.0.0.1:{running.port}", protocol="5")


async def until_measuring(bench: SubscribeBench) -> None:
    while bench.stage != "measuring":  # noqa: ASYNC110  it tells nobody
        await asyncio.sleep(0)


def open_files() -> int:
    return len(list(OPEN_FILES.iterdir()))


def grows(latency: Latency) -> bool:
    values = [getattr(latency, name) for name in ("p50", "p90", "p99", "p999", "max")]
    return all(0 < one <= other for one, other in pairwise(values))


@pytest.mark.parametrize("qos", list(QoS))
async def test_what_is_published_is_counted_and_arrives(running: Running, profile: BrokerProfile, qos: QoS) -> None:
    subscriber = await running.clients.subscriber("bench/#")
    bench = PublishBench(profile, NOBODY, BenchOptions(clients=3, topic="bench/%i", qos=qos, count=500, size=40))
    await bench.run()
    result = bench.result()
    messages = [await subscriber.message() for _ in range(500)]
    assert {message.topic for message in messages} == {"bench/1", "bench/2", "bench/3"}
    assert {len(message.payload) for message in messages} == {40}
    assert (result.connected, result.failed, result.sent, result.lost) == (3, 0, 500, 0)
    assert result.acknowledged == (500 if qos else 0)
    assert result.rate == pytest.approx(500 / result.seconds)
    assert grows(result.latency) if qos else result.latency.max is None


async def test_a_rate_is_kept_over_all_clients(profile: BrokerProfile) -> None:
    options = BenchOptions(clients=4, topic="a", qos=QoS.AT_LEAST_ONCE, rate=400, seconds=0.5)
    bench = PublishBench(profile, NOBODY, options)
    await bench.run()
    assert 150 <= bench.result().sent <= 300


async def test_the_warm_up_is_not_in_the_figures(running: Running, profile: BrokerProfile) -> None:
    subscriber = await running.clients.subscriber("a")
    options = BenchOptions(topic="a", qos=QoS.AT_LEAST_ONCE, rate=500, count=5, warmup=0.1)
    bench = PublishBench(profile, NOBODY, options)
    await bench.run()
    result = bench.result()
    assert (result.sent, result.acknowledged) == (5, 5)
    for _ in range(20):
        await subscriber.message()  # more than the five came


async def test_a_packet_above_the_maximum_is_refused_before_it_is_sent(profile: BrokerProfile) -> None:
    bench = PublishBench(profile, NOBODY, BenchOptions(topic="a", size=200_000))
    with pytest.raises(Rejected, match="Maximum Packet Size"):
        await bench.run()


async def test_a_broker_that_goes_ends_it_with_what_was_counted(running: Running, profile: BrokerProfile) -> None:
    subscriber = await running.clients.subscriber("a")
    bench = PublishBench(profile, NOBODY, BenchOptions(clients=2, topic="a", qos=QoS.AT_LEAST_ONCE, seconds=30))
    work = asyncio.create_task(bench.run())
    for _ in range(10):
        await subscriber.message()
    await running.broker.stop()
    with pytest.raises(ConnectionLost):
        await work
    result = bench.result()
    assert result.acknowledged >= 10
    assert (result.connected, result.failed, sum(result.failures.values())) == (2, 2, 2)


async def test_each_subscriber_gets_everything_and_nothing_is_missing(profile: BrokerProfile) -> None:
    sub = SubscribeBench(profile, NOBODY, BenchOptions(clients=3, topic="b/#", qos=QoS.AT_LEAST_ONCE, count=600))
    work = asyncio.create_task(sub.run())
    options = BenchOptions(clients=2, topic="b/%i", qos=QoS.AT_LEAST_ONCE, count=200, rate=2000)
    pub = PublishBench(profile, NOBODY, options)
    await until_measuring(sub)
    await pub.run()
    await work
    result = sub.result()
    assert (result.received, result.fewest, result.median, result.most) == (600, 200, 200, 200)
    assert (result.missing, result.duplicates, result.loss) == (0, 0, 0)
    assert result.longest_gap > 0
    assert result.received_bytes > 600 * 64


async def test_a_message_that_is_left_out_is_missing(running: Running, profile: BrokerProfile) -> None:
    sub = SubscribeBench(profile, NOBODY, BenchOptions(topic="b", count=3))
    work = asyncio.create_task(sub.run())
    await until_measuring(sub)
    payloads = Stamper(1, 1, 40)
    for is_sent in (True, False, True, True):
        payload = payloads.next()
        if is_sent:
            running.broker.publish("b", payload)
    await work
    assert (sub.result().missing, sub.result().loss) == (1, 0.25)


@pytest.mark.parametrize("rate", [None, 500.0])
async def test_everything_comes_back(profile: BrokerProfile, rate: float | None) -> None:
    options = BenchOptions(clients=3, topic="rtt", qos=QoS.EXACTLY_ONCE, count=60, rate=rate)
    bench = RoundTripBench(profile, NOBODY, options)
    await bench.run()
    result = bench.result()
    assert (result.sent, result.received, result.lost, result.duplicates, result.loss) == (60, 60, 0, 0, 0)
    assert grows(result.latency)


async def test_messages_of_others_on_the_topic_are_not_ours(running: Running, profile: BrokerProfile) -> None:
    first = RoundTripBench(profile, NOBODY, BenchOptions(topic="rtt", count=30))
    second = RoundTripBench(profile, NOBODY, BenchOptions(topic="rtt", count=30))
    await asyncio.gather(first.run(), second.run())
    for result in (first.result(), second.result()):
        assert (result.received, result.duplicates, result.lost) == (30, 0, 0)


async def test_clients_come_up_over_the_ramp_and_are_held(profile: BrokerProfile) -> None:
    bench = ConnectBench(profile, NOBODY, BenchOptions(clients=8, ramp=0.4, seconds=0.05))
    await bench.run()
    result = bench.result()
    assert (result.connected, result.peak, result.failed, result.lost) == (8, 8, 0, 0)
    assert 0.35 <= result.seconds < 2
    assert result.rate == pytest.approx(8 / result.seconds)
    assert grows(result.latency)


async def test_those_that_the_broker_refuses_are_counted_by_reason(profile: BrokerProfile) -> None:
    bench = ConnectBench(profile, NOBODY, BenchOptions(clients=66))  # it takes 64
    await bench.run()
    result = bench.result()
    assert (result.connected, result.failed, result.refused) == (64, 2, 2)
    assert result.failures == {"Server busy (0x89)": 2}


async def test_where_nobody_comes_up_it_says_why(profile: BrokerProfile, running: Running) -> None:
    await running.broker.stop()
    bench = ConnectBench(profile, NOBODY, BenchOptions(clients=3))
    with pytest.raises(CannotConnect, match="connection refused"):
        await bench.run()
    assert bench.has_figures
    assert bench.result().failed == 3


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="tells open files on Linux only")
async def test_nothing_stays_open(running: Running, profile: BrokerProfile) -> None:
    before = open_files()
    await ConnectBench(profile, NOBODY, BenchOptions(clients=20)).run()
    await running.broker.stop()
    assert open_files() <= before
