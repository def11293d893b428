"""``bench sub``: how many messages a broker delivers, and to whom."""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from mqtt_tui.benchmark.crowd import Client
from mqtt_tui.benchmark.load import Load
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.result import SubscribeResult
from mqtt_tui.benchmark.sequence import Sequence as SerialNumbers
from mqtt_tui.benchmark.stamp import read_stamp
from mqtt_tui.connection.transport import Sink
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials

_MOST_SENDERS = 10_000  # whose serial numbers one client follows


class _Receiver:
    """What one client got (``connection.transport.Sink``).

    Args:
        on_received: told how many came with each read.
    """

    def __init__(self, on_received: Callable[[int], None]) -> None:
        self._on_received = on_received
        self.begin_figures()

    def begin_figures(self) -> None:
        """Forget what came."""
        self.messages = 0
        self.bytes = 0
        self.longest_gap = 0.0
        self._last: float | None = None
        self._senders: defaultdict[tuple[int, int], SerialNumbers] = defaultdict(SerialNumbers)

    @property
    def missing(self) -> int:
        """Of stamped messages."""
        return sum(sender.missing for sender in self._senders.values())

    @property
    def duplicates(self) -> int:
        """Of stamped messages."""
        return sum(sender.duplicates for sender in self._senders.values())

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:  # noqa: ARG002
        """Count."""
        now = time.perf_counter()
        if self._last is not None:
            self.longest_gap = max(self.longest_gap, now - self._last)
        self._last = now
        self.messages += len(rests)
        self.bytes += sum(map(len, topics)) + sum(map(len, rests))
        for rest in rests:
            if stamp := read_stamp(rest):
                sender = stamp.run, stamp.client
                if sender in self._senders or len(self._senders) < _MOST_SENDERS:
                    self._senders[sender].note(stamp.serial)
        self._on_received(len(rests))


class SubscribeBench(Load):
    """Subscribes with many clients."""

    def __init__(self, profile: BrokerProfile, credentials: Credentials, options: BenchOptions) -> None:
        self._receivers: dict[int, _Receiver] = {}
        self._is_complete = asyncio.Event()
        super().__init__(profile, credentials, options)

    def _sink(self, number: int) -> Sink:
        return self._receivers.setdefault(number, _Receiver(self._on_received))

    def _on_received(self, count: int) -> None:
        self._ended = time.perf_counter()
        if self._left is not None:
            self._take(count)
            if not self._left:
                self._is_complete.set()

    @property
    def done(self) -> int:
        """Received."""
        return sum(receiver.messages for receiver in self._receivers.values())

    async def _prepare(self) -> None:
        qos = self._options.qos
        await self._crowd.subscribe(
            lambda client: Subscription(topic_filter=TopicFilter(self._options.topic_of(client.number)), qos=qos)
        )

    def _begin_figures(self) -> None:
        for receiver in self._receivers.values():
            receiver.begin_figures()

    async def _drive(self, client: Client) -> None:  # noqa: ARG002  the broker does it
        await self._is_complete.wait()

    async def _finish(self) -> None:
        """What comes after the end is not wanted."""

    def result(self) -> SubscribeResult:
        """What was found out so far."""
        crowd, receivers = self._crowd, list(self._receivers.values())
        counts = sorted(receiver.messages for receiver in receivers) or [0]
        missing = sum(receiver.missing for receiver in receivers)
        return SubscribeResult(
            bench="sub",
            clients=self._options.clients,
            connected=crowd.connected,
            failed=crowd.failures.total(),
            failures=dict(crowd.failures),
            seconds=self._seconds,
            rate=self._rate,
            cpu=self._cpu.value,
            received=self.done,
            received_bytes=sum(receiver.bytes for receiver in receivers),
            fewest=counts[0],
            median=int(statistics.median(counts)),
            most=counts[-1],
            longest_gap=max((receiver.longest_gap for receiver in receivers), default=0.0),
            missing=missing,
            duplicates=sum(receiver.duplicates for receiver in receivers),
            loss=missing / (missing + self.done) if missing else 0.0,
        )
