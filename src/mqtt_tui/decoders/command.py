"""A program as a decoder: bytes in, text out, for a limited time."""

import os
import select
import subprocess
import time
from collections.abc import Sequence

from mqtt_tui import processes
from mqtt_tui.decoders.base import Decoded, NotDecodable
from mqtt_tui.decoders.plain_text import TextLines
from mqtt_tui.text.display_text import display_text

PATIENCE = 2.0
"""Seconds that it may take."""
LARGEST = 4 << 20
"""Bytes of its text that are taken."""
_LONGEST_REASON = 200


def read_with(command: Sequence[str], payload: bytes) -> Decoded:
    """What ``command`` writes when it gets ``payload``; blocks, for ``PATIENCE`` at most.

    Raises:
        NotDecodable: it cannot be run, takes too long, fails, or writes no text.
    """
    name = display_text(command[0])
    try:
        process = processes.start(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, has_own_session=True
        )
    except (OSError, ValueError) as error:
        raise NotDecodable(f"{name} cannot be run: {getattr(error, 'strerror', None) or error}") from None
    with process:
        try:
            out, said = _exchange(process, payload, name)
            if len(out) < LARGEST and process.wait(PATIENCE):
                raise NotDecodable(f"{name} failed ({process.returncode}){said}")
        except subprocess.TimeoutExpired:
            raise NotDecodable(f"{name} does not end") from None
        finally:
            processes.end(process)
    try:
        text = out.decode("utf-8", "strict" if len(out) < LARGEST else "ignore")
    except UnicodeDecodeError as error:
        raise NotDecodable(f"{name} wrote no UTF-8 text (byte {error.start:,})") from None
    cut = f" The first {LARGEST >> 20} MiB of what it wrote are shown." if len(out) >= LARGEST else ""
    return Decoded(f"| {name}", TextLines(text.removesuffix("\n")), f"Read by {name}.{cut}")


def _exchange(process: subprocess.Popen[bytes], payload: bytes, name: str) -> tuple[bytes, str]:
    """Give it all and take what it writes; its first words of complaint behind a colon."""
    assert process.stdin is not None  # noqa: S101  as started
    assert process.stdout is not None  # noqa: S101
    assert process.stderr is not None  # noqa: S101
    stdin, stdout, stderr = (stream.fileno() for stream in (process.stdin, process.stdout, process.stderr))
    os.set_blocking(stdin, False)
    got: dict[int, bytearray] = {stdout: bytearray(), stderr: bytearray()}
    reading, at, until = [stdout, stderr], 0, time.monotonic() + PATIENCE
    if not payload:
        process.stdin.close()
    while reading and len(got[stdout]) < LARGEST:
        left = until - time.monotonic()
        writing = [stdin] if at < len(payload) else []
        readable, writable, _ = select.select(reading, writing, [], max(0.0, left))
        if left <= 0 or not (readable or writable):
            processes.end(process)
            raise NotDecodable(f"{name} took longer than {PATIENCE:g} s")
        if writable:
            at = _given(stdin, payload, at)
            if at >= len(payload):
                process.stdin.close()
        for number in readable:
            piece = os.read(number, 1 << 16)
            got[number] += piece[: max(0, LARGEST - len(got[number]))]
            if not piece:
                reading.remove(number)
    words = " ".join(got[stderr][:_LONGEST_REASON].decode("utf-8", "replace").split())
    return bytes(got[stdout]), f": {display_text(words)}" if words else ""


def _given(stdin: int, payload: bytes, at: int) -> int:
    try:
        return at + os.write(stdin, payload[at : at + select.PIPE_BUF])
    except BrokenPipeError:  # it wants no more, as head does
        return len(payload)
