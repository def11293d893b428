"""Naming a broker by URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.profiles.options import SubscriptionOptions
from mqtt_tui.profiles.profile import BrokerProfile, profile_from_url
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.profiles.url import BrokerUrl, InvalidUrl, Scheme

CANARY = "C4N4RY"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost", BrokerUrl(Scheme.TCP, "localhost", 1883)),
        ("  10.0.0.1:2883\n", BrokerUrl(Scheme.TCP, "10.0.0.1", 2883)),
        ("user@host", BrokerUrl(Scheme.TCP, "host", 1883, username="user")),
        ("mqtt://host/", BrokerUrl(Scheme.TCP, "host", 1883)),
        ("MQTT://host:", BrokerUrl(Scheme.TCP, "host", 1883)),
        ("mqtts://host", BrokerUrl(Scheme.TLS, "host", 8883)),
        ("tcp://host", BrokerUrl(Scheme.TCP, "host", 1883)),
        ("ssl://host", BrokerUrl(Scheme.TLS, "host", 8883)),
        ("tls://host", BrokerUrl(Scheme.TLS, "host", 8883)),
        ("ws://host", BrokerUrl(Scheme.WEBSOCKET, "host", 80, "/mqtt")),
        ("wss://host", BrokerUrl(Scheme.SECURE_WEBSOCKET, "host", 443, "/mqtt")),
        ("wss://host:84/", BrokerUrl(Scheme.SECURE_WEBSOCKET, "host", 84, "/")),
        ("ws://host/a/b?x=1&y=%20", BrokerUrl(Scheme.WEBSOCKET, "host", 80, "/a/b?x=1&y=%20")),
        ("[::1]", BrokerUrl(Scheme.TCP, "::1", 1883)),
        ("mqtt://[fe80::1%25eth0]:99/a", BrokerUrl(Scheme.TCP, "fe80::1%eth0", 99, topic_filter="a")),
        ("unix:///run/a%20b.sock", BrokerUrl(Scheme.UNIX, "/run/a b.sock", 0)),
        ("unix://me@/run/x", BrokerUrl(Scheme.UNIX, "/run/x", 0, username="me")),
        ("mqtt://host/a/b/#", BrokerUrl(Scheme.TCP, "host", 1883, topic_filter="a/b/#")),
        ("mqtt://host/a/b/%23", BrokerUrl(Scheme.TCP, "host", 1883, topic_filter="a/b/#")),
        ("host/#", BrokerUrl(Scheme.TCP, "host", 1883, topic_filter="#")),
        ("host//a?b&c/100%/é", BrokerUrl(Scheme.TCP, "host", 1883, topic_filter="/a?b&c/100%/é")),
        ("host/x://y@z", BrokerUrl(Scheme.TCP, "host", 1883, topic_filter="x://y@z")),
        ("mqtt://a%40b:p%2F%3A@w@host", BrokerUrl(Scheme.TCP, "host", 1883, "", "a@b", "p/:@w")),
        ("mqtt://u:a:b#c?d@host", BrokerUrl(Scheme.TCP, "host", 1883, "", "u", "a:b#c?d")),
        ("mqtt://u:@host", BrokerUrl(Scheme.TCP, "host", 1883, "", "u", "")),
    ],
)
def test_what_people_write_is_understood(text: str, url: BrokerUrl) -> None:
    assert BrokerUrl.parse(text) == url


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "empty", "mqtt://localhost"),
        ("mqqt://host", "mqqt://", "Did you mean mqtt://?"),
        ("ftp://host", "ftp://", "mqtt, mqtts, ws, wss and unix"),
        ("http://host", "web page", "write ws://"),
        ("https://host", "web page", "write wss://"),
        ("mqtt://", "no host", "mqtt://localhost"),
        ("mqtt:///a/b", "no host", "mqtt://localhost"),
        ("mqtt://:1883", "no host", ""),
        ("host:0", "no port", "mqtt://localhost:1883"),
        ("host:65536", "no port", ""),
        ("host:abc", "no port", ""),
        ("host:१८८३", "no port", ""),
        ("::1", "more than one ':'", "[::1]:1883"),
        ("[::1", "no IPv6", "[::1]"),
        ("[host]", "no IPv6", "[::1]"),
        ("[::1]1883", "comes ':'", "[::1]:1883"),
        ("mqtt://host#", "'#'", "begins with '/'"),
        ("mqtt://ho st", "' ' (column 10)", "%20"),
        ("mqtt://host/a b", "' ' (column 14)", "%20"),
        ("mqtt://host/\x1b[31m", "'␛' (column 13)", "%1B"),
        ("mqtt://ho\u200bst", "'\\u200b' (column 10)", "%E2%80%8B"),
        ("mqtt://a..b", "no host name", "1 to 63"),
        ("mqtt://" + "a" * 64, "no host name", "1 to 63"),
        ("mqtt://" + "a." * 200 + "a", "no host name", "253"),
        ("mqtt://host/a#", "'#' must be a level", "a/b/#"),
        ("mqtt://host/%ff", "UTF-8", ""),
        ("mqtt://%ff@host", "user name", ""),
        ("mqtt://u:%00@host", "password", ""),
        ("ws://host/mqtt#x", "'#'", "/mqtt"),
        ("unix://", "whole path", "unix:///"),
        ("unix://run/x.sock", "whole path", "unix:///"),
    ],
)
def test_what_is_wrong_is_said_with_a_way_out(text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidUrl) as caught:
        BrokerUrl.parse(text)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        f"mqtt://u:{CANARY}@host",
        f"mqtt://u:{CANARY}/x@host:1883",
        f"mqtt://u:{CANARY}:9@host:port",
        f"mqtt://u:{CANARY} x@host",
        f"mqtt://u:{CANARY}@ho st",
        f"mqtt://u:{CANARY}%00@host",
        f"http://u:{CANARY}@host",
        f"mqqt://u:{CANARY}@host",
        f"unix://u:{CANARY}@x",
        f"ws://u:{CANARY}@host/#",
        f"mqtt://u:{CANARY}@host/a#",
        f"mqtt://u:{CANARY}@[x",
        f"mqtt://u:{CANARY}@a..b",
    ],
)
def test_a_password_is_never_shown(text: str) -> None:
    try:
        url = BrokerUrl.parse(text)
        shown = f"{url}{url!r}{profile_from_url(url)!r}"
    except InvalidUrl as error:
        shown = f"{error}{error!r}{error.hint}{error.__context__!r}"
    assert CANARY not in shown


def test_a_path_that_looks_like_half_a_password_is_explained() -> None:
    with pytest.raises(InvalidUrl) as caught:
        BrokerUrl.parse("mqtt://user:one/two@host:1883")
    assert "%2F" in caught.value.hint


def test_a_url_becomes_a_profile_with_everything_in_its_place() -> None:
    profile = profile_from_url(BrokerUrl.parse("wss://me:secret@host:84/path?x=1"))
    assert profile == BrokerProfile(url="wss://host:84/path?x=1", username="me", password=Secret(value="secret"))
    assert profile_from_url(BrokerUrl.parse("host/a/#")) == BrokerProfile(
        url="mqtt://host:1883", subscriptions=(SubscriptionOptions(filter="a/#"),)
    )
    assert profile_from_url(BrokerUrl.parse("host")).subscriptions[0].filter == "#"


def test_what_is_shown_of_a_broker_has_no_token_and_no_password() -> None:
    assert BrokerUrl.parse("wss://me:secret@host/mqtt?token=secret").public == "wss://host:443/mqtt"
    assert BrokerUrl.parse("mqtt://me:secret@host/a/b").public == "mqtt://host:1883"


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8)
paths = st.text(st.sampled_from("ab/?&=%20~+"), max_size=8).map("/".__add__)
hosts = st.sampled_from(["localhost", "10.0.0.1", "::1", "fe80::1%eth0", "bücher.example", "a_b"])
topics = st.lists(words.map(lambda word: word.replace("+", "p").replace("#", "h")), min_size=1, max_size=3).map(
    "/".join
)
urls = (
    st.builds(
        BrokerUrl,
        scheme=st.sampled_from([Scheme.TCP, Scheme.TLS]),
        host=hosts,
        port=st.integers(1, 65_535),
        username=st.none() | words,
        topic_filter=st.none() | topics.filter(lambda topic: not topic.startswith("$share")),
    )
    | st.builds(
        BrokerUrl,
        scheme=st.sampled_from([Scheme.WEBSOCKET, Scheme.SECURE_WEBSOCKET]),
        host=hosts,
        port=st.integers(1, 65_535),
        path=paths,
        username=st.none() | words,
    )
    | st.builds(BrokerUrl, scheme=st.just(Scheme.UNIX), host=words.map("/".__add__), port=st.just(0))
)


@given(urls)
def test_what_is_shown_can_be_read_again(url: BrokerUrl) -> None:
    assert BrokerUrl.parse(str(url)) == url
    assert str(url.broker) == str(BrokerUrl.parse(str(url)).broker)


@given(st.text(st.sampled_from("mqtws:/@[]#?%0f1.\x1b é") | st.characters(), max_size=20))
def test_any_text_is_a_url_that_can_be_read_again_or_is_refused(text: str) -> None:
    try:
        url = BrokerUrl.parse(text)
    except InvalidUrl:
        return
    assert BrokerUrl.parse(str(url)).broker == url.broker
