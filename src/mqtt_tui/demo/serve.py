"""Broker and site together."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from mqtt_tui.demo.broker.publication import Publication
from mqtt_tui.demo.broker.server import LOOPBACK, DemoBroker
from mqtt_tui.demo.site.site import MACHINES, REQUESTS, Site


class Demo:
    """The demonstration broker with the simulated site in it; an async context manager.

    Args:
        port: of the broker; 0 takes any free one.
        rate: factor on the site's messages a second.
        devices: number of machines.
        seed: of all that is random.

    Raises:
        UsageError: one of them out of range.
    """

    def __init__(self, *, port: int = 0, rate: float = 1.0, devices: int = MACHINES, seed: int = 1) -> None:
        self._broker = DemoBroker(port=port)
        self._site = Site(self._broker.publish, seed=seed, devices=devices, rate=rate)
        self._broker.on_publish(REQUESTS, self._answer)
        self._tasks: list[asyncio.Task[None]] = []
        self.url = ""
        """Once started."""

    async def start(self) -> str:
        """Start both in the running loop; the broker's URL.

        Raises:
            LocalError: the port is taken or not allowed.
        """
        port = await self._broker.start()
        self._tasks = [asyncio.create_task(self._site.run()), asyncio.create_task(self._broker.serve_forever())]
        self.url = f"mqtt://{LOOPBACK}:{port}"
        return self.url

    async def wait(self) -> None:
        """Wait until cancelled; an error of the simulation is raised here."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Stop both; clients are told."""
        for task in self._tasks:
            task.cancel()
        outcomes = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._broker.stop()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _answer(self, request: Publication) -> None:
        self._site.answer(request.topic_name, request.payload, request.properties, time.time())


async def serve(port: int, *, rate: float, devices: int, announce: Callable[[str], None]) -> None:
    """Serve until cancelled; ``announce`` is called with the URL once clients can connect.

    Raises:
        UsageError: an argument out of range.
        LocalError: the port is taken or not allowed.
    """
    async with Demo(port=port, rate=rate, devices=devices) as demo:
        announce(demo.url)
        await demo.wait()
