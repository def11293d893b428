"""Broker and site together, as a client sees them."""

import asyncio
import json

import pytest

from mqtt_tui.demo.serve import Demo, serve
from mqtt_tui.errors import LocalError
from mqtt_tui.model.properties import PublishProperties
from tests.support.demo_broker import Clients


def _port(url: str) -> int:
    return int(url.removeprefix("mqtt://127.0.0.1:"))


async def test_the_demo_shows_retained_state_first_and_then_moves() -> None:
    async with Demo() as demo, Clients(_port(demo.url)) as clients:
        client = await clients.subscriber("factory/#")
        messages = [await client.message() for _ in range(100)]
        assert any(message.topic == "factory/hall-2/press-07/config" and message.retain for message in messages)
        assert any(message.topic == "factory/hall-3/welder-01/arc-voltage" for message in messages)


async def test_a_client_gets_its_answer_from_a_machine() -> None:
    async with Demo() as demo, Clients(_port(demo.url)) as clients:
        client = await clients.subscriber("my/replies", qos=1)
        properties = PublishProperties(response_topic="my/replies", correlation_data=b"42")
        await client.publish("factory/hall-2/press-07/set", b'{"speed": 0}', qos=1, properties=properties)
        answer = await client.message()
        assert json.loads(answer.payload)["ok"] is True
        assert answer.properties.correlation_data == b"42"


async def test_serving_announces_its_url_and_ends_when_cancelled() -> None:
    announced: asyncio.Queue[str] = asyncio.Queue()
    serving = asyncio.create_task(serve(0, rate=1.0, devices=2, announce=announced.put_nowait))
    port = _port(await announced.get())
    async with Clients(port) as clients:
        await clients.connect()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_second_demo_on_the_same_port_says_so() -> None:
    async with Demo() as demo:
        with pytest.raises(LocalError, match="cannot listen"):
            await Demo(port=_port(demo.url)).start()
