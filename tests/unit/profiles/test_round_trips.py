"""Any profile comes back from its file as it went in."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions, WebSocketOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.text(st.sampled_from("ab é漢'\"\\"), min_size=1, max_size=6)
maybe = st.none() | texts
qualities = st.sampled_from([0, 1, 2])
secrets = st.one_of(
    *(st.builds(Secret, **{source: words}) for source in ("env", "keyring", "file", "value")),
    st.just(Secret(prompt=True)),
    st.lists(words, min_size=1, max_size=3).map(lambda command: Secret(command=tuple(command))),
)
strings = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)  # MQTT 5.0, 1.5.4
pairs = st.lists(st.tuples(strings, strings), max_size=2).map(tuple)
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
    answer_timeout=st.floats(0.1, 600),
    user_properties=pairs,
    tls=st.builds(
        TlsOptions,
        ca_file=maybe,
        key_password=st.none() | secrets,
        verify=st.booleans(),
        alpn=st.lists(st.sampled_from(["mqtt", "a b", "'"]), max_size=2).map(tuple),
    ),
    websocket=st.builds(
        WebSocketOptions,
        headers=st.dictionaries(st.from_regex("[a-zA-Z-]{1,5}", fullmatch=True), words | secrets, max_size=3),
    ),
    will=st.none()
    | st.builds(WillMessage, topic=words, payload=texts, qos=qualities, retain=st.booleans(), user_properties=pairs),
    subscriptions=st.lists(
        st.builds(
            SubscriptionOptions,
            filter=words,
            qos=qualities,
            retain_as_published=st.booleans(),
            identifier=st.none() | st.integers(1, 9),
            user_properties=pairs,
        ),
        max_size=3,
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
