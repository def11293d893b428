"""A server with one answer for everybody."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class ScriptedServer:
    """Reads the first words of each client, answers, and closes or stays; a context manager.

    Args:
        answer: the bytes.
        stays: whether the connection is left open.
    """

    def __init__(self, answer: bytes, *, stays: bool) -> None:
        self._answer, self._stays = answer, stays
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self._open: list[socket.socket] = []

        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._thread.is_alive():  # it may just have let somebody in
            for one in (self._server, *self._open):
                with suppress(OSError):  # wakes the thread
                    one.shutdown(socket.SHUT_RDWR)
            self._thread.join(0.01)
        for one in (self._server, *self._open):
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client = self._server.accept()[0]
                self._open.append(client)
                client.recv(65_536)
                client.sendall(self._answer)
                if not self._stays:
                    client.close()
