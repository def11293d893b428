"""A SOCKS5 and HTTP proxy of a test's own, on loopback."""

import base64
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Proxy:
    """Serves both kinds on one port; a context manager.

    Args:
        username: who may use it; everybody where it is None.
        password: of that user.
        hosts: names that only this proxy knows, with the port of loopback where they are.
    """

    def __init__(self, username: str | None = None, password: str = "", hosts: dict[str, int] | None = None) -> None:
        self._login = None if username is None else (username, password)
        self._hosts = hosts or {}
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.asked: list[str] = []
        """``host:port`` of each request, as the client said it."""
        self._open: list[socket.socket] = []
        self._has_ended = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._has_ended = True
        for one in (self._server, *self._open):
            _end(one)

    def _keep(self, sock: socket.socket) -> None:
        self._open.append(sock)
        if self._has_ended:  # just now
            _end(sock)

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client = self._server.accept()[0]
                self._keep(client)
                threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError):
            first = _exactly(client, 1)
            if first == b"\x05":
                self._attend_socks(client)
            else:
                self._attend_http(client, first)
        client.close()

    def _attend_socks(self, client: socket.socket) -> None:
        """RFC 1928 and 1929."""
        methods = _exactly(client, _exactly(client, 1)[0])
        wanted = 0 if self._login is None else 2
        client.sendall(bytes((5, wanted if wanted in methods else 0xFF)))
        if wanted not in methods:
            return
        if self._login is not None:
            _exactly(client, 1)
            name = _exactly(client, _exactly(client, 1)[0]).decode()
            secret = _exactly(client, _exactly(client, 1)[0]).decode()
            client.sendall(bytes((1, (name, secret) != self._login)))
            if (name, secret) != self._login:
                return
        assert _exactly(client, 4)[3] == 3, "the client looked up the name by itself"
        host = _exactly(client, _exactly(client, 1)[0]).decode()
        port = int.from_bytes(_exactly(client, 2))
        target = self._reach(host, port)
        client.sendall(bytes((5, 0 if target else 5, 0, 1, 0, 0, 0, 0, 0, 0)))
        if target:
            _relay(client, target)

    def _attend_http(self, client: socket.socket, begun: bytes) -> None:
        """CONNECT (RFC 9110, 9.3.6)."""
        request = begun
        while not request.endswith(b"\r\n\r\n"):
            request += _exactly(client, 1)
        if self._login is not None:
            expected = base64.b64encode(":".join(self._login).encode())
            if b"Basic " + expected not in request:
                client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
                return
        host, _, port = request.split(b" ")[1].decode().rpartition(":")
        target = self._reach(host, int(port))
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n" if target else b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        if target:
            _relay(client, target)

    def _reach(self, host: str, port: int) -> socket.socket | None:
        self.asked.append(f"{host}:{port}")
        try:
            target = socket.create_connection(("127.0.0.1", self._hosts.get(host, port)), timeout=5)
        except OSError:
            return None
        self._keep(target)
        return target


def _end(sock: socket.socket) -> None:
    with suppress(OSError):  # no longer connected
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def _exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def _relay(one: socket.socket, other: socket.socket) -> None:
    back = threading.Thread(target=_pump, args=(other, one), daemon=True)
    back.start()
    _pump(one, other)
    back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
