"""Secrets that change while a broker is open: tokens that expire, passwords that somebody renews."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from mqtt_tui.connection.state import Connected, Connecting, Failed, WaitingToReconnect
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from tests.support.connecting import eventually, quick_profile
from tests.support.hostile_broker import HostileBroker, Peer, connack

pytestmark = pytest.mark.broker


@asynccontextmanager
async def session_for(profile: BrokerProfile) -> AsyncIterator[Session]:
    session = Session(Target("lab", profile), budget=MemoryBudget(1 << 20))
    running = asyncio.create_task(session.connection.run())
    try:
        yield session
    finally:
        await session.close()
        await running


async def test_each_connection_is_made_with_the_password_as_it_is_then(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first-token")
    seen: list[bytes] = []

    async def script(peer: Peer) -> None:
        seen.append((await peer.read_connect())[-11:])
        file.write_text("other-token")
        peer.close()

    async with HostileBroker(script) as broker:
        profile = quick_profile(broker.url, username="u", password=Secret(file=str(file)))
        async with session_for(profile) as session:
            await eventually(lambda: isinstance(session.connection.state, WaitingToReconnect))
            session.connection.retry_now()
            await eventually(lambda: len(seen) == 2)
    assert seen == [b"first-token", b"other-token"]


async def test_a_broker_that_cannot_be_reached_asks_nobody_for_the_secret_again(tmp_path: Path) -> None:
    count = tmp_path / "count"
    secret = Secret(command=("sh", "-c", f"echo asked >> {count}; echo C4N4RY"))
    async with HostileBroker(Peer.accept) as broker:
        closed = broker.url
    async with session_for(quick_profile(closed, username="u", password=secret)) as session:
        attempts = {1}
        session.connection.watch(lambda state: attempts.add(getattr(state, "attempt", 1)))
        for attempt in (2, 3, 4):
            await eventually(lambda attempt=attempt: attempt in attempts)  # type: ignore[misc]
            session.connection.retry_now()
    assert count.read_text() == "asked\n"


async def test_a_secret_that_is_missing_is_told_and_found_once_it_is_there(tmp_path: Path) -> None:
    file = tmp_path / "token"
    async with HostileBroker(Peer.accept) as broker:
        profile = quick_profile(broker.url, username="u", password=Secret(file=str(file)))
        async with session_for(profile) as session:
            await eventually(lambda: isinstance(session.connection.state, Failed))
            assert "cannot be read: No such file" in str(session.connection.state)
            assert not broker.peers
            file.write_text("token")
            again = asyncio.create_task(session.connection.run())
            await eventually(lambda: bool(broker.peers))
        await again


async def test_a_token_that_was_renewed_while_the_broker_was_away_is_looked_up_when_the_old_one_is_refused(
    tmp_path: Path,
) -> None:
    file = tmp_path / "token"
    file.write_text("first-token")
    seen: list[bytes] = []

    async def script(peer: Peer) -> None:
        seen.append((await peer.read_connect())[-11:])
        peer.send(connack(0 if seen[-1] == b"other-token" else 0x86))

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    profile = quick_profile(f"mqtt://127.0.0.1:{port}", username="u", password=Secret(file=str(file)), subscriptions=())
    async with session_for(profile) as session:
        await eventually(lambda: isinstance(session.connection.state, WaitingToReconnect))
        file.write_text("other-token")
        async with HostileBroker(script, port) as _:
            for count in (1, 2):
                session.connection.retry_now()
                await eventually(lambda count=count: len(seen) == count)  # type: ignore[misc]
                await eventually(lambda: not isinstance(session.connection.state, Connecting))
                assert not isinstance(session.connection.state, Failed)
            assert isinstance(session.connection.state, Connected)
    assert seen == [b"first-token", b"other-token"]
