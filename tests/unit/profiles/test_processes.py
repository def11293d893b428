"""Several processes, and processes that are killed."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository

ADD = """
import sys
from pathlib import Path
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository

repository = ProfileRepository(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    repository.create(f"{sys.argv[2]}-{number}", BrokerProfile(url="mqtt://host"))
"""
OVERWRITE = """
import itertools, sys
from pathlib import Path
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository

repository = ProfileRepository(Path(sys.argv[1]))
for number in itertools.count():
    name = "short" if number % 2 else "long" * 20_000
    repository.save("one", BrokerProfile(url="mqtt://host", username=name))
    print(number, flush=True)
"""


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    with start(ADD, str(tmp_path), "a") as one, start(ADD, str(tmp_path), "b") as two:
        for process in (one, two):
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in (one, two):
            process.communicate("go\n", timeout=60)
    profiles = ProfileRepository(tmp_path).load()
    assert set(profiles.entries) == {f"{who}-{number}" for who in "ab" for number in range(25)}
    assert profiles.problems == ()


def test_a_process_killed_while_saving_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    repository = ProfileRepository(tmp_path)
    for saves in range(12):
        with start(OVERWRITE, str(tmp_path)) as process:
            assert process.stdout is not None
            for _ in range(1 + saves % 4):
                process.stdout.readline()
            process.kill()
        profiles = repository.load()
        assert profiles.problems == ()
        assert profiles.entries["one"].username in ("short", "long" * 20_000)
    repository.save("two", BrokerProfile(url="mqtt://host"))
    assert sorted(file.name for file in tmp_path.iterdir()) == [".profiles.toml.lock", "profiles.toml"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    repository = ProfileRepository(tmp_path)
    repository.create("one", BrokerProfile(url="mqtt://host"))
    before = repository.file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
    try:
        with pytest.raises(LocalError, match="File too large"):
            repository.create("two", BrokerProfile(url="mqtt://host", username="x" * 200))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert repository.file.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == [".profiles.toml.lock", "profiles.toml"]


def test_a_process_that_hangs_while_saving_is_named_after_some_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr("mqtt_tui.config.private_file._PATIENCE", 0.05)
    repository = ProfileRepository(tmp_path)
    repository.create("one", BrokerProfile(url="mqtt://host"))
    with (tmp_path / ".profiles.toml.lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(LocalError, match="another process"):
            repository.delete("one")
    repository.delete("one")
