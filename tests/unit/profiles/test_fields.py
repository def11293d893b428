"""The one schema: every key has words, and what is said of it fits its type."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
import pytest

from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.fields import FIELDS, Field, checked, table_of
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret


def keys_of(struct: type, prefix: str = "") -> Iterator[str]:
    """Every key of profiles.toml; a secret is one."""
    for info in msgspec.structs.fields(struct):
        key, kind = f"{prefix}{info.name}", Field(info.name, None, info.type, None).kind  # type: ignore[arg-type]
        table = get_args(kind)[0] if get_origin(kind) is tuple else kind
        if isinstance(table, type) and issubclass(table, msgspec.Struct) and table is not Secret:
            yield from keys_of(table, f"{key}.")
        else:
            yield key


def test_every_key_of_a_profile_has_words_and_nothing_else_has() -> None:
    assert set(FIELDS) - {"subscriptions"} == set(keys_of(BrokerProfile))


def test_what_is_said_is_short_and_whole() -> None:
    for field in FIELDS.values():
        words = field.words
        assert len(words.label) <= 24, words
        assert len(words.help) <= 115, words
        assert words.help.endswith((".", "unix://")), words
        assert field.kind is bool or not words.caution, words


def test_a_switch_says_the_opposite_of_the_default() -> None:
    switches = [field for field in FIELDS.values() if field.kind is bool and field.words.flag]
    assert len(switches) > 5
    for field in switches:
        assert field.words.flag.split()[-1].startswith("--")
        assert field.read("") is not field.default


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("keep_alive", "30", 30),
        ("answer_timeout", "2.5", 2.5),
        ("tls.minimum_version", "1.3", "1.3"),
        ("subscriptions.retain_handling", "2", 2),
        ("proxy.command", "ssh -W '%h:%p' 'the jump'", ("ssh", "-W", "%h:%p", "the jump")),
        ("client_id", "7", "7"),
    ],
)
def test_a_text_becomes_a_value(key: str, text: str, value: object) -> None:
    assert FIELDS[key].read(text) == value


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("keep_alive", "4", "Keep alive should be a whole number from 5 to 65535, not 4."),
        ("keep_alive", "soon", "Keep alive should be a whole number from 5 to 65535, not a text."),
        ("tls.minimum_version", "1.4", 'At least TLS should be one of "1.0", "1.1", "1.2", "1.3", not "1.4".'),
        ("proxy.command", "ssh 'jump", 'A quotation mark in "ssh \'jump" has no other end.'),
        ("subscriptions.identifier", "0", "Identifier should be a whole number from 1 to 268435455, not 0."),
    ],
)
def test_what_is_no_value_is_told(key: str, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        FIELDS[key].read(text)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("values", "key", "reason"),
    [
        ({"proxy.url": "ftp://x"}, "proxy.url", "no kind of proxy"),
        ({"proxy.url": "http://u:p@x"}, "proxy.url", "names a password"),
        ({"proxy.url": "http://x", "proxy.from_environment": True}, "proxy", "should be one of"),
        ({"proxy.password": {"env": "X"}}, "proxy.password", "no proxy that it would be for"),
        ({"authentication_data": {"env": "X"}}, "authentication_method", "without a method"),
        ({"reconnect.shortest": 5, "reconnect.longest": 2}, "reconnect.longest", "less than the shortest"),
        ({"websocket.headers": {"a b": "c"}}, "websocket.headers", "letters"),
        ({"websocket.headers": {"a": "c\r\nEvil: 1"}}, "websocket.headers", "one line"),
        ({"websocket.subprotocol": "a b"}, "websocket.subprotocol", "one word"),
        ({"will.topic": "a", "will.response_topic": "#"}, "will.response_topic", "'#'"),
        ({"user_properties": [["a"]]}, "user_properties[0]", "a list of 2"),
        ({"tls.alpn": [""]}, "tls.alpn", "1 to 255"),
        ({"tls.alpn": ["ä"]}, "tls.alpn", "ASCII"),
        ({"url": "unix:///run/x", "proxy.url": "http://x"}, "proxy", "without a proxy"),
    ],
)
def test_what_does_not_go_together_is_told_at_its_key(values: dict[str, Any], key: str, reason: str) -> None:
    profile, problems = checked(table_of({"url": "mqtt://h"} | values))
    assert profile is None
    assert reason in problems[key]
