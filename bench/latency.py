"""From a key press to the cells that answer it, in the real program under load."""

import asyncio
import random
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.result import Result, milliseconds, percentile
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

TOPICS = 100_000
RATES = (0, 5_000)
_KEYS = 100
_COLUMNS, _ROWS = 200, 50
_GOAL = 0.050
_WARM = 2.0
"""Seconds of the new rate before the first key."""


async def key_to_paint(home: Path) -> list[Result]:
    """Median and 95th percentile, for both versions of the protocol at each rate."""
    results: list[Result] = []
    for version, title in (("5", "MQTT 5"), ("311", "MQTT 3.1.1")):
        async with loaded(home, version) as (terminal, load):
            for rate in RATES:
                assert load.stdin is not None
                load.stdin.write(b"%d\n" % rate)
                await load.stdin.drain()
                await asyncio.sleep(_WARM)
                before, began = len(terminal.output), time.perf_counter()
                times = [await paint_time(terminal, key) for key in _keys()]
                shown = (len(terminal.output) - before) / (time.perf_counter() - began)
                what = f"key to paint, {TOPICS:,} topics, {rate:,} msg/s, {title}"
                goal = f"median ≤ {_GOAL * 1e3:.0f} ms" if rate else ""
                figure = f"{milliseconds(percentile(times, 0.5))} (p95 {milliseconds(percentile(times, 0.95))})"
                results += [
                    Result(what, figure, goal),
                    Result("… received, as the header says", received(terminal)),
                    Result("… sent to the terminal", f"{shown / 1e3:.0f} kB/s"),
                ]
    return results


@asynccontextmanager
async def loaded(home: Path, version: str) -> AsyncIterator[tuple[Terminal, asyncio.subprocess.Process]]:
    """The screen with all topics in it and all branches open, and the process that loads it."""
    command = (sys.executable, "-m", "bench.load", str(TOPICS))
    pipe = asyncio.subprocess.PIPE
    load = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert load.stdout is not None
    try:
        url = f"mqtt://127.0.0.1:{int(await load.stdout.readline())}"
        environment = Program(home).environment | {"COLORTERM": "truecolor"}
        async with Terminal(
            COMMAND, url, "-V", version, environment=environment, columns=_COLUMNS, rows=_ROWS
        ) as terminal:
            await load.stdout.readline()
            await terminal.wait_for(f"{TOPICS // 1000}k topics", seconds=60)
            terminal.press("o", "home")
            await terminal.wait_until(lambda: cursor_line(terminal) == 2, "the cursor in the first row")
            yield terminal, load
    finally:
        load.kill()
        await load.wait()


def received(terminal: Terminal) -> str:
    """The rate of messages in the header: the program keeps up."""
    found = re.search(r"[0-9.,]+k? msg/s", terminal.lines[0])
    return found[0] if found else "not shown"


def _keys() -> list[str]:
    """Down and up again, twice, within one page; the cursor ends where it began."""
    return (["down"] * (_KEYS // 4) + ["up"] * (_KEYS // 4)) * 2


def cursor_line(terminal: Terminal) -> int:
    """The row of the screen that has the tree's cursor."""
    return next((row for row, line in enumerate(terminal.lines) if line.startswith("│▌")), -1)


async def paint_time(terminal: Terminal, key: str) -> float:
    """Seconds until the cursor is drawn in the next row; no model of the terminal costs time here."""
    await asyncio.sleep(random.uniform(0.05, 0.12))
    wanted = cursor_line(terminal) + (1 if key == "down" else -1) + 1  # terminals count from 1
    painted = re.compile(rb"\x1b\[%d;[0-9]+H(?:\x1b\[[0-9;]*m|\xe2\x94\x82)*\xe2\x96\x8c" % wanted)
    before, pressed = len(terminal.output), time.perf_counter()
    terminal.press(key)
    await terminal.wait_until(lambda: painted.search(terminal.output, before) is not None, f"a paint of row {wanted}")
    return time.perf_counter() - pressed
