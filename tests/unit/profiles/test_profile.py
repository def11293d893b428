"""What a profile accepts, and what it keeps to itself."""

import pytest

from mqtt_tui.config.reading import InvalidField
from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions, WebSocketOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.secrets import KEY_PASSWORD, PASSWORD, Credentials, SecretMissing, asked_for, resolve

CANARY = "C4N4RY"
SECRETIVE = BrokerProfile(
    url="wss://broker.plant/mqtt",
    password=Secret(value=CANARY),
    tls=TlsOptions(key_password=Secret(value=CANARY)),
    websocket=WebSocketOptions(headers={"Authorization": CANARY}),
)


@pytest.mark.parametrize(
    ("field", "text"), [("url", "htp://x"), ("url", f"mqtt://u:{CANARY}@host"), ("url", "host/a/#"), ("url", "")]
)
def test_a_url_that_a_profile_cannot_have_names_the_field_and_no_secret(field: str, text: str) -> None:
    with pytest.raises(InvalidField) as caught:
        BrokerProfile(url=text)
    assert caught.value.field == field
    assert isinstance(caught.value, UsageError)
    assert CANARY not in f"{caught.value}{caught.value!r}"


def test_a_will_needs_a_topic_and_a_subscription_a_filter() -> None:
    with pytest.raises(InvalidField) as will:
        WillMessage(topic="a/+")
    with pytest.raises(InvalidField) as subscription:
        SubscriptionOptions(filter="a/#/b")
    assert (will.value.field, subscription.value.field) == ("topic", "filter")


@pytest.mark.parametrize("parts", [{}, {"env": "A", "prompt": True}, {"env": "A", "value": CANARY}])
def test_a_secret_comes_from_one_place(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="should be one of") as caught:
        Secret(**parts)  # type: ignore[arg-type]
    assert CANARY not in str(caught.value)


def test_the_endpoint_is_the_parsed_url() -> None:
    assert BrokerProfile(url="mqtts://[::1]").endpoint.address == "[::1]:8883"


def test_no_secret_is_in_any_repr() -> None:
    assert CANARY not in f"{SECRETIVE!r}{SECRETIVE}{resolve(SECRETIVE)!r}"


def test_secrets_come_from_where_the_profile_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANT", "from the environment")
    profile = BrokerProfile(url="host", password=Secret(env="PLANT"), tls=TlsOptions(key_password=Secret(prompt=True)))
    credentials = resolve(profile, {one.key: f"typed for {one.title}" for one in asked_for(profile)})
    assert credentials == Credentials({PASSWORD: "from the environment", KEY_PASSWORD: "typed for key password"})
    assert [one.key for one in asked_for(profile)] == [KEY_PASSWORD]
    assert resolve(SECRETIVE).headers == {"Authorization": CANARY}
    assert set(resolve(SECRETIVE).values.values()) == {CANARY}
    assert resolve(BrokerProfile(url="host")) == Credentials()


def test_a_secret_that_is_not_there_is_named() -> None:
    with pytest.raises(SecretMissing, match="NO_SUCH␛, which is not set"):
        resolve(BrokerProfile(url="host", password=Secret(env="NO_SUCH\x1b")))
    with pytest.raises(SecretMissing, match="no terminal"):
        resolve(BrokerProfile(url="host", password=Secret(prompt=True)))
