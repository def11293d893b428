"""Work on threads, and programs that run for us."""

import asyncio
import os
import select
import subprocess
import sys
import threading

import pytest

from mqtt_tui import processes
from mqtt_tui.background import in_background
from tests.support.connecting import eventually


async def test_what_comes_of_it_comes_back() -> None:
    assert await in_background(lambda: threading.current_thread().daemon)
    with pytest.raises(ZeroDivisionError):
        await in_background(lambda: 1 // 0)


async def test_what_nobody_waits_for_any_more_is_handed_to_who_drops_it() -> None:
    proceed, dropped = threading.Event(), list[str]()

    def work() -> str:
        proceed.wait()
        return "result"

    waiting = asyncio.create_task(in_background(work, dropped.append))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    proceed.set()
    await eventually(lambda: dropped == ["result"])


def test_the_end_of_the_program_waits_for_no_work_and_ends_what_it_started() -> None:
    script = """
import asyncio, os, subprocess, threading
from mqtt_tui import processes
from mqtt_tui.background import in_background

async def main():
    started, said = os.pipe()
    command = ["sh", "-c", "sleep 600 & echo >&2; wait"]
    processes.start(command, stdin=subprocess.DEVNULL, stdout=1, stderr=said, has_own_session=True)
    os.read(started, 1)
    asyncio.create_task(in_background(threading.Event().wait))
    await asyncio.sleep(0)

asyncio.run(main())
"""
    # comes back when nobody holds the output any more, the child of the child neither
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30, stdout=subprocess.PIPE)


def test_who_is_being_ended_when_the_program_ends_is_ended_to_the_last() -> None:
    script = """
import os, subprocess, threading, time
from mqtt_tui import processes
started, said = os.pipe()
command = ["sh", "-c", "trap '' TERM; echo >&2; while :; do sleep 0.05; done"]
process = processes.start(command, stdin=subprocess.DEVNULL, stdout=1, stderr=said, has_own_session=True)
os.read(started, 1)
threading.Thread(target=processes.end, args=(process,), daemon=True).start()
time.sleep(0.1)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30, stdout=subprocess.PIPE)


@pytest.mark.parametrize(
    "command",
    ["sleep 600 >&2 & echo; exit 3", "(trap '' TERM; echo; exec sleep 600 >&2) & wait"],
    ids=["left behind", "ignores the first request"],
)
def test_what_a_program_has_started_ends_with_it(command: str) -> None:
    read, write = os.pipe()
    process = processes.start(
        ["sh", "-c", command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=write, has_own_session=True
    )
    os.close(write)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        if "exit" in command:
            process.wait()
        processes.end(process)
    with open(read, "rb") as held:
        assert select.select([held], [], [], 10)[0], "somebody holds the other end"
        assert held.read() == b""


def test_who_ignores_the_first_request_is_ended_all_the_same() -> None:
    command = ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"]
    process = processes.start(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, has_own_session=True
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        processes.end(process)
        assert process.returncode == -9
