"""Measure: ``python -m bench.run [PART]...``. All parts are written to bench/RESULTS.md; some are only printed."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.blaster import NoCompiler, program
from bench.intake import intake
from bench.latency import latency
from bench.memory import memory
from bench.report import lines, machine
from bench.rest import rest
from bench.result import Section, section
from bench.startup import demo_output, startup
from bench.store import store
from bench.through_broker import through_broker
from bench.websocket import websocket

_RESULTS = Path(__file__).with_name("RESULTS.md")


async def _intake(_home: Path) -> Section:
    return intake()


async def _through_broker(_home: Path) -> Section:
    return through_broker()


async def _websocket(_home: Path) -> Section:
    return websocket()


async def _store(_home: Path) -> Section:
    return section("The store alone", "No connection, no screen.", store())


async def _rest(home: Path) -> Section:
    note = "The screen while nobody presses a key, over ten seconds; 1,000 topics."
    return section("At rest", note, [*await rest(home), *await demo_output(home)])


async def _startup(home: Path) -> Section:
    return section("Start-up", "Medians over a few starts.", await startup(home))


PARTS: Mapping[str, Callable[[Path], Awaitable[Section]]] = {
    "intake": _intake,
    "broker": _through_broker,
    "websocket": _websocket,
    "latency": latency,
    "memory": memory,
    "rest": _rest,
    "startup": _startup,
    "store": _store,
}


async def measure(names: Sequence[str]) -> list[Section]:
    """Run these parts, one after the other, and print each when it is there."""
    sections = []
    for name in names:
        with TemporaryDirectory() as home:
            sections.append(await PARTS[name](Path(home)))
        print("\n".join(lines(sections[-1])), flush=True)
    return sections


def main(names: Sequence[str]) -> None:
    """Measure; all parts take some ten minutes."""
    unknown = set(names) - set(PARTS)
    if unknown:
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
    try:
        program()
    except NoCompiler as error:
        sys.exit(str(error))
    began = time.monotonic()
    sections = asyncio.run(measure(names or list(PARTS)))
    if names:
        return
    head = [
        "# Measured",
        "",
        f"By `make bench` ({version('mqtt-tui')}, {time.monotonic() - began:.0f} s): {machine()}.",
        "",
    ]
    _RESULTS.write_text("\n".join([*head, *(line for found in sections for line in lines(found))]))


if __name__ == "__main__":
    main(sys.argv[1:])
