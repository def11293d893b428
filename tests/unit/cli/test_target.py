"""Which broker the words and flags of a command line mean."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mqtt_tui.cli.connection_options import CONNECTION_FLAGS, PASSWORD_VARIABLE, ConnectionOptions, given_options
from mqtt_tui.cli.screen import screen
from mqtt_tui.cli.target import Choice, choose_target, new_profile
from mqtt_tui.errors import LocalError, MqttTuiError, UsageError
from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret

Choose = Callable[..., Choice]


@pytest.fixture
def repository(tmp_path: Path) -> ProfileRepository:
    repository = ProfileRepository(tmp_path)
    repository.create(
        "factory",
        BrokerProfile(
            url="mqtts://broker.plant:8883",
            username="ops",
            password=Secret(env="FACTORY_PASSWORD"),
            client_id="desk",
            subscriptions=(SubscriptionOptions(filter="plant/#", qos=1, no_local=True),),
        ),
    )
    repository.create("socket", BrokerProfile(url="unix:///run/mosquitto.sock"))
    return repository


@pytest.fixture
def choose(repository: ProfileRepository, monkeypatch: pytest.MonkeyPatch) -> Choose:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)

    def choose(*arguments: str) -> Choice:
        return choose_target(*parsed(*arguments), repository.load())

    return choose


def parsed(*arguments: str) -> tuple[tuple[str, ...], ConnectionOptions]:
    """Words and flags as click reads them."""
    values: dict[str, Any] = screen.make_context("mqtt-tui", list(arguments)).params
    return values["words"], given_options(values)


def filters(choice: Choice) -> list[tuple[str, int]]:
    return [(one.filter, one.qos) for one in choice.target.profile.subscriptions]


@pytest.mark.parametrize(
    ("arguments", "url", "wanted"),
    [
        ([], "mqtt://localhost:1883", "#"),
        (["a/#"], "mqtt://localhost:1883", "a/#"),
        (["mqtt://h"], "mqtt://h:1883", "#"),
        (["mqtt://h/a/+"], "mqtt://h:1883", "a/+"),
        (["h:1884"], "mqtt://h:1884", "#"),
        (["[::1]:1884", "x"], "mqtt://[::1]:1884", "x"),
        (["[::1]"], "mqtt://[::1]:1883", "#"),
        (["bob@h"], "mqtt://h:1883", "#"),
        (["ws://h:9001/broker"], "ws://h:9001/broker", "#"),
        (["-h", "h"], "mqtt://h:1883", "#"),
        (["-h", "::1", "-p", "1884"], "mqtt://[::1]:1884", "#"),
        (["-h", "[::1]"], "mqtt://[::1]:1883", "#"),
        (["-h", "h", "-p", "8883"], "mqtts://h:8883", "#"),
        (["-h", "h", "--cafile", "ca.pem"], "mqtts://h:8883", "#"),
        (["-p", "1884", "-t", "b"], "mqtt://localhost:1884", "b"),
        (["-h", "h", "--ws", "-p", "9001"], "ws://h:9001/mqtt", "#"),
        (["-h", "h", "--ws", "--insecure", "--ws-path", "x"], "wss://h:443/x", "#"),
        (["--unix", "/run/m.sock"], "unix:///run/m.sock", "#"),
        (["mqtt://h", "-p", "1999"], "mqtt://h:1999", "#"),
        (["factory"], "mqtts://broker.plant:8883", "plant/#"),
        (["factory", "-p", "8884"], "mqtts://broker.plant:8884", "plant/#"),
        (["factory", "other/#"], "mqtts://broker.plant:8883", "other/#"),
    ],
)
def test_the_first_word_or_the_flags_name_the_broker(
    choose: Choose, arguments: list[str], url: str, wanted: str
) -> None:
    choice = choose(*arguments)
    assert choice.target.profile.url == url
    assert [name for name, _ in filters(choice)] == [wanted]


def test_the_default_profile_is_meant_where_none_is_named(choose: Choose, repository: ProfileRepository) -> None:
    repository.set_default("factory")
    assert choose("a/#").target.name == "factory"
    assert choose("-u", "eve").target.profile.username == "eve"
    assert choose("-h", "other").target.profile == BrokerProfile(url="mqtt://other:1883")


def test_flags_go_over_a_profile_and_leave_the_rest_of_it(choose: Choose) -> None:
    profile = choose("factory", "-k", "30", "-V", "311", "-q", "2").target.profile
    assert (profile.keep_alive, profile.protocol, profile.client_id) == (30, "3.1.1", "desk")
    assert profile.subscriptions == (SubscriptionOptions(filter="plant/#", qos=2, no_local=True),)


def test_every_flag_reaches_its_field(choose: Choose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # fmt: off
    profile = choose(
        "wss://h", "-u", "bob", "-P", "secret", "-i", "me", "-V", "mqttv5", "-k", "7", "-c", "-x", "-1",
        "--cafile", "ca.pem", "--cert", "c.pem", "--key", "/k.pem", "--insecure", "--connect-timeout", "3",
        "--ws-path", "/p", "--ws-header", "X-A: 1", "--ws-header", "X-B: 2", "-t", "a", "-t", "b", "-q", "1",
        "--will-topic", "w", "--will-payload", "bye", "--will-qos", "2", "--will-retain",
        "--read-only",
    ).target.profile
    # fmt: on
    assert profile.url == "wss://h:443/p"
    assert (profile.username, profile.password, profile.client_id) == ("bob", Secret(value="secret"), "me")
    assert (profile.protocol, profile.keep_alive, profile.connect_timeout) == ("5", 7, 3)
    assert (profile.clean_start, profile.session_expiry_interval) == (False, 0xFFFF_FFFF)
    assert profile.read_only
    tls = profile.tls
    assert (tls.ca_file, tls.certificate_file, tls.key_file, tls.verify) == (
        str(tmp_path / "ca.pem"),
        str(tmp_path / "c.pem"),
        "/k.pem",
        False,
    )
    assert profile.websocket.headers == {"X-A": "1", "X-B": "2"}
    assert [(one.filter, one.qos) for one in profile.subscriptions] == [("a", 1), ("b", 1)]
    will = profile.will
    assert will is not None
    assert (will.topic, will.payload, will.qos, will.retain) == ("w", "bye", 2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mqtt://h", "-h", "h"], "named twice"),
        (["factory", "--unix", "/x"], "named twice"),
        (["factory", "--ws"], "named twice"),
        (["--unix", "/x", "-p", "1"], "--unix"),
        (["socket", "-p", "1"], "has no port"),
        (["mqtt://h:1883", "-p", "1884"], "port is named twice"),
        (["ws://h/x", "--ws-path", "/y"], "path is named twice"),
        (["mqtt://bob@h", "-u", "eve"], "user is named twice"),
        (["mqtt://bob:x@h", "-P", "y"], "password is given twice"),
        (["h:1", "-P", "y"], "needs a user name"),
        (["mqtt://h", "--cert", "c.pem"], "this connection has none"),
        (["mqtts://h", "--key", "k.pem"], "--cert"),
        (["mqtt://h", "--ws-path", "/x"], "for WebSocket"),
        (["h:1", "-c"], "-i ID"),
        (["h:1", "-x", "9", "-V", "311"], "MQTT 5"),
        (["h:1", "--will-retain"], "needs a topic"),
        (["h:1", "-V", "4"], "is no MQTT version"),
        (["h:1", "-q", "3"], "should be one of 0, 1, 2"),
        (["h:1", "-x", "-2"], "whole number"),
        (["-h", "mqtt://h"], "whole URL"),
        (["-h", "-p", "1"], "is no host name"),
        (["ws://h", "--ws-header", "C4N4RY"], "'Name: value'"),
        (["h:1", "a/#/b"], "'#' must be"),
        (["mqtt:/h"], "begins like a URL"),
        (["mqt://h"], "mqtt://"),
        (["h:99999"], "is no port"),
        (["exprot"], "called 'exprot'; did you mean export?"),
        (["factroy"], "called 'factroy'; did you mean factory?"),
        (["-p", "1", "export"], "export is a command and comes first"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(choose: Choose, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        choose(*arguments)
    assert message in f"{raised.value.message} {raised.value.hint}"
    assert "C4N4RY" not in f"{raised.value.message} {raised.value.hint}"


def test_a_password_in_the_environment_is_for_who_has_none(choose: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "secret")
    from_environment = Secret(env=PASSWORD_VARIABLE)
    assert choose("h:1", "-u", "bob").target.profile.password == from_environment
    assert choose("bob@h").target.profile.password == from_environment
    assert choose("factory", "-u", "eve").target.profile.password == from_environment
    assert choose("factory").target.profile.password == Secret(env="FACTORY_PASSWORD")
    assert choose("h:1").target.profile.password is None
    assert choose("h:1", "-u", "bob", "-P", "x").target.profile.password == Secret(value="x")
    assert choose("mqtt://bob:x@h").target.profile.password == Secret(value="x")


def test_secrets_in_the_process_list_are_warned_of_and_not_repeated(choose: Choose) -> None:
    for arguments in (
        ["h:1", "-u", "bob", "-P", "C4N4RY"],
        ["mqtt://bob:C4N4RY@h"],
        ["ws://h", "--ws-header", "Authorization: C4N4RY"],
    ):
        choice = choose(*arguments)
        assert "process list" in choice.warnings[0]
        assert "C4N4RY" not in repr(choice)
        assert "C4N4RY" not in repr(parsed(*arguments)[1])
    assert choose("ws://h", "--ws-header", "X-Colour: red").warnings == ()


def test_a_damaged_file_is_told_where_a_profile_may_be_meant(choose: Choose, repository: ProfileRepository) -> None:
    repository.file.write_text('version = 1\n[profiles.factory]\nurl = "mqtt://h"\nkeep_alive = "x"\nprotocl = "5"\n')
    repository.file.chmod(0o600)
    for arguments in (["factory"], ["a/#"], []):
        with pytest.raises(LocalError) as raised:
            choose(*arguments)
        assert "profiles.factory.keep_alive" in raised.value.message
        assert "profiles.factory.protocl" in raised.value.message
    assert choose("mqtt://h").target.profile.url == "mqtt://h:1883"
    assert choose("-h", "h").target.profile.url == "mqtt://h:1883"


def test_filters_are_known_as_named_or_not(choose: Choose) -> None:
    assert not choose("factory").has_filters
    assert not choose("mqtt://h").has_filters
    assert choose("mqtt://h/a").has_filters
    assert choose("factory", "-t", "a").has_filters
    assert choose("a/b").has_filters


def test_a_new_profile_takes_a_bare_host() -> None:
    _, connection = parsed("-t", "a/#", "-q", "1")
    profile = new_profile("broker.plant", connection).target.profile
    assert profile.url == "mqtt://broker.plant:1883"
    assert profile.subscriptions == (SubscriptionOptions(filter="a/#", qos=1),)
    with pytest.raises(MqttTuiError):
        new_profile("not a host", connection)


def test_the_table_has_every_flag_once() -> None:
    names = [name for flag in CONNECTION_FLAGS for name in flag.names]
    assert len(names) == len(set(names))
    assert all(flag.help.endswith(".") for flag in CONNECTION_FLAGS)
