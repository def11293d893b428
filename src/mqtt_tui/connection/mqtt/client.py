"""aiomqtt's client, made to tell everything that it is told.

aiomqtt throws away what CONNACK, PUBACK, SUBACK, UNSUBACK and DISCONNECT carry, loses an end that comes in one read
with CONNACK, leaks its socket when a connect is cancelled, and spins when a packet cannot be handled; paho reads the
properties of a message in quadratic time. Their callbacks are overridden here, one concern a method; which private
names that takes is listed in ``library_names``.
"""

# ruff: noqa: SLF001  the private names are those of library_names

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import Any, cast

import aiomqtt
from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode as PahoReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from mqtt_tui.connection.mqtt.library_names import check_classes, check_instances
from mqtt_tui.connection.mqtt.outcomes import CONNACK, Answer, ConnackPacket, Ending, LoggedErrors, NotBeforeConnack
from mqtt_tui.connection.mqtt.properties import connack_properties, text
from mqtt_tui.connection.mqtt.sink_queue import SinkQueue, split_publish
from mqtt_tui.connection.mqtt.socket_opener import SocketOpener
from mqtt_tui.model.reason_code import FROM_CONNECT_RETURN_CODE, ReasonCode

check_classes()

_PUBLISH, _PUBLISH_RECEIVED, _PUBLISH_RELEASE = 0x30, 0x50, 0x60
_HOUSEKEEPING_SECONDS = 1.0
_GOODBYE_SECONDS = 1.0


class MqttClient(aiomqtt.Client):
    """One connection, once. Made and used on the loop's thread.

    Args:
        queue: takes what arrives.
        options: for ``aiomqtt.Client``.
    """

    def __init__(self, queue: SinkQueue, **options: Any) -> None:  # noqa: ANN401  aiomqtt's own, handed through
        self._errors = LoggedErrors()
        super().__init__(
            queue_type=cast("type[asyncio.Queue[aiomqtt.Message]]", lambda maxsize: queue),  # noqa: ARG005
            logger=self._errors,
            max_inflight_messages=0,  # the broker's Receive Maximum counts; see transport.publish
            **options,
        )
        check_instances(self, self._client)
        self.connack: asyncio.Future[ConnackPacket] = self._loop.create_future()
        self.ended: asyncio.Future[Ending] = self._loop.create_future()
        self._waiting: dict[int, asyncio.Future[Answer | Ending]] = {}
        self._unreleased: set[int] = set()
        """Packet identifiers of the QoS 2 messages that came and that the server may send again."""
        self._timer: asyncio.TimerHandle | None = None
        self._handle_with_paho: Callable[[], MQTTErrorCode] = self._client._packet_handle
        self._replace("_packet_handle", self._handle_packet)

    # ---------------------------------------------------------------- beginning and end

    async def connect(self, opener: SocketOpener) -> ConnackPacket | Ending:
        """Open the socket, send CONNECT, wait for CONNACK or the end.

        Raises:
            OpeningFailed: there was no socket to send it on.
        """
        sock = await opener.open()
        sock.setblocking(False)
        self._replace("_create_socket", lambda: sock)
        try:
            self._client_connect()
        except BaseException:
            self.abort()
            sock.close()  # for the case that paho has not taken it yet
            raise
        await asyncio.wait((self.connack, self.ended), return_when=asyncio.FIRST_COMPLETED)
        return self.connack.result() if self.connack.done() else self.ended.result()

    async def disconnect(self) -> None:
        """Send DISCONNECT with reason code 0 and close; where that takes long, just close."""
        if not self.ended.done() and self._client.disconnect() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            await asyncio.wait((self.ended,), timeout=_GOODBYE_SECONDS)
        self.abort()

    def abort(self, error: Exception | None = None) -> None:
        """Close the socket now, whatever state it is in."""
        self._client._sock_close()
        self._end(Ending(error=error))

    @property
    def spoken(self) -> bytes:
        """The beginning of a packet that has not come whole: the first words of a peer that is no MQTT server."""
        packet = self._client._in_packet
        if not packet["command"]:
            return b""
        return bytes((packet["command"], *packet["remaining_count"])) + bytes(packet["packet"])

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
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_result(ending)
        self._waiting.clear()

    # ---------------------------------------------------------------- requests

    def send_publish(
        self, topic_name: str, payload: bytes, qos: int, properties: Properties | None, *, retain: bool
    ) -> asyncio.Future[Answer | Ending]:
        """Queue a PUBLISH; its acknowledgement, at QoS 0 its hand-over to the network."""
        info = self._client.publish(topic_name, payload, qos, retain, properties)
        return self._expect(info.rc, info.mid)

    def send_subscribe(self, filters: list[tuple[str, SubscribeOptions | int]]) -> asyncio.Future[Answer | Ending]:
        """Queue one SUBSCRIBE; its SUBACK."""
        return self._expect(*self._client.subscribe(cast("list[tuple[str, int]]", filters)))

    def send_unsubscribe(self, filters: list[str]) -> asyncio.Future[Answer | Ending]:
        """Queue one UNSUBSCRIBE; its UNSUBACK."""
        return self._expect(*self._client.unsubscribe(filters))

    def _expect(self, code: MQTTErrorCode, mid: int | None) -> asyncio.Future[Answer | Ending]:
        waiting: asyncio.Future[Answer | Ending] = self._loop.create_future()
        if self.ended.done():
            waiting.set_result(self.ended.result())
        elif code != MQTTErrorCode.MQTT_ERR_SUCCESS or mid is None:
            waiting.set_result(Ending(error=OSError(paho.error_string(code))))
        else:
            self._waiting[mid] = waiting
        return waiting

    def _answer(self, mid: int, codes: Sequence[PahoReasonCode], properties: Properties | None) -> None:
        waiting = self._waiting.pop(mid, None)
        if waiting is not None and not waiting.done():
            ours = tuple(ReasonCode(code.value) for code in codes)
            waiting.set_result(Answer(ours, text(properties, "ReasonString")))

    # ---------------------------------------------------------------- what paho tells aiomqtt

    def _on_connect(
        self,
        _client: paho.Client,
        _data: object,
        flags: paho.ConnectFlags,
        _reason_code: PahoReasonCode,
        properties: Properties | None = None,
    ) -> None:
        code = _connack_code(self._client._in_packet["packet"])  # paho makes 0x80 of what it does not know
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
            self._end(Ending(error=error, is_silence=reason_code == "Keep alive timeout"))

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

    # ---------------------------------------------------------------- every packet

    def _handle_packet(self) -> MQTTErrorCode:
        """Handle a whole packet."""
        packet = self._client._in_packet
        kind, body = packet["command"] & 0xF0, packet["packet"]
        if (kind == CONNACK) == self.connack.done():  # CONNACK comes first and once (MQTT 5.0, 3.2)
            is_second = self.connack.done()
            self._errors.latest = ValueError("a second CONNACK") if is_second else NotBeforeConnack(self.spoken)
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        try:
            if kind == _PUBLISH_RECEIVED and len(body) > 2 and body[2] >= 0x80:  # MQTT 5.0, 3.5.2.1
                return self._client._handle_pubackcomp("PUBACK")  # of the same form; paho would go on with PUBREL
            if kind == _PUBLISH:
                return self._take_publish(packet["command"], body)
            if kind == _PUBLISH_RELEASE and len(body) >= 2:
                return self._release(int.from_bytes(body[:2]))
            return self._handle_with_paho()
        finally:
            if kind == CONNACK and not self.connack.done() and len(body) > 1 and body[1]:
                # paho tells nobody of return code 1, of codes that it does not know, and of those of 3.1.1 on v5.
                self.connack.set_result(ConnackPacket(_connack_code(body), False, connack_properties(body)))

    def _take_publish(self, head: int, body: bytearray) -> MQTTErrorCode:
        """Hand a message to the queue and acknowledge it (MQTT 5.0, 4.3)."""
        publish = split_publish(head, body)
        qos, mid = head >> 1 & 3, int.from_bytes(publish[2][:2])
        if qos < 2 or mid not in self._unreleased:
            self._queue.put_nowait(cast("aiomqtt.Message", publish))
        if qos == 0:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        if qos == 1:
            return self._client._send_puback(mid)
        self._unreleased.add(mid)
        return self._client._send_pubrec(mid)

    def _release(self, mid: int) -> MQTTErrorCode:
        self._unreleased.discard(mid)
        return self._client._send_pubcomp(mid)

    # ---------------------------------------------------------------- the loop

    def _on_socket_open(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._loop.add_reader(sock.fileno(), self._read)
        self._timer = self._loop.call_later(_HOUSEKEEPING_SECONDS, self._keep_house)

    def _on_socket_close(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._loop.remove_reader(sock.fileno())
        self._loop.remove_writer(sock.fileno())
        if self._timer is not None:
            self._timer.cancel()

    def _on_socket_register_write(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._loop.add_writer(sock.fileno(), self._write)

    def _on_socket_unregister_write(self, _client: paho.Client, _data: object, sock: "paho.SocketLike") -> None:
        self._loop.remove_writer(sock.fileno())

    def _read(self) -> None:
        try:
            while self._client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS and self._has_more():
                pass
        except Exception as error:  # noqa: BLE001  whatever a hostile packet makes paho raise: it would try it for ever
            self.abort(error)

    def _has_more(self) -> bool:
        """TLS may hold decrypted bytes that no selector knows of."""
        sock = self._client.socket()
        return isinstance(sock, ssl.SSLSocket | paho._WebsocketWrapper) and sock.pending() > 0

    def _write(self) -> None:
        try:
            self._client.loop_write()
        except Exception as error:  # noqa: BLE001  as in _read
            self.abort(error)

    def _keep_house(self) -> None:
        if self._client.loop_misc() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._timer = self._loop.call_later(_HOUSEKEEPING_SECONDS, self._keep_house)

    def _replace(self, method: str, by: Callable[[], Any]) -> None:
        setattr(self._client, method, by)


def _connack_code(body: bytearray) -> ReasonCode:
    return FROM_CONNECT_RETURN_CODE.get(body[1], ReasonCode(body[1]))
