"""Minutes of steady load: ``python -m bench.soak [--minutes N]``; what came of it is written to bench/SOAK.md.

Two programs at once, each with a sender of its own: the intake without a screen, and the screen in a pseudo-terminal.
Then a screen in a terminal that nobody reads for a minute, and profiles that are saved by processes that are killed.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory

from bench.blaster import Blaster, ClientGone
from bench.clients import intake_command
from bench.process import memory
from bench.report import lines, machine
from bench.result import Result, Section, at_most, megabytes, section
from bench.screen import loaded
from bench.shapes import A
from mqtt_tui.text.quantities import count_text
from tests.support.mosquitto import Mosquitto
from tests.support.program import COMMAND, Program
from tests.support.saving_processes import edit_from_two_processes, kill_while_saving
from tests.support.terminal import Terminal
from tests.support.unread_terminal import KEEP_ALIVE, survive_unread

_RATE = 50_000
_MINUTES, _UNREAD = 10.0, 60.0
_EVERY = 5.0
"""Seconds between two looks at the memory."""
_WARM = 90.0
"""Seconds in which memory may grow: the budget fills."""
_FLAT = 1e6
"""Bytes a minute."""
_ENOUGH = 5
"""Looks that a slope takes."""
_COLUMNS, _ROWS = 160, 50
_EDITS, _KILLS = 200, 500
_RESULTS = Path(__file__).with_name("SOAK.md")


@dataclass
class Memory:
    """The resident memory of a process over time."""

    pid: int
    seconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    async def follow(self) -> None:
        """Note its size now and then, until the process ends."""
        began = time.monotonic()
        with suppress(FileNotFoundError, StopIteration):
            while True:
                await asyncio.sleep(_EVERY)
                self.sizes.append(memory(self.pid))
                self.seconds.append(time.monotonic() - began)

    def results(self) -> list[Result]:
        """How large it was, and whether it still grew after the warm-up."""
        first = bisect_left(self.seconds, _WARM)
        seconds, sizes = self.seconds[first:], self.sizes[first:]
        if len(sizes) < _ENOUGH:
            return [Result("resident memory at the end", megabytes(self.sizes[-1]), "too short for a slope")]
        slope = linear_regression(seconds, sizes).slope * 60
        return [
            Result(f"resident memory after {_WARM:.0f} s", f"{megabytes(min(sizes))} to {megabytes(max(sizes))}"),
            at_most("… its slope", slope, _FLAT, lambda size: f"{size / 1e6:.2f} MB/min"),
        ]


def _first_line(error: BaseException) -> str:
    return (str(error) or "connection lost").splitlines()[0]


def equal(what: str, found: float, wanted: float) -> Result:
    """Two counts that should be the same."""
    return Result(what, f"{found:,}", f"= {wanted:,}", "met" if found == wanted else f"missed by {wanted - found:,}")


async def intake(home: Path, seconds: float) -> Section:
    """``mqtt-tui bench intake`` at the rate, for so long."""
    count = int(_RATE * seconds)
    with Blaster(A, count=count, rate=_RATE) as blaster:
        command = intake_command(f"mqtt://127.0.0.1:{blaster.port}", A, "--count", str(count))
        process = await asyncio.create_subprocess_exec(
            *command, env=Program(home).environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        held = Memory(process.pid)
        looking = asyncio.create_task(held.follow())
        try:
            told = json.loads((await asyncio.wait_for(process.communicate(), seconds * 1.2 + 10))[0])
        finally:
            looking.cancel()
            with suppress(ProcessLookupError):
                process.kill()
        sent = blaster.result()["sent"]
    kept = told["stored"] + told["evicted"] + told["dropped"]
    return section(
        "Intake",
        f"`mqtt-tui bench intake`, {_RATE:,} messages a second of shape a.",
        [
            equal("sent on the one connection", sent, count),
            equal("received", told["received"], sent),
            equal("stored + evicted + dropped", kept, told["received"]),
            Result("stored", f"{told['stored']:,}"),
            Result("CPU seconds per million", f"{told['cpu_seconds_per_million']:.2f}"),
            *held.results(),
        ],
    )


async def screen(home: Path, seconds: float) -> Section:
    """The screen at the rate, for so long; it reads its terminal as a person's does."""
    async with loaded(home, A, columns=_COLUMNS, rows=_ROWS) as (terminal, blaster):
        held, looks = Memory(terminal.pid), int(seconds / _EVERY)
        output, connected = len(terminal.output), 0
        blaster.send(_RATE)
        looking = asyncio.create_task(held.follow())
        for _ in range(looks):
            await asyncio.sleep(_EVERY)
            connected += "● " in terminal.lines[0]
        looking.cancel()
        output = len(terminal.output) - output
        try:
            sent = blaster.send(0)
            await terminal.wait_for(f"{count_text(sent)} received")
            received = Result("received, as the header says", count_text(sent), f"= {count_text(sent)}", "met")
        except (ClientGone, AssertionError) as error:
            received = Result("received", "connection lost", "", f"missed: {_first_line(error)}")
    return section(
        "Screen",
        f"The program at {_COLUMNS}×{_ROWS} in a pseudo-terminal that is read, {_RATE:,} messages a second of shape a.",
        [
            equal("times that it was looked at and connected", connected, looks),
            received,
            Result("to the terminal", f"{output / seconds / 1e3:.1f} kB/s"),
            *held.results(),
        ],
    )


async def unread(home: Path, seconds: float) -> Section:
    """The screen in a terminal that nobody reads."""
    environment = Program(home).environment | {"COLORTERM": "truecolor"}
    verdict = "met"
    with Mosquitto(home / "broker") as broker:
        async with Terminal(COMMAND, broker.url, "-k", str(KEEP_ALIVE), environment=environment) as terminal:
            try:
                await survive_unread(terminal, broker, seconds)
            except AssertionError as error:
                print(error, file=sys.stderr)
                verdict = f"missed: {_first_line(error)}"
    note = f"Keep alive {KEEP_ALIVE} s, 500 messages a second through mosquitto."
    goal = "never disconnected, nothing lost, the screen whole"
    return section("Unread terminal", note, [Result(f"not read for {seconds:.0f} s", "", goal, verdict)])


def profiles(home: Path) -> Section:
    """Profiles saved by two processes at once, and by processes that are killed."""
    kept = edit_from_two_processes(home / "edited", _EDITS)
    found = kill_while_saving(home / "killed", _KILLS)
    verdict = "met" if found == {"old", "new"} else f"missed: {', '.join(sorted(found))}"
    return section(
        "Profiles",
        "",
        [
            equal(f"present after {_EDITS} edits of each of two processes", kept, 2 * _EDITS),
            Result(f"found after {_KILLS} kills while saving", ", ".join(sorted(found)), "the old or the new", verdict),
        ],
    )


async def soak(minutes: float) -> Sequence[Section]:
    """All of it."""
    with TemporaryDirectory() as one, TemporaryDirectory() as two, TemporaryDirectory() as three:
        both = await asyncio.gather(intake(Path(one), minutes * 60), screen(Path(two), minutes * 60))
        saved = await asyncio.to_thread(profiles, Path(three) / "profiles")
        return [*both, await unread(Path(three), _UNREAD * min(1.0, minutes)), saved]


def main() -> None:
    """Run it, print and write what came of it; the exit status is 1 where a goal was missed."""
    parser = argparse.ArgumentParser(description="Minutes of steady load.")
    parser.add_argument("--minutes", type=float, default=_MINUTES, help=f"how many ({_MINUTES:g})")
    minutes = parser.parse_args().minutes
    sections = asyncio.run(soak(minutes))
    text = "\n".join(
        [
            "# Soak",
            "",
            f"By `make soak`, {minutes:g} minutes: {machine()}.",
            "",
            *(x for s in sections for x in lines(s)),
        ]
    )
    print(text)
    _RESULTS.write_text(text)
    sys.exit(any(row[3].startswith("missed") for found in sections for row in found.rows))


if __name__ == "__main__":
    main()
