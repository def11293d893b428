"""The clients that are measured side by side, each run as a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.blaster import Blaster
from bench.peer import is_installed
from bench.shapes import Shape
from tests.support.program import COMMAND, Program

OURS = "mqtt-tui"
SECONDS = 90.0
_ROOT = Path(__file__).parents[1]


class ClientFailed(Exception):
    """A client did not take what it was to take; the text says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a client took, and what that cost."""

    messages: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.messages / max(self.seconds, 1e-9)

    @property
    def cost(self) -> float:
        """CPU seconds per million messages."""
        return self.cpu_seconds / max(self.messages, 1) * 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One of the clients."""

    name: str
    """As in ``CLIENTS``."""
    title: str
    count: int
    """Messages that take it about a second at shape a."""
    command: Callable[[int, Shape, int], list[str]]
    """From port, shape and count: what subscribes to everything and ends after so many messages."""
    library: str = ""
    """Python library that it needs."""
    program: str = ""
    """Program that it needs."""
    takes: Callable[[Shape], bool] = lambda _: True
    """Which shapes it can take."""

    @property
    def missing(self) -> str:
        """What it needs and is not installed; empty: nothing."""
        if self.library and not is_installed(self.library):
            return self.library
        return self.program if self.program and not shutil.which(self.program) else ""

    def take(self, shape: Shape, count: int) -> Taken:
        """Let it take ``count`` messages from a sender that is faster.

        Raises:
            ClientFailed: it did not.
        """
        with Blaster(shape, count=count) as blaster:
            process = Running(self, blaster.port, shape, count)
            taken = process.result()
            if taken.messages != count:
                raise ClientFailed(f"{self.title} took {taken.messages:,} of {count:,} messages")
            if process.tells:
                return taken
            return Taken(count, blaster.result()["seconds"], taken.cpu_seconds)


class Running:
    """A client at work, as a process; also one that writes messages into ``output`` in place of a result."""

    def __init__(self, client: Client, port: int, shape: Shape, count: int, output: int = subprocess.DEVNULL) -> None:
        self._client, self._count = client, count
        self.tells = client.name != "mosquitto_sub"
        """Whether the client itself tells what it took; else only its whole CPU time is known."""
        self._home = TemporaryDirectory()
        self.process = subprocess.Popen(
            client.command(port, shape, count),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if self.tells else output,
            stderr=subprocess.PIPE,
            env=Program(Path(self._home.name)).environment,
            cwd=_ROOT,
        )

    def result(self) -> Taken:
        """Wait for its end.

        Raises:
            ClientFailed: it ended in another way, or not at all.
        """
        try:
            out, said = self.process.communicate(timeout=SECONDS) if self.tells else (b"", b"")
            cpu = 0.0 if self.tells else self._wait()
        except subprocess.TimeoutExpired:
            raise ClientFailed(f"{self._client.title} had not ended after {SECONDS:.0f} s") from None
        finally:
            self.end()
        if not self.tells:
            return Taken(self._count, 0.0, cpu)
        try:
            return _read(json.loads(out))
        except (ValueError, KeyError):
            last = " ".join(said.decode(errors="replace").split("\n")[-3:]).strip() or "it said nothing"
            raise ClientFailed(f"{self._client.title}: {last}") from None

    def _wait(self) -> float:
        """CPU seconds of its whole life."""
        _, status, used = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_utime + used.ru_stime

    def end(self) -> None:
        """End it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
        self._home.cleanup()


def _read(told: Mapping[str, float]) -> Taken:
    """From what ``bench.peer`` or ``mqtt-tui bench intake --json`` prints."""
    messages = int(told["messages"])
    cpu = told["cpu_seconds"] if "cpu_seconds" in told else told["cpu_seconds_per_million"] * messages / 1e6
    return Taken(messages, told["seconds"], cpu)


def intake_command(url: str, shape: Shape, *more: str) -> list[str]:
    """Our own intake of everything, with its result as JSON."""
    version = "5" if shape.is_version_5 else "311"
    return [COMMAND, "bench", "intake", url, "-t", "#", "-q", str(shape.qos), "-V", version, "--json", *more]


def _ours(port: int, shape: Shape, count: int) -> list[str]:
    return intake_command(f"mqtt://127.0.0.1:{port}", shape, "--count", str(count))


def _ours_websocket(port: int, shape: Shape, count: int) -> list[str]:
    return intake_command(f"ws://127.0.0.1:{port}/mqtt", shape, "--count", str(count))


def _mosquitto_sub(port: int, shape: Shape, count: int) -> list[str]:
    version = "5" if shape.is_version_5 else "311"
    return ["mosquitto_sub", "-p", str(port), "-t", "#", "-q", str(shape.qos), "-V", version, "-C", str(count)]


def _peer(name: str) -> Callable[[int, Shape, int], list[str]]:
    def command(port: int, shape: Shape, count: int) -> list[str]:
        protocol = 5 if shape.is_version_5 else 4
        return [sys.executable, "-m", "bench.peer", name, *map(str, (port, count, protocol, shape.qos))]

    return command


_ALL = (
    Client(name=OURS, title="**mqtt-tui**, into its store", count=1_000_000, command=_ours),
    Client(
        name="bare_loop",
        title="bare recv and split in Python",
        count=1_000_000,
        command=_peer("bare_loop"),
        takes=lambda shape: shape.qos == 0,
    ),
    Client(
        name="mosquitto_sub",
        title="mosquitto_sub to /dev/null",
        count=300_000,
        command=_mosquitto_sub,
        program="mosquitto_sub",
    ),
    Client(name="gmqtt", title="gmqtt", count=200_000, command=_peer("gmqtt"), library="gmqtt"),
    Client(name="paho", title="paho", count=60_000, command=_peer("paho")),
    Client(name="aiomqtt", title="aiomqtt's iterator", count=30_000, command=_peer("aiomqtt")),
    Client(name="zmqtt", title="zmqtt", count=30_000, command=_peer("zmqtt"), library="zmqtt"),
    Client(
        name="amqtt",
        title="amqtt",
        count=15_000,
        command=_peer("amqtt"),
        library="amqtt",
        takes=lambda shape: not shape.is_version_5,
    ),
)
CLIENTS: Mapping[str, Client] = {client.name: client for client in _ALL}

OVER_WEBSOCKET = (
    Client(name=OURS, title="**mqtt-tui**", count=300_000, command=_ours_websocket),
    Client(name="paho", title="paho", count=30_000, command=_peer("paho_websocket")),
)
