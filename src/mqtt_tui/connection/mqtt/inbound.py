"""What comes from the server: messages go to the store, every other packet to paho's handlers."""

# ruff: noqa: SLF001  the private names are those of library_names

import asyncio
import struct
import time
from collections.abc import Callable

from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.exception import MalformedPacket

from mqtt_tui.connection.mqtt.intake import Intake
from mqtt_tui.connection.mqtt.library_names import missing_for_reader
from mqtt_tui.connection.mqtt.outcomes import (
    CONNACK,
    ConnackPacket,
    LoggedErrors,
    NotBeforeConnack,
    connack_code,
)
from mqtt_tui.connection.mqtt.packet_reader import PacketReader
from mqtt_tui.connection.mqtt.packet_writer import PUBACK, PUBCOMP, PUBREC, PUBREL, PacketWriter
from mqtt_tui.connection.mqtt.properties import connack_properties
from mqtt_tui.connection.mqtt.publish_packet import (
    PACKET_TOO_LARGE,
    PROTOCOL_ERROR,
    BrokenPacket,
    are_alike,
)
from mqtt_tui.connection.mqtt.topic_aliases import TopicAliases
from mqtt_tui.connection.mqtt.websocket import BulkWebSocket
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.text.quantities import size_text

_FIRST_WORDS = 64  # bytes
_PINGREQ, _PINGRESP = 0xC0, 0xD0
_MOST_OTHERS = 2_000
"""Packets of one read that paho may handle, at 25 µs each; nobody waits for so many answers."""
_BACKLOG = 262_144
"""Bytes of acknowledgements that may wait for a server to read them: those of 65,536 messages."""
_MOST_QUEUED = 1_000
"""Packets that may wait for a server to read them."""

_LARGEST_OTHER = 16_384
"""Bytes of a packet that is no message: paho reads its properties in quadratic time."""
_PUBACK_HEADER = bytes((PUBACK, 2))
_ANSWERS = {0x02: _PUBACK_HEADER, 0x04: bytes((PUBREC, 2))}
"""By the QoS in a first byte."""

_AT_ONCE = 262_144
"""Bytes that one turn of the loop reads at most: some 2,500 small messages, two milliseconds.

Messages that alternate in their first byte take twice as long.
"""
_MANY = 6_000
"""Messages of one read from which on the next one is half as large: the smallest have five bytes."""


class Inbound:
    """Reads in paho's place, a lot at once, and lets paho handle whatever is no PUBLISH.

    Paho reads byte by byte, and the properties of a message in quadratic time.

    Args:
        client: on whose socket to read.
        intake: takes the messages.
        errors: keeps why a packet could not be handled.
        connack: gets CONNACK where paho would tell nobody of it.
        on_pingresp: told of PINGRESP.
        on_acknowledged: told of the packet identifier and reason code of what was sent again.
        session: what outlives the connection.
        largest: bytes of the largest packet that is taken.
        aliases: of topics; None where none were offered.
    """

    def __init__(
        self,
        client: paho.Client,
        intake: Intake,
        errors: LoggedErrors,
        connack: "asyncio.Future[ConnackPacket]",
        *,
        on_pingresp: Callable[[], None],
        on_acknowledged: Callable[[int, int], None],
        session: SessionState,
        largest: int,
        aliases: TopicAliases | None = None,
    ) -> None:
        self._client = client
        self._intake = intake
        self._errors = errors
        self._connack = connack
        self._on_pingresp = on_pingresp
        self._on_acknowledged = on_acknowledged
        self._unacknowledged = session.unacknowledged
        self.sent_again: set[int] = set()
        """Packet identifiers of messages that the connection before has left, and that paho does not know."""
        self._reader = PacketReader(self._take_run, self._take_packet, largest=largest, aliases=aliases)
        self._unreleased = session.unreleased
        self._trace = session.trace
        self._traffic = session.traffic
        self.spoken = b""
        """The first bytes that came: those of CONNACK, or the first words of a peer that is no MQTT server."""
        self.bytes_read = 0
        """Since the connection began."""
        self.heard_at = 0.0
        """When the last bytes came, in monotonic seconds."""
        self.acknowledged = 0
        """Messages of QoS 1 and 2 since the connection began."""
        self.unsent = 0
        """Bytes of acknowledgements queued since ``SocketWatch`` has last seen the queue empty."""
        self._answers = bytearray()
        self._others = 0  # packets of this read that paho has handled
        self._messages = 0  # of this read
        self.at_once = _AT_ONCE
        """Bytes that the next read brings at most."""
        self.writer: PacketWriter | None = None
        """Gets the acknowledgements of what it has published."""
        self.lacks = missing_for_reader(client)
        """Private names that are not there any more; where there are any, paho reads by itself, packet by packet."""
        if not self.lacks:
            client._packet_read = self._read  # type: ignore[method-assign]

    def _read(self) -> MQTTErrorCode:
        """Read once, unless the last read still has something, and handle what came whole."""
        if self._reader.is_behind:
            return self._feed(b"")
        try:
            data = self._client._sock_recv(self.at_once)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_AGAIN
        except OSError as error:
            self._errors.latest = error
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        if not data:
            sock = self._client.socket()
            if isinstance(sock, BulkWebSocket) and sock.closed_because:
                self._errors.latest = ConnectionAbortedError(sock.closed_because)
            return MQTTErrorCode.MQTT_ERR_CONN_LOST
        self._expect_connack(data)
        self.bytes_read += len(data)
        self._traffic.received += len(data)
        self.heard_at = time.monotonic()
        self._others = self._messages = 0
        try:
            return self._feed(data)
        finally:
            if self._messages > _MANY:
                self.at_once //= 2
            elif self._messages < _MANY // 4 and self.at_once < _AT_ONCE:
                self.at_once *= 2

    def _feed(self, data: bytes) -> MQTTErrorCode:
        try:
            self._reader.feed(data)
        except _PahoStops as stop:
            return stop.code
        finally:
            self._send_answers()
        return MQTTErrorCode.MQTT_ERR_AGAIN

    @property
    def is_behind(self) -> bool:
        """Whether there are packets that were read and not handled."""
        return self._reader.is_behind

    @property
    def is_backed_up(self) -> bool:
        """Whether the server does not read what it is sent."""
        return self.unsent > _BACKLOG or len(self._client._out_packet) > _MOST_QUEUED

    def _send_answers(self) -> None:
        """Acknowledge all that one read has brought in one write: the store has it."""
        if self._answers:
            answers, self._answers = bytes(self._answers), bytearray()
            self.unsent += len(answers)
            self._client._packet_queue(PUBACK, answers, 0, 1)  # paho does not look into what it calls PUBACK

    def _expect_connack(self, data: bytes) -> None:
        """A server begins with CONNACK (MQTT 5.0, 3.2)."""
        if self._connack.done() or len(self.spoken) >= _FIRST_WORDS:
            return
        self.spoken = (self.spoken + data)[:_FIRST_WORDS]
        if self.spoken[0] != CONNACK:
            raise NotBeforeConnack(self.spoken)

    def _take_run(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        """Hand messages to the store; what is acknowledged is acknowledged once it has them (MQTT 5.0, 4.3)."""
        self._messages += len(heads)
        if self._trace.is_on:
            self._trace.received_messages(heads, topics, rests)
        if heads[0] & 0x04 or not are_alike(heads):
            self._take_mixed(heads, topics, rests)
            return
        self._intake.take(heads, topics, rests)
        if heads[0] & 0x06:
            self.acknowledged += len(rests)
            self._answers += _PUBACK_HEADER + _PUBACK_HEADER.join([rest[:2] for rest in rests])

    def _take_mixed(self, heads: bytes, topics: list[bytes], rests: list[bytes]) -> None:
        """As ``_take_run``, where some may be of QoS 2: what is sent again is not handed on again (MQTT 5.0, 4.3.3)."""
        new: set[bytes] = set()
        again: set[int] = set()
        for number, head in enumerate(heads):
            if head & 0x04:
                mid = rests[number][:2]
                if mid in new or mid in self._unreleased:
                    again.add(number)
                new.add(mid)
        answers = [_ANSWERS[head & 0x06] + rest[:2] for head, rest in zip(heads, rests, strict=True) if head & 0x06]
        if again:
            kept = [number for number in range(len(heads)) if number not in again]
            heads = bytes([heads[number] for number in kept])
            topics, rests = [topics[number] for number in kept], [rests[number] for number in kept]
        if heads:
            self._intake.take(heads, topics, rests)
        self._unreleased |= new
        self.acknowledged += len(answers)
        self._answers += b"".join(answers)

    # ---------------------------------------------------------------- packet by packet

    def _take_packet(self, head: int, body: bytes | bytearray) -> None:
        """Handle what is no message."""
        kind = head & 0xF0
        if self._trace.is_on:
            self._trace.received(head, body)
        if len(body) > _LARGEST_OTHER:
            raise BrokenPacket(f"a packet of type {kind >> 4} of {size_text(len(body))}", PACKET_TOO_LARGE)
        if head == PUBREL and len(body) >= 2:
            self._unreleased.discard(bytes(body[:2]))
            self._answers += bytes((PUBCOMP, 2)) + body[:2]
        elif kind == CONNACK:
            self._take_connack(head, body)
        elif kind == _PINGREQ:
            raise BrokenPacket("a PINGREQ, which only clients send", PROTOCOL_ERROR)
        elif kind in (PUBACK, PUBREC, PUBCOMP) and len(body) >= 2:
            self._take_acknowledgement(head, body)
        else:
            self._let_paho_handle(head, body, self._client._packet_handle)
            if kind == _PINGRESP:
                self._on_pingresp()

    def _take_connack(self, head: int, body: bytes | bytearray) -> None:
        if self._connack.done():
            raise BrokenPacket("a second CONNACK", PROTOCOL_ERROR)
        try:
            self._let_paho_handle(head, body, self._client._packet_handle)
        finally:
            if not self._connack.done() and len(body) > 1 and body[1]:
                # paho tells nobody of return code 1, of codes that it does not know, and of those of 3.1.1 on v5.
                self._connack.set_result(ConnackPacket(connack_code(body[1]), False, connack_properties(body)))

    def _take_acknowledgement(self, head: int, body: bytes | bytearray) -> None:
        code = body[2] if len(body) > 2 else 0
        mid = int.from_bytes(body[:2])
        if self.writer is not None and self.writer.acknowledged(head, mid, code):
            return
        release = b""
        if head == PUBREC and code < 0x80:
            release = self._unacknowledged.received(mid)
        else:
            self._unacknowledged.done(mid)
        if mid in self.sent_again and release:
            self._answers += release
        elif mid in self.sent_again:
            self.sent_again.discard(mid)
            self._on_acknowledged(mid, code if head != PUBCOMP else 0)  # “not an error during recovery” (3.7.2.1)
        elif head == PUBREC and code >= 0x80:  # MQTT 5.0, 3.5.2.1; paho would go on with PUBREL
            self._let_paho_handle(head, body, lambda: self._client._handle_pubackcomp("PUBACK"))
        else:
            self._let_paho_handle(head, body, self._client._packet_handle)

    def _let_paho_handle(self, head: int, body: bytes | bytearray, handler: Callable[[], MQTTErrorCode]) -> None:
        """Call one of paho's handlers as if paho had read the packet.

        Raises:
            BrokenPacket: it is not what it should be.
            _PahoStops: the connection is over.
        """
        self._others += 1
        if self._others > _MOST_OTHERS:
            raise BrokenPacket("more answers than anybody waits for", PROTOCOL_ERROR)
        packet = self._client._in_packet
        packet["command"], packet["packet"] = head, bytearray(body)
        packet["remaining_length"], packet["pos"] = len(body), 0
        try:
            code = handler()
        except (MalformedPacket, IndexError, struct.error) as error:
            raise BrokenPacket(str(error) or type(error).__name__) from error
        if code == MQTTErrorCode.MQTT_ERR_PROTOCOL and head != CONNACK:
            raise BrokenPacket("what breaks the rules of MQTT, or is of a kind that is not supported", PROTOCOL_ERROR)
        if code or self._client.socket() is None:  # what comes behind the server's DISCONNECT is not read
            raise _PahoStops(code or MQTTErrorCode.MQTT_ERR_AGAIN)


class _PahoStops(Exception):
    """One of paho's handlers has ended the connection.

    Args:
        code: for paho's own loop.
    """

    def __init__(self, code: MQTTErrorCode) -> None:
        super().__init__(code)
        self.code = code
