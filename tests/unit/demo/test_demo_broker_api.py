"""The demo broker as the program uses it."""

import asyncio

import pytest

from mqtt_tui.demo.broker.server import DemoBroker
from mqtt_tui.errors import LocalError, UsageError
from mqtt_tui.model.properties import PublishProperties
from tests.support.demo_broker import DISCONNECT, Running, Will


async def test_a_clients_connections_end_with_the_broker_and_it_is_told(running: Running) -> None:
    client = await running.clients.connect(will=Will("a", b"gone"))
    await running.broker.stop()
    assert await client.expect(DISCONNECT) == b"\x8b"
    with pytest.raises(ConnectionRefusedError):
        await running.clients.open()


async def test_it_listens_on_loopback_only(running: Running) -> None:
    with pytest.raises(OSError, match=r"Connect call failed"):
        await asyncio.open_connection("127.0.0.2", running.port)
    for host in ("0.0.0.0", "", "::", "192.0.2.1"):
        with pytest.raises(UsageError):
            DemoBroker(host)


async def test_a_taken_port_is_an_error_with_a_hint(running: Running) -> None:
    with pytest.raises(LocalError, match=str(running.port)) as refusal:
        await DemoBroker(port=running.port).start()
    assert "port" in refusal.value.hint


async def test_the_program_itself_publishes_and_listens_without_a_socket(running: Running) -> None:
    heard = []
    running.broker.on_publish("a/+", lambda publication: heard.append((publication.topic_name, publication.payload)))
    client = await running.clients.subscriber("a/#", qos=1)
    properties = PublishProperties(content_type="t", user_properties=(("k", "v"),))
    running.broker.publish("a/b", b"x", qos=1, retain=True, properties=properties)
    message = await client.message()
    assert (message.payload, message.qos, message.properties) == (b"x", 1, properties)
    await client.publish("a/c", b"y", qos=1)
    assert heard == [("a/b", b"x"), ("a/c", b"y")]
    with pytest.raises(UsageError):
        running.broker.publish("a/+", b"x")
