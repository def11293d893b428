import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest

from mqtt_tui.profiles.options import ProxyOptions, TlsOptions, WebSocketOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import (
    KEY_PASSWORD,
    PASSWORD,
    SERVICE,
    SecretMissing,
    asked_for,
    resolve,
    resolve_one,
    secrets_of,
)
from tests.support.key_store import KeyStore


def profile(password: Secret) -> BrokerProfile:
    return BrokerProfile(url="mqtt://localhost", username="ops", password=password)


def test_a_password_comes_from_the_key_store(key_store: KeyStore) -> None:
    keyring.set_password(SERVICE, "factory", "C4N4RY")
    credentials = resolve(profile(Secret(keyring="factory")))
    assert credentials.get(PASSWORD) == "C4N4RY"
    assert "C4N4RY" not in repr(credentials)


def test_a_missing_entry_is_named_with_the_command_that_makes_it(key_store: KeyStore) -> None:
    with pytest.raises(SecretMissing, match="no such entry") as caught:
        resolve(profile(Secret(keyring="factory")))
    assert caught.value.hint == "keyring set mqtt-tui factory"


def test_a_key_store_that_cannot_be_opened_says_why_in_safe_words(key_store: KeyStore) -> None:
    key_store.is_locked = True
    with pytest.raises(SecretMissing, match="locked ␛"):
        resolve(profile(Secret(keyring="factory")))


def test_without_the_extra_one_line_names_it() -> None:
    code = (
        "import sys; sys.modules['keyring'] = None\n"
        "from mqtt_tui.profiles.profile import BrokerProfile, Secret\n"
        "from mqtt_tui.profiles.secrets import resolve, SecretMissing\n"
        "try: resolve(BrokerProfile(url='mqtt://h', password=Secret(keyring='x')))\n"
        "except SecretMissing as error: print(error.message, error.hint)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'mqtt-tui[keyring]'" in done.stdout


def test_the_environment_is_read_and_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = profile(Secret(env="MQTT_TUI_TEST_PASSWORD"))
    with pytest.raises(SecretMissing, match="MQTT_TUI_TEST_PASSWORD"):
        resolve(wanted)
    monkeypatch.setenv("MQTT_TUI_TEST_PASSWORD", "C4N4RY")
    assert resolve(wanted).get(PASSWORD) == "C4N4RY"


def printing(code: str) -> Secret:
    return Secret(command=(sys.executable, "-c", code))


def test_a_command_prints_a_secret() -> None:
    assert resolve(profile(printing("print('C4N4RY')"))).get(PASSWORD) == "C4N4RY"
    assert resolve(profile(printing("print(' C4N4RY é ', end='\\r\\n')"))).get(PASSWORD) == " C4N4RY é "


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (printing("import sys; sys.exit('no \x1b[31mkey C4N4RY')"), "exit code 1: no ␛[31mkey"),
        (printing(""), "is empty"),
        (printing("print('C4N4RY' * 20000)"), "more than 65,536 bytes"),
        (printing("import sys; sys.stdout.buffer.write(bytes([255]))"), "is not UTF-8"),
        (Secret(command=("/nowhere/pass", "C4N4RY")), "/nowhere/pass should print the password, and cannot be run"),
    ],
)
def test_a_command_that_prints_none_is_explained(secret: Secret, words: str) -> None:
    with pytest.raises(SecretMissing) as caught:
        resolve(profile(secret))
    assert words in caught.value.message


def test_a_file_holds_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", str(tmp_path))
    (tmp_path / "factory.password").write_text("C4N4RY\n")
    assert resolve(profile(Secret(file="factory.password"))).get(PASSWORD) == "C4N4RY"
    with pytest.raises(SecretMissing, match=r"should be in .*nowhere, which cannot be read: No such file"):
        resolve(profile(Secret(file="nowhere")))
    os.mkfifo(tmp_path / "pipe")
    for other in (".", "pipe"):  # nobody would ever write to the pipe
        with pytest.raises(SecretMissing, match=r"should be in .*, which is no file"):
            resolve(profile(Secret(file=other)))


def test_every_secret_of_a_profile_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "t")
    full = BrokerProfile(
        url="wss://localhost",
        password=Secret(value="p"),
        tls=TlsOptions(key_password=Secret(value="k")),
        proxy=ProxyOptions(url="http://u@x", password=Secret(value="x")),
        authentication_method="TOKEN",
        authentication_data=Secret(value="a"),
        websocket=WebSocketOptions(headers={"Authorization": Secret(env="TOKEN"), "X-Site": "h"}),
    )
    assert [(one.title, resolve_one(one)) for one in secrets_of(full)] == [
        ("password", "p"),
        ("key password", "k"),
        ("proxy password", "x"),
        ("authentication data", "a"),
        ("header Authorization", "t"),
        ("header X-Site", "h"),
    ]
    assert resolve(full).headers == {"Authorization": "t", "X-Site": "h"}


@pytest.mark.parametrize("value", ["a\r\nEvil: 1", "a\0"])
def test_a_header_that_is_more_than_a_line_is_refused_also_when_it_was_typed(value: str) -> None:
    wanted = BrokerProfile(url="ws://h", websocket=WebSocketOptions(headers={"X-Site": Secret(prompt=True)}))
    with pytest.raises(SecretMissing, match="header X-Site holds a line break"):
        resolve(wanted, {"websocket.headers.X-Site": value})


def test_only_what_is_to_be_asked_for_is_asked_for() -> None:
    wanted = BrokerProfile(
        url="mqtts://localhost", password=Secret(value="x"), tls=TlsOptions(key_password=Secret(prompt=True))
    )
    assert [one.title for one in asked_for(wanted)] == ["key password"]
    credentials = resolve(wanted, {one.key: f"typed for {one.title}" for one in asked_for(wanted)})
    assert (credentials.get(PASSWORD), credentials.get(KEY_PASSWORD)) == ("x", "typed for key password")
    with pytest.raises(SecretMissing, match="no terminal"):
        resolve(wanted)


def test_a_secret_has_exactly_one_source() -> None:
    with pytest.raises(ValueError, match="one of"):
        Secret(env="A", keyring="b")
    assert repr(Secret(keyring="factory")) == "Secret(keyring='factory')"
    assert repr(Secret(value="C4N4RY")) == "Secret(value=…)"
