"""Both ends of a WebSocket: ours, and a server that sends whatever frames a test wants."""

import base64
import hashlib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from mqtt_tui.connection.mqtt.websocket import BulkWebSocket

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


def frame(opcode: int, body: bytes = b"", *, final: bool = True, reserved: int = 0) -> bytes:
    """A frame as a server sends it (RFC 6455, 5.2); ``reserved``: its three reserved bits."""
    size = len(body)
    head = bytes((final << 7 | reserved << 4 | opcode,))
    if size < 126:
        return head + bytes((size,)) + body
    return head + (b"\x7e" + size.to_bytes(2) if size < 65_536 else b"\x7f" + size.to_bytes(8)) + body


def frames_of_client(data: bytes) -> list[tuple[int, bytes]]:
    """Opcode and data of the frames that a client sent: each whole, final and masked."""
    found, at = [], 0
    while at < len(data):
        assert data[at] & 0xF0 == 0x80
        assert data[at + 1] & 0x80
        size, start = data[at + 1] & 0x7F, at + 2
        if size > 125:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(data[start : start + width]), start + width
        body = data[start + 4 : start + 4 + size]
        assert len(body) == size, "cut off"
        mask = data[start : start + 4] * (size // 4 + 1)
        found.append((data[at] & 0x0F, bytes(a ^ b for a, b in zip(body, mask, strict=False))))
        at = start + 4 + size
    return found


class Handshake:
    """Answers the handshake within ``send``, so that it takes no thread."""

    _answer = b""

    def send(self, request: bytes) -> int:
        key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
        proof = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        self._answer = b"HTTP/1.1 101 x\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + proof + b"\r\n\r\n"
        return len(request)

    def recv(self, size: int) -> bytes:
        part, self._answer = self._answer[:size], self._answer[size:]
        return part


def websocket_on(sock: socket.socket, kind: type[BulkWebSocket] = BulkWebSocket) -> BulkWebSocket:
    """A WebSocket that has shaken hands and goes on over ``sock``, which must not block."""
    handshake = Handshake()
    websocket = kind(handshake, "broker.example", 80, False, "/mqtt", None)  # type: ignore[arg-type]
    websocket._socket = sock
    return websocket


@contextmanager
def websocket_pair() -> Iterator[tuple[BulkWebSocket, socket.socket]]:
    """Our end, and the server's below the frames."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield websocket_on(ours), theirs


def read_all(websocket: BulkWebSocket, size: int = 262_144) -> bytes:
    """What there is to read until it would block."""
    parts: list[bytes] = []
    while True:
        try:
            part = websocket.recv(size)
        except (BlockingIOError, ssl.SSLWantReadError):
            return b"".join(parts)
        assert 0 < len(part) <= size
        parts.append(part)
