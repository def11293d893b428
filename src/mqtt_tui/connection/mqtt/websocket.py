"""WebSocket frames taken apart in bulk (RFC 6455)."""

# ruff: noqa: SLF001  the private names are those of library_names

import struct
from contextlib import suppress

from paho.mqtt import client as paho

_FIN, _CONTROL = 0x80, 0x08
_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
_WHOLE, _LAST = _FIN | _BINARY, _FIN | _CONTINUATION

_CLOSE_CODES = {
    1000: "normal closure",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1007: "invalid data",
    1008: "policy violation",
    1009: "message too big",
    1010: "extension missing",
    1011: "internal error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
}
"""RFC 6455, 7.4.1, and the registry that it set up."""
_PROTOCOL_ERROR, _UNSUPPORTED_DATA = 1002, 1003

_MOST_WITHOUT_DATA = 262_144
"""Bytes; then the loop gets its turn, though there is more to read: only a hostile server sends as many pings."""

_long_length = struct.Struct("!Q").unpack_from


class WebSocketBroken(ConnectionAbortedError):
    """The server breaks the rules of WebSocket, or of MQTT over it; nothing more can be read.

    Args:
        what: it sent.
        close_code: to tell it (RFC 6455, 7.4.1).
    """

    def __init__(self, what: str, close_code: int = _PROTOCOL_ERROR) -> None:
        super().__init__(f"it sent {what}")
        self.close_code = close_code


class BulkWebSocket(paho._WebsocketWrapper):
    """Paho's WebSocket, which reads three times for each frame, with reading of our own: once for all that are there.

    Frames mean nothing to MQTT, a packet may span several of them (MQTT 5.0, 6.0). So what has come of a frame is
    handed on at once, and nothing is held but the beginning of a header or of a control frame.

    A ping is answered behind the frame that paho is sending. Where the system takes nothing more, the answer waits for
    the next ``recv`` or ``send``; of several that wait only the latest is sent (RFC 6455, 5.5.3).
    """

    # No __init__: paho's shakes hands.
    closed_because = ""
    """Code and reason of the server's close frame, in its words: not fit to be shown as they are. Empty: none came."""

    _kept = b""  # the beginning of a header or of a control frame
    _left = 0  # bytes of the latest data frame that are still to come
    _final = _WHOLE  # first byte of the frame that ends the present message, or is all of the next one
    _is_over = False
    _fault: WebSocketBroken | None = None
    _goodbye: tuple[int, bytes] | None = None  # the close frame to send when all is read
    _due: tuple[int, bytes] | None = None  # the control frame to send next
    _unsent: bytes | bytearray = b""  # what is left of a control frame whose beginning may have been sent

    def recv(self, size: int) -> bytes:
        """The data of the next frames, up to ``size`` bytes, in one read of the socket below if there is any.

        Empty at the end, whether the server closed the WebSocket or what is below. What came before the end, or before
        a fault, is handed on first.

        Raises:
            WebSocketBroken: also from each further call.
            OSError: what the socket below raises, such as BlockingIOError or, with TLS, SSLWantReadError.
        """
        without_data = 0
        while without_data < _MOST_WITHOUT_DATA:
            if self._is_over:
                return self._end()
            read = self._socket.recv(size)
            if not read:
                return b""
            data = self._take_apart(self._kept + read)
            self._answer_soon()
            if data:
                return data
            without_data += len(read)
        raise BlockingIOError

    def send(self, data: bytes | bytearray) -> int:
        """As paho's, but never between the parts of a control frame.

        Raises:
            OSError: what the socket below raises, such as BlockingIOError.
        """
        if not self._sendbuffer:
            self._answer()
        sent = super().send(data)
        self._answer_soon()
        return sent

    # ---------------------------------------------------------------- frames

    def _take_apart(self, data: bytes) -> bytes:
        """What the data frames in ``data`` carry: 0.15 us for a frame of 100 bytes."""
        end = len(data)
        if self._left >= end:
            self._left -= end
            return data
        at, final = self._left, self._final
        parts = [data[:at]]
        append = parts.append
        try:
            while True:
                head, length, start = data[at], data[at + 1], at + 2
                if head != final and head != final ^ _FIN:
                    stop = self._take_control(data, at, head, length)
                    if stop == at:
                        break
                    at = stop
                    continue
                if length > 125:
                    if length == 126:
                        length, start = data[at + 2] << 8 | data[at + 3], at + 4
                    else:
                        length, start = _length_of_large(data, at, length), at + 10
                final = _WHOLE if head >= _FIN else _LAST
                at = start + length
                append(data[start:at])
        except (IndexError, struct.error):  # the header goes on in the next read
            pass
        except WebSocketBroken as fault:
            self._fault, self._is_over = fault, True
            self._goodbye = _CLOSE, fault.close_code.to_bytes(2)
        self._final = final
        self._left, self._kept = max(at - end, 0), data[at:]
        return b"".join(parts)

    def _take_control(self, data: bytes, at: int, head: int, length: int) -> int:
        """Take the control frame at ``at``; where it ends, ``at`` if it is not all there or nothing follows it.

        Raises:
            WebSocketBroken: it is none, or one that must not be.
        """
        _check_control(head, length)
        stop = at + 2 + length
        if stop > len(data):
            return at
        body = data[at + 2 : stop]
        if head == _FIN | _PING:
            self._due = _PONG, body
        elif head == _FIN | _CLOSE:
            self.closed_because = _close_words(body)
            self._goodbye, self._is_over = (_CLOSE, body[:2]), True
            return at
        return stop

    def _end(self) -> bytes:
        """Answer the server's close frame, or tell it that it is at fault, and say that this is the end."""
        self._due, self._goodbye = self._goodbye, None
        self._answer_soon()
        if self._fault is not None:
            raise self._fault
        return b""

    # ---------------------------------------------------------------- answers

    def _answer_soon(self) -> None:
        """Send what is due, unless a frame of paho's is on its way; whatever hinders it, the next one will see."""
        if (self._due or self._unsent) and not self._sendbuffer:
            with suppress(OSError):
                self._answer()

    def _answer(self) -> None:
        """Send what is due, whole.

        Raises:
            OSError: what the socket below raises, such as BlockingIOError, also where it has taken a part.
        """
        while self._unsent or self._due:
            if self._due and not self._unsent:
                opcode, body = self._due
                self._unsent, self._due = self._create_frame(opcode, bytearray(body)), None
            self._unsent = self._unsent[self._socket.send(self._unsent) :]


def _length_of_large(data: bytes, at: int, length: int) -> int:
    """The length of the frame at ``at``, which has one of 64 bits (RFC 6455, 5.2).

    Raises:
        struct.error: it is not all there.
        WebSocketBroken: it has none.
    """
    if length != 127:
        raise WebSocketBroken("a masked frame")
    (large,) = _long_length(data, at + 2)
    if large >> 63:
        raise WebSocketBroken("a frame of an impossible length")
    return int(large)


def _check_control(head: int, length: int) -> None:
    """Raises WebSocketBroken where a frame that begins with these two bytes must not be."""
    opcode = head & 0x0F
    if head & 0x70:
        raise WebSocketBroken(f"a frame with reserved bits (0x{head:02x})")
    if opcode == _TEXT:
        raise WebSocketBroken("a text frame, where MQTT needs binary ones", _UNSUPPORTED_DATA)
    if opcode == _BINARY:
        raise WebSocketBroken("a new message in the middle of another one")
    if opcode == _CONTINUATION:
        raise WebSocketBroken("the continuation of no message")
    if opcode not in (_CLOSE, _PING, _PONG):
        raise WebSocketBroken(f"a frame of unknown kind (0x{opcode:x})")
    if length & 0x80:
        raise WebSocketBroken("a masked frame")
    if length > 125 or not head & _FIN:
        raise WebSocketBroken("a control frame that is too long or in fragments")


def _close_words(body: bytes) -> str:
    """What a close frame says (RFC 6455, 5.5.1)."""
    if len(body) == 1:
        raise WebSocketBroken("a close frame with half a code")
    if not body:
        return "WebSocket close without a code"
    code, reason = int.from_bytes(body[:2]), body[2:].decode("utf-8", "surrogateescape")
    name = f" ({_CLOSE_CODES[code]})" if code in _CLOSE_CODES else ""
    return f"WebSocket close code {code}{name}" + (f": {reason}" if reason else "")
