"""A connection under test: what it brings, and the states that it goes through."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
import pytest

from mqtt_tui.connection.manager import ConnectionManager
from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.session_state import SessionState
from mqtt_tui.connection.state import Connack, Connected, ConnectionState
from mqtt_tui.connection.transport import OpenTransport, Sink, Transport
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import ApplicationMessage, Arrival
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials
from tests.support.hostile_broker import HostileBroker, Script

StateT = TypeVar("StateT")
_SECONDS = 10.0
_IDLE, _LOOK, _LOOKS = 0.05, 0.2, 10


class CollectingSink:
    """Keeps every message."""

    def __init__(self) -> None:
        self.messages: list[ApplicationMessage] = []
        self._news = asyncio.Event()

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        self.messages += map(ApplicationMessage, topics, arrivals, rests)
        self._news.set()

    async def received(self, count: int) -> list[ApplicationMessage]:
        """Wait for ``count`` messages in all."""
        async with asyncio.timeout(_SECONDS):
            while len(self.messages) < count:
                self._news.clear()
                await self._news.wait()
        return self.messages


class RunningConnection:
    """A ``ConnectionManager`` that runs for the length of an ``async with``."""

    def __init__(
        self,
        profile: BrokerProfile,
        credentials: Credentials | None = None,
        open_transport: OpenTransport | None = None,
        **options: Any,  # noqa: ANN401  handed on to ConnectionManager
    ) -> None:
        given, session = credentials or Credentials(), SessionState()
        self.sink = CollectingSink()
        self.states: list[ConnectionState] = []
        options.setdefault("rng", random.Random(7))

        async def open_aiomqtt(profile: BrokerProfile, sink: Sink) -> Transport:
            return AiomqttTransport(profile, given, sink, session=session)

        self.manager = ConnectionManager(profile, self.sink, open_transport or open_aiomqtt, **options)
        self._news = asyncio.Event()
        self.manager.watch(self._note)
        self.task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.run()
        return self

    def run(self, *, clean_start: bool = False) -> None:
        """Let it run, once more or with a clean start."""
        self.task = asyncio.create_task(self.manager.start_clean() if clean_start else self.manager.run())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.manager.stop()
        assert self.task is not None
        await self.task

    def _note(self, state: ConnectionState) -> None:
        self.states.append(state)
        self._news.set()

    def all(self, kind: type[StateT]) -> list[StateT]:
        """The states of one kind so far."""
        return [state for state in self.states if isinstance(state, kind)]

    async def until(self, kind: type[StateT], count: int = 1) -> StateT:
        """Wait until there has been the ``count``-th state of this kind."""
        async with asyncio.timeout(_SECONDS):
            while len(self.all(kind)) < count:
                self._news.clear()
                await self._news.wait()
        return self.all(kind)[count - 1]

    async def until_connected(self, count: int = 1) -> Connack:
        """Wait until it has connected ``count`` times; what the server granted."""
        return (await self.until(Connected, count)).connack


def quick_profile(url: str, **options: object) -> BrokerProfile:
    profile = BrokerProfile(url=url, protocol="5", connect_timeout=5, client_id="under-test")
    return msgspec.structs.replace(profile, **options)


@asynccontextmanager
async def against(script: Script, **options: object) -> AsyncIterator[tuple[HostileBroker, RunningConnection]]:
    """A connection that runs against ``script``, with these options of its profile."""
    async with HostileBroker(script) as broker, RunningConnection(quick_profile(broker.url, **options)) as connection:
        yield broker, connection


async def attempt(profile: BrokerProfile, credentials: Credentials | None = None) -> Connack:
    transport = AiomqttTransport(profile, credentials or Credentials(), CollectingSink())
    try:
        return await transport.open()
    finally:
        await transport.close()


async def failure_of(profile: BrokerProfile) -> MqttTuiError:
    with pytest.raises(MqttTuiError) as failed:
        await attempt(profile)
    return failed.value


async def assert_idle() -> None:
    """Wait for a fifth of a second in which this process takes less than 5 % of a core.

    A loop that spins never has one; what else goes on in the process, such as a garbage collection, soon ends.
    """
    shares: list[float] = []
    while len(shares) < _LOOKS and (not shares or shares[-1] >= _IDLE):
        before = time.process_time()
        await asyncio.sleep(_LOOK)
        shares.append((time.process_time() - before) / _LOOK)
    assert shares[-1] < _IDLE, f"busy while there is nothing to do: {shares}"


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds, for what gives no other sign."""
    async with asyncio.timeout(_SECONDS):
        while not condition():  # noqa: ASYNC110  a file or a process has no event
            await asyncio.sleep(0.01)
