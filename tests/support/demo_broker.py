"""An MQTT client for tests of brokers: it says exactly what it is told to and shows what it gets."""

import asyncio
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from mqtt_tui.demo.broker.server import DemoBroker
from mqtt_tui.model.properties import (
    NONE,
    PublishProperties,
    read_properties,
    write_properties,
    write_variable_byte_integer,
)
from mqtt_tui.model.protocol import Protocol

SECONDS = 10.0
CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 2, 3, 4, 5, 6, 7
SUBACK, UNSUBACK, PINGRESP, DISCONNECT = 9, 11, 13, 14


@dataclass(frozen=True)
class Message:
    """A PUBLISH as received."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    properties: PublishProperties = NONE
    dup: bool = False


@dataclass(frozen=True)
class Will:
    """As sent in CONNECT; ``properties`` is the raw block, its length in front."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: bytes = b"\0"


class RawClient:
    """A connection to a broker on this machine. QoS 1 and 2 are acknowledged as the protocol asks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, protocol: Protocol) -> None:
        self._reader, self._writer, self._protocol = reader, writer, protocol
        self._received: deque[Message] = deque()
        self._last_identifier = 0
        self.connack = b""
        """Its body: flags, reason, properties."""
        self.acknowledges = True
        """Off: QoS 1 and 2 messages stay unanswered."""

    async def connect(
        self, *, identifier: str, clean: bool, will: Will | None, keep_alive: int, properties: bytes
    ) -> None:
        """Say CONNECT and wait for the answer."""
        flags = (2 if clean else 0) | (0x04 | will.qos << 3 | will.retain << 5 if will else 0)
        name = "MQIsdp" if self._protocol is Protocol.V31 else "MQTT"
        body = text(name) + bytes((self._protocol, flags)) + keep_alive.to_bytes(2)
        body += self._v5(properties) + text(identifier)
        if will is not None:
            body += self._v5(will.properties) + text(will.topic)
            body += len(will.payload).to_bytes(2) + will.payload
        self.send(0x10, body)
        self.connack = await self.expect(CONNACK)

    def send_raw(self, data: bytes) -> None:
        """Send bytes that need not be a packet."""
        self._writer.write(data)

    def send(self, head: int, body: bytes) -> None:
        """Send a packet."""
        self._writer.write(bytes((head,)) + write_variable_byte_integer(len(body)) + body)

    async def expect(self, kind: int) -> bytes:
        """The body of the next packet of this kind; messages that come before are kept for ``message``."""
        async with asyncio.timeout(SECONDS):
            while True:
                head, body = await self._read()
                if head >> 4 == PUBLISH and kind != PUBLISH:
                    self._take(head, body)
                elif head >> 4 == kind:
                    return body
                elif head >> 4 == PUBREL:
                    self.send(PUBCOMP << 4, body[:2])
                else:
                    raise AssertionError(f"packet {head >> 4} came in place of {kind}: {body!r}")

    async def message(self) -> Message:
        """The next message."""
        async with asyncio.timeout(SECONDS):
            while not self._received:
                head, body = await self._read()
                if head >> 4 == PUBLISH:
                    self._take(head, body)
                elif head >> 4 == PUBREL:
                    self.send(PUBCOMP << 4, body[:2])
                else:
                    raise AssertionError(f"packet {head >> 4} came in place of a message: {body!r}")
            return self._received.popleft()

    async def subscribe(
        self, *topic_filters: str, qos: int = 0, options: int = 0, identifier: int | None = None
    ) -> list[int]:
        """Subscribe; the reasons. ``options`` are MQTT 5's bits above the QoS."""
        packet_identifier = self._next_identifier()
        block = b"" if identifier is None else b"\x0b" + write_variable_byte_integer(identifier)
        filters = b"".join(text(one) + bytes((qos | options,)) for one in topic_filters)
        self.send(0x82, packet_identifier + self._v5(bytes((len(block),)) + block) + filters)
        body = await self.expect(SUBACK)
        return list(body[len(self._v5(b"\0")) + 2 :])

    async def unsubscribe(self, *topic_filters: str) -> list[int]:
        """Unsubscribe; the reasons."""
        self.send(0xA2, self._next_identifier() + self._v5(b"\0") + b"".join(text(one) for one in topic_filters))
        return list((await self.expect(UNSUBACK))[3:])

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False, properties: PublishProperties = NONE
    ) -> int:
        """Publish and wait until the broker has it; the reason code, 0 where there is none."""
        identifier = self._next_identifier() if qos else b""
        body = text(topic) + identifier + self._v5(write_properties(properties)) + payload
        self.send(0x30 | qos << 1 | retain, body)
        if not qos:
            return 0
        answer = await self.expect(PUBACK if qos == 1 else PUBREC)
        reason = answer[2] if len(answer) > 2 else 0
        if qos == 2 and reason < 0x80:
            self.send(0x62, identifier)
            await self.expect(PUBCOMP)
        return reason

    async def ping(self) -> None:
        """Wait until the broker has seen all that was sent."""
        self.send(0xC0, b"")
        await self.expect(PINGRESP)

    async def closed(self) -> bytes:
        """Wait until the broker closes; what it sent before."""
        async with asyncio.timeout(SECONDS):
            try:
                return await self._reader.read()
            except ConnectionResetError:
                return b""

    async def disconnect(self) -> None:
        """Say goodbye and wait until the broker has closed."""
        self.send(0xE0, b"")
        await self.closed()
        self._writer.close()

    def cut(self) -> None:
        """End the connection without a word."""
        self._writer.transport.abort()

    def _take(self, head: int, body: bytes) -> None:
        qos, size = head >> 1 & 3, int.from_bytes(body[:2])
        at = 2 + size
        identifier, at = (body[at : at + 2], at + 2) if qos else (b"", at)
        properties, at = read_properties(body, at) if self._protocol is Protocol.V5 else (NONE, at)
        topic = body[2 : 2 + size].decode()
        retain, dup = bool(head & 1), bool(head & 8)
        self._received.append(Message(topic, body[at:], qos, retain, properties, dup))
        if qos and self.acknowledges:
            self.send((PUBACK if qos == 1 else PUBREC) << 4, identifier)

    async def _read(self) -> tuple[int, bytes]:
        head = (await self._reader.readexactly(1))[0]
        size = shift = 0
        while True:
            byte = (await self._reader.readexactly(1))[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return head, await self._reader.readexactly(size)

    def _next_identifier(self) -> bytes:
        self._last_identifier += 1
        return self._last_identifier.to_bytes(2)

    def _v5(self, block: bytes) -> bytes:
        return block if self._protocol is Protocol.V5 else b""


def text(value: str) -> bytes:
    """A string as MQTT writes it."""
    raw = value.encode()
    return len(raw).to_bytes(2) + raw


class Clients:
    """The clients of one test, all of which are cut off at its end; an async context manager."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._clients: list[RawClient] = []

    async def connect(
        self,
        protocol: Protocol = Protocol.V5,
        *,
        identifier: str = "",
        clean: bool = True,
        will: Will | None = None,
        keep_alive: int = 60,
        properties: bytes = b"\0",
    ) -> RawClient:
        """A client that has connected, whatever the broker answered; ``properties`` is the raw block."""
        client = await self.open(protocol)
        await client.connect(
            identifier=identifier, clean=clean, will=will, keep_alive=keep_alive, properties=properties
        )
        return client

    async def open(self, protocol: Protocol = Protocol.V5) -> RawClient:
        """A client that has said nothing yet."""
        client = RawClient(*await asyncio.open_connection("127.0.0.1", self._port), protocol)
        self._clients.append(client)
        return client

    async def subscriber(self, *topic_filters: str, qos: int = 0, protocol: Protocol = Protocol.V5) -> RawClient:
        """A client that is subscribed."""
        client = await self.connect(protocol, identifier=f"subscriber-{len(self._clients)}")
        await client.subscribe(*topic_filters, qos=qos)
        return client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            client.cut()


@dataclass(frozen=True)
class Running:
    """A demo broker that runs, and clients for it."""

    broker: DemoBroker
    port: int
    clients: Clients
