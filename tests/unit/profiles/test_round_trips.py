"""Any profile comes back from its file as it went in."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_tui.profiles.profile import (
    BrokerProfile,
    Secret,
    SubscriptionOptions,
    TlsOptions,
    WebSocketOptions,
    WillMessage,
)
from mqtt_tui.profiles.repository import ProfileRepository

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.text(st.sampled_from("ab é漢'\"\\"), min_size=1, max_size=6)
maybe = st.none() | texts
qualities = st.sampled_from([0, 1, 2])
secrets = st.builds(Secret, env=words) | st.just(Secret(prompt=True)) | st.builds(Secret, value=texts)
profiles = st.builds(
    BrokerProfile,
    url=st.sampled_from(["mqtt://host:1883", "wss://[::1]:443/a?b=c", "unix:///run/x%20y"]),
    protocol=st.sampled_from(["auto", "5", "3.1.1", "3.1"]),
    client_id=maybe,
    username=maybe,
    password=st.none() | secrets,
    clean_start=st.booleans(),
    session_expiry_interval=st.integers(0, 0xFFFF_FFFF),
    keep_alive=st.integers(5, 65_535),
    connect_timeout=st.integers(1, 600),
    tls=st.builds(TlsOptions, ca_file=maybe, key_password=st.none() | secrets, verify=st.booleans()),
    websocket=st.builds(WebSocketOptions, headers=st.dictionaries(texts, texts, max_size=3)),
    will=st.none() | st.builds(WillMessage, topic=words, payload=texts, qos=qualities, retain=st.booleans()),
    subscriptions=st.lists(
        st.builds(SubscriptionOptions, filter=words, qos=qualities, retain_as_published=st.booleans()), max_size=3
    ).map(tuple),
)
names = st.text(st.sampled_from("ab-_.é'\"\\"), min_size=1, max_size=8).filter(lambda name: name[0] != "-")


@settings(deadline=None)
@given(saved=st.dictionaries(names, profiles, max_size=3))
def test_profiles_survive_the_file(saved: dict[str, BrokerProfile]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        repository = ProfileRepository(Path(directory))
        for name, profile in saved.items():
            repository.create(name, profile)
        loaded = repository.load()
        assert loaded.problems == ()
        assert loaded.entries == saved
        assert list(loaded.entries) == list(saved)
