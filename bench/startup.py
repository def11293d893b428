"""How long the user waits for the first sign of life."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from statistics import median

from bench import bare_app
from bench.result import Result, at_most, milliseconds
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

_ROUNDS = 9
_UNREACHABLE = "mqtt://127.0.0.1:1"
_GOALS = {
    "mqtt-tui --version": 0.1,
    "mqtt-tui --help": 0.1,
    "first paint": 0.3,
    "mqtt-tui demo to the first topics": 2.0,
}
"""Seconds."""


async def startup(home: Path) -> list[Result]:
    """Medians over a few starts, which take turns; all modules are compiled, as in an installed program."""
    environment = Program(home).environment | {
        "COLORTERM": "truecolor",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(home / "compiled"),
    }

    async def run(*arguments: str) -> float:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            COMMAND, *arguments, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == 0
        return time.perf_counter() - began

    async def show(text: bytes, *command: str) -> float:
        began = time.perf_counter()
        async with Terminal(*command, environment=environment) as terminal:
            await terminal.wait_until(lambda: text in terminal.output, repr(text))
            return time.perf_counter() - began

    times = await _medians(
        {
            "mqtt-tui --version": lambda: run("--version"),
            "mqtt-tui --help": lambda: run("--help"),
            "a bare Textual app, first paint": lambda: show(b"nothing else", sys.executable, bare_app.__file__),
            "first paint": lambda: show(b"Quick connect", COMMAND),
            "mqtt-tui URL, first paint": lambda: show(_UNREACHABLE.encode(), COMMAND, _UNREACHABLE),
            "mqtt-tui demo to the first topics": lambda: show(b"building", COMMAND, "demo"),
        }
    )
    return [
        at_most(name, seconds, _GOALS[name], milliseconds) if name in _GOALS else Result(name, milliseconds(seconds))
        for name, seconds in times.items()
    ]


async def _medians(starts: Mapping[str, Callable[[], Awaitable[float]]]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(1 + _ROUNDS):
        for name, start in starts.items():
            times[name].append(await start())
    return {name: median(seconds[1:]) for name, seconds in times.items()}  # the first start compiles


async def demo_output(home: Path) -> list[Result]:
    """What the demo sends to the terminal while nobody presses a key."""
    environment = Program(home).environment | {"COLORTERM": "truecolor"}
    async with Terminal(COMMAND, "demo", environment=environment, columns=120, rows=40) as terminal:
        await terminal.wait_for("factory")
        await asyncio.sleep(5)
        before = len(terminal.output)
        await asyncio.sleep(10)
        return [
            Result(
                "demo at 120×40, sent to the terminal", f"{(len(terminal.output) - before) / 1e4:.0f} kB/s", "≤ 20 kB/s"
            )
        ]
