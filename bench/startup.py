"""How long the user waits for the first sign of life."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.result import Result, milliseconds
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

_ROUNDS = 5


async def startup(home: Path) -> list[Result]:
    """Medians over a few starts."""
    program = Program(home)
    environment = program.environment | {"COLORTERM": "truecolor"}

    async def command(*arguments: str) -> float:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            COMMAND, *arguments, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        assert await process.wait() == 0
        return time.perf_counter() - began

    async def screen(text: bytes, *arguments: str) -> float:
        began = time.perf_counter()
        async with Terminal(COMMAND, *arguments, environment=environment) as terminal:
            await terminal.wait_until(lambda: text in terminal.output, repr(text))
            return time.perf_counter() - began

    async def typical(times: Sequence[float]) -> str:
        return milliseconds(median(times))

    return [
        Result("mqtt-tui --version", await typical([await command("--version") for _ in range(_ROUNDS)]), "≤ 100 ms"),
        Result("mqtt-tui --help", await typical([await command("--help") for _ in range(_ROUNDS)]), "≤ 100 ms"),
        Result("first paint", await typical([await screen(b"Quick connect") for _ in range(_ROUNDS)]), "≤ 300 ms"),
        Result(
            "mqtt-tui demo to the first topics",
            await typical([await screen(b"building", "demo") for _ in range(_ROUNDS)]),
            "≤ 2,000 ms",
        ),
    ]


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
