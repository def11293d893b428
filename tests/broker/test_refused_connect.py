"""Servers that refuse, stay silent or speak something else: what is said, and whether it is tried again."""

import asyncio

import pytest

from mqtt_tui.connection.state import Failed, WaitingToReconnect
from mqtt_tui.errors import CannotConnect, ConnectRefused
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.profiles.options import TlsOptions
from mqtt_tui.profiles.profile import ProtocolChoice
from tests.support.connecting import (
    RunningConnection,
    against,
    attempt,
    failure_of,
    quick_profile,
)
from tests.support.hostile_broker import (
    HostileBroker,
    Peer,
    connack,
    publish,
    refusing,
    saying,
    text_property,
)

REASON_STRING, SERVER_REFERENCE, CONTENT_TYPE = 0x1F, 0x1C, 0x03


# -------------------------------------------------------------------- CONNACK


PERMANENT = {0x85, 0x86, 0x87, 0x8A, 0x8C, 0x90, 0x95, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x84}
REFUSALS = sorted(PERMANENT | {0x80, 0x81, 0x82, 0x83, 0x88, 0x89, 0x97, 0x9F})


@pytest.mark.parametrize("code", REFUSALS)
async def test_every_refusal_of_mqtt_5_is_named_and_judged(code: int) -> None:
    reason = text_property(REASON_STRING, "because\x1b]0;OWNED\x07")
    async with HostileBroker(refusing(code, reason)) as broker:
        error = await failure_of(quick_profile(broker.url))
    assert isinstance(error, ConnectRefused)
    assert error.reason_code == code
    assert error.permanent is (code in PERMANENT)
    assert f"(0x{code:02X}), “because␛]0;OWNED␇”" in error.message
    assert error.hint


@pytest.mark.parametrize(
    ("code", "title"),
    [
        (1, "Unsupported Protocol Version"),
        (2, "Client Identifier not valid"),
        (3, "Server unavailable"),
        (4, "Bad User Name or Password"),
        (5, "Not authorized"),
        (77, "Unknown reason"),
    ],
)
@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
async def test_every_return_code_of_mqtt_3_is_named_whatever_we_asked_with(
    code: int, title: str, protocol: ProtocolChoice
) -> None:
    async with HostileBroker(saying(connack(code, protocol=4))) as broker:
        error = await failure_of(quick_profile(broker.url, protocol=protocol))
    assert isinstance(error, ConnectRefused)
    assert title in error.message


async def test_the_server_that_a_broker_names_is_shown_and_not_followed() -> None:
    elsewhere = text_property(SERVER_REFERENCE, "other.example:1883")
    async with HostileBroker(refusing(0x9D, elsewhere)) as broker:
        error = await failure_of(quick_profile(broker.url))
    assert "Server moved" in error.message
    assert "other.example:1883" in error.message
    assert "not followed" in error.hint


async def test_wrong_credentials_are_tried_once() -> None:
    async with HostileBroker(refusing(0x86)) as broker:
        async with RunningConnection(quick_profile(broker.url, protocol="auto")) as connection:
            failed = await connection.until(Failed)
            assert connection.task is not None
            await connection.task
        assert len(broker.peers) == 1
    assert isinstance(failed.error, ConnectRefused)


async def test_after_a_failure_a_retry_begins_anew() -> None:
    answers = iter([0x87, 0x00])

    async def script(peer: Peer) -> None:
        await refusing(next(answers))(peer)
        await peer.acknowledge_subscribe()

    async with against(script) as (_, connection):
        await connection.until(Failed)
        connection.run()
        await connection.until_connected()


# -------------------------------------------------------------------- protocol versions


async def drop_newer_than_311(peer: Peer) -> None:
    await peer.read_connect()
    if peer.protocol > Protocol.V311:
        peer.close()
        return
    peer.send(connack(protocol=peer.protocol))
    await peer.acknowledge_subscribe()


async def test_auto_falls_back_where_the_broker_drops_mqtt_5_and_remembers_it() -> None:
    async with HostileBroker(drop_newer_than_311) as broker:
        async with RunningConnection(quick_profile(broker.url, protocol="auto")) as connection:
            assert (await connection.until_connected()).protocol is Protocol.V311
            broker.peers[-1].close()
            await connection.until(WaitingToReconnect)
            connection.manager.retry_now()
            await connection.until_connected(2)
        assert [peer.protocol for peer in broker.peers] == [5, 4, 4]


async def test_auto_falls_back_to_31_where_a_broker_refuses_the_others() -> None:
    async def script(peer: Peer) -> None:
        await peer.read_connect()
        peer.send(connack(0 if peer.protocol == Protocol.V31 else 1, protocol=4))
        if peer.protocol == Protocol.V31:
            await peer.acknowledge_subscribe()

    async with against(script, protocol="auto") as (_, connection):
        assert (await connection.until_connected()).protocol is Protocol.V31


async def test_a_version_that_was_asked_for_is_not_changed() -> None:
    async with HostileBroker(drop_newer_than_311) as broker:
        async with RunningConnection(quick_profile(broker.url)) as connection:
            waiting = await connection.until(WaitingToReconnect)
        assert [peer.protocol for peer in broker.peers] == [5]
    assert "another MQTT version" in waiting.reason.hint


# -------------------------------------------------------------------- no MQTT at all


async def test_a_silent_server_is_given_up_in_time_and_the_socket_closed() -> None:
    async with HostileBroker(saying(b"")) as broker:
        error = await failure_of(quick_profile(broker.url, connect_timeout=1))
        assert "sent no CONNACK within 1 s" in error.message
        await asyncio.wait_for(broker.peers[0].has_left.wait(), 5)


async def test_a_server_that_closes_is_known_at_once() -> None:
    async with HostileBroker(saying(b"", then_closing=True)) as broker:
        async with asyncio.timeout(2):
            error = await failure_of(quick_profile(broker.url))
    assert "closed the connection without CONNACK" in error.message


@pytest.mark.parametrize(
    ("banner", "words"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\nConnection: close\r\n\r\n" + b"x" * 200, "web server"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH server"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "speaks TLS"),
        (b"220 \x1b[31mmail ESMTP ready\r\n", "began with “220 ␛[31mmail"),
        (publish(b"a"), "does not speak MQTT"),
        (b"\xff\xff\xff\xff\xff\xff\xff", r"began with “\udcff\udcff"),
    ],
)
async def test_a_server_of_another_kind_is_recognised(banner: bytes, words: str) -> None:
    async with HostileBroker(saying(banner)) as broker:
        error = await failure_of(quick_profile(broker.url, connect_timeout=1))
    assert isinstance(error, CannotConnect)
    assert words in error.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 404 Not \x1b[0mFound\r\n\r\n", "404 Not ␛[0mFound"),
        (b"HTTP/1.1 401 Unauthorized\r\n\r\n", "401 Unauthorized"),
        (b"HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nsec-websocket-accept:x\r\n\r\n", "101 Switching"),
        (b"\xff\xfe\n\n", r"\udcff\udcfe"),
    ],
)
async def test_a_refused_websocket_handshake_tells_the_answer(answer: bytes, words: str) -> None:
    async def script(peer: Peer) -> None:
        peer.send(answer)
        await peer.drain()
        await asyncio.sleep(0.1)  # closing with unread input would reset what was sent
        peer.close()

    async with HostileBroker(script) as broker:
        error = await failure_of(quick_profile(f"ws://127.0.0.1:{broker.port}/mqtt"))
    assert "refused the WebSocket handshake" in error.message
    assert words in error.message


@pytest.mark.parametrize("scheme", ["mqtt", "mqtts", "ws", "wss"])
async def test_a_connect_that_is_cancelled_leaves_no_socket_open(scheme: str) -> None:
    """The server never answers: the wait is for CONNACK, for the TLS or for the WebSocket handshake."""
    connected = asyncio.Event()

    async def script(peer: Peer) -> None:
        connected.set()
        await peer._reader.read()  # to the end, whatever it is
        peer.has_left.set()

    async with HostileBroker(script) as broker:
        profile = quick_profile(f"{scheme}://127.0.0.1:{broker.port}", tls=TlsOptions(verify=False))
        task = asyncio.create_task(attempt(profile))
        await asyncio.wait_for(connected.wait(), 5)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(broker.peers[0].has_left.wait(), 2)
