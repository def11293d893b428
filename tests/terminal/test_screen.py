"""The screen in a real terminal: start, sizes, surroundings, a broker that dies, copying."""

import base64
import random
import re
from pathlib import Path

from tests.support.escape_sequences import check_output, copied
from tests.support.mosquitto import Mosquitto, require_mosquitto
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal
from tests.terminal.conftest import OpenScreen


async def test_the_demo_shows_a_live_site_and_survives_every_size(screen: OpenScreen) -> None:
    async with screen("demo") as terminal:
        await terminal.wait_for("factory", "building", "msg/s", seconds=5)  # two seconds on a quiet machine
        terminal.press("/")
        await terminal.wait_for("words of the topic")
        terminal.type("press-05")
        await terminal.wait_for('config R  {"name":"press-05', "status R  online", "age ?")
        await _select(terminal, "config R")
        await terminal.wait_for('"vlan": 17')
        await terminal.wait_until(lambda: re.search(r"temperature  \d\d\.\d", terminal.text) is not None, "a number")
        terminal.press("escape")
        await terminal.wait_for("building")

        sizes = random.Random(5)
        for _ in range(60):
            terminal.resize(sizes.randrange(1, 240), sizes.randrange(1, 70))
        for columns, rows in ((1, 1), (500, 200), (2, 60), (300, 1), (120, 40)):
            terminal.resize(columns, rows)
            before = len(terminal.output)
            await terminal.wait_until(lambda before=before: len(terminal.output) > before, "a repaint")  # type: ignore[misc]
        await terminal.wait_for("factory", "msg/s", "help")
        terminal.press("?")
        await terminal.wait_for("what do you want to do?")

        terminal.press("escape", "ctrl+q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output))


async def test_no_colour_and_a_poor_locale_are_respected(screen: OpenScreen) -> None:
    async with screen("demo", NO_COLOR="1", LANG="C", LC_ALL="C") as terminal:
        await terminal.wait_for("factory", "msg/s")
        terminal.press("down", "right", "q")
        assert await terminal.exit_code() == 0
        check_output(bytes(terminal.output))
        colours = {cell.fg for row in terminal.screen.buffer.values() for cell in row.values()} - {"default"}
        assert all(len(set(zip(colour[::2], colour[1::2], strict=True))) == 1 for colour in colours), "greys only"


async def test_without_a_fit_terminal_one_line_says_so(screen: OpenScreen, program: Program, tmp_path: Path) -> None:
    async with screen("demo", TERM="dumb") as terminal:
        assert await terminal.exit_code() == 2
        assert "TERM" in terminal.text
        assert b"\x1b[?1049h" not in terminal.output
    for stream in (1, 2):
        command = f'exec "$0" demo {stream}>"$1"'
        target = str(tmp_path / f"stream-{stream}")
        async with Terminal("/bin/sh", "-c", command, COMMAND, target, environment=program.environment) as terminal:
            assert await terminal.exit_code() == 2
            said = _read(target) + terminal.text
            assert len([line for line in said.splitlines() if line.startswith("mqtt-tui: ")]) == 1
            assert b"\x1b" not in terminal.output
            assert "\x1b" not in said


async def test_a_broker_that_dies_is_waited_for_and_the_gap_is_told(screen: OpenScreen, tmp_path: Path) -> None:
    require_mosquitto()
    payload = '{"größe": "71.3", "esc": "\u001b[31m"}'.encode()
    with Mosquitto(tmp_path / "mosquitto") as broker:
        broker.publish("plant/kept", payload, "-r")
        async with screen(broker.url) as terminal:
            await terminal.wait_for("kept", "●")
            broker.kill()
            await terminal.wait_for("disconnected, next attempt in")
            broker.start()
            terminal.press("ctrl+r")
            await terminal.wait_for("● mqtt://", "Connected again after", "may be missing")
            await terminal.wait_until(lambda: "Sending SUBACK" in broker.log().rpartition("mosquitto version")[2])
            broker.publish("plant/fresh", payload)
            await terminal.wait_for("fresh")

            await _select(terminal, "fresh")
            terminal.press("2")
            await terminal.wait_for("wrap")  # the keys of the message
            terminal.press("y")
            await terminal.wait_for("Copied payload")
            assert copied(bytes(terminal.output)) == [base64.b64encode(payload).decode()]
            terminal.press("ctrl+q")
            assert await terminal.exit_code() == 0
            check_output(bytes(terminal.output), copies=True)


async def _select(terminal: Terminal, name: str) -> None:
    """Put the cursor on the row that shows ``name``, with the mouse."""
    terminal.click(*terminal.find(name))
    await terminal.wait_until(lambda: any("▌" in line and name in line for line in terminal.lines), f"{name} selected")


def _read(file: str) -> str:
    return Path(file).read_text()
