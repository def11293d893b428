"""A demo broker and clients that connect to it."""

from collections.abc import AsyncIterator

import pytest

from mqtt_tui.demo.broker.server import DemoBroker
from tests.support.demo_broker import Clients, Running


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    """A demo broker that takes packets up to 100 kB."""
    broker = DemoBroker(max_packet_size=100_000)
    port = await broker.start()
    async with Clients(port) as clients:
        yield Running(broker, port, clients)
    await broker.stop()
