"""The real program on a broker that only sends, in a pseudo-terminal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.blaster import Blaster
from bench.shapes import Shape
from mqtt_tui.text.quantities import count_text
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

LOADING = 90.0
"""Seconds that the program may take until it has every topic."""


@asynccontextmanager
async def loaded(
    home: Path, shape: Shape, *options: str, columns: int, rows: int
) -> AsyncIterator[tuple[Terminal, Blaster]]:
    """The screen that has one message of every topic, and who goes on sending once it is told how fast."""
    version = "5" if shape.is_version_5 else "311"
    with Blaster(shape) as blaster:
        url = f"mqtt://127.0.0.1:{blaster.port}"
        environment = Program(home).environment | {"COLORTERM": "truecolor"}
        async with Terminal(
            COMMAND, url, "-V", version, *options, environment=environment, columns=columns, rows=rows
        ) as terminal:
            await asyncio.to_thread(blaster.wait_loaded)  # before the model of the terminal has to follow it
            await terminal.wait_for(f"{count_text(shape.topics)} topics", seconds=LOADING)
            yield terminal, blaster
