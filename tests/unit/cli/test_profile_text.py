"""A profile as it is printed has none of its secrets."""

import pytest

from mqtt_tui.cli.profile_text import public_table
from mqtt_tui.profiles.options import ProxyOptions, TlsOptions, WebSocketOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("wss://broker.plant/mqtt?token=secret", "wss://broker.plant:443/mqtt?…"),
        ("wss://broker.plant/mqtt", "wss://broker.plant/mqtt"),
        ("unix:///run/a?b", "unix:///run/a?b"),
    ],
)
def test_the_query_of_a_url_is_hidden_and_nothing_else_of_it(url: str, shown: str) -> None:
    assert public_table(BrokerProfile(url=url))["url"] == shown


def test_stored_secrets_are_hidden_and_where_others_come_from_is_shown() -> None:
    profile = BrokerProfile(
        url="wss://h",
        password=Secret(value="C4N4RY"),
        tls=TlsOptions(key_password=Secret(file="key.password")),
        proxy=ProxyOptions(url="http://x", password=Secret(value="C4N4RY")),
        authentication_method="A",
        authentication_data=Secret(value="C4N4RY"),
        websocket=WebSocketOptions(headers={"A.b": "C4N4RY", "B": Secret(value="C4N4RY"), "C": Secret(env="C")}),
    )
    table = public_table(profile)
    assert "C4N4RY" not in str(table)
    assert table["tls"] == {"key_password": {"file": "key.password"}}
    assert table["websocket"]["headers"] == {"A.b": "…", "B": "…", "C": {"env": "C"}}
