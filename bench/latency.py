"""From a key press to the cells that answer it, in the real program under load."""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.blaster import AS_FAST_AS_POSSIBLE, Blaster, ClientGone
from bench.process import cpu_seconds
from bench.result import Section, milliseconds, percent, percentile, verdict
from bench.screen import loaded
from bench.shapes import D
from tests.support.terminal import Terminal

_GOALS = ((0, None), (20_000, 0.030), (100_000, 0.050), (AS_FAST_AS_POSSIBLE, 0.100))
"""Messages per second, and what the 99th percentile should be at most."""
_KEYS = 200
_COLUMNS, _ROWS = 200, 50
FIRST_ROW = 3
"""Of the tree, as the terminal counts."""
_WARM = 3.0
"""Seconds of the new rate before the first key."""

_HEAD = ("load", "p50", "p99", "goal", "", "taken", "to the terminal", "CPU")
_NOTE = (
    f"The time from writing a key into a pseudo-terminal ({_COLUMNS}×{_ROWS}) until the bytes that draw the cursor in "
    f"its new row have been read from it, with {D.topics:,} topics and every branch open; {_KEYS} keys at each load. "
    "Messages taken, output and CPU are those while keys are pressed."
)


async def latency(home: Path) -> Section:
    """Median and 99th percentile at each load."""
    async with loaded(home, D, columns=_COLUMNS, rows=_ROWS) as (terminal, blaster):
        terminal.press("o", "home")
        await terminal.wait_until(lambda: cursor_line(terminal) == FIRST_ROW - 1, "the cursor in the first row")
        rows = [await _try(terminal, blaster, rate, goal) for rate, goal in _GOALS]
    return Section("Key press to paint", _NOTE, _HEAD, rows)


async def _try(terminal: Terminal, blaster: Blaster, rate: float, goal: float | None) -> tuple[str, ...]:
    try:
        return await _at(terminal, blaster, rate, goal)
    except ClientGone:
        return _load(rate), "connection lost", *[""] * (len(_HEAD) - 2)


def _load(rate: float) -> str:
    return "saturated" if rate < 0 else f"{rate:,.0f} msg/s"


async def _at(terminal: Terminal, blaster: Blaster, rate: float, goal: float | None) -> tuple[str, ...]:
    blaster.send(rate)
    await asyncio.sleep(_WARM)
    before = _Counters.of(terminal, blaster, rate)
    times = await _paint_times(terminal)
    taken, output, cpu = _Counters.of(terminal, blaster, rate).since(before)
    worst = percentile(times, 0.99)
    return (
        _load(rate),
        milliseconds(percentile(times, 0.5)),
        milliseconds(worst),
        *(("", "") if goal is None else (f"p99 ≤ {goal * 1e3:.0f} ms", verdict(worst, goal, is_missed=worst > goal))),
        f"{taken:,.0f} msg/s",
        f"{output / 1e3:.0f} kB/s",
        percent(cpu),
    )


@dataclass(frozen=True, slots=True)
class _Counters:
    """What has been counted at a moment."""

    at: float
    messages: int
    output: int
    cpu: float

    @classmethod
    def of(cls, terminal: Terminal, blaster: Blaster, rate: float) -> Self:
        """The present ones; ``rate`` goes on."""
        return cls(time.perf_counter(), blaster.send(rate), len(terminal.output), cpu_seconds(terminal.pid))

    def since(self, before: Self) -> tuple[float, float, float]:
        """Messages, bytes of output and CPU seconds, each a second."""
        seconds = self.at - before.at
        return (
            (self.messages - before.messages) / seconds,
            (self.output - before.output) / seconds,
            (self.cpu - before.cpu) / seconds,
        )


async def _paint_times(terminal: Terminal) -> Sequence[float]:
    """Seconds for each key: down and up again within one page, from the first row and back to it."""
    times, row = [], FIRST_ROW
    for key, step in ([("down", 1)] * 25 + [("up", -1)] * 25) * (_KEYS // 50):
        row += step
        times.append(await paint_time(terminal, key, row))
    return times


def cursor_line(terminal: Terminal) -> int:
    """The row of the screen that has the tree's cursor, from 0."""
    return next((row for row, line in enumerate(terminal.lines) if line.startswith("│▌")), -1)


async def paint_time(terminal: Terminal, key: str, row: int) -> float:
    """Seconds until the cursor is drawn in ``row``; no model of the terminal costs time here."""
    await asyncio.sleep(random.uniform(0.05, 0.12))
    painted = re.compile(rb"\x1b\[%d;[0-9]+H(?:\x1b\[[0-9;]*m|\xe2\x94\x82)*\xe2\x96\x8c" % row)
    before, pressed = len(terminal.output), time.perf_counter()
    terminal.press(key)
    await terminal.wait_until(lambda: painted.search(terminal.output, before) is not None, f"a paint of row {row}")
    return time.perf_counter() - pressed
