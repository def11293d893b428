"""A client's socket: bytes in, packets out."""

import asyncio
from collections.abc import Callable

from mqtt_tui.demo.broker.conversation import Conversation
from mqtt_tui.demo.broker.packets import KEEP_ALIVE_TIMEOUT, ClientFault, PacketSplitter
from mqtt_tui.demo.broker.router import Router
from mqtt_tui.model.reason_code import ReasonCode

_READ_AT_ONCE = 32 * 1024
"""Bytes: a flooding client holds the loop for a few milliseconds at a time, no longer."""
_WRITE_AT_ONCE = 64 * 1024
_GRACE = 1.5  # times the keep alive (MQTT 5.0, 3.1.2.10)


class Connection(asyncio.BufferedProtocol):
    """Reads packets for a ``Conversation`` and writes what it answers.

    What is sent within one turn of the loop leaves in one write. A client that does not read is not read either,
    so that what waits for it stays bounded.

    Args:
        router: of the broker.
        ended: called with the connection when its socket is closed.
        is_surplus: there are too many already; it is closed at once.
    """

    def __init__(self, router: Router, ended: Callable[["Connection"], None], *, is_surplus: bool) -> None:
        self._router = router
        self._ended = ended
        self._is_surplus = is_surplus
        self._loop = asyncio.get_running_loop()
        self._conversation = Conversation(router, self)
        self._splitter = PacketSplitter(router.limits)
        self._buffer = bytearray(_READ_AT_ONCE)
        self._pending = bytearray()
        self._heard_at = router.clock()
        self._transport: asyncio.Transport | None = None

    @property
    def is_backed_up(self) -> bool:
        """More is unsent than the limit allows."""
        unsent = len(self._pending)
        if self._transport is not None:
            unsent += self._transport.get_write_buffer_size()
        return unsent >= self._router.limits.outgoing_bytes

    def send(self, packet: bytes) -> None:
        """Send ``packet`` with what else is sent in this turn of the loop."""
        if self._transport is None or self._transport.is_closing():
            return
        self._router.counters.messages_sent += 1
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending += packet
        if len(self._pending) >= _WRITE_AT_ONCE:
            self._flush()

    def hang_up(self) -> None:
        """Close after what was sent; a client that does not fetch it in time is cut off."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            self._flush()
            transport.close()
            self._loop.call_later(self._router.limits.close_timeout, transport.abort)

    def end(self, reason_code: ReasonCode) -> None:
        """The broker ends the connection."""
        self._conversation.end(reason_code)

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    def check_time(self, now: float) -> None:
        """End it where the client broke its promise to speak, or never began to."""
        if not self._conversation.is_open:
            if now - self._heard_at > self._router.limits.connect_timeout:
                self.abort()
        elif self._conversation.keep_alive and now - self._heard_at > _GRACE * self._conversation.keep_alive:
            self.end(KEEP_ALIVE_TIMEOUT)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (asyncio)."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  what a server's socket has
        transport.set_write_buffer_limits(high=self._router.limits.outgoing_bytes)
        self._transport = transport
        if self._is_surplus:
            transport.abort()

    def get_buffer(self, _sizehint: int) -> bytearray:
        """Where the next bytes go (asyncio)."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Bytes came (asyncio)."""
        counters = self._router.counters
        counters.bytes_received += nbytes
        if self._conversation.is_open:  # time for CONNECT is not won with single bytes
            self._heard_at = self._router.clock()
        try:
            for head, body in self._splitter.feed(memoryview(self._buffer)[:nbytes]):
                counters.messages_received += 1
                self._conversation.take(head, body)
                if self._transport is None or self._transport.is_closing():
                    return
        except ClientFault as fault:
            self._conversation.end(fault.reason_code)

    def eof_received(self) -> bool:
        """The client closed its side: so do we (asyncio)."""
        return False

    def pause_writing(self) -> None:
        """The client reads too slowly (asyncio)."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It has caught up (asyncio)."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
            self._conversation.resume()

    def connection_lost(self, _exc: Exception | None) -> None:
        """The socket is closed (asyncio)."""
        self._transport = None
        self._conversation.lost()
        self._ended(self)

    def _flush(self) -> None:
        if self._pending and self._transport is not None and not self._transport.is_closing():
            self._router.counters.bytes_sent += len(self._pending)
            self._transport.write(bytes(self._pending))
        self._pending.clear()
