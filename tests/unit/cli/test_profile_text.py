"""A profile as it is printed has none of its secrets."""

import pytest

from mqtt_tui.cli.profile_text import public_table
from mqtt_tui.profiles.profile import BrokerProfile


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
