"""Several processes that save profiles, and processes that are killed while they do."""

import subprocess
import sys
from pathlib import Path

from mqtt_tui.profiles.repository import ProfileRepository

_ADD = """
import sys
from pathlib import Path
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository

repository = ProfileRepository(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3])):
    repository.create(f"{sys.argv[2]}-{number}", BrokerProfile(url="mqtt://host"))
"""
_OVERWRITE = """
import itertools, os, random, signal, sys, time
from pathlib import Path
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository

NAMES = ("short", "long" * 20_000)
repository = ProfileRepository(Path(sys.argv[1]))
began = time.monotonic()
for name in reversed(NAMES):
    repository.save("one", BrokerProfile(url="mqtt://host", username=name))
both = time.monotonic() - began
rng, seen, there = random.Random(5), set(), 0
for kill in range(int(sys.argv[2])):
    child = os.fork()
    if not child:
        for number in itertools.count(1):  # the other one first
            repository.save("one", BrokerProfile(url="mqtt://host", username=NAMES[(there + number) % 2]))
    time.sleep(rng.random() * both)  # the moment of the kill
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    profiles = repository.load()
    is_whole = not profiles.problems and profiles.entries["one"].username in NAMES
    before, there = there, NAMES.index(profiles.entries["one"].username) if is_whole else there
    seen.add("broken" if not is_whole else "old" if there == before else "new")
print(*seen)
"""


def _start(program: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def edit_from_two_processes(directory: Path, edits: int) -> int:
    """Let two processes make ``edits`` profiles each, at the same time; how many there are then."""
    count = str(edits)
    with _start(_ADD, str(directory), "a", count) as one, _start(_ADD, str(directory), "b", count) as two:
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
    wanted = {f"{who}-{number}" for who in "ab" for number in range(edits)}
    return len(wanted & set(ProfileRepository(directory).load().entries))


def kill_while_saving(directory: Path, kills: int) -> set[str]:
    """Kill so many processes that save one profile over and over; which files were found: old, new, broken."""
    with _start(_OVERWRITE, str(directory), str(kills)) as process:
        said, _ = process.communicate(timeout=120)
    return set(said.split())
