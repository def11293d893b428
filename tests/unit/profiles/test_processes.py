"""Several processes, and processes that are killed."""

import os
import resource
import signal
from pathlib import Path

import pytest

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from tests.support.saving_processes import edit_from_two_processes, kill_while_saving


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    """In short; the soak does it with 200 edits each."""
    assert edit_from_two_processes(tmp_path, 50) == 100
    assert ProfileRepository(tmp_path).load().problems == ()


def test_a_process_killed_while_saving_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    """In short; the soak kills 500."""
    assert kill_while_saving(tmp_path, 150) == {"old", "new"}
    ProfileRepository(tmp_path).save("two", BrokerProfile(url="mqtt://host"))
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
