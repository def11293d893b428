"""A damaged profiles.toml: what is good in it can be used, and nothing is ever written over it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.profile import BrokerProfile, profile_from_url
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.url import BrokerUrl

CANARY = "C4N4RY"
SAMPLE = f"""\
version = 1
default = "lab"
[profiles.factory]
url = "mqtts://broker.plant:8883"
username = "ops"
[profiles.factory.tls]
ca_file = "ca.pem"
[[profiles.factory.subscriptions]]
filter = "factory/#"
qos = 1
[profiles.lab]
url = "mqtt://lab"
password = {{ value = "{CANARY}" }}
""".encode()
NEW = BrokerProfile(url="mqtt://new")


def survives(directory: Path, data: bytes) -> None:
    """Nothing crashes, no secret is shown, and what is not wholly understood is not written to."""
    file = directory / "profiles.toml"
    file.write_bytes(data)
    file.chmod(0o600)
    repository = ProfileRepository(directory)
    profiles = repository.load()
    assert CANARY not in "".join(map(str, profiles.problems)) + repr(profiles.entries)
    assert profiles.is_writable == (not profiles.problems)
    if profiles.is_writable:
        repository.save("new", NEW)
        assert repository.load().entries == {**profiles.entries, "new": NEW}
        return
    with pytest.raises(LocalError) as caught:
        repository.save("new", NEW)
    assert all(str(problem) in caught.value.message for problem in profiles.problems)
    assert file.read_bytes() == data


def test_cut_off_at_any_byte(tmp_path: Path) -> None:
    for size in range(len(SAMPLE)):
        survives(tmp_path, SAMPLE[:size])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.integers(0, len(SAMPLE) * 8 - 1), min_size=1, max_size=4))
def test_with_bits_flipped(tmp_path: Path, flips: list[int]) -> None:
    damaged = bytearray(SAMPLE)
    for bit in flips:
        damaged[bit // 8] ^= 1 << bit % 8
    survives(tmp_path, bytes(damaged))


@pytest.mark.parametrize("data", [b"", b"\0", SAMPLE + b"\0", b"\xff\xfe", b"profiles = 5", b"[" * 50_000])
def test_with_something_else_in_it(tmp_path: Path, data: bytes) -> None:
    survives(tmp_path, data)


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").mkdir()
    repository = ProfileRepository(tmp_path)
    assert [problem.reason for problem in repository.load().problems] == ["is no ordinary file"]
    with pytest.raises(LocalError, match="no ordinary file"):
        repository.create("new", NEW)
    assert (tmp_path / "profiles.toml").is_dir()


def test_an_endless_file(tmp_path: Path) -> None:
    with (tmp_path / "profiles.toml").open("wb") as out:
        out.truncate(100 * 1024 * 1024)
    assert "104,857,600 bytes" in ProfileRepository(tmp_path).load().problems[0].reason


def test_five_mistakes_are_five_problems_and_the_good_profile_stays(tmp_path: Path) -> None:
    text = (
        SAMPLE.decode()
        + f"""
        [profiles.bad]
        url = "mqtt://u:{CANARY}@host"
        [profiles.worse]
        url = 5
        password = "{CANARY}"
        keep_alive = "{CANARY}"
        tls.ca_fil = "{CANARY}"
        [profiles."no name"]
        url = "host"
    """
    )
    (tmp_path / "profiles.toml").write_text(text)
    (tmp_path / "profiles.toml").chmod(0o600)
    profiles = ProfileRepository(tmp_path).load()
    assert list(profiles.entries) == ["factory", "lab"]
    assert {problem.key: problem.reason for problem in profiles.problems} == {
        "profiles.bad.url": "The URL names a user or a password. They go into username and password.",
        "profiles.worse.url": "should be a text, not a whole number",
        "profiles.worse.password": "should be a table, not a text",
        "profiles.worse.keep_alive": "should be a whole number from 5 to 65535, not a text",
        "profiles.worse.tls.ca_fil": "is no known key; did you mean ca_file?",
        'profiles."no name"': "A profile's name cannot have ' ' (column 3).",
    }


def test_all_kinds_of_mistakes_in_one_profile_come_at_once(tmp_path: Path) -> None:
    text = f"""
        version = 1
        [profiles.bad]
        url = "htp://u:{CANARY}@host"
        pasword = "{CANARY}"
        keep_alive = "{CANARY}"
        connect_timeout = 0
        protocol = "3.1.2"
        password = {{ env = "A", value = "{CANARY}" }}
        will = {{ payload = "x" }}
        [[profiles.bad.subscriptions]]
        filter = "a/#/b"
        qos = 3
    """
    (tmp_path / "profiles.toml").write_text(text)
    (tmp_path / "profiles.toml").chmod(0o600)
    profiles = ProfileRepository(tmp_path).load()
    assert profiles.entries == {}
    assert CANARY not in "".join(map(str, profiles.problems))
    reasons = {problem.key.removeprefix("profiles.bad."): problem.reason for problem in profiles.problems}
    assert "htp" in reasons.pop("url")
    assert "'#'" in reasons.pop("subscriptions[0].filter")
    assert reasons == {
        "pasword": "is no known key; did you mean password?",
        "keep_alive": "should be a whole number from 5 to 65535, not a text",
        "connect_timeout": "should be a whole number from 1 to 600, not 0",
        "protocol": 'should be one of "3.1", "3.1.1", "5", "auto", not "3.1.2"; did you mean 3.1.1?',
        "password": 'should be one of { env = "NAME" }, { keyring = "NAME" }, { command = ["PROGRAM", "ARGUMENT"] }, '
        '{ file = "PATH" }, { prompt = true } and { value = "..." }',
        "will.topic": "is missing",
        "subscriptions[0].qos": "should be one of 0, 1, 2, not 3",
    }


def test_the_profiles_of_a_file_with_a_wrong_head_stay_usable(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text('last_used = "lab"\n[profiles.lab]\nurl = "lab"\n')
    profiles = ProfileRepository(tmp_path).load()
    assert list(profiles.entries) == ["lab"]
    assert profiles.problems[0].key == "last_used"


def test_a_file_of_a_newer_program_can_be_read_and_not_written(tmp_path: Path) -> None:
    data = b'version = 2\n[profiles.lab]\nurl = "mqtt://lab"\n'
    survives(tmp_path, data)
    profiles = ProfileRepository(tmp_path).load()
    assert (list(profiles.entries), profiles.is_writable) == (["lab"], False)
    assert profiles.problems[0].key == "version"


def test_a_password_of_a_url_is_in_the_file_and_nowhere_else(tmp_path: Path) -> None:
    profile = profile_from_url(BrokerUrl.parse(f"mqtts://ops:{CANARY}@broker.plant"))
    repository = ProfileRepository(tmp_path)
    repository.create("plant", profile)
    assert CANARY in repository.file.read_text()
    assert CANARY not in repr(repository.load())
