"""The installed command: words, exit codes, files, streams."""

import os
import pty
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.mosquitto import free_port
from tests.support.program import COMMAND, SECONDS, Program

CANARY = "C4N4RY-51ab"
BROKEN = """version = 1
[profiles.factory]
url = "mqtts://broker.plant:8883"
keep_alive = "often"
pasword = "C4N4RY-51ab"
[profiles.lab]
url = "mqtt://lab"
qos = 1
"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_version_is_one_line(program: Program) -> None:
    done = program.run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "mqtt-tui 0.1.0\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["-h"],
        ["export", "--help"],
        ["export", "-h"],
        ["demo", "-h"],
        ["profiles", "-h"],
        ["themes", "-h"],
        *(
            [*words, "-h"]
            for words in (["profiles", "list"], ["profiles", "show"], ["profiles", "add"], ["themes", "check"])
        ),
    ],
)
def test_help_is_everywhere(program: Program, arguments: list[str]) -> None:
    done = program.run(*arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: mqtt-tui")


@pytest.mark.parametrize("arguments", [["profiles", "list"], ["themes", "list"], ["themes", "path"]])
def test_lists_load_neither_the_screen_nor_the_client(program: Program, arguments: list[str]) -> None:
    done = program.run(*arguments, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert done.returncode == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "mqtt_tui.cli.main" in loaded
    assert loaded & {"textual", "rich", "aiomqtt", "paho.mqtt", "asyncio"} == set()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["exprot", "-o", "x.json"], 2, "no profile or command called 'exprot'; did you mean export?"),
        (["export", "-t", "#"], 2, "--output"),
        (["export", "h:1", "-o", "-"], 2, "No topic filter"),
        (["export", "mqtt://h:port", "-t", "#", "-o", "-"], 2, "is no port"),
        (["export", "h:1", "-t", "a#", "-o", "-"], 2, "'#' must be a level of its own"),
        (["--no-such-flag"], 2, "--no-such-flag"),
        (["profiles", "lst"], 2, "lst"),
        (["profiles", "show", "nobody"], 7, "no profile called nobody"),
        (["profiles", "remove", "nobody"], 7, "no profile called nobody"),
        (["profiles", "add", "export", "mqtt://h"], 2, "is a command"),
        (["themes", "check", "missing.toml"], 7, "does not exist"),
        (["demo", "--no-ui", "--devices", "0"], 2, "1"),
        (["export", "mqtt://nosuch.invalid", "-t", "#", "-o", "-"], 3, "no host called nosuch.invalid"),
        (["ex\x1b[2Jport"], 2, "called 'ex␛[2Jport'; did you mean export?"),
        (["mqtt://a\x1b[2Jb"], 2, "␛"),
        (["export", "h:1", "--\x1b[2J"], 2, "\\x1b[2J"),
    ],
)
def test_a_wrong_command_line_ends_in_one_explanation(
    program: Program, arguments: list[str], code: int, words: str
) -> None:
    done = program.run(*arguments)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("mqtt-tui: ")
    assert words in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_a_closed_port_is_no_connection(program: Program) -> None:
    done = program.run("export", f"127.0.0.1:{free_port()}", "-t", "#", "-o", "x.json")
    assert done.returncode == 3
    assert "Nothing listens at 127.0.0.1:" in done.stderr
    assert not (program.home / "x.json").exists()


def test_profiles_are_added_listed_shown_renamed_and_removed(program: Program) -> None:
    added = program.run(
        "profiles", "add", "factory", "mqtts://broker.plant", "-u", "ops", "-t", "plant/#", "-P", CANARY
    )
    assert added.returncode == 0
    assert "process list" in added.stderr
    assert added.stderr.endswith("\nadded factory\n")
    file = Path(program.run("profiles", "path").stdout.strip())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert program.run("profiles", "list").stdout == "  factory  mqtts://broker.plant:8883  ops\n"
    shown = program.run("profiles", "show", "factory").stdout
    assert 'username = "ops"' in shown
    assert "plant/#" in shown
    assert CANARY not in shown + added.stderr
    renamed = program.run("profiles", "rename", "factory", "plant")
    assert (renamed.returncode, renamed.stdout, renamed.stderr) == (0, "", "renamed factory to plant\n")
    assert "did you mean plant?" in program.run("plantt").stderr
    mistyped = program.run("profiles", "remove", "noplant")
    assert mistyped.returncode == 7
    assert "There is no profile called noplant; did you mean plant?" in mistyped.stderr
    removed = program.run("profiles", "remove", "plant")
    assert (removed.returncode, removed.stdout, removed.stderr) == (0, "", "removed plant\n")
    listed = program.run("profiles", "list")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert "mqtt-tui profiles add NAME URL" in listed.stderr


@pytest.mark.parametrize("group", ["profiles", "themes"])
def test_a_group_alone_shows_its_help_as_help(program: Program, group: str) -> None:
    done = program.run(group)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Usage: mqtt-tui {group}")


@pytest.mark.parametrize(
    "arguments",
    [["profiles", "list"], ["profiles", "add", "new", "mqtt://h"], ["export", "factory", "-t", "#", "-o", "-"]],
)
def test_a_broken_profile_file_is_explained_key_by_key_and_left_alone(program: Program, arguments: list[str]) -> None:
    file = program.home / "config" / "profiles.toml"
    file.parent.mkdir(mode=0o700)
    file.write_text(BROKEN)
    file.chmod(0o600)
    done = program.run(*arguments)
    assert done.returncode == 7
    for key in ("profiles.factory.keep_alive", "profiles.factory.pasword", "profiles.lab.qos"):
        assert key in done.stderr
    assert "did you mean password?" in done.stderr
    assert CANARY not in done.stderr
    assert file.read_text() == BROKEN


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_without_a_terminal_the_screen_is_refused(program: Program, name: str) -> None:
    controller, terminal = pty.openpty()
    streams = {"stdin": terminal, "stdout": terminal, "stderr": terminal}
    streams[name] = subprocess.DEVNULL if name == "stdin" else subprocess.PIPE
    try:
        done = program.run("mqtt://127.0.0.1", **streams)
        said = done.stderr if name == "stderr" else os.read(controller, 4_096).decode()
    finally:
        os.close(controller)
        os.close(terminal)
    assert done.returncode == 2
    assert "The screen needs a terminal, and standard" in said
    assert "\x1b" not in said


def test_a_dumb_terminal_is_refused(program: Program) -> None:
    controller, terminal = pty.openpty()
    program.environment["TERM"] = "dumb"
    try:
        done = program.run("demo", stdin=terminal, stdout=terminal, stderr=terminal)
        said = os.read(controller, 4_096).decode()
    finally:
        os.close(controller)
        os.close(terminal)
    assert done.returncode == 2
    assert "TERM is dumb" in said


def test_a_full_disk_behind_standard_output_is_told(program: Program) -> None:
    with Path("/dev/full").open("w") as full:
        done = program.run("themes", "list", stdout=full)
    assert (done.returncode, done.stderr) == (7, "mqtt-tui: No space left on device.\n")


def test_a_closed_pipe_is_no_error(program: Program) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = program.run("--help", stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_closed_streams_are_no_crash(program: Program) -> None:
    shell = ["sh", "-c", f"exec '{COMMAND}' themes list >&- 2>&-"]
    assert subprocess.run(shell, env=program.environment, timeout=SECONDS, check=False).returncode == 0


@pytest.mark.parametrize(("encoding", "shown"), [("latin-1", b"gr\xf6\xdfe-\\u2603"), ("ascii", "größe-☃".encode())])
def test_a_terminal_that_knows_few_letters_is_no_crash(program: Program, encoding: str, shown: bytes) -> None:
    file = program.home / "config" / "profiles.toml"
    file.parent.mkdir(mode=0o700)
    file.write_text('version = 1\n[profiles."größe-☃"]\nurl = "mqtt://h"\n', encoding="utf-8")
    file.chmod(0o600)
    program.environment["PYTHONIOENCODING"] = encoding
    with program.start("profiles", "list") as listing:
        out, _ = listing.communicate(timeout=SECONDS)
    assert listing.returncode == 0
    assert out == b"  " + shown + b"  mqtt://h\n"


def test_profiles_go_from_one_machine_to_another_without_their_secrets(program: Program, tmp_path: Path) -> None:
    program.run("profiles", "add", "plant", "mqtts://broker.plant", "-u", "ops", "-P", "C4N4RY", "-t", "plant/#")
    shared = program.run("profiles", "export", "plant")
    assert shared.returncode == 0
    assert "C4N4RY" not in shared.stdout
    file = tmp_path / "shared.toml"
    file.write_text(shared.stdout)
    seen = program.run("profiles", "import", str(file))
    assert seen.returncode == 0
    assert "plant-2" in seen.stdout
    assert "Nothing was saved" in seen.stderr
    assert "plant-2" not in program.run("profiles", "list").stdout
    done = program.run("profiles", "import", str(file), "--yes")
    assert "added plant-2" in done.stderr
    assert "mqtts://broker.plant:8883  ops" in program.run("profiles", "list").stdout
    assert "prompt = true" in program.run("profiles", "show", "plant-2").stdout
    wrong = program.run("profiles", "import", str(file), "--only", "nobody")
    assert (wrong.returncode, "nobody is not among them" in wrong.stderr) == (2, True)
    nothing = program.run("profiles", "import", env={"HOME": str(tmp_path / "empty"), "XDG_CONFIG_HOME": ""})
    assert (nothing.returncode, "usual places" in nothing.stderr) == (7, True)
