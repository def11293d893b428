"""What other programs' files say, as profiles; and hostile files, which do nothing."""

import base64
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.importing.draft import Candidate
from mqtt_tui.profiles.importing.sources import Source, read_source, usual_files
from mqtt_tui.profiles.options import SubscriptionOptions, TlsOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret

CANARY = "C4N4RY"
EXPLORER = {
    "Settings": {"theme": "dark"},
    "ConnectionManager_connections": {
        "a": {
            "configVersion": 1,
            "type": "mqtt",
            "id": "a",
            "name": "Plant (prod)",
            "protocol": "ws",
            "host": "broker.plant",
            "port": "8084",
            "basePath": "mqtt",
            "encryption": True,
            "certValidation": False,
            "username": "ops",
            "password": CANARY,
            "clientId": "mqtt-explorer-1a2b3c4d",
            "selfSignedCertificate": {"name": "ca.crt", "data": base64.b64encode(b"the authority").decode()},
            "subscriptions": [{"topic": "plant/#", "qos": 1}, {"topic": "$SYS/#", "qos": 0}],
        },
        "b": {"type": "mqtt", "name": "old", "host": "::1", "port": 1884, "subscriptions": ["a/+", "b/#"]},
        "c": {"type": "amqp", "name": "other", "host": "x"},
        "d": {"type": "mqtt", "name": "no host"},
    },
}
MQTTX: list[dict[str, Any]] = [
    {
        "id": "1",
        "name": "site",
        "clientId": "desk",
        "protocol": "mqtts",
        "host": "broker.site",
        "port": 8883,
        "username": "ops",
        "password": CANARY,
        "mqttVersion": "5.0",
        "clean": False,
        "keepalive": 30,
        "connectTimeout": 5,
        "certType": "self",
        "rejectUnauthorized": True,
        "ALPNProtocols": "[mqtt, x-amzn-mqtt-ca]",
        "ca": "/home/me/ca.pem",
        "cert": "",
        "key": "",
        "will": {
            "lastWillTopic": "gone/desk",
            "lastWillPayload": "bye",
            "lastWillQos": 1,
            "lastWillRetain": True,
            "properties": {"willDelayInterval": 9, "payloadFormatIndicator": True, "userProperties": {"k": ["v", "w"]}},
        },
        "properties": {
            "sessionExpiryInterval": 3600,
            "receiveMaximum": None,
            "userProperties": {"site": "a"},
            "authenticationMethod": "TOKEN",
            "authenticationData": {"type": "Buffer", "data": list(CANARY.encode())},
        },
        "subscriptions": [
            {"topic": "site/#", "qos": 2, "nl": True, "rap": False, "rh": 1, "subscriptionIdentifier": 7,
             "userProperties": json.dumps({"a": "b"})},
            {"topic": "off/#", "qos": 0, "disabled": True},
        ],
        "messages": [{"payload": "x"}],
    },
    {"id": "2", "name": "bad keep alive", "clientId": "", "host": "h", "port": 1883, "keepalive": 1, "path": "/x"},
    {"id": "3", "name": "bad port", "clientId": "", "host": "h", "port": 99999},
]  # fmt: skip


def source(tmp_path: Path, content: object, name: str = "file") -> Source:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_source(file)


def by_name(found: Source) -> dict[str, Candidate]:
    return {candidate.name: candidate for candidate in found.candidates}


def test_mqtt_explorer(tmp_path: Path) -> None:
    found = source(tmp_path, EXPLORER)
    assert found.kind == "MQTT Explorer"
    candidates = by_name(found)
    assert list(candidates) == ["Plant (prod)", "old"]
    plant = candidates["Plant (prod)"]
    assert plant.profile == BrokerProfile(
        url="wss://broker.plant:8084/mqtt",
        username="ops",
        password=Secret(value=CANARY),
        tls=TlsOptions(verify=False),
        subscriptions=(SubscriptionOptions(filter="plant/#", qos=1), SubscriptionOptions(filter="$SYS/#")),
    )
    assert plant.files == {"tls.ca_file": b"the authority"}
    assert any("not verified" in note for note in plant.notes)
    assert candidates["old"].profile == BrokerProfile(
        url="mqtt://[::1]:1884", subscriptions=(SubscriptionOptions(filter="a/+"), SubscriptionOptions(filter="b/#"))
    )


def test_mqttx(tmp_path: Path) -> None:
    found = source(tmp_path, MQTTX)
    assert found.kind == "MQTTX"
    candidates = by_name(found)
    assert list(candidates) == ["site", "bad keep alive"]
    assert candidates["site"].profile == BrokerProfile(
        url="mqtts://broker.site:8883",
        protocol="5",
        client_id="desk",
        username="ops",
        password=Secret(value=CANARY),
        clean_start=False,
        session_expiry_interval=3600,
        keep_alive=30,
        connect_timeout=5,
        user_properties=(("site", "a"),),
        authentication_method="TOKEN",
        authentication_data=Secret(value=CANARY),
        tls=TlsOptions(ca_file="/home/me/ca.pem", alpn=("mqtt", "x-amzn-mqtt-ca")),
        will=WillMessage(
            topic="gone/desk",
            payload="bye",
            qos=1,
            retain=True,
            delay_interval=9,
            payload_format_indicator=1,
            user_properties=(("k", "v"), ("k", "w")),
        ),
        subscriptions=(
            SubscriptionOptions(
                filter="site/#",
                qos=2,
                no_local=True,
                retain_as_published=False,
                retain_handling=1,
                identifier=7,
                user_properties=(("a", "b"),),
            ),
        ),
    )
    assert candidates["bad keep alive"].profile == BrokerProfile(url="mqtt://h:1883")
    assert "from 5 to 65535, not 1; left out" in " ".join(candidates["bad keep alive"].notes)
    assert "messages are left out" in " ".join(candidates["site"].notes)
    assert by_name(source(tmp_path, MQTTX[0]))["site"].profile.keep_alive == 30, "one connection may stand alone"


def store_of(tmp_path: Path, *more: str) -> Path:
    file = tmp_path / "MQTTX.db"
    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as store:
        store.executescript(
            """
            CREATE TABLE CollectionEntity (id varchar, name varchar);
            CREATE TABLE WillEntity (id varchar, lastWillTopic, lastWillPayload, lastWillQos, lastWillRetain,
                willDelayInterval, userProperties);
            CREATE TABLE ConnectionEntity (id varchar, client_id, name, clean, protocol, host, port, keepalive,
                username, password, path, certType, ssl, mqttVersion, parent_id, rejectUnauthorized, ca, cert, key,
                sessionExpiryInterval, userProperties, will_id);
            CREATE TABLE SubscriptionEntity (id, topic, qos, disabled, nl, rap, rh, connection_id);
            INSERT INTO CollectionEntity VALUES ('g', 'Plants');
            INSERT INTO WillEntity VALUES ('w', 'gone', 'bye', 1, 0, 5, '{"a":"b"}');
            INSERT INTO ConnectionEntity VALUES ('1', 'desk', 'line', 1, 'wss', 'h', 8084, 45, 'me', 'C4N4RY', '/mqtt',
                'server', 1, '5.0', 'g', 0, '', '', '', 60, '{"x":["y","z"]}', 'w');
            INSERT INTO ConnectionEntity (id, client_id, name, host, port) VALUES ('2', '', 'bare', 'b', 1883);
            INSERT INTO SubscriptionEntity VALUES ('s', 'line/#', 1, 0, 0, 1, 0, '1'), ('t', 'off', 0, 1, 0, 1, 0, '1');
            """
        )
        for statement in more:
            store.execute(statement)
    store.close()
    return file


def test_mqttx_store(tmp_path: Path) -> None:
    file = store_of(tmp_path)
    before = file.read_bytes()
    found = read_source(file)
    line, bare = found.candidates
    assert line.profile == BrokerProfile(
        url="wss://h:8084/mqtt",
        protocol="5",
        client_id="desk",
        username="me",
        password=Secret(value=CANARY),
        group="Plants",
        keep_alive=45,
        session_expiry_interval=60,
        user_properties=(("x", "y"), ("x", "z")),
        tls=TlsOptions(verify=False),
        will=WillMessage(topic="gone", payload="bye", qos=1, delay_interval=5, user_properties=(("a", "b"),)),
        subscriptions=(SubscriptionOptions(filter="line/#", qos=1),),
    )
    assert bare.profile == BrokerProfile(url="mqtt://b:1883")
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["MQTTX.db"], "no journal, no lock"
    file.with_name("MQTTX.db-wal").write_bytes(b"x")
    assert "may still be open" in read_source(file).notes[0]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE ConnectionEntity RENAME TO Hidden",
        "CREATE TRIGGER t AFTER INSERT ON ConnectionEntity BEGIN DELETE FROM ConnectionEntity; END",
        "INSERT INTO ConnectionEntity (id, name, host) VALUES (zeroblob(10), x'ff', randomblob(20))",
        "UPDATE ConnectionEntity SET userProperties = '{\"a\":' || replace(hex(zeroblob(40000)), '0', '[')",
    ],
)
def test_a_hostile_store_does_nothing(tmp_path: Path, statement: str) -> None:
    found = read_source(store_of(tmp_path, statement))
    assert all(isinstance(one, Candidate) for one in found.candidates)


def test_a_view_in_the_place_of_a_table_is_not_run(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"
    file = store_of(tmp_path, "DROP TABLE ConnectionEntity", f"CREATE VIEW ConnectionEntity AS {endless}")
    assert read_source(file).candidates == ()


def test_a_torn_store_is_refused(tmp_path: Path) -> None:
    file = store_of(tmp_path)
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.raises(LocalError, match="Nothing can be imported"):
        read_source(file)


def test_mosquitto_options(tmp_path: Path) -> None:
    text = b"# mine\n-h broker.example\n-u ops\n-P C4N4RY\n-V mqttv5\n-i desk\n-k 20\n-c\n-x 60\n-t a/#\n-t b\n"
    text += b"-q 1\n--cafile /etc/ca.pem\n--insecure\n--tls-version tlsv1.3\n--will-topic gone\n--will-retain\n-v\n"
    text += b"--psk 12\n"
    found = source(tmp_path, text, "mosquitto_sub")
    (one,) = found.candidates
    assert (found.kind, one.name) == ("mosquitto options", "mosquitto_sub")
    assert one.profile == BrokerProfile(
        url="mqtts://broker.example:8883",
        protocol="5",
        client_id="desk",
        username="ops",
        password=Secret(value=CANARY),
        clean_start=False,
        session_expiry_interval=60,
        keep_alive=20,
        tls=TlsOptions(ca_file="/etc/ca.pem", verify_host=False, minimum_version="1.3"),
        will=WillMessage(topic="gone", retain=True),
        subscriptions=(SubscriptionOptions(filter="a/#", qos=1), SubscriptionOptions(filter="b", qos=1)),
    )
    assert "--psk: has no counterpart here" in one.notes
    (by_url,) = source(tmp_path, b"-L mqtt://me:C4N4RY@h/x/#\n").candidates
    assert (by_url.profile.url, by_url.profile.username) == ("mqtt://h:1883", "me")
    assert by_url.profile.subscriptions == (SubscriptionOptions(filter="x/#"),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it has no profiles"),
        (b"hello", "Expected"),
        (b"{}", "has no connections"),
        (b"[1, 2]", "has no connections"),
        (b"{", "Expecting"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[profiles]\nx = 1\n[profiles.y]\nurl = 1", ""),
    ],
)
def test_what_is_none_of_them_is_told(tmp_path: Path, data: bytes, words: str) -> None:
    if not words:
        assert source(tmp_path, data).candidates == ()
        return
    with pytest.raises(LocalError, match="Nothing can be imported") as caught:
        source(tmp_path, data)
    assert words in caught.value.message
    assert "MQTT Explorer" in caught.value.hint


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, words in (("pipe", "no ordinary file"), ("", "no ordinary file"), ("nowhere", "No such file")):
        with pytest.raises(LocalError, match=words):
            read_source(tmp_path / name)
    with pytest.raises(LocalError, match="no ordinary file"):
        read_source(Path("/dev/zero"))
    with (tmp_path / "huge").open("wb") as out:
        out.truncate(1 << 30)
    with pytest.raises(LocalError, match="1,073,741,824 bytes"):
        read_source(tmp_path / "huge")


SEEDS = [
    json.dumps(EXPLORER).encode(),
    json.dumps(MQTTX).encode(),
    b"-h a\n-u b\n",
    b'[profiles.a]\nurl = "mqtt://h"\n',
]


PIECES = st.sampled_from([b"", b"{", b"]", b'"', b"\0", b"9", b"null"])
damage = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 3), PIECES), max_size=6)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.sampled_from(SEEDS), cuts=damage)
def test_damaged_files_bring_profiles_or_an_error_and_never_show_a_secret(
    tmp_path: Path, seed: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    damaged = bytearray(seed)
    for place, size, piece in cuts:
        at = place % (len(damaged) + 1)
        damaged[at : at + size] = piece
    file = tmp_path / "damaged"
    file.write_bytes(damaged)
    try:
        said = repr(read_source(file))
    except LocalError as error:
        said = error.message + error.hint
    assert CANARY not in said


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_may_stand_where_another_type_is_expected(tmp_path: Path, data: st.DataObject) -> None:
    explorer = data.draw(st.booleans())
    one: dict[str, Any] = dict(EXPLORER["ConnectionManager_connections"]["a"] if explorer else MQTTX[0])  # type: ignore[index]
    for key in data.draw(st.lists(st.sampled_from(sorted(one)), max_size=4)):
        one[key] = data.draw(json_values)
    document = {"ConnectionManager_connections": {"x": one}} if explorer else [one]
    try:
        found = source(tmp_path, document)
    except LocalError:
        return
    assert all(isinstance(each.profile, BrokerProfile) for each in found.candidates)


def test_the_usual_places_are_looked_at(tmp_path: Path) -> None:
    config = tmp_path / ".config"
    wanted = [
        config / "MQTT-Explorer" / "settings.json",
        tmp_path / "snap" / "mqttx" / "12" / ".config" / "MQTTX" / "MQTTX.db",
        config / "mosquitto_sub",
    ]
    for file in wanted:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert usual_files(tmp_path, config) == wanted
