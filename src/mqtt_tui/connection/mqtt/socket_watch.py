"""When a socket is read and written."""

import asyncio
import ssl
from collections.abc import Callable

from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode

from mqtt_tui.connection.mqtt.inbound import Inbound
from mqtt_tui.precedence import STEP, Courtesy, Precedence

_HOUSEKEEPING = 1.0
"""Seconds between two looks at keep alive."""

_GATHERING = 0.005
"""Seconds for which the kernel may collect where a server writes packet by packet.

At 20,000 messages a second that is a quarter of the cost (``make bench``, paced).
"""

_LITTLE = 4_096
_GATHERING_LITTLE = 0.015
"""Seconds, where a read brought fewer bytes than that: at 1,000 messages a second a read costs as much as 30 of them.

Nobody sees a frame sooner, and 0.8 MB a second is far from what the system has room for.
"""

_SOON = 0.01
"""Seconds: what comes so soon after a read, or after a pause, is one of many."""

_RECORDS = 16
"""Reads of one turn: a TLS record is 16 KiB; and a hostile WebSocket server may send pings for ever."""

_WINDOW = 200
_WINDOW_GATHERING = 0.001
"""Seconds, where fewer messages of QoS 1 and 2 than that came: the server may wait for our acknowledgements.

Many send 20 or 32 at a time; a pause of 5 ms would allow them 4,000 messages a second.
"""


_COURTESY = 0.05
"""Seconds for which keys, one after the other, may keep messages waiting; then there is a read."""


class SocketWatch:
    """The event loop's end of paho's socket.

    A read that was short and came soon after another one is followed by a pause, unless somebody waits for an answer:
    what trickles in is read in handfuls. Single messages are never held up.

    Args:
        loop: that the socket is watched by.
        client: paho's; it says when there is a socket, and what is to be done with it.
        inbound: reads.
        precedence: of whoever shares the loop and is waited for.
        is_awaited: whether somebody waits for an answer of the server.
        on_error: gets whatever reading or writing raised.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        client: paho.Client,
        inbound: Inbound,
        precedence: Precedence,
        *,
        is_awaited: Callable[[], bool],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._loop = loop
        self._client = client
        self._inbound = inbound
        self._courtesy = Courtesy(precedence, _COURTESY)
        self._is_awaited = is_awaited
        self._on_error = on_error
        self._housekeeping: asyncio.TimerHandle | None = None
        self._next_read: asyncio.Handle | None = None  # while the selector does not watch for something to read
        self._next_write: asyncio.Handle | None = None
        self._is_watched_for_room = False
        self._is_clogged = False  # the server does not read what we answer: neither do we read on
        self._free_at = 0.0  # from when on there could have been a read

    def opened(self, sock: "paho.SocketLike") -> None:
        """There is a socket."""
        self._loop.add_reader(sock.fileno(), self._read)
        if self._inbound.lacks:
            self._keep_house()

    def closed(self, sock: "paho.SocketLike") -> None:
        """It is going to be closed."""
        self._loop.remove_reader(sock.fileno())
        self._loop.remove_writer(sock.fileno())
        for timer in (self._housekeeping, self._next_read, self._next_write):
            if timer is not None:
                timer.cancel()

    def wants_to_write(self) -> None:
        """There is something to send: soon, with all that is queued until then. Mostly the system has room.

        CONNECT waits for the selector, which looks for something to read as well: the alert of a server that does not
        like our certificate would be lost with a write that fails.
        """
        if not self._inbound.bytes_read:
            self._watch_for_room()
        elif self._next_write is None and not self._is_watched_for_room:
            self._next_write = self._loop.call_soon(self._write)

    def _watch_for_room(self) -> None:
        sock = self._client.socket()
        if sock is not None and not self._is_watched_for_room:
            self._is_watched_for_room = True
            self._loop.add_writer(sock.fileno(), self._write)

    def has_written(self, sock: "paho.SocketLike") -> None:
        """There is nothing more to send."""
        self._inbound.unsent = 0
        if self._is_clogged:
            self._is_clogged = False
            self._next_read = self._loop.call_soon(self._read)  # the selector does not know of what was read already
        if self._is_watched_for_room:
            self._is_watched_for_room = False
            self._loop.remove_writer(sock.fileno())

    # ---------------------------------------------------------------- reading

    def _read(self) -> None:
        """Read what there is, up to a limit: the screen wants its turns."""
        sock = self._client.socket()
        before, acknowledged_before = self._inbound.bytes_read, self._inbound.acknowledged
        if sock is None:
            return
        if self._courtesy.gives_way():
            self._schedule(sock, self._loop.call_later(STEP, self._read))
            return
        try:
            is_drained = self._drain(sock)
        except Exception as error:  # noqa: BLE001  whatever a hostile packet makes paho raise: it would try it for ever
            self._on_error(error)
            return
        if self._client.socket() is sock:
            acknowledged = self._inbound.acknowledged - acknowledged_before
            self._go_on(sock, _pause(self._inbound.bytes_read - before, acknowledged), is_drained=is_drained)

    def _drain(self, sock: "paho.SocketLike") -> bool:
        """Whether all was read; TLS hands out a record at a time, WebSocket what one read brought."""
        is_plain = not isinstance(sock, ssl.SSLSocket | paho._WebsocketWrapper)  # noqa: SLF001  library_names
        begin, at_once = self._inbound.bytes_read, self._inbound.at_once
        for _ in range(_RECORDS):
            before, was_behind = self._inbound.bytes_read, self._inbound.is_behind
            is_open = self._client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS
            if not is_open or self._client.socket() is not sock:
                return True
            if self._inbound.lacks:  # paho reads; it says nothing of how much
                if is_plain or not sock.pending():  # type: ignore[attr-defined]  # those that are not plain have it
                    return True
                continue
            if self._inbound.is_behind:
                return False
            if was_behind:  # nothing was read this time
                continue
            if is_plain:
                return self._inbound.bytes_read - begin < at_once
            if self._inbound.bytes_read == before:
                return True
            if self._inbound.bytes_read - begin >= at_once:
                break
        return False

    def _go_on(self, sock: "paho.SocketLike", pause: float, *, is_drained: bool) -> None:
        """Decide when to read next; ``pause``: seconds for which the kernel may collect, if that is worth while."""
        now = self._loop.time()
        is_soon, self._free_at = now - self._free_at < _SOON, now
        next_read: asyncio.Handle | None = None
        if not self._inbound.lacks and self._inbound.is_backed_up:
            self._is_clogged = True
        elif not is_drained:  # the selector may not know of it
            next_read = self._loop.call_soon(self._read)
        elif pause and is_soon and not self._is_awaited():
            self._free_at += pause
            next_read = self._loop.call_later(pause, self._read)
        self._schedule(sock, next_read)

    def _schedule(self, sock: "paho.SocketLike", next_read: asyncio.Handle | None) -> None:
        """Read then, or else as soon as there is something, unless the server takes nothing from us."""
        was_watched, self._next_read = self._next_read is None, next_read
        is_watched = next_read is None and not self._is_clogged
        if was_watched and not is_watched:
            self._loop.remove_reader(sock.fileno())
        elif is_watched and not was_watched:
            self._loop.add_reader(sock.fileno(), self._read)

    # ---------------------------------------------------------------- writing

    def _write(self) -> None:
        self._next_write = None
        try:
            self._client.loop_write()
        except Exception as error:  # noqa: BLE001  as in _read
            self._on_error(error)
        if self._client.want_write():
            self._watch_for_room()

    def _keep_house(self) -> None:
        """Let paho look after keep alive, where it reads by itself."""
        if self._client.loop_misc() == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._housekeeping = self._loop.call_later(_HOUSEKEEPING, self._keep_house)


def _pause(size: int, acknowledged: int) -> float:
    """Seconds of gathering after a read of ``size`` bytes with so many messages of QoS 1 and 2."""
    if 0 < acknowledged < _WINDOW:
        return _WINDOW_GATHERING
    return 0 if not size else _GATHERING_LITTLE if size < _LITTLE else _GATHERING
