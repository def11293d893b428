"""One contract for each private name of aiomqtt and paho that the connection touches."""

import asyncio
import inspect
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import aiomqtt
import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from mqtt_tui.connection.mqtt import library_names
from mqtt_tui.connection.mqtt.library_names import CLASS_NAMES, LibraryChanged, check_classes
from mqtt_tui.connection.mqtt.socket_opener import SocketOpener, WebSocketRequest
from mqtt_tui.connection.mqtt.websocket import BulkWebSocket
from mqtt_tui.connection.steps import Stage, Steps
from tests.support.websocket_peer import Handshake, frames_of_client, websocket_pair

CALLBACKS = {
    "_on_connect": "on_connect",
    "_on_disconnect": "on_disconnect",
    "_on_publish": "on_publish",
    "_on_subscribe": "on_subscribe",
    "_on_unsubscribe": "on_unsubscribe",
    "_on_socket_open": "on_socket_open",
    "_on_socket_close": "on_socket_close",
    "_on_socket_register_write": "on_socket_register_write",
    "_on_socket_unregister_write": "on_socket_unregister_write",
}


def paho_client() -> paho.Client:
    return paho.Client(CallbackAPIVersion.VERSION2, client_id="x", protocol=paho.MQTTv5, reconnect_on_failure=False)


@pytest.fixture
def connected() -> tuple[paho.Client, socket.socket]:
    """A paho client on one end of a socket pair, CONNECT on its way; the other end."""
    ours, theirs = socket.socketpair()
    client = paho_client()
    client._create_socket = lambda: ours  # type: ignore[method-assign]
    client.connect("nowhere.invalid")
    return client, theirs


def test_a_name_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    check_classes()
    monkeypatch.setattr(library_names, "CLASS_NAMES", ((paho.Client, "_packet_juggle"),))
    with pytest.raises(LibraryChanged, match=r"paho\.mqtt\.client\.Client\._packet_juggle") as changed:
        check_classes()
    assert "constraints.txt" in changed.value.hint


@pytest.mark.parametrize("private", CALLBACKS)
async def test_aiomqtt_hands_its_method_to_paho_as_callback(private: str) -> None:
    client = aiomqtt.Client("localhost")
    assert getattr(client._client, CALLBACKS[private]) == getattr(client, private)


def test_every_callback_of_the_table_has_its_contract() -> None:
    assert {name for owner, name in CLASS_NAMES if owner is aiomqtt.Client} == {*CALLBACKS, "_client_connect"}


async def test_client_connect_hands_address_and_properties_to_paho(monkeypatch: pytest.MonkeyPatch) -> None:
    client = aiomqtt.Client("broker.example", 1234, keepalive=7, clean_start=True, protocol=aiomqtt.ProtocolVersion.V5)
    given: list[object] = []
    monkeypatch.setattr(client._client, "connect", lambda *arguments: given.extend(arguments))
    client._client_connect()
    assert given[:3] == ["broker.example", 1234, 7]


async def test_the_queue_of_queue_type_stands_in_queue() -> None:
    class Queue(asyncio.Queue[aiomqtt.Message]):
        pass

    assert isinstance(aiomqtt.Client("localhost", queue_type=Queue)._queue, Queue)


def test_create_socket_gives_the_socket_that_connect_is_sent_on(
    connected: tuple[paho.Client, socket.socket],
) -> None:
    client, theirs = connected
    client.loop_write()
    assert theirs.recv(100)[0] == 0x10
    client._sock_close()
    theirs.close()


def test_sock_close_tells_the_callbacks_and_closes(connected: tuple[paho.Client, socket.socket]) -> None:
    client, theirs = connected
    closed: list[int] = []
    client.on_socket_close = lambda _client, _data, sock: closed.append(sock.fileno())
    client.loop_write()
    theirs.recv(100)
    client._sock_close()
    assert theirs.recv(1) == b""
    assert closed[0] > 0
    assert client.socket() is None
    theirs.close()


def read(connected: tuple[paho.Client, socket.socket], data: bytes) -> None:
    client, theirs = connected
    theirs.sendall(data)
    client.loop_read()
    client._sock_close()
    theirs.close()


def test_packet_handle_is_called_with_each_whole_packet_in_in_packet(
    connected: tuple[paho.Client, socket.socket],
) -> None:
    client, _ = connected
    seen: list[tuple[int, list[int], bytes]] = []

    def handle() -> MQTTErrorCode:
        packet = client._in_packet
        seen.append((packet["command"], packet["remaining_count"], bytes(packet["packet"])))
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    client._packet_handle = handle  # type: ignore[method-assign]
    read(connected, b"\x20\x03\x00\x00\x00")
    assert seen == [(0x20, [3], b"\x00\x00\x00")]


def test_handle_pubackcomp_ends_a_flow_that_pubrec_refused(connected: tuple[paho.Client, socket.socket]) -> None:
    client, _ = connected
    acknowledged: list[tuple[int, int]] = []
    client.on_publish = lambda _c, _d, mid, code, _p: acknowledged.append((mid, code.value))
    info = client.publish("a", b"", qos=2)
    client._packet_handle = lambda: client._handle_pubackcomp("PUBACK")  # type: ignore[method-assign]
    read(connected, b"\x50\x04" + info.mid.to_bytes(2) + b"\x97\x00")
    assert acknowledged == [(info.mid, 0x97)]


@pytest.mark.parametrize(("private", "head"), [("_send_puback", 0x40), ("_send_pubrec", 0x50), ("_send_pubcomp", 0x70)])
def test_an_acknowledgement_carries_the_packet_identifier(
    connected: tuple[paho.Client, socket.socket], private: str, head: int
) -> None:
    client, theirs = connected
    client.loop_write()
    theirs.recv(100)  # CONNECT
    assert getattr(client, private)(0x1234) == MQTTErrorCode.MQTT_ERR_SUCCESS
    client.loop_write()
    assert theirs.recv(100) == bytes((head, 2, 0x12, 0x34))
    client._sock_close()
    theirs.close()


def accepted(connected: tuple[paho.Client, socket.socket]) -> tuple[paho.Client, socket.socket]:
    """The same, with CONNECT read and CONNACK handled."""
    client, theirs = connected
    client.loop_write()
    theirs.recv(100)
    theirs.sendall(b"\x20\x03\x00\x00\x00")
    client.loop_read()
    return client, theirs


def test_loop_read_calls_packet_read_until_it_says_again(connected: tuple[paho.Client, socket.socket]) -> None:
    client, theirs = connected
    codes = [MQTTErrorCode.MQTT_ERR_AGAIN, MQTTErrorCode.MQTT_ERR_CONN_LOST]
    client._packet_read = lambda: codes.pop(0)  # type: ignore[method-assign]
    assert client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS
    assert client.loop_read() == MQTTErrorCode.MQTT_ERR_CONN_LOST
    assert codes == []
    assert client.socket() is None
    theirs.close()


def test_packet_handle_handles_what_stands_in_in_packet(connected: tuple[paho.Client, socket.socket]) -> None:
    client, theirs = accepted(connected)
    answers: list[tuple[int, list[int]]] = []
    client.on_subscribe = lambda _c, _d, mid, codes, _p: answers.append((mid, [code.value for code in codes]))
    packet = client._in_packet
    for head, body in ((0x90, b"\x00\x07\x00\x01\x80"), (0xD0, b""), (0x90, b"\x00\x08\x00\x02")):
        packet["command"], packet["packet"] = head, bytearray(body)
        packet["remaining_length"], packet["pos"] = len(body), 0
        assert client._packet_handle() == MQTTErrorCode.MQTT_ERR_SUCCESS
    assert answers == [(7, [1, 0x80]), (8, [2])]
    client._sock_close()
    theirs.close()


class SecureSocket:
    """Of a TLS socket, that nothing has come."""

    def recv(self, size: int) -> bytes:
        raise ssl.SSLWantReadError

    def fileno(self) -> int:
        return 0

    def close(self) -> None:
        pass


def test_sock_recv_reads_up_to_so_many_bytes_and_raises_the_same_for_tls(
    connected: tuple[paho.Client, socket.socket],
) -> None:
    client, theirs = accepted(connected)
    theirs.sendall(b"12345")
    assert (client._sock_recv(3), client._sock_recv(300_000)) == (b"123", b"45")
    with pytest.raises(BlockingIOError):
        client._sock_recv(1)
    theirs.close()
    assert client._sock_recv(1) == b""
    client._sock_close()
    client._sock = SecureSocket()  # type: ignore[assignment]
    with pytest.raises(BlockingIOError):
        client._sock_recv(1)
    client._sock_close()


def test_packet_identifiers_go_on_behind_the_last_one(connected: tuple[paho.Client, socket.socket]) -> None:
    client, theirs = accepted(connected)
    client._last_mid = 7
    assert client.publish("a", b"1", 1).mid == 8
    client._sock_close()
    theirs.close()


def test_what_is_queued_is_sent_whole_behind_what_waits(connected: tuple[paho.Client, socket.socket]) -> None:
    client, theirs = accepted(connected)
    registered: list[bool] = []
    client.on_socket_register_write = lambda *_: registered.append(True)
    client.publish("a", b"1")
    several = b"\x40\x02\x00\x01\x40\x02\x00\x02"
    client._packet_queue(0x40, several, 0, 1)
    assert registered
    assert len(client._out_packet) == 2
    client.loop_write()
    assert not client._out_packet
    received = theirs.recv(100)
    assert received[0] == 0x30
    assert received.endswith(several)
    client._sock_close()
    theirs.close()


def test_every_name_of_the_reader_has_its_contract() -> None:
    text = Path(__file__).read_text()
    contracts = text[: text.index("def test_every_name_of_the_reader_has_its_contract")]
    assert [name for name in library_names.READER_NAMES if name not in contracts] == []


def test_what_the_reader_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert library_names.missing_for_reader(paho_client()) == ""
    monkeypatch.setattr(library_names, "READER_NAMES", ("_packet_read", "_juggle", "_jiggle"))
    assert library_names.missing_for_reader(paho_client()).endswith("has no _juggle, _jiggle")


def test_the_websocket_wrapper_shakes_hands_when_it_is_made() -> None:
    takes = inspect.signature(paho._WebsocketWrapper.__init__).parameters
    assert list(takes)[1:] == ["socket", "host", "port", "is_ssl", "path", "extra_headers"]
    handshake: Callable[..., None] = paho._WebsocketWrapper._do_handshake
    assert handshake.__name__ in paho._WebsocketWrapper.__init__.__code__.co_names


def test_the_socket_and_the_send_buffer_stand_in_the_websocket_wrapper() -> None:
    with websocket_pair() as (wrapper, _):
        assert wrapper._sendbuffer == b""
        with suppress(BlockingIOError):
            while wrapper.send(bytes(10_000)):
                assert wrapper._sendbuffer == b""
        assert wrapper._sendbuffer
        assert wrapper._socket.fileno() == wrapper.fileno()


def test_create_frame_masks_what_it_is_given() -> None:
    with websocket_pair() as (wrapper, _):
        assert frames_of_client(bytes(wrapper._create_frame(0xA, bytearray(b"pong")))) == [(0xA, b"pong")]


@pytest.mark.parametrize(
    ("names", "kind"), [(library_names.WEBSOCKET_NAMES, BulkWebSocket), (("_juggle",), paho._WebsocketWrapper)]
)
def test_paho_reads_frames_by_itself_where_a_name_is_gone(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], kind: type
) -> None:
    monkeypatch.setattr(library_names, "WEBSOCKET_NAMES", names)
    steps = Steps()
    steps.begin(Stage.WEBSOCKET)
    opener = SocketOpener(
        reach=lambda _: socket.socket(),
        host="x",
        port=80,
        tls=None,
        server_name="x",
        websocket=None,
        timeout=1,
        steps=steps,
    )
    with socket.socket() as sock:
        wrapper = opener._wrap_in_websocket(WebSocketRequest("/", "mqtt", {}), sock, Handshake())  # type: ignore[arg-type]
    assert type(wrapper) is kind
    assert ("_juggle" in library_names.missing_for_websocket()) is (kind is paho._WebsocketWrapper)
