"""Saving what was chosen of an import."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.importing.draft import Candidate
from mqtt_tui.profiles.importing.taking import brings_private_key, free_name, take, without_secrets
from mqtt_tui.profiles.names import check_name
from mqtt_tui.profiles.options import TlsOptions, WebSocketOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret

CANARY = "C4N4RY"
PROFILE = BrokerProfile(
    url=f"wss://h/mqtt?token={CANARY}",
    password=Secret(value=CANARY),
    tls=TlsOptions(key_password=Secret(env="KEY")),
    websocket=WebSocketOptions(headers={"Authorization": CANARY, "X-Site": Secret(env="SITE")}),
)


@given(wanted=st.text(max_size=100), taken=st.sets(st.sampled_from(["broker", "broker-2", "plant", "a-b"])))
def test_any_name_becomes_one_that_a_profile_can_have(wanted: str, taken: set[str]) -> None:
    name = free_name(wanted, taken, {"demo"})
    check_name(name, {"demo"})
    assert name not in taken


def test_names_stay_as_near_as_they_can() -> None:
    assert free_name("../../etc/passwd", set()) == "..-..-etc-passwd"
    assert free_name("Plant (prod)", {"Plant-(prod)"}) == "Plant-(prod)-2"
    assert free_name("demo", set(), {"demo"}) == "demo-2"
    assert free_name(" \x1b[31m ", set()) == "[31m"


def test_secrets_are_left_out_and_references_to_them_stay() -> None:
    public = without_secrets(PROFILE)
    assert public.password == Secret(prompt=True)
    assert public.tls.key_password == Secret(env="KEY")
    assert public.websocket.headers == {"Authorization": Secret(prompt=True), "X-Site": Secret(env="SITE")}
    assert public.url == "wss://h:443/mqtt"


def test_a_private_key_comes_along_only_when_secrets_do(tmp_path: Path) -> None:
    files = {"tls.ca_file": b"authority", "tls.certificate_file": b"certificate", "tls.key_file": b"C4N4RY key"}
    repository = ProfileRepository(tmp_path)
    candidate = Candidate("x", PROFILE, files=files)
    assert brings_private_key(candidate)
    take(candidate, "without", repository, with_secrets=False)
    take(candidate, "with", repository, with_secrets=True)
    assert {file.name for file in tmp_path.glob("*.pem")} == {
        "without-ca.pem",
        "with-ca.pem",
        "with-certificate.pem",
        "with-key.pem",
    }
    saved = repository.load().entries
    assert (saved["without"].tls.certificate_file, saved["without"].tls.key_file) == (None, None)
    assert saved["with"].tls.key_file == "with-key.pem"


def test_a_candidate_is_saved_with_its_certificates(tmp_path: Path) -> None:
    repository = ProfileRepository(tmp_path / "config")
    candidate = Candidate("x", PROFILE, files={"tls.ca_file": b"authority"})
    take(candidate, "plant", repository, with_secrets=False)
    saved = repository.load().entries["plant"]
    assert saved.tls.ca_file == "plant-ca.pem"
    assert (tmp_path / "config" / "plant-ca.pem").read_bytes() == b"authority"
    assert stat.S_IMODE((tmp_path / "config" / "plant-ca.pem").stat().st_mode) == 0o600
    assert CANARY not in repository.file.read_text()
    with pytest.raises(LocalError, match="already"):
        take(candidate, "plant", repository, with_secrets=True)
    (tmp_path / "config" / "other-ca.pem").touch()
    with pytest.raises(LocalError, match=r"other-ca\.pem exists already"):
        take(candidate, "other", repository, with_secrets=True)
    assert "other" not in repository.load().entries
    repository.file.chmod(0o600)
    broken = Candidate("x", PROFILE, files={"tls.ca_file": b"a", "tls.key_file": b"k"})
    (tmp_path / "config" / "half-key.pem").touch()
    with pytest.raises(LocalError, match=r"half-key\.pem exists already"):
        take(broken, "half", repository, with_secrets=True)
    assert not (tmp_path / "config" / "half-ca.pem").exists(), "nothing is left of it"
    take(Candidate("x", PROFILE), "third", repository, with_secrets=True)
    assert repository.load().entries["third"] == PROFILE
