"""However the program ends, the terminal is as it was before and the broker was told goodbye."""

import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.escape_sequences import check_output
from tests.support.hostile_publisher import HostilePublisher, Stranger
from tests.support.program import Program
from tests.support.terminal import Terminal
from tests.terminal.conftest import OpenScreen

_CRASHING = Path(__file__).with_name("crashing_program.py")
_HELLO = [Stranger(b"hello", b"world")]


def is_as_before(output: bytes) -> bool:
    """Whether every mode that was switched on for the screen is off again, and the cursor is seen."""
    on = [output.rfind(b"\x1b[?%dh" % mode) for mode in (1000, 1003, 1006, 1049, 2004)]
    off = [output.rfind(b"\x1b[?%dl" % mode) for mode in (1000, 1003, 1006, 1049, 2004)]
    hidden, shown = output.rfind(b"\x1b[?25l"), output.rfind(b"\x1b[?25h")
    return all(0 <= a < b for a, b in zip([*on, hidden], [*off, shown], strict=True))


@pytest.mark.parametrize(
    ("end", "exit_code"),
    [
        pytest.param(lambda terminal: terminal.send_signal(signal.SIGTERM), 143, id="SIGTERM"),
        pytest.param(lambda terminal: terminal.send_signal(signal.SIGHUP), 129, id="SIGHUP"),
        pytest.param(lambda terminal: terminal.send_signal(signal.SIGINT), 130, id="SIGINT"),
        pytest.param(lambda terminal: terminal.press("ctrl+c"), 0, id="ctrl+c"),
    ],
)
async def test_the_terminal_is_restored_and_the_broker_told(
    screen: OpenScreen, end: Callable[[Terminal], None], exit_code: int
) -> None:
    async with HostilePublisher() as broker, screen(broker.url) as terminal:
        await broker.deliver(_HELLO)
        await terminal.wait_for("hello  world")
        assert not is_as_before(bytes(terminal.output))
        end(terminal)
        assert await terminal.exit_code() == exit_code
        assert is_as_before(bytes(terminal.output))
        check_output(bytes(terminal.output))
        assert broker.said_goodbye  # DISCONNECT: the broker publishes no will


async def test_suspended_it_gives_the_terminal_back_and_comes_again(screen: OpenScreen) -> None:
    async with HostilePublisher() as broker, screen(broker.url) as terminal:
        await broker.deliver(_HELLO)
        await terminal.wait_for("hello  world")
        terminal.press("ctrl+z")
        await terminal.wait_stopped()
        assert is_as_before(bytes(terminal.output))

        await broker.deliver([Stranger(b"hello", b"again")])
        terminal.send_signal(signal.SIGCONT)
        await terminal.wait_for("hello  again", "help")
        assert not is_as_before(bytes(terminal.output))
        terminal.press("ctrl+q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output))


async def test_a_crash_leaves_a_line_and_a_report_without_secrets(program: Program) -> None:
    environment = program.environment | {"MQTT_TUI_PASSWORD": "C4N4RY-password", "COLORTERM": "truecolor"}
    async with HostilePublisher() as broker:
        command = (sys.executable, str(_CRASHING), broker.url, "-u", "ops")
        async with Terminal(*command, environment=environment) as terminal:
            await broker.deliver([Stranger(b"hello", b"C4N4RY-payload")])
            assert await terminal.exit_code() == 1
    output = bytes(terminal.output)
    assert is_as_before(output)
    check_output(output)
    said = output[output.rfind(b"\x1b") :].decode()
    assert "This should not have happened (RuntimeError)" in said
    assert "Traceback" not in output.decode()
    (report,) = _reports(program.home)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "apply_frame" in report.read_text()
    assert "C4N4RY" not in report.read_text() + said
    assert b"C4N4RY-password" not in output


def _reports(home: Path) -> list[Path]:
    return list((home / "data").glob("crash-*"))
