"""A terminal that reads slowly, or not at all, holds nothing up; and little is sent to it."""

import asyncio
import signal
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.escape_sequences import check_output
from tests.support.hostile_publisher import HostilePublisher, Stranger
from tests.support.mosquitto import Mosquitto, require_mosquitto
from tests.support.program import Program
from tests.support.terminal import Terminal
from tests.support.unread_terminal import KEEP_ALIVE, is_whole, survive_unread
from tests.terminal.conftest import OpenScreen
from tests.terminal.test_signals import is_as_before

_CRASHING = Path(__file__).with_name("crashing_program.py")
_HELLO = [Stranger(b"hello", b"world")]


async def test_unread_for_a_while_the_program_goes_on_and_then_shows_everything(
    screen: OpenScreen, tmp_path: Path
) -> None:
    require_mosquitto()
    with Mosquitto(tmp_path) as broker:
        async with screen(broker.url, "--keepalive", str(KEEP_ALIVE)) as terminal:
            await survive_unread(terminal, broker, seconds=1.6 * KEEP_ALIVE)
            terminal.press("ctrl+q")
            assert await terminal.exit_code() == 0
            check_output(bytes(terminal.output))


@asynccontextmanager
async def _stuck(terminal: Terminal) -> AsyncIterator[None]:
    """Let the terminal hang once it shows something, with more to read than it holds."""
    await terminal.wait_for("hello  world")
    terminal.stop_reading()
    for _ in range(20):
        terminal.press("ctrl+l")
        await asyncio.sleep(0.02)
    yield
    terminal.read_on()


async def test_it_ends_at_once_though_the_terminal_never_reads_again(screen: OpenScreen) -> None:
    async with HostilePublisher() as broker, screen(broker.url) as terminal:
        await broker.deliver(_HELLO)
        async with _stuck(terminal):
            terminal.send_signal(signal.SIGTERM)
            assert await terminal.wait_ended(seconds=3) == 143
            assert broker.said_goodbye
        assert await terminal.exit_code() == 143
        assert is_as_before(bytes(terminal.output))  # for a terminal that reads on when nobody is left


async def test_a_crash_behind_a_terminal_that_hangs_ends_it_too(program: Program) -> None:
    async with HostilePublisher() as broker:
        command = (sys.executable, str(_CRASHING), broker.url)
        async with Terminal(*command, environment=program.environment) as terminal:
            await terminal.wait_for("No message yet")
            terminal.stop_reading()
            for _ in range(20):
                terminal.press("ctrl+l")
                await asyncio.sleep(0.02)
            await broker.deliver(_HELLO)
            assert await terminal.wait_ended(seconds=5) == 1
            terminal.read_on()
            await terminal.exit_code()
            assert is_as_before(bytes(terminal.output))
            assert b"This should not have happened" in terminal.output


async def test_suspended_while_the_terminal_hangs_it_comes_back_whole(screen: OpenScreen) -> None:
    async with HostilePublisher() as broker, screen(broker.url) as terminal:
        await broker.deliver(_HELLO)
        async with _stuck(terminal):
            terminal.press("ctrl+z")
            await terminal.wait_stopped(seconds=3)
        terminal.send_signal(signal.SIGCONT)
        await broker.deliver([Stranger(b"hello", b"again")])
        await terminal.wait_for("hello  again", "help")
        await is_whole(terminal)


async def test_the_demo_sends_less_than_20_kb_a_second(screen: OpenScreen) -> None:
    async with screen("demo") as terminal:
        await terminal.wait_for("factory", "msg/s")
        await asyncio.sleep(1)  # the tree opens
        sent = []
        for _ in range(5):
            before = len(terminal.output)
            await asyncio.sleep(1)
            sent.append(len(terminal.output) - before)
        assert 100 < statistics.median(sent) < 20_000
        await is_whole(terminal)
