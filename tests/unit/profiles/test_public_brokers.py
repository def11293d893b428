"""Public brokers: ready, and never drowning anybody."""

from mqtt_tui.profiles.names import check_name
from mqtt_tui.profiles.public_brokers import PUBLIC_BROKERS


def test_every_one_can_be_saved_and_begins_narrow() -> None:
    assert {profile.endpoint.host for profile in PUBLIC_BROKERS.values()} == {
        "broker.emqx.io",
        "test.mosquitto.org",
        "broker.hivemq.com",
    }
    assert {profile.endpoint.port for name, profile in PUBLIC_BROKERS.items() if name.startswith("emqx")} == {
        1883,
        8883,
        8083,
        8084,
    }
    for name, profile in PUBLIC_BROKERS.items():
        check_name(name)
        assert profile.subscriptions
        for one in profile.subscriptions:
            assert one.filter.count("/") >= 2, "nothing as wide as # or $SYS/#"
