"""``bench conn``: how fast a broker lets clients in, and how many it keeps."""

import asyncio
from contextlib import suppress

from mqtt_tui.benchmark.cpu_share import CpuShare
from mqtt_tui.benchmark.crowd import Crowd, Nowhere
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.result import ConnectResult, Latency
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials


class ConnectBench:
    """Connects many clients, holds them open for ``seconds``, and lets them go.

    Args:
        profile: the broker.
        credentials: its secrets.
        options: what to do.
    """

    def __init__(self, profile: BrokerProfile, credentials: Credentials, options: BenchOptions) -> None:
        self._options = options
        self._cpu = CpuShare()
        self._crowd = Crowd(profile, credentials, options, lambda _: Nowhere())

    @property
    def done(self) -> int:
        """Connected so far."""
        return self._crowd.connected

    @property
    def has_figures(self) -> bool:
        """Somebody has tried."""
        return bool(self._crowd.connected or self._crowd.failures)

    @property
    def progress(self) -> str:
        """Where it is."""
        crowd = self._crowd
        return f"{len(crowd.clients):,} of {self._options.clients:,} clients, {crowd.failures.total():,} failed"

    async def run(self) -> None:
        """Connect, hold, disconnect. Raises as ``Load.run``."""
        crowd = self._crowd
        try:
            self._cpu = CpuShare()
            try:
                await crowd.connect()
            finally:
                self._cpu.stop()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._options.seconds or 0):
                    await crowd.is_empty.wait()
            if not crowd.clients and crowd.error is not None:
                raise crowd.error
        finally:
            await crowd.close()

    def result(self) -> ConnectResult:
        """What was found out so far."""
        crowd, seconds = self._crowd, self._crowd.connecting_seconds
        return ConnectResult(
            bench="conn",
            clients=self._options.clients,
            connected=crowd.connected,
            failed=crowd.failures.total(),
            failures=dict(crowd.failures),
            seconds=seconds,
            rate=crowd.connected / seconds if seconds else 0.0,
            cpu=self._cpu.value,
            refused=crowd.refused,
            lost=crowd.lost,
            peak=crowd.peak,
            latency=Latency.of(crowd.connect_times),
        )
