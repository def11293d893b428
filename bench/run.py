"""Run every measurement, print the table and write it to bench/RESULTS.md."""

import asyncio
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.latency import key_to_paint
from bench.result import Result
from bench.startup import demo_output, startup
from bench.store import store

_RESULTS = Path(__file__).with_name("RESULTS.md")
_LIBRARIES = ("textual", "aiomqtt", "paho-mqtt")


def table(results: list[Result]) -> list[str]:
    """The results as a table of Markdown."""
    rows = [("what", "measured", "goal"), *((one.what, one.figure, one.goal) for one in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def machine() -> str:
    """What the figures depend on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, {python}, {libraries}"


async def main() -> None:
    """Measure; about two minutes."""
    began = time.monotonic()
    with TemporaryDirectory() as home:
        results = [
            *await startup(Path(home)),
            *await key_to_paint(Path(home)),
            *await demo_output(Path(home)),
            *store(),
        ]
    lines = table(results)
    print("\n".join(lines))
    _RESULTS.write_text(
        "# Measured\n\n"
        f"By `make bench` ({version('mqtt-tui')}, {time.monotonic() - began:.0f} s): {machine()}.\n\n"
        "Key to paint is the time from writing a key into a pseudo-terminal (200×50) until the bytes that draw the\n"
        "cursor in its new row have been read from it; the broker is a process of its own.\n\n"
        + "\n".join(lines)
        + "\n"
    )


if __name__ == "__main__":
    asyncio.run(main())
