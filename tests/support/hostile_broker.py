"""A server that does what no broker should, one script a connection."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.properties import write_variable_byte_integer
from mqtt_tui.model.protocol import Protocol

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC = 0x10, 0x20, 0x30, 0x40, 0x50
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, DISCONNECT = 0x80, 0x90, 0xA0, 0xB0, 0xE0


def packet(head: int, body: bytes) -> bytes:
    """A control packet (MQTT 5.0, 2.1)."""
    return bytes([head]) + write_variable_byte_integer(len(body)) + body


def connack(code: int = 0, properties: bytes = b"", *, protocol: int = 5, session_present: bool = False) -> bytes:
    """CONNACK; ``properties`` without their length."""
    tail = _with_length(properties) if protocol >= Protocol.V5 else b""
    return packet(CONNACK, bytes([session_present, code]) + tail)


def disconnect(code: int, properties: bytes = b"") -> bytes:
    """DISCONNECT of MQTT 5."""
    return packet(DISCONNECT, bytes([code]) + _with_length(properties))


def publish(topic: bytes, payload: bytes = b"x", *, raw_properties: bytes = b"", qos: int = 0) -> bytes:
    """PUBLISH of MQTT 5; ``raw_properties`` without their length."""
    head, name, rest = raw_publish(topic, b"", protocol=Protocol.V311, qos=qos, packet_identifier=1)
    return packet(head, len(name).to_bytes(2) + name + rest + _with_length(raw_properties) + payload)


def text_property(identifier: int, text: str) -> bytes:
    """A string property: 0x1F is the Reason String, 0x1C the Server Reference."""
    data = text.encode()
    return bytes([identifier]) + len(data).to_bytes(2) + data


def _with_length(properties: bytes) -> bytes:
    return write_variable_byte_integer(len(properties)) + properties


class Peer:
    """A connected client, as its script sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.protocol = 0
        """Protocol level of its CONNECT."""
        self.received: list[tuple[int, bytes]] = []
        """First byte and body of each packet read."""
        self.has_left = asyncio.Event()
        """Set once the client's end is closed."""

    def send(self, data: bytes) -> None:
        """Send ``data``, packets or not."""
        self._writer.write(data)

    async def read(self) -> tuple[int, bytes]:
        """The next packet; raises IncompleteReadError once the client has left."""
        head = (await self._reader.readexactly(1))[0]
        size = shift = 0
        while True:
            byte = (await self._reader.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        self.received.append((head, await self._reader.readexactly(size)))
        return self.received[-1]

    async def read_connect(self) -> bytes:
        """The body of CONNECT."""
        head, body = await self.read()
        assert head == CONNECT
        self.protocol = body[2 + int.from_bytes(body[:2])]
        return body

    async def accept(self, properties: bytes = b"") -> None:
        """Read CONNECT and welcome the client."""
        await self.read_connect()
        self.send(connack(properties=properties, protocol=self.protocol))

    async def acknowledge_subscribe(self, code: int | None = None) -> None:
        """Read SUBSCRIBE, answer each filter with ``code`` (None: QoS 0 granted)."""
        head, body = await self.read()
        assert head & 0xF0 == SUBSCRIBE
        properties = b"\0" if self.protocol >= Protocol.V5 else b""
        self.send(packet(SUBACK, body[:2] + properties + bytes([code or 0])))

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def drain(self) -> None:
        """Wait until the client has taken what was sent."""
        await self._writer.drain()

    async def until_it_leaves(self) -> None:
        """Read on without answering."""
        while True:
            await self.read()


Script = Callable[[Peer], Awaitable[None]]


def refusing(code: int, properties: bytes = b"") -> Script:
    async def script(peer: Peer) -> None:
        await peer.read_connect()
        peer.send(connack(code, properties, protocol=peer.protocol))

    return script


def saying(data: bytes, *, then_closing: bool = False) -> Script:
    async def script(peer: Peer) -> None:
        await peer.read_connect()
        peer.send(data)
        if then_closing:
            peer.close()

    return script


def after_subscribing(*data: bytes) -> Script:
    """Welcomes, grants the one subscription, then sends ``data``."""

    async def script(peer: Peer) -> None:
        await peer.accept()
        await peer.acknowledge_subscribe()
        for piece in data:
            peer.send(piece)
        await peer.drain()

    return script


class HostileBroker:
    """Listens on loopback and plays ``script`` with every client; an asynchronous context manager.

    Args:
        script: for each connection.
        port: 0 is any that is free.
    """

    def __init__(self, script: Script, port: int = 0) -> None:
        self._script = script
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.peers: list[Peer] = []
        self.port = port

    @property
    def url(self) -> str:
        """For plain MQTT."""
        return f"mqtt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        self.peers.append(peer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._script(peer)
                await peer.until_it_leaves()
            peer.has_left.set()
        except asyncio.CancelledError:  # the test is over; start_server would log it
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self._tasks.discard(task)
