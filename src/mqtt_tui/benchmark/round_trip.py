"""``bench rtt``: how long a message takes through the broker and back."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from mqtt_tui.benchmark.crowd import Client
from mqtt_tui.benchmark.histogram import Histogram
from mqtt_tui.benchmark.load import STRAGGLERS, Load
from mqtt_tui.benchmark.options import NUMBER, BenchOptions
from mqtt_tui.benchmark.result import Latency, RoundTripResult
from mqtt_tui.benchmark.sender import Sender
from mqtt_tui.benchmark.stamp import read_stamp
from mqtt_tui.connection.mqtt.packet_writer import PublishHeader
from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials


class _Echo:
    """What came back to one client (``connection.transport.Sink``).

    Args:
        run: of this bench; others may use the same topic.
        number: of the client.
    """

    def __init__(self, run: int, number: int) -> None:
        self._sender = run, number
        self._outstanding: set[int] = set()
        self._latest = 0
        self._has_news = asyncio.Event()
        self.is_answered = asyncio.Event()
        """The latest message came back, or was refused."""
        self.begin_figures()

    def begin_figures(self) -> None:
        """Forget what came; what is still under way counts as a duplicate."""
        self._outstanding.clear()
        self.latency = Histogram()
        self.duplicates = 0
        self.refusals: Counter[str] = Counter()
        self.last = 0.0
        """Of ``time.perf_counter``, when the latest came back."""

    async def settled(self) -> None:
        """Wait until nothing more can come."""
        while len(self._outstanding) > self.refusals.total():
            self._has_news.clear()
            await self._has_news.wait()

    def expect(self, serials: range) -> None:
        """Those are about to be sent."""
        self._outstanding.update(serials)
        self._latest = serials[-1]
        self.is_answered.clear()

    def refuse(self, reason_code: ReasonCode) -> None:
        """One of them will not come back."""
        self.refusals[str(reason_code)] += 1
        self._has_news.set()
        self.is_answered.set()

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:  # noqa: ARG002
        """Take what came back."""
        now = time.monotonic_ns()
        self.last = time.perf_counter()
        self._has_news.set()
        for rest in rests:
            stamp = read_stamp(rest)
            if stamp is None or (stamp.run, stamp.client) != self._sender:
                continue
            if stamp.serial not in self._outstanding:
                self.duplicates += 1
                continue
            self._outstanding.remove(stamp.serial)
            self.latency.record(now - stamp.sent_at)
            if stamp.serial == self._latest:
                self.is_answered.set()


class RoundTripBench(Load):
    """Publishes to itself with many clients; without a rate each has one message under way.

    Clients share no topic: where the topic has no ``%i``, ``/%i`` is added for more than one.
    """

    def __init__(self, profile: BrokerProfile, credentials: Credentials, options: BenchOptions) -> None:
        if options.clients > 1 and NUMBER not in options.topic:
            options = replace(options, topic=f"{options.topic}/{NUMBER}")
        self._run = int.from_bytes(os.urandom(4))
        self._echoes: dict[int, _Echo] = {}
        self._senders: dict[int, Sender] = {}
        super().__init__(profile, credentials, options)

    def _sink(self, number: int) -> Sink:
        return self._echoes.setdefault(number, _Echo(self._run, number))

    @property
    def done(self) -> int:
        """Messages that came back."""
        return sum(echo.latency.count for echo in self._echoes.values())

    async def _prepare(self) -> None:
        qos = self._options.qos
        self._senders = {client.number: self._sender(client) for client in self._crowd.clients}
        await self._crowd.subscribe(
            lambda client: Subscription(topic_filter=TopicFilter(self._options.topic_of(client.number)), qos=qos)
        )

    def _sender(self, client: Client) -> Sender:
        echo = self._echoes[client.number]

        def on_acknowledged(_header: PublishHeader, reason_code: ReasonCode, _seconds: float) -> None:
            if reason_code.is_failure:
                echo.refuse(reason_code)

        return Sender(client, self._options, self._run, on_acknowledged)

    def _begin_figures(self) -> None:
        for echo in self._echoes.values():
            echo.begin_figures()
        for sender in self._senders.values():
            sender.begin_figures()

    async def _drive(self, client: Client) -> None:
        sender, echo, pace = self._senders[client.number], self._echoes[client.number], self._pace(client)
        while count := self._take(await pace.take() if pace else 1):
            echo.expect(range(sender.serial + 1, sender.serial + 1 + count))
            await sender.send(count)
            if pace is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(STRAGGLERS):
                        await echo.is_answered.wait()

    async def _finish(self) -> None:
        await asyncio.gather(*(self._echoes[client.number].settled() for client in self._crowd.clients))

    @property
    def _seconds(self) -> float:
        last = max((echo.last for echo in self._echoes.values()), default=0.0)
        return max(last, self._driven_until) - self._began

    def result(self) -> RoundTripResult:
        """What was found out so far."""
        crowd, latency, refusals = self._crowd, Histogram(), Counter[str]()
        for echo in self._echoes.values():
            latency.add(echo.latency)
            refusals.update(echo.refusals)
        sent = sum(sender.sent for sender in self._senders.values())
        lost = max(0, sent - latency.count - refusals.total())
        return RoundTripResult(
            bench="rtt",
            clients=self._options.clients,
            connected=crowd.connected,
            failed=crowd.failures.total(),
            failures=dict(crowd.failures),
            seconds=self._seconds,
            rate=self._rate,
            cpu=self._cpu.value,
            sent=sent,
            received=latency.count,
            duplicates=sum(echo.duplicates for echo in self._echoes.values()),
            refused=refusals.total(),
            refusals=dict(refusals),
            lost=lost,
            loss=lost / sent if sent else 0.0,
            latency=Latency.of(latency),
        )
