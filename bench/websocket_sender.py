"""A broker over WebSocket that only sends; mosquitto's WebSocket listener stalls on bursts, for every client."""

import base64
import hashlib
import re
import socket
import threading
from types import TracebackType
from typing import BinaryIO, Self

from bench.shapes import Shape
from mqtt_tui.model.protocol import Protocol
from tests.support.hostile_publisher import Stranger, publish_packet

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class WebSocketSender:
    """Sends ``count`` messages of a shape at QoS 0 to one client on ``port``; a context manager that ends it."""

    def __init__(self, shape: Shape, count: int) -> None:
        frames = [_frame(_publish(number, shape)) for number in range(shape.topics)]
        whole, rest = divmod(count, len(frames))
        self._cycle, self._cycles, self._rest = b"".join(frames), whole, b"".join(frames[:rest])

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._thread.join(1.0)

    def _serve(self) -> None:
        try:
            stream, _ = self._listener.accept()
            with stream:
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._greet(stream)
                for _ in range(self._cycles):
                    stream.sendall(self._cycle)
                stream.sendall(self._rest)
                while stream.recv(65_536):
                    pass
        except OSError:
            return  # the client has gone, or the sender is closed

    @staticmethod
    def _greet(stream: socket.socket) -> None:
        """Shake hands, then answer CONNECT and SUBSCRIBE of MQTT 3.1.1."""
        request = b""
        while b"\r\n\r\n" not in request:
            request += stream.recv(4_096)
        key = re.search(rb"(?i)sec-websocket-key: *(\S+)", request)
        assert key is not None
        accept = base64.b64encode(hashlib.sha1(key[1] + _MAGIC).digest())
        stream.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        with stream.makefile("rb") as source:
            while (packet := _read_frame(source))[0] >> 4 != 8:
                stream.sendall(_frame(b"\x20\x02\x00\x00"))
        stream.sendall(_frame(b"\x90\x03" + packet[2:4] + b"\x00"))


def _publish(number: int, shape: Shape) -> bytes:
    topic = b"site%02d/line%02d/dev%04d/temperature" % (number % 10, number // 10 % 10, number // 100)
    payload = b'{"seq": %07d, "value": %06.2f, "unit": "C", "ok": true' % (number, number % 10_000 / 100)
    return publish_packet(Stranger(topic, payload.ljust(shape.payload - 1) + b"}"), Protocol.V311)


def _frame(packet: bytes) -> bytes:
    """A whole binary frame of a server, which does not mask (RFC 6455, 5.2)."""
    size = len(packet)
    return (bytes([0x82, size]) if size < 126 else b"\x82\x7e" + size.to_bytes(2)) + packet


def _read_frame(source: BinaryIO) -> bytes:
    """What a client's short frame holds; a client masks."""
    size = source.read(2)[1] & 0x7F
    mask, masked = source.read(4), source.read(size)
    return bytes(byte ^ mask[at % 4] for at, byte in enumerate(masked))
