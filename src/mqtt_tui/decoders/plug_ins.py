"""Decoders of others, run where they can stop nothing (hazards: one that raises, hangs, returns a gigabyte)."""

import os
import select
import subprocess
import sys
import threading
import time

import msgspec

from mqtt_tui import processes
from mqtt_tui.decoders.base import LONGEST_ROW, Decoded, Line, NotDecodable
from mqtt_tui.decoders.plug_in_frames import LARGEST_ANSWER, LENGTH_BYTES, Answer, framed, request_of, token_of
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.text.display_text import display_text

PATIENCE = 2.0
"""Seconds that a decoder may take; the start of its process takes some of them once."""
_OFTEN = 3
"""Times that a plug-in may have to be ended, until it is not asked any more."""


class PlugIns:
    """The decoders of one registry that others wrote; used from any thread, one message at a time.

    Args:
        entries: names and values of their entry points.
    """

    def __init__(self, entries: list[tuple[str, str]]) -> None:
        self.entries = entries
        self.faults: dict[str, str] = {}
        """By name, what one did last that it must not; safe to show."""
        self._ended = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def read(self, message: ApplicationMessage, wanted: str = "") -> tuple[int, Decoded]:
        """How sure they are of it, and how it reads; blocks, for ``PATIENCE`` at most.

        Args:
            message: what to read.
            wanted: the decoder to read it with; empty: the surest of them.

        Raises:
            NotDecodable: none reads it, or the one that was wanted does not; why.
        """
        with self._one_at_a_time:
            answer = self._ask(framed(request_of(message, self.entries, wanted)), wanted)
        for name, reason in answer.faults.items():
            self.faults[name] = _printable(reason)
        if not answer.read_as:
            why = answer.declined or next(iter(answer.faults.values()), "no plug-in reads it")
            raise NotDecodable(_printable(why))
        lines = [tuple((token_of(token), _safe(text)) for token, text in line) for line in answer.lines]
        return answer.confidence, Decoded(_safe(answer.read_as), [*map(_cut, lines)], _printable(answer.note))

    def end(self) -> None:
        """End their process; the next message starts it again."""
        process, self._process = self._process, None
        if process is not None:
            processes.end(process)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def _ask(self, request: bytes, wanted: str) -> Answer:
        if self._ended >= _OFTEN:
            raise NotDecodable("plug-ins had to be ended too often; they are not asked any more")
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = _started()
        until = time.monotonic() + PATIENCE
        try:
            _send(self._process, request, until)
            size = int.from_bytes(_receive(self._process, LENGTH_BYTES, until))
            if size > LARGEST_ANSWER:
                raise _Trouble(f"it answered with {size:,} bytes")
            return msgspec.msgpack.decode(_receive(self._process, size, until), type=Answer)
        except (_Trouble, OSError, msgspec.MsgspecError) as error:
            self._ended += 1
            self.end()
            who = f"the decoder {display_text(wanted)}" if wanted else "a plug-in"
            self.faults[wanted or "plug-ins"] = f"{who} was ended: {error}"
            raise NotDecodable(f"{who} was ended: {error}") from None


class _Trouble(Exception):
    """The process of the plug-ins is of no use any more; safe to show."""


def _started() -> subprocess.Popen[bytes]:
    # -P: what lies in the current folder is not imported.
    command = [sys.executable, "-P", "-m", "mqtt_tui.decoders.plug_in_process"]
    process = processes.start(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        has_own_session=True,
    )
    assert process.stdin is not None  # noqa: S101  as asked for
    assert process.stdout is not None  # noqa: S101
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _send(process: subprocess.Popen[bytes], data: bytes, until: float) -> None:
    assert process.stdin is not None  # noqa: S101  as started
    number, at = process.stdin.fileno(), 0
    while at < len(data):
        _wait(([], [number]), until)
        at += os.write(number, data[at : at + select.PIPE_BUF])


def _receive(process: subprocess.Popen[bytes], size: int, until: float) -> bytes:
    assert process.stdout is not None  # noqa: S101  as started
    number, received = process.stdout.fileno(), bytearray()
    while len(received) < size:
        _wait(([number], []), until)
        piece = os.read(number, min(size - len(received), 1 << 16))
        if not piece:
            raise _Trouble("it ended its process")
        received += piece
    return bytes(received)


def _wait(streams: tuple[list[int], list[int]], until: float) -> None:
    left = until - time.monotonic()
    if left <= 0 or not any(select.select(*streams, [], left)):
        raise _Trouble(f"it took longer than {PATIENCE:g} s")


def _safe(text: str) -> str:
    return text if text.isascii() and text.isprintable() else display_text(text)


def _printable(text: str) -> str:
    """Words that should be safe to show, and may be made of such that are already."""
    return text if text.isprintable() else display_text(text)


def _cut(line: Line) -> Line:
    """A row that a widget can paint."""
    room, spans = LONGEST_ROW, []
    for token, text in line:
        if room > 0:
            spans.append((token, text[:room]))
            room -= len(text)
    return tuple(spans)
