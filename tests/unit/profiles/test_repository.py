"""Saved profiles: what is kept, what is refused, and what stays as it was."""

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.names import InvalidProfileName
from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret

FACTORY = BrokerProfile(
    url="mqtts://broker.plant:8883",
    username="ops",
    password=Secret(env="FACTORY_PASSWORD"),
    tls=TlsOptions(ca_file="ca.pem"),
    subscriptions=(SubscriptionOptions(filter="factory/#", qos=1),),
)
LAB = BrokerProfile(url="mqtt://lab:1883")

BY_HAND = """\
version = 1
[profiles.factory]
url = "mqtts://broker.plant:8883"
protocol = "auto"
username = "ops"
password = { env = "FACTORY_PASSWORD" }
keep_alive = 60
[profiles.factory.tls]
ca_file = "ca.pem"
[[profiles.factory.subscriptions]]
filter = "factory/#"
qos = 1
"""


@pytest.fixture
def repository(tmp_path: Path) -> ProfileRepository:
    return ProfileRepository(tmp_path / "config", commands={"sub", "demo"})


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(repository: ProfileRepository, text: str) -> None:
    repository.file.parent.mkdir(parents=True, exist_ok=True)
    repository.file.write_text(text)
    repository.file.chmod(0o600)


def test_looking_creates_nothing(repository: ProfileRepository) -> None:
    profiles = repository.load()
    assert (dict(profiles.entries), profiles.problems, profiles.is_writable) == ({}, (), True)
    assert not repository.file.parent.exists()


def test_a_file_written_by_hand_is_read(repository: ProfileRepository) -> None:
    write(repository, BY_HAND)
    profiles = repository.load()
    assert profiles.problems == ()
    assert profiles.entries == {"factory": FACTORY}


def test_profiles_come_back_as_they_were_saved(repository: ProfileRepository) -> None:
    repository.create("factory", FACTORY)
    repository.create("lab", LAB)
    repository.save("lab", BrokerProfile(url="mqtt://lab:2883"))
    repository.save("new", LAB)
    assert repository.load().entries == {
        "factory": FACTORY,
        "lab": BrokerProfile(url="mqtt://lab:2883"),
        "new": LAB,
    }


def test_rename_keeps_the_place_and_all_that_refers_to_it(repository: ProfileRepository) -> None:
    for name in ("a", "b", "c"):
        repository.create(name, LAB)
    repository.mark_used("b")
    repository.set_default("b")
    repository.rename("b", "d")
    repository.rename("d", "d")
    profiles = repository.load()
    assert list(profiles.entries) == ["a", "d", "c"]
    assert (profiles.default, profiles.last_used) == ("d", ("d",))


def test_a_deleted_profile_leaves_nothing_behind(repository: ProfileRepository) -> None:
    for name in ("a", "b"):
        repository.create(name, LAB)
        repository.mark_used(name)
    repository.set_default("a")
    repository.delete("a")
    profiles = repository.load()
    assert (list(profiles.entries), profiles.default, profiles.last_used) == (["b"], None, ("b",))
    assert '"a"' not in repository.file.read_text()


def test_a_copy_goes_its_own_way(repository: ProfileRepository) -> None:
    repository.create("a", FACTORY)
    repository.duplicate("a", "b")
    repository.save("a", LAB)
    assert repository.load().entries == {"a": LAB, "b": FACTORY}


def test_what_was_used_last_stands_in_front(repository: ProfileRepository) -> None:
    for name in ("a", "b", "c", "d"):
        repository.create(name, LAB)
    for name in ("b", "d", "b"):
        repository.mark_used(name)
    assert repository.load().by_last_use == ["b", "d", "a", "c"]


def test_the_default_can_be_taken_back(repository: ProfileRepository) -> None:
    repository.create("a", LAB)
    repository.set_default("a")
    repository.set_default(None)
    assert repository.load().default is None


@pytest.mark.parametrize(
    "name",
    ["", "sub", "a b", "a/b", "a+", "#", "$SYS", "a:1", "-v", "a\x1b", "a\u202e", "a\n", "a\u3000b", "x" * 65],
)
def test_a_name_that_would_be_taken_for_something_else_is_refused(repository: ProfileRepository, name: str) -> None:
    repository.create("a", LAB)
    for change in (repository.create, repository.save):
        with pytest.raises(InvalidProfileName) as caught:
            change(name, LAB)
        assert caught.value.message.isprintable()
    for move in (repository.rename, repository.duplicate):
        with pytest.raises(InvalidProfileName):
            move("a", name)
    assert list(repository.load().entries) == ["a"]


def test_a_profile_that_is_called_like_a_later_command_stays_usable(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("bench", LAB)
    later = ProfileRepository(tmp_path, commands={"bench"})
    later.save("bench", FACTORY)
    later.rename("bench", "other")
    assert later.load().entries == {"other": FACTORY}


def test_names_that_are_taken_or_gone_are_refused(repository: ProfileRepository) -> None:
    repository.create("a", LAB)
    repository.create("b", FACTORY)
    before = repository.file.read_bytes()
    for take in (
        partial(repository.create, "a", FACTORY),
        partial(repository.rename, "b", "a"),
        partial(repository.duplicate, "b", "a"),
    ):
        with pytest.raises(LocalError, match="called a already"):
            take()
    for miss in (
        partial(repository.delete, "x"),
        partial(repository.rename, "x", "y"),
        partial(repository.duplicate, "x", "y"),
        partial(repository.mark_used, "x"),
        partial(repository.set_default, "x"),
    ):
        with pytest.raises(LocalError, match="no profile called x"):
            miss()
    assert repository.file.read_bytes() == before


def test_values_that_could_not_be_read_back_are_not_saved(repository: ProfileRepository) -> None:
    repository.create("a", LAB)
    before = repository.file.read_bytes()
    with pytest.raises(LocalError) as caught:
        repository.save("a", BrokerProfile(url="host", keep_alive=1, protocol="9"))  # type: ignore[arg-type]
    assert "profiles.a.keep_alive" in caught.value.message
    assert "profiles.a.protocol" in caught.value.message
    with pytest.raises(LocalError, match="UTF-8"):
        repository.save("a", BrokerProfile(url="host", username="\ud800"))
    with pytest.raises(LocalError, match="bytes"):
        repository.save("a", BrokerProfile(url="host", username="x" * 5_000_000))
    assert repository.file.read_bytes() == before


def test_only_the_owner_can_read_it_whatever_the_umask(repository: ProfileRepository, no_umask: None) -> None:
    repository.create("a", LAB)
    assert mode(repository.file.parent) == 0o700
    assert {mode(file) for file in repository.file.parent.iterdir()} == {0o600}


def test_a_file_open_to_others_is_warned_of_and_closed_by_the_next_change(repository: ProfileRepository) -> None:
    repository.create("a", LAB)
    repository.file.chmod(0o644)
    profiles = repository.load()
    assert ["mode 0644" in problem.reason for problem in profiles.problems] == [True]
    assert profiles.is_writable
    repository.mark_used("a")
    assert mode(repository.file) == 0o600
    assert repository.load().problems == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_somebody_elses_file_stays_theirs(repository: ProfileRepository) -> None:
    repository.create("a", LAB)
    os.chown(repository.file, 12_345, -1)
    assert not repository.load().is_writable
    with pytest.raises(LocalError, match="another user"):
        repository.delete("a")
    assert repository.file.stat().st_uid == 12_345


def test_a_symbolic_link_stays_one(repository: ProfileRepository, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "brokers.toml"
    real.parent.mkdir()
    repository.file.parent.mkdir()
    repository.file.symlink_to(real)
    repository.create("a", LAB)
    repository.create("b", LAB)
    assert repository.file.is_symlink()
    assert "profiles.b" in real.read_text()
    assert mode(real) == 0o600


def test_a_link_to_itself_is_a_problem_and_no_crash(repository: ProfileRepository) -> None:
    repository.file.parent.mkdir()
    repository.file.symlink_to(repository.file)
    assert not repository.load().is_writable
    with pytest.raises(LocalError):
        repository.create("a", LAB)
    assert repository.file.is_symlink()


def test_what_earlier_writers_left_behind_is_removed(repository: ProfileRepository) -> None:
    repository.create("a", LAB)
    left_over = repository.file.with_name(".profiles.toml.abc.tmp")
    left_over.write_text("half")
    other = repository.file.with_name("notes.tmp")
    other.write_text("mine")
    repository.create("b", LAB)
    assert not left_over.exists()
    assert other.exists()


def test_a_place_that_cannot_be_written_is_said_and_nothing_remains(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError, match="cannot be written"):
        ProfileRepository(tmp_path / "file" / "config").create("a", LAB)
    assert (tmp_path / "file").read_text() == ""
