"""The WebSocket's rules, its answers, and its end."""

import socket
import ssl
import threading
import tracemalloc
from pathlib import Path

import pytest

from mqtt_tui.connection.mqtt.websocket import BulkWebSocket, WebSocketBroken
from tests.support.certificates import Certificates
from tests.support.websocket_peer import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    frame,
    frames_of_client,
    read_all,
    websocket_on,
    websocket_pair,
)


class NarrowSocket:
    """A socket whose system takes no more than ``room`` bytes."""

    def __init__(self, sock: socket.socket, room: int) -> None:
        self._sock = sock
        self.room = room

    def recv(self, size: int) -> bytes:
        return self._sock.recv(size)

    def send(self, data: bytes) -> int:
        if not self.room:
            raise BlockingIOError
        sent = self._sock.send(data[: self.room])
        self.room -= sent
        return sent


def narrow(websocket: BulkWebSocket, room: int) -> NarrowSocket:
    websocket._socket = NarrowSocket(websocket._socket, room)  # type: ignore[assignment]  # all that is needed
    return websocket._socket  # type: ignore[return-value]


def heard_by(theirs: socket.socket) -> list[tuple[int, bytes]]:
    """The frames that the server got so far."""
    theirs.setblocking(False)
    return frames_of_client(theirs.recv(1_000_000))


def test_many_frames_come_in_one_read() -> None:
    with websocket_pair() as (ours, theirs):
        theirs.sendall(frame(BINARY, b"one") + frame(BINARY) + frame(BINARY, b"two" * 50))
        assert ours.recv(262_144) == b"one" + b"two" * 50
        with pytest.raises(BlockingIOError):
            ours.recv(262_144)


@pytest.mark.parametrize(
    ("sent", "words", "close_code"),
    [
        (frame(TEXT, b"hello"), "text frame", 1003),
        (frame(BINARY, b"x", reserved=0b100), "reserved bits (0xc2)", 1002),
        (frame(PING, reserved=0b001), "reserved bits", 1002),
        (frame(0x3), "unknown kind (0x3)", 1002),
        (frame(0xF), "unknown kind (0xf)", 1002),
        (frame(CONTINUATION, b"x"), "continuation of no message", 1002),
        (frame(BINARY, b"", final=False) + frame(BINARY), "in the middle", 1002),
        (frame(PING, final=False), "control frame", 1002),
        (frame(PONG, b"x" * 126), "control frame", 1002),
        (bytes((0x82, 0x81)) + b"maskx", "masked", 1002),
        (bytes((0x82, 0xFE)) + b"\0\1maskx", "masked", 1002),
        (bytes((0x89, 0x80)) + b"mask", "masked", 1002),
        (b"\x82\x7f" + b"\xff" * 8, "impossible length", 1002),
        (frame(CLOSE, b"\x03"), "half a code", 1002),
    ],
)
def test_a_fault_is_named_and_told_to_the_server_once_all_before_it_is_read(
    sent: bytes, words: str, close_code: int
) -> None:
    with websocket_pair() as (ours, theirs):
        theirs.sendall(frame(BINARY, b"before") + sent + frame(BINARY, b"behind"))
        assert ours.recv(262_144) == b"before"
        for _ in range(2):
            with pytest.raises(WebSocketBroken) as broken:
                ours.recv(262_144)
            assert words in str(broken.value)
        assert heard_by(theirs) == [(CLOSE, close_code.to_bytes(2))]
        assert ours.closed_because == ""


def test_a_fault_that_comes_in_pieces_is_found_as_soon_as_it_shows() -> None:
    with websocket_pair() as (ours, theirs):
        theirs.sendall(frame(TEXT, b"x" * 300)[:2])
        with pytest.raises(WebSocketBroken, match="text frame"):
            ours.recv(262_144)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "WebSocket close without a code"),
        (b"\x03\xe8", "WebSocket close code 1000 (normal closure)"),
        (b"\x03\xf0go \xc3\xa4way", "WebSocket close code 1008 (policy violation): go äway"),
        (b"\x0f\xa0\xff", "WebSocket close code 4000: \udcff"),
    ],
)
def test_a_close_frame_is_the_end_of_the_stream_with_its_reason(body: bytes, words: str) -> None:
    with websocket_pair() as (ours, theirs):
        theirs.sendall(frame(BINARY, b"last") + frame(CLOSE, body) + frame(BINARY, b"behind"))
        assert ours.recv(262_144) == b"last"
        ours.send(b"acknowledged")
        assert [ours.recv(262_144), ours.recv(262_144)] == [b"", b""]
        assert ours.closed_because == words
        assert heard_by(theirs) == [(BINARY, b"acknowledged"), (CLOSE, body[:2])]


def test_the_end_without_a_close_frame_has_no_reason() -> None:
    with websocket_pair() as (ours, theirs):
        theirs.sendall(frame(BINARY, b"cut off")[:-3])
        theirs.shutdown(socket.SHUT_WR)
        assert [ours.recv(262_144), ours.recv(262_144)] == [b"cut ", b""]
        assert ours.closed_because == ""


def test_a_ping_is_answered_with_what_it_carries_and_reading_goes_on() -> None:
    with websocket_pair() as (ours, theirs):
        theirs.sendall(frame(BINARY, b"a", final=False) + frame(PING, b"x" * 125) + frame(CONTINUATION, b"b"))
        assert ours.recv(262_144) == b"ab"
        theirs.sendall(frame(PONG, b"unasked") + frame(PING))
        with pytest.raises(BlockingIOError):
            ours.recv(262_144)
        assert heard_by(theirs) == [(PONG, b"x" * 125), (PONG, b"")]


def test_a_ping_is_answered_behind_the_frame_that_is_on_its_way() -> None:
    with websocket_pair() as (ours, theirs):
        system = narrow(ours, room=10)
        assert ours.send(b"a packet of some length") == 0
        system.room = 1_000
        theirs.sendall(frame(PING, b"?"))
        assert read_all(ours) == b""
        assert ours.send(b"a packet of some length") == 23
        assert heard_by(theirs) == [(BINARY, b"a packet of some length"), (PONG, b"?")]


@pytest.mark.parametrize("room", [0, 1, 7])
def test_no_frame_is_sent_into_an_answer_that_is_on_its_way(room: int) -> None:
    with websocket_pair() as (ours, theirs):
        system = narrow(ours, room)
        theirs.sendall(frame(PING, b"one"))
        assert read_all(ours) == b""
        with pytest.raises(BlockingIOError):
            ours.send(b"packet")
        system.room = 1_000
        assert ours.send(b"packet") == 6
        assert heard_by(theirs) == [(PONG, b"one"), (BINARY, b"packet")]


def test_of_pings_that_cannot_be_answered_at_once_the_latest_is() -> None:
    with websocket_pair() as (ours, theirs):
        system = narrow(ours, room=3)
        for number in range(100):
            theirs.sendall(frame(PING, bytes((number,))))
            assert read_all(ours) == b""
        system.room = 1_000
        theirs.sendall(frame(PONG))
        assert read_all(ours) == b""
        assert heard_by(theirs) == [(PONG, b"\x00"), (PONG, b"\x63")]


def test_nothing_but_pings_does_not_hold_up_the_loop() -> None:
    pings = frame(PING) * 50_000
    reads = 0

    class Flood:
        def recv(self, size: int) -> bytes:
            nonlocal reads
            reads += 1
            return pings

        def send(self, data: bytes) -> int:
            return len(data)

    with websocket_pair() as (ours, _):
        ours._socket = Flood()  # type: ignore[assignment]
        with pytest.raises(BlockingIOError):
            ours.recv(262_144)
    assert 1 < reads < 10


def test_a_large_frame_is_handed_on_as_it_comes_and_never_held() -> None:
    size = 64 * 1024 * 1024
    part = bytes(100_000)
    with websocket_pair() as (ours, theirs):
        tracemalloc.start()
        try:
            theirs.sendall(b"\x82\x7f" + size.to_bytes(8))
            left = size
            while left:
                sent = theirs.send(part[:left])
                assert read_all(ours) == part[:sent]
                left -= sent
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()
        theirs.sendall(frame(BINARY, b"behind"))
        assert ours.recv(262_144) == b"behind"


def test_it_works_over_tls(tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=certificates.ca_file)
    server.load_cert_chain(*certificates.issue("server", "127.0.0.1"))
    ends = socket.socketpair()
    for end in ends:
        end.settimeout(5)
    shaken: list[ssl.SSLSocket] = []
    thread = threading.Thread(target=lambda: shaken.append(server.wrap_socket(ends[1], server_side=True)))
    thread.start()
    with client.wrap_socket(ends[0], server_hostname="127.0.0.1") as ours:
        thread.join(5)
        with shaken[0] as theirs:
            ours.setblocking(False)
            websocket = websocket_on(ours)
            theirs.sendall(frame(PING, b"?") + frame(BINARY, b"x" * 40_000))
            assert read_all(websocket) == b"x" * 40_000
            websocket.send(b"packet")
            assert frames_of_client(theirs.recv(1_000) + theirs.recv(1_000)) == [(PONG, b"?"), (BINARY, b"packet")]
