"""Another client of MQTT, in a process of its own: ``python -m bench.peer NAME PORT COUNT PROTOCOL QOS``.

It subscribes to everything, counts COUNT messages and prints what they took as JSON; earlier at SIGTERM. PROTOCOL is 4
(3.1.1) or 5. Each client is written as its documentation shows it.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.metadata import Distribution
from pathlib import Path
from types import MappingProxyType
from typing import Any

_HOST = "127.0.0.1"
_LIBRARIES = str(Path(__file__).parents[1] / ".venv" / "peers")
"""Where those of the dependency group ``bench`` are: gmqtt brings a package ``tests``, which would hide ours."""


class Meter:
    """Counts messages; CPU and time are taken from the first to the last."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = 0
        self._began = 0.0, 0.0

    def take(self, messages: int = 1) -> bool:
        """Count these; whether all have come."""
        if not self._taken:
            self._began = time.perf_counter(), time.process_time()
        self._taken += messages
        return self._taken >= self._count

    def tell(self) -> None:
        """Print the result and end the process: some clients take their time to end."""
        seconds, cpu = time.perf_counter() - self._began[0], time.process_time() - self._began[1]
        print(json.dumps({"messages": self._taken, "seconds": seconds, "cpu_seconds": cpu}), flush=True)
        os._exit(0)


def bare_loop(port: int, protocol: int, _qos: int, meter: Meter) -> None:
    """No library: receive and split."""
    from bench.bare_loop import batches, connected

    for batch in batches(connected(port, protocol)):
        if batch and meter.take(len(batch)):
            return


def paho(port: int, protocol: int, qos: int, meter: Meter, transport: str = "tcp") -> None:
    """Its own loop and its callback."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    version = MQTTProtocolVersion(protocol)
    client = Client(CallbackAPIVersion.VERSION2, protocol=version, transport=transport)  # type: ignore[arg-type]

    def on_connect(*_: object) -> None:
        client.subscribe("#", qos)

    def on_message(*_: object) -> None:
        if meter.take():
            meter.tell()

    client.on_connect, client.on_message = on_connect, on_message
    client.connect(_HOST, port)
    client.loop_forever()


def paho_websocket(port: int, protocol: int, qos: int, meter: Meter) -> None:
    """The same over a WebSocket."""
    paho(port, protocol, qos, meter, "websockets")


def aiomqtt(port: int, protocol: int, qos: int, meter: Meter) -> None:
    """Its iterator."""
    from aiomqtt import Client, ProtocolVersion

    async def iterate() -> None:
        async with Client(_HOST, port, protocol=ProtocolVersion(protocol)) as client:
            await client.subscribe("#", qos)
            async for _ in client.messages:
                if meter.take():
                    meter.tell()

    asyncio.run(iterate())


def gmqtt(port: int, protocol: int, qos: int, meter: Meter) -> None:
    """Its callback."""
    library: Any = import_module("gmqtt")

    async def count() -> None:
        client = library.Client("peer")

        def on_message(*_: object) -> int:
            if meter.take():
                meter.tell()
            return 0

        client.on_message = on_message
        client.on_connect = lambda *_: client.subscribe("#", qos=qos)
        await client.connect(_HOST, port, version=protocol)
        await asyncio.Event().wait()

    asyncio.run(count())


def zmqtt(port: int, protocol: int, qos: int, meter: Meter) -> None:
    """Its iterator."""
    library: Any = import_module("zmqtt")

    async def iterate() -> None:
        async with (
            library.create_client(_HOST, port, version="5.0" if protocol == 5 else "3.1.1") as client,
            client.subscribe("#", qos=library.QoS(qos), receive_buffer_size=1_000) as subscription,
        ):
            async for _ in subscription:
                if meter.take():
                    meter.tell()

    asyncio.run(iterate())


def amqtt(port: int, _protocol: int, qos: int, meter: Meter) -> None:
    """It waits for one message after the other; 3.1.1 only."""
    library: Any = import_module("amqtt.client")

    async def count() -> None:
        client = library.MQTTClient(config={"auto_reconnect": False})
        await client.connect(f"mqtt://{_HOST}:{port}/")
        await client.subscribe([("#", qos)])
        await client.deliver_message()
        while not meter.take():
            await client.deliver_message()

    asyncio.run(count())


PEERS: MappingProxyType[str, Callable[[int, int, int, Meter], None]] = MappingProxyType(
    {peer.__name__: peer for peer in (bare_loop, paho, paho_websocket, aiomqtt, gmqtt, zmqtt, amqtt)}
)


def is_installed(library: str) -> bool:
    """Whether a client's library can be imported."""
    return PathFinder.find_spec(library, [*sys.path, _LIBRARIES]) is not None


def library_version(library: str) -> str:
    """Which version of a library is installed, for the program or as a peer; empty: none."""
    found = next(iter(Distribution.discover(name=library, path=[*sys.path, _LIBRARIES])), None)
    return found.version if found else ""


def main(name: str, port: int, count: int, protocol: int, qos: int) -> None:
    """Run one client to its end."""
    meter = Meter(count)
    signal.signal(signal.SIGTERM, lambda *_: meter.tell())
    PEERS[name](port, protocol, qos, meter)
    meter.tell()


if __name__ == "__main__":
    sys.path.append(_LIBRARIES)
    main(sys.argv[1], *map(int, sys.argv[2:6]))
