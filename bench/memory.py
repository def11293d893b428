"""What topics, messages and large payloads take in memory."""

import asyncio
import json
import subprocess
from dataclasses import replace
from pathlib import Path

from bench.blaster import Blaster
from bench.clients import intake_command
from bench.latency import FIRST_ROW, paint_time
from bench.process import peak_memory
from bench.result import Result, Section, at_least, at_most, megabytes, milliseconds, section
from bench.shapes import D, Shape
from bench.store_memory import further_messages, further_messages_alone, measured, reach, topics
from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

_BUDGET = 256 << 20
_PROGRAM = 100e6
"""Bytes that the program may take besides its budget."""
_MILLION = replace(D, topics=1_000_000)
_LARGE = Shape(name="large", topics=1, payload=256_000_000)
_ALLOWED = 2 * _LARGE.payload + 150e6
_PROFILE = '[profiles.large]\nurl = "{url}"\nprotocol = "3.1.1"\nmaximum_packet_size = 268435460\n'
_NOTE = (
    "Resident memory, in fresh processes. Topics and messages: the store with its rows, fed without a connection. A "
    "million topics and the large payload: the whole program, at its default budget of 256 MiB."
)


async def memory(home: Path) -> Section:
    """All of it."""
    return section("Memory", _NOTE, [*_store(), *await _million(home), _refused(home), await _shown(home)])


def _store() -> list[Result]:
    topic, reached = measured(topics), measured(reach)
    together, alone = measured(further_messages)["bytes"], measured(further_messages_alone)["bytes"]
    return [
        at_most(f"a topic, one message, {D.topics:,} topics, all open", topic["opened"], 900, _bytes),
        Result("… once every row has been drawn", _bytes(topic["drawn"])),
        at_most("a further message above its payload, thousands in a read", together, 200, _bytes),
        at_most("… one in a read", alone, 200, _bytes),
        at_least("256 MiB at 1,000 msg/s of 100 bytes reach back", reached["least"] / 60, 10, _minutes),
        Result("… and take", megabytes(reached["resident"])),
    ]


def _bytes(size: float) -> str:
    return f"{size:,.0f} bytes"


def _minutes(number: float) -> str:
    return f"{number:.1f} min"


async def _million(home: Path) -> list[Result]:
    """The screen on a million topics."""
    with Blaster(_MILLION) as blaster:
        environment = Program(home).environment | {"COLORTERM": "truecolor"}
        url = f"mqtt://127.0.0.1:{blaster.port}"
        async with Terminal(COMMAND, url, "-V", "311", environment=environment, columns=120, rows=40) as terminal:
            await asyncio.to_thread(blaster.wait_loaded)
            await asyncio.sleep(3.0)  # what was sent is taken and folded
            terminal.press("end")
            await asyncio.sleep(1.0)
            keys = [("home", FIRST_ROW), *[("down", FIRST_ROW + 1), ("up", FIRST_ROW)] * 5]
            times = [await paint_time(terminal, key, row) for key, row in keys]
            blaster.send(0)  # fails where the connection is gone
            peak = peak_memory(terminal.pid)
    return [
        at_most(f"{_MILLION.topics:,} topics, peak", peak, _BUDGET + _PROGRAM, megabytes),
        at_most("… key press to paint, slowest of eleven", max(times), 1.0, milliseconds),
    ]


def _refused(home: Path) -> Result:
    """At the default limit of 32 MiB."""
    with Blaster(_LARGE, count=1) as blaster:
        command = intake_command(f"mqtt://127.0.0.1:{blaster.port}", _LARGE, "--count", "1", "--seconds", "20")
        done = subprocess.run(command, check=False, capture_output=True, env=Program(home).environment, timeout=60)
    told = json.loads(done.stdout)
    what = "refused" if done.returncode and not told["messages"] else "taken"
    return at_most(f"a payload of 256 MB, {what} at the default limit, peak", told["rss_bytes"], _ALLOWED, megabytes)


async def _shown(home: Path) -> Result:
    """With the limit raised, and its topic selected."""
    with Blaster(_LARGE, count=1) as blaster:
        environment = Program(home).environment | {"COLORTERM": "truecolor"}
        _save_profile(Path(environment["MQTT_TUI_CONFIG_DIR"]), f"mqtt://127.0.0.1:{blaster.port}")
        async with Terminal(COMMAND, "large", environment=environment) as terminal:
            await terminal.wait_for("1 received", seconds=60)
            terminal.press("o", "end")
            await terminal.wait_for("site00/line00/dev0000/temperature", seconds=60)
            await asyncio.sleep(3.0)  # whatever looks at the payload may take its time
            peak = peak_memory(terminal.pid)
    return at_most("… with the limit raised, shown on the screen, peak", peak, _ALLOWED, megabytes)


def _save_profile(directory: Path, url: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    Path(directory, "profiles.toml").write_text(_PROFILE.format(url=url))
