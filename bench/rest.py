"""What a connected screen costs while nobody presses a key."""

import asyncio
from pathlib import Path

from bench.process import cpu_seconds
from bench.result import Result, at_most, percent
from bench.screen import loaded
from bench.shapes import A

_GOALS = ((0, 0.01), (1_000, 0.08))
"""Messages per second, and the share of a core that may be used."""
_COLUMNS, _ROWS = 120, 40
_WARM, _SECONDS = 4.0, 10.0


async def rest(home: Path) -> list[Result]:
    """Share of a core, and bytes to the terminal, without messages and with some."""
    results = []
    async with loaded(home, A, columns=_COLUMNS, rows=_ROWS) as (terminal, blaster):
        for rate, goal in _GOALS:
            blaster.send(rate)
            await asyncio.sleep(_WARM)
            used, sent = cpu_seconds(terminal.pid), len(terminal.output)
            await asyncio.sleep(_SECONDS)
            cpu, output = (cpu_seconds(terminal.pid) - used) / _SECONDS, (len(terminal.output) - sent) / _SECONDS
            what = f"connected, {_COLUMNS}×{_ROWS}, {rate:,} msg/s"
            results += [
                at_most(f"{what}: of a core", cpu, goal, percent),
                Result(f"{what}: to the terminal", f"{output / 1e3:.1f} kB/s"),
            ]
    return results
