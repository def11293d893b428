"""aiomqtt's client, made to tell everything that it is told.

aiomqtt throws away what CONNACK, PUBACK, SUBACK, UNSUBACK and DISCONNECT carry, loses an end that comes in one read
with CONNACK, leaks its socket when a connect is cancelled, and spins when a packet cannot be handled. Its callbacks are
overridden here, one concern a method; which private names that takes is listed in ``library_names``.
"""

# ruff: noqa: SLF001  the private names are those of library_names

import asyncio
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode as PahoReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from mqtt_tui.connection.mqtt.awaited import Awaited, AwaitedAnswers
from mqtt_tui.connection.mqtt.inbound import Inbound
from mqtt_tui.connection.mqtt.intake import Intake
from mqtt_tui.connection.mqtt.keep_alive import KeepAlive
from mqtt_tui.connection.mqtt.library_names import check_classes, check_instances
from mqtt_tui.connection.mqtt.outcomes import (
    ConnackPacket,
    Ending,
    LoggedErrors,
    NotSentAgain,
    connack_code,
)
from mqtt_tui.connection.mqtt.packet_writer import PUBACK, PacketWriter
from mqtt_tui.connection.mqtt.properties import text
from mqtt_tui.connection.mqtt.publish_packet import BrokenPacket
from mqtt_tui.connection.mqtt.socket_opener import SocketOpener
from mqtt_tui.connection.mqtt.socket_watch import SocketWatch
from mqtt_tui.connection.mqtt.topic_aliases import TopicAliases
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.connection.unacknowledged import Unacknowledged
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.model.reason_code import ReasonCode
from mqtt_tui.precedence import Precedence

check_classes()

_PUBLISH, _DISCONNECT = 0x30, 0xE0
_IDENTIFIERS = 65_535
_PINGREQ = b"\xc0\x00"
_GOODBYE_SECONDS = 1.0


class MqttClient(aiomqtt.Client):
    """One connection, once. Made and used on the loop's thread.

    Args:
        intake: takes what arrives.
        precedence: of whoever shares the loop and is waited for.
        session: what outlives the connection.
        largest: bytes of the largest packet that is taken.
        aliases: of topics; None where none are offered.
        options: for ``aiomqtt.Client``.
    """

    def __init__(
        self,
        intake: Intake,
        precedence: Precedence,
        session: SessionState,
        *,
        largest: int,
        aliases: TopicAliases | None = None,
        **options: Any,  # noqa: ANN401  handed through
    ) -> None:
        self._errors = LoggedErrors()
        super().__init__(
            queue_type=cast("type[asyncio.Queue[aiomqtt.Message]]", lambda maxsize: intake),  # noqa: ARG005
            logger=self._errors,
            max_inflight_messages=0,  # the broker's Receive Maximum counts; see transport.publish
            **options,
        )
        check_instances(self, self._client)
        self._session = session
        self._client._last_mid = session.last_packet_identifier
        self.connack: asyncio.Future[ConnackPacket] = self._loop.create_future()
        self.ended: asyncio.Future[Ending] = self._loop.create_future()
        self._awaited = AwaitedAnswers(self._loop, session.unacknowledged)
        self._has_written = asyncio.Event()
        self._speaks = Protocol(options["protocol"])
        self._is_v5 = self._speaks >= Protocol.V5
        self._keep_alive = KeepAlive(
            self._loop,
            send_pingreq=lambda: self.write(_PINGREQ),
            heard_at=lambda: self._inbound.heard_at,
            on_silence=self._fall_silent,
        )
        self._inbound = Inbound(
            self._client,
            intake,
            self._errors,
            self.connack,
            on_pingresp=self._keep_alive.answered,
            on_acknowledged=lambda mid, code: self._awaited.answer(mid, (code,)),
            session=session,
            largest=largest,
            aliases=aliases,
        )
        self._given_up = 0  # messages whose session was not resumed
        self.keeps_session = False
        """Whether the next connection resumes this session: what is not acknowledged is then sent again."""
        if not self._inbound.lacks:
            self._note_sent(session)
        self._watch = SocketWatch(
            self._loop,
            self._client,
            self._inbound,
            precedence,
            is_awaited=self._is_awaited,
            on_error=self._break_off,
        )

    def _note_sent(self, session: SessionState) -> None:
        queue, trace, traffic = self._client._packet_queue, session.trace, session.traffic

        def noted(command: int, packet: bytes | bytearray, mid: int, qos: int, *more: Any) -> MQTTErrorCode:  # noqa: ANN401  paho's own
            traffic.sent += len(packet)
            if trace.is_on:
                trace.sent(packet)
            if command & 0xF0 == _PUBLISH and qos and self.keeps_session:
                session.unacknowledged.published(mid, bytes(packet))
            return queue(command, packet, mid, qos, *more)

        self._client._packet_queue = noted  # type: ignore[method-assign, assignment]

    def send_again(self, most: int, on_room: Callable[[], None], refuse: Callable[[bytes], str]) -> tuple[int, int]:
        """As ``AwaitedAnswers.send_again``; what went with a session that was not resumed is given up as well."""

        def send(mid: int, packet: bytes) -> None:
            self._inbound.sent_again.add(mid)  # paho knows nothing of it
            self.write(packet)

        again, given_up = self._awaited.send_again(send, most, on_room, refuse)
        return again, given_up + self._given_up

    # ---------------------------------------------------------------- beginning and end

    async def connect(self, opener: SocketOpener) -> ConnackPacket | Ending:
        """Open the socket, send CONNECT, wait for CONNACK or the end.

        Raises:
            OpeningFailed: there was no socket to send it on.
        """
        sock = await opener.open()
        sock.setblocking(False)
        self._client._create_socket = lambda: sock  # type: ignore[method-assign]
        try:
            self._client_connect()
        except BaseException:
            self.abort()
            sock.close()  # for the case that paho has not taken it yet
            raise
        await asyncio.wait((self.connack, self.ended), return_when=asyncio.FIRST_COMPLETED)
        return self.connack.result() if self.connack.done() else self.ended.result()

    async def disconnect(self, *, with_will: bool = False) -> None:
        """Send DISCONNECT and close; where that takes long, just close. ``with_will``: on MQTT 5 only."""
        reason = PahoReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message") if with_will else None
        if not self.ended.done() and self._client.disconnect(reason) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            await asyncio.wait((self.ended,), timeout=_GOODBYE_SECONDS)
        self.abort()

    def abort(self, error: Exception | None = None) -> None:
        """Close the socket now, whatever state it is in."""
        self._client._sock_close()
        self._end(Ending(error=error))

    def _break_off(self, error: Exception) -> None:
        """End a connection that cannot go on; tell the server why, if that is known (MQTT 5.0, 4.13)."""
        self._end(Ending(error=error))  # whatever the goodbye meets with
        try:
            if isinstance(error, BrokenPacket) and self._is_v5 and self.connack.done():
                self._client.loop_write()  # acknowledgements of what the store has
                sock = self._client.socket()
                if sock is not None and not self._client.want_write():
                    with suppress(OSError):  # it has gone, or takes nothing more
                        sock.send(bytes((_DISCONNECT, 1, error.reason_code)))
        finally:
            self.abort(error)

    def _fall_silent(self, seconds: float) -> None:
        self._end(Ending(silent_for=seconds))
        self.abort()

    async def probe(self) -> None:
        """Ask the server for a sign of life; returns with PINGRESP, or with the end of the connection."""
        if not self.ended.done() and not self.slow_intake:  # else nobody would tell of the answer
            await self._keep_alive.probe()

    @property
    def spoken(self) -> bytes:
        """The first words of a peer that is no MQTT server."""
        return self._inbound.spoken

    @property
    def slow_intake(self) -> str:
        """Why messages are read one by one; empty where they are read in bulk."""
        return self._inbound.lacks

    @property
    def tls_socket(self) -> ssl.SSLSocket | None:
        """The live TLS socket; None on a plain connection and after the end."""
        sock = self._client.socket()
        inner = sock._socket if isinstance(sock, paho._WebsocketWrapper) else sock
        return inner if isinstance(inner, ssl.SSLSocket) else None

    def _end(self, ending: Ending) -> None:
        if self.ended.done():
            return
        self.ended.set_result(ending)
        self._keep_alive.stop()
        self._session.last_packet_identifier = self._client._last_mid
        self._has_written.set()
        self._awaited.end(ending)

    # ---------------------------------------------------------------- requests

    def send_publish(
        self, topic_name: str, payload: bytes, qos: int, properties: Properties | None, *, retain: bool
    ) -> Awaited:
        """Queue a PUBLISH; its acknowledgement, at QoS 0 its hand-over to the network."""
        _pass_over(self._session.unacknowledged, self._client)
        info = self._client.publish(topic_name, payload, qos, retain, properties)
        return self._expect(info.rc, info.mid)

    def send_subscribe(
        self, filters: list[tuple[str, SubscribeOptions | int]], properties: Properties | None
    ) -> Awaited:
        """Queue one SUBSCRIBE; its SUBACK."""
        _pass_over(self._session.unacknowledged, self._client)
        return self._expect(*self._client.subscribe(cast("list[tuple[str, int]]", filters), properties=properties))

    def send_unsubscribe(self, filters: list[str]) -> Awaited:
        """Queue one UNSUBSCRIBE; its UNSUBACK."""
        _pass_over(self._session.unacknowledged, self._client)
        return self._expect(*self._client.unsubscribe(filters))

    def attach(self, writer: PacketWriter) -> None:
        """Give ``writer`` the acknowledgements of what it sends with ``write``; nobody else then publishes."""
        self._inbound.writer = writer

    def write(self, data: bytes) -> None:
        """Queue whole packets."""
        self._client._packet_queue(PUBACK, data, 0, 1)  # paho does not look into what it calls PUBACK

    async def drain(self) -> None:
        """Wait until the system has all that is queued, or the connection has ended."""
        while self._client._out_packet and not self.ended.done():
            self._has_written.clear()
            await self._has_written.wait()

    def _is_awaited(self) -> bool:
        """Whether somebody waits for the server's next words."""
        return self._awaited.are_fresh or self._keep_alive.is_asked or self._inbound.writer is not None

    def _expect(self, code: MQTTErrorCode, mid: int | None) -> Awaited:
        if not self.ended.done() and code == MQTTErrorCode.MQTT_ERR_SUCCESS and mid is not None:
            return self._awaited.expect(mid)
        waiting: Awaited = self._loop.create_future()
        waiting.set_result(self.ended.result() if self.ended.done() else Ending(error=OSError(paho.error_string(code))))
        return waiting

    def _answer(self, mid: int, codes: Sequence[PahoReasonCode], properties: Properties | None) -> None:
        self._awaited.answer(mid, [code.value for code in codes], text(properties, "ReasonString"))

    # ---------------------------------------------------------------- what paho tells aiomqtt

    def _on_connect(
        self,
        _client: paho.Client,
        _data: object,
        flags: paho.ConnectFlags,
        reason_code: PahoReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if self.connack.done():
            return
        code = ReasonCode(reason_code.value)
        if not self._inbound.lacks:  # paho makes 0x80 of what it does not know
            code = connack_code(self._client._in_packet["packet"][1])
            self._keep_alive.begin(self._client.keepalive)  # the server's, where it named one
        if not int(code):
            gone = Ending(error=NotSentAgain("its session was not resumed"))
            self._given_up = self._session.begin(self._speaks, is_resumed=flags.session_present, otherwise=gone)
        self.connack.set_result(ConnackPacket(code, flags.session_present, properties))

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: object,
        flags: paho.DisconnectFlags,
        reason_code: PahoReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            code = ReasonCode(reason_code.value)
            self._end(Ending(code, text(properties, "ReasonString"), text(properties, "ServerReference")))
        else:
            error = self._errors.latest
            if error is None and reason_code == "Protocol error":  # paho then says no more
                error = ValueError("it breaks the rules of MQTT, or is of a kind that is not supported")
            silence = float(self._client.keepalive) if reason_code == "Keep alive timeout" else None
            self._end(Ending(error=error, silent_for=silence))

    def _on_publish(
        self, _client: paho.Client, _data: object, mid: int, reason_code: PahoReasonCode, properties: Properties
    ) -> None:
        self._answer(mid, [reason_code], properties)

    def _on_subscribe(
        self,
        _client: paho.Client,
        _data: object,
        mid: int,
        reason_codes: list[PahoReasonCode],
        properties: Properties | None = None,
    ) -> None:
        self._answer(mid, reason_codes, properties)

    def _on_unsubscribe(
        self,
        _client: paho.Client,
        _data: object,
        mid: int,
        reason_codes: list[PahoReasonCode],
        properties: Properties | None = None,
    ) -> None:
        self._answer(mid, reason_codes, properties)

    # ---------------------------------------------------------------- the socket

    def _on_socket_open(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._watch.opened(sock)

    def _on_socket_close(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._watch.closed(sock)

    def _on_socket_register_write(self, _client: paho.Client, _data: object, _sock: "paho.SocketLike") -> None:
        self._watch.wants_to_write()

    def _on_socket_unregister_write(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._watch.has_written(sock)
        self._has_written.set()


def _pass_over(taken: Unacknowledged, client: paho.Client) -> None:
    """Leave identifiers to what is not acknowledged (MQTT 5.0, 2.2.1); paho knows but those of its own connection."""
    for _ in range(len(taken)):  # a hostile server may acknowledge none of all that there are
        if client._last_mid % _IDENTIFIERS + 1 not in taken:
            return
        client._last_mid = client._last_mid % _IDENTIFIERS + 1
