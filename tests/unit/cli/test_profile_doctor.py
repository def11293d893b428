"""What a profile still lacks on this machine, and how it gets there."""

from pathlib import Path

import keyring
import pytest

from mqtt_tui.cli import profile_doctor
from mqtt_tui.cli.profile_doctor import run_doctor, run_login
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.options import ProxyOptions, TlsOptions, WebSocketOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import NamedSecret, resolve
from tests.support.key_store import KeyStore

SHARED = BrokerProfile(
    url="wss://broker.plant",
    username="ops",
    password=Secret(env="NO_SUCH_VARIABLE"),
    tls=TlsOptions(ca_file="plant.pem", key_password=Secret(prompt=True)),
    proxy=ProxyOptions(command=("no-such-ssh", "-W", "%h:%p")),
    websocket=WebSocketOptions(headers={"Authorization": Secret(keyring="plant"), "X-Site.b": Secret(prompt=True)}),
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProfileRepository:
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", str(tmp_path))
    repository = ProfileRepository(tmp_path)
    repository.create("plant", SHARED)
    repository.create("lab", BrokerProfile(url="mqtt://localhost"))
    return repository


def test_the_doctor_names_everything_that_is_missing(
    repository: ProfileRepository, key_store: KeyStore, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LocalError, match="Not all is there"):
        run_doctor([])
    said = capsys.readouterr().out
    assert "✗ plant" in said
    assert "✓ lab" in said
    for words in (
        "tls.ca_file: there is no ",
        "NO_SUCH_VARIABLE, which is not set",
        "header Authorization should be in the key store as plant, and there is no such entry",
        "there is no program called no-such-ssh",
    ):
        assert words in said
    assert "X-Site" not in said, "what is asked for each time is not missing"
    run_doctor(["lab"])
    with pytest.raises(LocalError, match="no profile"):
        run_doctor(["nobody"])


def test_login_stores_what_the_profile_needs_and_the_profile_names_it(
    repository: ProfileRepository, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(named: NamedSecret) -> str:
        return f"typed for {named.title}"

    monkeypatch.setattr(profile_doctor, "has_terminal", lambda: True)
    monkeypatch.setattr(profile_doctor, "ask", ask)
    monkeypatch.setenv("NO_SUCH_VARIABLE", "from the environment")
    run_login("plant")
    profile = repository.load().entries["plant"]
    assert profile.password == SHARED.password, "an environment variable is somebody else's business"
    assert profile.tls.key_password == Secret(keyring="plant key password")
    assert profile.websocket.headers["X-Site.b"] == Secret(keyring="plant header X-Site.b")
    found = resolve(profile)
    assert found.get("tls.key_password") == "typed for key password"
    assert found.headers == {
        "Authorization": "typed for header Authorization",
        "X-Site.b": "typed for header X-Site.b",
    }
    with pytest.raises(LocalError, match="no secret that could be kept"):
        run_login("lab")


def test_without_a_terminal_nothing_is_asked(repository: ProfileRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_doctor, "has_terminal", lambda: False)
    with pytest.raises(LocalError, match="no terminal"):
        run_login("plant")


def test_a_key_store_that_is_locked_stores_nothing(
    repository: ProfileRepository, key_store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_store.is_locked = True
    monkeypatch.setattr(profile_doctor, "has_terminal", lambda: True)
    monkeypatch.setattr(profile_doctor, "ask", lambda named: "C4N4RY")
    with pytest.raises(LocalError, match="Nothing was stored"):
        run_login("plant")
    assert repository.load().entries["plant"] == SHARED
    assert keyring.get_keyring() is key_store
