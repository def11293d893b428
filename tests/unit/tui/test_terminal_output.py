"""Writing to a terminal that reads when it likes."""

import os
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from mqtt_tui.tui.terminal_output import TerminalOutput

_MORE_THAN_IT_HOLDS = b"x" * 1_000_000


class Reader:
    """The other end of a pseudo-terminal."""

    def __init__(self) -> None:
        self.end, self.terminal = os.openpty()
        tty.setraw(self.terminal)
        self.emptied = threading.Event()
        self.output = TerminalOutput(self.terminal, self.emptied.set)
        self.output.start()

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += os.read(self.end, size - len(data))
        return data


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.output.close()
    os.close(reader.end)
    reader.output.join(5)
    os.close(reader.terminal)
    assert not reader.output.is_alive()


def test_all_arrives_in_order(reader: Reader) -> None:
    for number in range(1000):
        reader.output.write(b"%03d" % number)
    assert reader.read(3000) == b"".join(b"%03d" % number for number in range(1000))
    assert reader.output.wait(5)


def test_writing_never_waits_and_tells_when_there_is_room_again(reader: Reader) -> None:
    assert reader.output.is_empty()
    began = time.monotonic()
    reader.output.write(_MORE_THAN_IT_HOLDS)
    assert not reader.output.is_empty()
    assert not reader.output.wait(0.05)
    assert time.monotonic() - began < 1
    assert not reader.emptied.is_set()
    assert reader.read(len(_MORE_THAN_IT_HOLDS)) == _MORE_THAN_IT_HOLDS
    assert reader.emptied.wait(5)
    assert reader.output.is_empty()


def test_what_is_discarded_makes_room_for_the_last_words(reader: Reader) -> None:
    reader.output.write(_MORE_THAN_IT_HOLDS)
    assert not reader.output.wait(0.2)
    reader.output.discard()
    reader.output.write(b"goodbye")
    reader.output.close()
    assert reader.output.wait(5)
    left = b""
    while not left.endswith(b"goodbye"):
        left += os.read(reader.end, 1 << 20)
    assert left.endswith(b"x\x18goodbye")
    assert len(left) < len(_MORE_THAN_IT_HOLDS) // 10


def test_a_terminal_that_is_gone_is_no_trouble() -> None:
    reader, end = os.pipe()
    output = TerminalOutput(end, lambda: None)
    output.start()
    os.close(reader)
    output.write(b"nobody reads this")
    output.close()
    output.join(5)
    assert not output.is_alive()
    os.close(end)
