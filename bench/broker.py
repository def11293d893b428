"""A mosquitto for measurements: it logs subscriptions only, since what it writes costs time."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tests.support.mosquitto import free_port

PROGRAM = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_SETTINGS = "allow_anonymous true\npersistence false\nlog_dest stderr\nlog_type subscribe\nlog_type error\n"
_SECONDS = 10.0


class Broker:
    """A mosquitto that listens on ``port``; a context manager that ends it."""

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        self._folder = TemporaryDirectory()
        self.port = free_port()
        self._log = Path(self._folder.name, "log")
        configuration = Path(self._folder.name, "mosquitto.conf")
        configuration.write_text(f"listener {self.port} 127.0.0.1\n{_SETTINGS}")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([PROGRAM, "-c", str(configuration)], stderr=log)
        _wait_until(lambda: _accepts(self.port), "mosquitto did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def wait_subscribed(self) -> None:
        """Wait until somebody has subscribed to everything."""
        _wait_until(lambda: " #\n" in self._log.read_text(), "nobody subscribed")


def _wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.01)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
