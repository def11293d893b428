"""A profiles.toml from somebody else."""

from pathlib import Path

from mqtt_tui.profiles.importing.draft import Candidate
from mqtt_tui.profiles.importing.sources import Source, read_source
from mqtt_tui.profiles.options import ProxyOptions
from mqtt_tui.profiles.secret import Secret


def source(tmp_path: Path, content: bytes) -> Source:
    file = tmp_path / "file"
    file.write_bytes(content)
    return read_source(file)


def by_name(found: Source) -> dict[str, Candidate]:
    return {candidate.name: candidate for candidate in found.candidates}


def test_a_file_of_ours_never_brings_a_command(tmp_path: Path) -> None:
    text = b"""
        version = 1
        [profiles.good]
        url = "mqtt://h"
        password = { env = "X" }
        [profiles.evil]
        url = "wss://h"
        keep_alive = 1
        password = { command = ["rm", "-rf", "/"] }
        proxy = { command = ["sh", "-c", "evil"] }
        websocket.headers = { Authorization = { command = ["evil"] } }
    """
    candidates = by_name(source(tmp_path, text))
    assert candidates["good"].profile.password == Secret(env="X")
    evil = candidates["evil"]
    assert evil.profile.password == Secret(prompt=True)
    assert evil.profile.proxy == ProxyOptions()
    assert evil.profile.websocket.headers == {"Authorization": Secret(prompt=True)}
    assert sum("is not taken over" in note for note in evil.notes) == 3
    assert any(note.startswith("keep_alive: ") for note in evil.notes)


def test_a_file_of_ours_tells_what_it_reads_here_and_does_not_verify(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(
        'version = 1\n[profiles.x]\nurl = "mqtts://broker.example"\npassword = { file = "/etc/passwd" }\n'
        "tls = { verify = false }\n"
    )

    (candidate,) = read_source(file).candidates

    assert candidate.notes == (
        "password: is read on this machine (file) at each connect",
        "TLS: the broker's certificate is not verified",
    )
