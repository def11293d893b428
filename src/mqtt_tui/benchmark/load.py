"""What the benches that send or receive have in common: a crowd, a warm-up, and a time that is measured."""

import asyncio
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from math import floor

from mqtt_tui.benchmark.cpu_share import CpuShare
from mqtt_tui.benchmark.crowd import Client, Crowd
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.result import BenchResult
from mqtt_tui.connection.transport import Sink
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials

STRAGGLERS = 5.0
"""Seconds that answers have after the end."""

_DEFAULT_SECONDS = 10.0


class Pace:
    """When the messages of one client are due.

    Args:
        per_second: of this client.
        offset: the part of a period that it comes later than others.
    """

    def __init__(self, per_second: float, offset: float) -> None:
        self._per_second = per_second
        self._began = time.perf_counter() + offset / per_second
        self._taken = 0

    async def take(self) -> int:
        """Wait until a message is due; how many are by now."""
        while (due := floor((time.perf_counter() - self._began) * self._per_second) + 1 - self._taken) <= 0:
            next_at = self._began + self._taken / self._per_second
            await asyncio.sleep(next_at - time.perf_counter())
        self._taken += due
        return due


class Load(ABC):
    """A bench of a broker under load, to be run once.

    Args:
        profile: the broker.
        credentials: its secrets.
        options: what to do.
    """

    def __init__(self, profile: BrokerProfile, credentials: Credentials, options: BenchOptions) -> None:
        self._options = options
        self._crowd = Crowd(profile, credentials, options, self._sink)
        self._left: int | None = None
        self._began = self._ended = self._driven_until = 0.0
        self._cpu = CpuShare()
        self.stage = "connecting"
        """``connecting``, ``warming up``, ``measuring`` or ``waiting for answers``."""
        self._begin_figures()

    # ---------------------------------------------------------------- what each does

    @property
    @abstractmethod
    def done(self) -> int:
        """Messages that are in the rate so far."""

    @abstractmethod
    def result(self) -> BenchResult:
        """What was found out so far."""

    @abstractmethod
    def _sink(self, number: int) -> Sink:
        """What takes the messages of a client."""

    @abstractmethod
    async def _prepare(self) -> None:
        """Whatever comes between CONNACK and the first message."""

    @abstractmethod
    def _begin_figures(self) -> None:
        """Forget what was counted."""

    @abstractmethod
    async def _drive(self, client: Client) -> None:
        """Send or receive until there is nothing left to do."""

    @abstractmethod
    async def _finish(self) -> None:
        """Wait for what is still on its way; ``STRAGGLERS`` is all that there is time for."""

    # ---------------------------------------------------------------- the course of it

    @property
    def has_figures(self) -> bool:
        """Somebody was connected."""
        return bool(self._crowd.connected)

    @property
    def progress(self) -> str:
        """Where it is, besides how many messages."""
        return f"{len(self._crowd.clients):,} of {self._options.clients:,} clients, {self.stage}"

    async def run(self) -> None:
        """Connect, warm up, measure, disconnect.

        Raises:
            ConnectionLost: of all clients.
            MqttTuiError: not one client came up; or as ``Crowd.connect`` and ``_prepare``.
        """
        options = self._options
        seconds = _DEFAULT_SECONDS if options.seconds is None and options.count is None else options.seconds
        try:
            await self._crowd.connect()
            await self._prepare()
            if options.warmup:
                await self._phase("warming up", None, options.warmup)
            await self._phase("measuring", options.count, seconds)
            if not self._crowd.clients and self._crowd.error is not None:
                raise self._crowd.error
        finally:
            await self._crowd.close()

    async def _phase(self, stage: str, count: int | None, seconds: float | None) -> None:
        self.stage, self._left = stage, count
        self._begin_figures()
        self._began = self._ended = self._driven_until = time.perf_counter()
        self._cpu = CpuShare()
        driving = asyncio.gather(*(self._drive_until_lost(client) for client in self._crowd.clients))
        gone = asyncio.create_task(self._crowd.is_empty.wait())
        try:
            await asyncio.wait((driving, gone), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if driving.done():
                driving.result()
        finally:
            self._driven_until = time.perf_counter()
            self._cpu.stop()
            driving.cancel()
            gone.cancel()
            await asyncio.gather(driving, gone, return_exceptions=True)
        self.stage = "waiting for answers"
        with suppress(TimeoutError):
            async with asyncio.timeout(STRAGGLERS):
                await self._finish()

    async def _drive_until_lost(self, client: Client) -> None:
        with suppress(ConnectionLost):  # the crowd counts it
            await self._drive(client)

    def _take(self, count: int) -> int:
        """At most ``count`` of the messages that are left to send."""
        if self._left is None:
            return count
        taken = min(count, self._left)
        self._left -= taken
        return taken

    def _pace(self, client: Client) -> Pace | None:
        """That of one client; None: as fast as it goes."""
        rate, clients = self._options.rate, self._options.clients
        return None if rate is None else Pace(rate / clients, (client.number - 1) / clients)

    @property
    def _seconds(self) -> float:
        return max(self._ended, self._driven_until) - self._began

    @property
    def _rate(self) -> float:
        return self.done / self._seconds if self._seconds > 0 else 0.0
