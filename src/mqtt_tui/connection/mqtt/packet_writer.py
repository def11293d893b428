"""The way out: many PUBLISH packets in few writes, within what the server takes at once (MQTT 5.0, 3.3, 4.3, 4.9).

Knows of no library: whoever owns the socket takes the bytes, and says what was acknowledged.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol as Shape

from mqtt_tui.connection.limits import check_publish, most_in_flight
from mqtt_tui.connection.state import Connack
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import PUBLISH, RETAIN
from mqtt_tui.model.properties import write_properties, write_variable_byte_integer
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.model.reason_code import ReasonCode

PUBACK, PUBREC, PUBREL, PUBCOMP = 0x40, 0x50, 0x62, 0x70
"""First bytes (MQTT 5.0, 2.1.2)."""

FIRST_IDENTIFIER, LAST_IDENTIFIER = 0x8000, 0xFFFF
"""The packet identifiers of the writer; SUBSCRIBE and UNSUBSCRIBE, which share the numbers with it, stay below."""

MOST_IN_FLIGHT = 1_000
"""Messages without acknowledgement, however many the server allows: with more it gets no faster, they wait longer."""

_WRITE = 256 * 1024  # bytes that are handed over at once, the packet that reaches it included
_IDENTIFIER_NOT_FOUND = ReasonCode(0x92)


class Outlet(Shape):
    """What takes the bytes: a connection, or an ``asyncio.StreamWriter``."""

    def write(self, data: bytes, /) -> None:
        """Queue for the socket behind what was queued before; never blocks."""

    async def drain(self) -> None:
        """Wait until the system has (nearly) all of it."""


class PublishHeader:
    """What the PUBLISH packets of one topic have in common, encoded once.

    Args:
        request: all but the payload.
        connack: what the server granted.

    Raises:
        Rejected: it breaks a limit that the server has named.
        UsageError: a property has a value that MQTT has no room for.
    """

    __slots__ = ("_checked", "_connack", "_head", "_prefix", "_prefix_of", "_properties", "_topic", "request")

    def __init__(self, request: PublishRequest, connack: Connack) -> None:
        check_publish(request, connack)
        self.request = request
        self._connack = connack
        self._head = bytes((PUBLISH | request.qos << 1 | (RETAIN if request.retain else 0),))
        topic = request.topic_name.encode()
        self._topic = len(topic).to_bytes(2) + topic
        self._properties = write_properties(request.properties) if connack.protocol >= Protocol.V5 else b""
        self._checked = len(request.payload)  # the largest payload that is known to be fine
        self._prefix_of, self._prefix = -1, b""  # messages of one topic are often of one size

    def packet(self, payload: bytes, packet_identifier: int) -> bytes:
        """The packet; ``packet_identifier`` is 0 at QoS 0.

        Raises:
            Rejected: it is larger than the server takes.
        """
        size = len(payload)
        if size > self._checked:
            check_publish(replace(self.request, payload=payload), self._connack)
            self._checked = size
        if size != self._prefix_of:
            identifier = 2 if packet_identifier else 0
            remaining = len(self._topic) + identifier + len(self._properties) + size
            self._prefix = self._head + write_variable_byte_integer(remaining) + self._topic
            self._prefix_of = size
        if packet_identifier:
            return b"".join((self._prefix, packet_identifier.to_bytes(2), self._properties, payload))
        return b"".join((self._prefix, self._properties, payload))


OnAcknowledged = Callable[[PublishHeader, ReasonCode, float], None]
"""Told of each message at QoS 1 and 2: what it was, how it ended, and the seconds from write to acknowledgement."""


class PacketWriter:
    """Publishes on one connection; used on the loop's thread.

    Args:
        outlet: takes the bytes.
        connack: what the server granted.
        on_acknowledged: told how each message ended.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        outlet: Outlet,
        connack: Connack,
        on_acknowledged: OnAcknowledged = lambda header, reason_code, seconds: None,  # noqa: ARG005
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._outlet = outlet
        self._connack = connack
        self._on_acknowledged = on_acknowledged
        self._clock = clock
        self._in_flight: dict[int, tuple[PublishHeader, float]] = {}
        self._most_in_flight = min(most_in_flight(connack), MOST_IN_FLIGHT)
        self._next_identifier = FIRST_IDENTIFIER
        self._releases: list[bytes] = []
        self._has_changed = asyncio.Event()
        self._failure: MqttTuiError | None = None
        self.written = 0
        """Messages handed to the outlet."""
        self.acknowledged_count = 0
        """Messages that the server has taken."""
        self.refusals: Counter[ReasonCode] = Counter()
        """Messages that it has not, by reason."""

    @property
    def in_flight(self) -> int:
        """Messages at QoS 1 and 2 whose end is not known yet."""
        return len(self._in_flight)

    def header(self, request: PublishRequest) -> PublishHeader:
        """The header for messages that are like ``request``. Raises as ``PublishHeader``."""
        return PublishHeader(request, self._connack)

    # ---------------------------------------------------------------- sending

    async def publish(self, messages: Sequence[tuple[PublishHeader, bytes]]) -> None:
        """Write ``messages``, as many at a time as the server takes; returns when the system has the last one.

        Raises:
            Rejected: a payload is larger than the server takes; those before it are written.
            ConnectionLost: what ``close`` was told; messages in flight may have been published.
        """
        at = 0
        while at < len(messages):
            await self._until_there_is_room(messages[at][0])
            at += self._write_some(messages, at)
            await self._outlet.drain()
            self._check()

    async def finish(self) -> None:
        """Wait until nothing is in flight. Raises ConnectionLost as ``publish``."""
        while self._in_flight:
            await self._changed()
        self._check()

    def _write_some(self, messages: Sequence[tuple[PublishHeader, bytes]], at: int) -> int:
        """Write from ``at`` what there is room for, in one go; how many that were."""
        out, size, now, first = [], 0, self._clock(), at
        try:
            while at < len(messages) and size < _WRITE:
                header, payload = messages[at]
                identifier = 0
                if header.request.qos:
                    if len(self._in_flight) >= self._most_in_flight:
                        break
                    identifier = self._free_identifier()
                packet = header.packet(payload, identifier)
                if identifier:
                    self._in_flight[identifier] = header, now
                out.append(packet)
                size += len(packet)
                at += 1
        finally:  # one that is too large does not hold up those before it
            self.written += at - first
            if out:
                self._outlet.write(b"".join(out))
        return at - first

    async def _until_there_is_room(self, header: PublishHeader) -> None:
        self._check()
        while header.request.qos and len(self._in_flight) >= self._most_in_flight:
            await self._changed()

    def _free_identifier(self) -> int:
        """The next one that is not in flight; there are far more of them than may be."""
        identifier = self._next_identifier
        while identifier in self._in_flight:
            identifier = _after(identifier)
        self._next_identifier = _after(identifier)
        return identifier

    # ---------------------------------------------------------------- what the server says

    def acknowledged(self, kind: int, packet_identifier: int, reason_code: int = 0) -> bool:
        """Take note of PUBACK, PUBREC or PUBCOMP (MQTT 5.0, 4.3); whether it was for a message of this writer.

        Args:
            kind: its first byte.
            packet_identifier: as received.
            reason_code: as received; 0 where there is none.
        """
        entry = self._in_flight.get(packet_identifier)
        if entry is None:
            return self._answer_stray(kind, packet_identifier)
        if kind == PUBREC and reason_code < 0x80:
            self._release(packet_identifier)
            return True
        del self._in_flight[packet_identifier]
        header, written_at = entry
        reason = ReasonCode(reason_code)
        # The server has a message that it answered with PUBREC, whatever it says to PUBREL (MQTT 5.0, 4.3.3).
        if reason_code >= 0x80 and kind != PUBCOMP:
            self.refusals[reason] += 1
        else:
            self.acknowledged_count += 1
        self._has_changed.set()
        self._on_acknowledged(header, reason, self._clock() - written_at)
        return True

    def close(self, error: MqttTuiError) -> None:
        """The connection has ended: what waits here, and what comes later, gets ``error``."""
        self._failure = error
        self._has_changed.set()

    def _answer_stray(self, kind: int, packet_identifier: int) -> bool:
        """What was acknowledged before, or by a server that is confused; it may be waiting for PUBREL."""
        is_ours = packet_identifier >= FIRST_IDENTIFIER
        if is_ours and kind == PUBREC:
            self._release(packet_identifier, _IDENTIFIER_NOT_FOUND)
        return is_ours

    def _release(self, packet_identifier: int, reason_code: int = 0) -> None:
        """Queue PUBREL; all that come of one turn of the loop go out in one write."""
        if not self._releases:
            asyncio.get_running_loop().call_soon(self._write_releases)
        body = packet_identifier.to_bytes(2)
        if reason_code and self._connack.protocol >= Protocol.V5:
            body += bytes((reason_code,))
        self._releases.append(bytes((PUBREL, len(body))) + body)

    def _write_releases(self) -> None:
        releases, self._releases = self._releases, []
        if self._failure is None:
            self._outlet.write(b"".join(releases))

    # ---------------------------------------------------------------- waiting

    async def _changed(self) -> None:
        self._check()
        self._has_changed.clear()
        await self._has_changed.wait()
        self._check()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure


def _after(identifier: int) -> int:
    return FIRST_IDENTIFIER if identifier == LAST_IDENTIFIER else identifier + 1
