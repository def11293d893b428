"""A connected socket: name, TCP, TLS and WebSocket handshake, in a thread that can be called off."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from paho.mqtt import client as paho

from mqtt_tui.background import in_background
from mqtt_tui.connection.mqtt.library_names import missing_for_websocket
from mqtt_tui.connection.mqtt.tls import chain_of, negotiated
from mqtt_tui.connection.mqtt.websocket import BulkWebSocket
from mqtt_tui.connection.steps import Stage, Steps
from mqtt_tui.text.display_text import display_text

Socket = Any
"""A ``socket.socket``, an ``ssl.SSLSocket`` or paho's WebSocket around one of them."""


_SUBPROTOCOL = "Sec-WebSocket-Protocol"


class OpeningFailed(Exception):
    """The socket did not come about; ``__cause__`` says why.

    Args:
        stage: what did not work.
        answer: the first line that a WebSocket server sent.
    """

    def __init__(self, stage: Stage, answer: str = "") -> None:
        super().__init__(stage.name)
        self.stage = stage
        self.answer = answer


@dataclass(frozen=True, slots=True)
class WebSocketRequest:
    """What the handshake asks for (RFC 6455, 4.1)."""

    path: str
    subprotocol: str
    """Empty asks for none."""
    headers: dict[str, str] = field(repr=False)

    def over(self, headers: dict[str, str]) -> dict[str, str]:
        """``headers`` as the library has them with ours in their place; names know no case (RFC 9110, 5.1)."""
        ours = {_SUBPROTOCOL: self.subprotocol} if self.subprotocol else {}
        ours |= self.headers
        replaced = {name.lower() for name in (*ours, _SUBPROTOCOL)}
        return {name: value for name, value in headers.items() if name.lower() not in replaced} | ours


@dataclass(kw_only=True)
class SocketOpener:
    """Opens one socket, once.

    Args:
        reach: connects; may block.
        host: for the WebSocket handshake.
        port: the same.
        tls: None for a plain connection.
        server_name: for TLS, to ask for and to verify.
        websocket: None for plain MQTT.
        timeout: seconds for each blocking step; the whole is limited by whoever waits for ``open``.
        steps: told of every step.
    """

    reach: Callable[[Steps], socket.socket]
    host: str
    port: int
    tls: ssl.SSLContext | None
    server_name: str
    websocket: WebSocketRequest | None
    timeout: float
    steps: Steps
    _held: socket.socket | None = field(default=None, init=False)
    _is_called_off: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    async def open(self) -> Socket:
        """The socket, connected and with its handshakes done; called off when cancelled.

        Raises:
            OpeningFailed: at which stage; its ``__cause__`` is what the libraries said.
        """
        try:
            sock = await in_background(self._open, unwanted=lambda _: self._drop())
        except asyncio.CancelledError:
            self._call_off()
            raise
        except RuntimeError as error:  # the system has no thread left
            raise OpeningFailed(self.steps.stage) from error
        self.steps.begin(Stage.MQTT)
        return sock

    def _call_off(self) -> None:
        with self._lock:
            self._is_called_off = True
            if self._held is not None:
                with suppress(OSError):  # not connected any more
                    self._held.shutdown(socket.SHUT_RDWR)  # wakes the thread, which then closes

    def _drop(self) -> None:
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    def _hold(self, sock: socket.socket) -> None:
        with self._lock:
            self._held = sock
            if self._is_called_off:
                raise ConnectionAbortedError("called off")

    def _open(self) -> Socket:
        tap: _HandshakeTap | None = None
        try:
            sock = self.reach(self.steps)
            self._hold(sock)
            sock.settimeout(self.timeout)
            if sock.family in (socket.AF_INET, socket.AF_INET6):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                sock = self._wrap_in_tls(self.tls, sock)
            if self.websocket is None:
                return sock
            self.steps.begin(Stage.WEBSOCKET)
            tap = _HandshakeTap(sock)
            wrapped = self._wrap_in_websocket(self.websocket, sock, tap)
            self.steps.tell("answer", display_text(tap.first_line))
            return wrapped
        except Exception as error:  # every failure must close the socket; paho's handshake raises whatever it meets
            self._drop()
            raise OpeningFailed(self.steps.stage, tap.first_line if tap else "") from error

    def _wrap_in_tls(self, context: ssl.SSLContext, sock: socket.socket) -> ssl.SSLSocket:
        self.steps.begin(Stage.TLS)
        secure = context.wrap_socket(sock, server_hostname=self.server_name, do_handshake_on_connect=False)
        self._hold(secure)
        secure.do_handshake()
        self.steps.chain = chain_of(secure)
        for label, text in negotiated(secure):
            self.steps.tell(label, text)
        return secure

    def _wrap_in_websocket(self, request: WebSocketRequest, sock: socket.socket, tap: "_HandshakeTap") -> Socket:
        kind = paho._WebsocketWrapper if missing_for_websocket() else BulkWebSocket  # noqa: SLF001  paho takes no other
        wrapped = kind(
            socket=tap,  # type: ignore[arg-type]  # all that the handshake needs
            host=self.host,
            port=self.port,
            is_ssl=self.tls is not None,
            path=request.path,
            extra_headers=request.over,
        )
        wrapped._socket = sock  # noqa: SLF001
        return wrapped


class _HandshakeTap:
    """Between paho's handshake and the socket: keeps the status line, which paho throws away."""

    _LONGEST = 200

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._seen = bytearray()

    @property
    def first_line(self) -> str:
        """The first line of the answer."""
        return self._seen.split(b"\n", 1)[0].decode("utf-8", "surrogateescape").strip()

    def recv(self, size: int) -> bytes:
        """As of a socket."""
        data = self._sock.recv(size)
        if len(self._seen) < self._LONGEST:
            self._seen += data
        return data

    def send(self, data: bytes) -> int:
        """As of a socket, but whole."""
        self._sock.sendall(data)
        return len(data)
