"""``bench pub``: how many messages a broker takes, and how soon it says so."""

import asyncio
import os
import time
from collections import Counter

from mqtt_tui.benchmark.crowd import Client, Nowhere
from mqtt_tui.benchmark.histogram import Histogram
from mqtt_tui.benchmark.load import Load
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.result import SECOND, Latency, PublishResult
from mqtt_tui.benchmark.sender import Sender
from mqtt_tui.connection.mqtt.packet_writer import PublishHeader
from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials

_BATCH_BYTES = 64 * 1024
"""What a client sends in one go, where it may send as fast as it can; others have their turn in between."""


class PublishBench(Load):
    """Publishes with many clients."""

    def __init__(self, profile: BrokerProfile, credentials: Credentials, options: BenchOptions) -> None:
        self._senders: dict[int, Sender] = {}
        super().__init__(profile, credentials, options)

    def _sink(self, number: int) -> Sink:  # noqa: ARG002  none gets any
        return Nowhere()

    @property
    def done(self) -> int:
        """Acknowledged; at QoS 0, sent."""
        return self._acknowledged if self._options.qos else self._sent

    @property
    def _sent(self) -> int:
        return sum(sender.sent for sender in self._senders.values())

    async def _prepare(self) -> None:
        run = int.from_bytes(os.urandom(4))
        self._senders = {
            client.number: Sender(client, self._options, run, self._on_acknowledged) for client in self._crowd.clients
        }

    def _begin_figures(self) -> None:
        self._acknowledged = 0
        self._refusals: Counter[str] = Counter()
        self._latency = Histogram()
        for sender in self._senders.values():
            sender.begin_figures()

    def _on_acknowledged(self, _header: PublishHeader, reason_code: ReasonCode, seconds: float) -> None:
        now = time.perf_counter()
        if now - seconds < self._began:  # of the warm-up
            return
        self._ended = now
        self._latency.record(int(seconds * SECOND))
        if reason_code.is_failure:
            self._refusals[str(reason_code)] += 1
        else:
            self._acknowledged += 1

    async def _drive(self, client: Client) -> None:
        sender, pace = self._senders[client.number], self._pace(client)
        batch = self._batch()
        while count := self._take(await pace.take() if pace else batch):
            await sender.send(count)
            self._ended = time.perf_counter()
            await asyncio.sleep(0)  # a socket that takes all would leave nobody else a turn

    def _batch(self) -> int:
        """Messages in one go where there is no rate; the last ones are not left to one client alone."""
        options = self._options
        batch = _BATCH_BYTES // (options.size + len(options.topic)) + 1
        return batch if options.count is None else min(batch, options.count // (options.clients * 4) + 1)

    async def _finish(self) -> None:
        await asyncio.gather(*(sender.finish() for sender in self._senders.values()))

    def result(self) -> PublishResult:
        """What was found out so far."""
        crowd, sent, refused = self._crowd, self._sent, self._refusals.total()
        lost = sent - self._acknowledged - refused if self._options.qos else 0
        return PublishResult(
            bench="pub",
            clients=self._options.clients,
            connected=crowd.connected,
            failed=crowd.failures.total(),
            failures=dict(crowd.failures),
            seconds=self._seconds,
            rate=self._rate,
            cpu=self._cpu.value,
            sent=sent,
            acknowledged=self._acknowledged,
            refused=refused,
            refusals=dict(self._refusals),
            lost=lost,
            loss=lost / sent if sent else 0.0,
            latency=Latency.of(self._latency),
        )
