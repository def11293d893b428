"""The sender of ``blaster.c``: built into a temporary folder, started and steered."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from bench.shapes import Shape

_SOURCE = Path(__file__).with_name("blaster.c")
_SECONDS = 60.0
AS_FAST_AS_POSSIBLE = -1.0


class NoCompiler(Exception):
    """There is no C compiler to build the sender with."""

    def __init__(self) -> None:
        super().__init__("No C compiler: the sender of the benchmarks is written in C. On Debian: apt-get install gcc")


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="mqtt-tui-bench-")  # removed when the process ends


@cache
def program() -> str:
    """The path of the sender, built at the first call.

    Raises:
        NoCompiler: there is no ``cc``.
    """
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler
    path = str(Path(_folder().name, "blaster"))
    subprocess.run([compiler, "-O2", "-o", path, str(_SOURCE)], check=True)
    return path


class ClientGone(Exception):
    """The client has closed its connection."""


class Blaster:
    """A sender that waits for one client on ``port``; a context manager that ends it.

    Args:
        shape: what it sends.
        count: how many messages; without, it sends every topic once and is then told the rate by ``send``.
        rate: messages per second; as fast as possible unless told otherwise.
    """

    def __init__(self, shape: Shape, *, count: int | None = None, rate: float = AS_FAST_AS_POSSIBLE) -> None:
        amount = ["--steered"] if count is None else ["--count", str(count), "--rate", f"{rate:.0f}"]
        self._command = [program(), *shape.sender_options(), *amount]

    def __enter__(self) -> Self:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def wait_loaded(self) -> None:
        """Wait until every topic has been sent once.

        Raises:
            ClientGone: before that.
        """
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "loaded\n":
            raise ClientGone

    def send(self, rate: float) -> int:
        """From now on, send this many messages a second; how many were sent so far.

        Raises:
            ClientGone: there is nobody to send to.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{rate:.0f}\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())
        except (BrokenPipeError, ValueError):  # it prints its result when it ends
            raise ClientGone from None

    def result(self) -> dict[str, Any]:
        """What it sent, once the client has gone: ``sent``, ``seconds``, ``acknowledged``."""
        out, _ = self._process.communicate(timeout=_SECONDS)
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found


def publish(port: int, shape: Shape, count: int, rate: float) -> None:
    """Publish ``count`` messages to the broker at ``port`` and wait until it has read them all."""
    command = [
        program(),
        *shape.sender_options(),
        "--count",
        str(count),
        "--rate",
        f"{rate:.0f}",
        "--publish",
        str(port),
    ]
    done = subprocess.run(command, check=True, timeout=_SECONDS, capture_output=True, text=True)
    if json.loads(done.stdout)["sent"] != count:
        raise RuntimeError("the broker went before it had every message")
