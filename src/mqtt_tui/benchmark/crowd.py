"""Many connections to one broker, and what became of each."""

import asyncio
import errno
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from mqtt_tui.benchmark.histogram import Histogram
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.state import Connack
from mqtt_tui.connection.transport import Sink
from mqtt_tui.errors import CannotConnect, ConnectionLost, ConnectRefused, LocalError, MqttTuiError, Rejected, TimedOut
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials

_AT_ONCE = 64  # attempts; each has a thread while it connects
_OTHER_FILES = 64  # of the program itself


@dataclass(frozen=True, slots=True, eq=False)
class Client:
    """One of the crowd, connected."""

    number: int
    transport: AiomqttTransport
    connack: Connack


class Nowhere:
    """The sink of a client that subscribes to nothing."""

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        """Forget it."""


class Crowd:
    """The clients of a bench.

    Each has a client identifier of its own, a clean session and no will.

    Args:
        profile: the broker.
        credentials: its secrets.
        options: how many clients, and how fast they come.
        sink: makes what takes the messages of the client with this number.
    """

    def __init__(
        self, profile: BrokerProfile, credentials: Credentials, options: BenchOptions, sink: Callable[[int], Sink]
    ) -> None:
        self._profile = replace(profile, subscriptions=(), will=None, clean_start=True, session_expiry_interval=0)
        self._credentials = credentials
        self._options = options
        self._sink = sink
        self._prefix = f"{profile.client_id or 'mqtt-tui-bench'}-{os.urandom(3).hex()}"
        self._openings = asyncio.Semaphore(_AT_ONCE)
        self._transports: list[AiomqttTransport] = []
        self._watching: list[asyncio.Task[None]] = []
        self._is_closing = False
        self.clients: list[Client] = []
        """Connected now."""
        self.connected = 0
        """How many ever got their CONNACK."""
        self.peak = 0
        """The most that were connected at the same time."""
        self.refused = 0
        self.lost = 0
        self.failures: Counter[str] = Counter()
        """Clients that did not connect or not stay so, by reason; safe to show."""
        self.error: MqttTuiError | None = None
        """The latest of those reasons."""
        self.connect_times = Histogram()
        self.connecting_seconds = 0.0
        """From the first attempt to the latest CONNACK."""
        self.is_empty = asyncio.Event()
        """Nobody is connected any more."""

    # ---------------------------------------------------------------- coming up

    async def connect(self) -> None:
        """Bring all up; those that fail are counted.

        Raises:
            CannotConnect: not one came up; or ConnectRefused, likewise.
            LocalError: a file is at fault, or the system has no more sockets.
            UsageError: no CONNECT can be made of the profile.
        """
        _allow_sockets(self._options.clients)
        began = time.perf_counter()
        attempts = [asyncio.create_task(self._connect(number, began)) for number in range(1, self._options.clients + 1)]
        try:
            await asyncio.gather(*attempts)
        finally:
            for attempt in attempts:
                attempt.cancel()
            await asyncio.gather(*attempts, return_exceptions=True)
        if not self.connected:
            assert self.error is not None  # noqa: S101  there was at least one attempt
            raise self.error

    async def _connect(self, number: int, began: float) -> None:
        due = began + self._options.ramp * (number - 1) / self._options.clients
        await asyncio.sleep(due - time.perf_counter())
        async with self._openings:
            profile = replace(self._profile, client_id=f"{self._prefix}-{number}")
            transport = AiomqttTransport(profile, self._credentials, self._sink(number))
            self._transports.append(transport)
            at = time.perf_counter_ns()
            try:
                connack = await transport.open()
            except (CannotConnect, ConnectRefused, TimedOut) as error:
                _check_for_sockets(error)
                self.refused += isinstance(error, ConnectRefused)
                self._note_failure(error)
                await transport.close()
                return
        now = time.perf_counter_ns()
        self.connect_times.record(now - at)
        self.connecting_seconds = now / 1e9 - began
        self.connected += 1
        client = Client(number, transport, connack)
        self.clients.append(client)
        self.peak = max(self.peak, len(self.clients))
        self._watching.append(asyncio.create_task(self._watch(client)))

    async def _watch(self, client: Client) -> None:
        error = await client.transport.closed()
        if not self._is_closing and client in self.clients:
            self._leave(client, error)
            self.lost += 1

    async def subscribe(self, subscription: Callable[[Client], Subscription]) -> None:
        """Subscribe each; those that are refused leave.

        Raises:
            Rejected: all were refused.
        """
        await asyncio.gather(*(self._subscribe(client, subscription(client)) for client in list(self.clients)))
        if not self.clients and self.error is not None:
            raise self.error

    async def _subscribe(self, client: Client, subscription: Subscription) -> None:
        try:
            grant = (await client.transport.subscribe([subscription]))[0]
        except (ConnectionLost, TimedOut) as error:
            if client in self.clients:
                self._leave(client, error)
            return
        if grant.reason_code.is_failure and client in self.clients:
            self._leave(client, Rejected(f"The broker refused the subscription: {grant.reason_code}."))
            await client.transport.close()

    def _leave(self, client: Client, error: MqttTuiError) -> None:
        self.clients.remove(client)
        self._note_failure(error)
        if not self.clients:
            self.is_empty.set()

    def _note_failure(self, error: MqttTuiError) -> None:
        self.error = error
        code = error.reason_code if isinstance(error, ConnectRefused) else None
        self.failures[error.message if code is None else str(ReasonCode(code))] += 1

    # ---------------------------------------------------------------- going

    async def close(self) -> None:
        """Disconnect all."""
        self._is_closing = True
        await asyncio.gather(*(transport.close() for transport in self._transports))
        for task in self._watching:
            task.cancel()
        await asyncio.gather(*self._watching, return_exceptions=True)


def _allow_sockets(clients: int) -> None:
    """Raise the number of open files as far as is needed and allowed.

    Raises:
        LocalError: that is not far enough.
    """
    if sys.platform == "win32":
        return
    import resource  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = clients + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise LocalError(
            f"{clients:,} clients need {needed:,} open files, and this shell allows {hard:,}.",
            hint=f"Raise it with ulimit -n {needed} (as root, or in limits.conf), or use fewer clients.",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def _check_for_sockets(error: MqttTuiError) -> None:
    """Raise LocalError where the system had no socket left: that is no fault of the broker's."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE):
            raise LocalError(
                "The system has no more sockets for this program.",
                hint="Raise it with ulimit -n, or use fewer clients.",
            ) from None
        cause = cause.__cause__ or cause.__context__
