"""``mqtt-tui export`` at a real broker."""

import base64
import json
import os
import random
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.broker.conftest import StartMosquitto
from tests.support.mosquitto import Mosquitto
from tests.support.program import SECONDS, Program, wait_until

pytestmark = pytest.mark.broker

CANARY = "C4N4RY-7f3e"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


@dataclass(frozen=True)
class Published:
    topic: str
    payload: bytes
    user_properties: list[tuple[str, str]]
    correlation_data: bytes | None


def messages_of_all_kinds(number: int) -> Iterator[Published]:
    """Binary and text payloads, names that repeat, empty values."""
    dice = random.Random(7)
    for at in range(number):
        payload = dice.randbytes(dice.randrange(120)) if at % 3 else f'{{"grüße": {at}}}'.encode()
        names = dice.choices(["k", "k", "unit", "", "ключ"], k=dice.randrange(4))
        pairs = [(name, f"v{at}" if dice.random() < 0.8 else "") for name in names]
        yield Published(f"export/{at % 50}/x", payload, pairs, dice.randbytes(8) if at % 5 == 0 else None)


def publish(broker: Mosquitto, messages: list[Published]) -> None:
    """Publish at QoS 1 with a client that is not ours."""
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.max_inflight_messages_set(200)
    client.connect("127.0.0.1", broker.plain_port)
    client.loop_start()
    last = None
    for message in messages:
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho's
        if message.user_properties:
            properties.UserProperty = message.user_properties
        if message.correlation_data is not None:
            properties.CorrelationData = message.correlation_data
        last = client.publish(message.topic, message.payload, qos=1, properties=properties)
    assert last is not None
    last.wait_for_publish(SECONDS)
    client.disconnect()
    client.loop_stop()


def as_published(message: dict[str, Any]) -> Published:
    """Read an exported message with nothing of ours."""
    properties = message.get("properties", {})
    payload = message["payload"]
    correlation_data = properties.get("correlation_data")
    return Published(
        message["topic"],
        base64.b64decode(payload) if message["encoding"] == "base64" else payload.encode(),
        [(name, value) for name, value in properties.get("user_properties", [])],
        None if correlation_data is None else base64.b64decode(correlation_data),
    )


def until_subscribed(broker: Mosquitto) -> None:
    wait_until(lambda: "Sending SUBACK" in broker.log())


def test_ten_thousand_messages_come_out_byte_for_byte(start_mosquitto: StartMosquitto, program: Program) -> None:
    broker = start_mosquitto(settings=["max_queued_messages 0"])
    published = list(messages_of_all_kinds(10_000))
    with program.start("export", broker.url, "-t", "export/#", "-q", "1", "-o", "all.json", "-C", "10000") as export:
        until_subscribed(broker)
        publish(broker, published)
        _, said = export.communicate(timeout=SECONDS)
    assert export.returncode == 0, said
    document = json.loads((program.home / "all.json").read_bytes())
    assert [as_published(message) for message in document["messages"]] == published
    assert document["broker"] == {"url": broker.url, "protocol": "5"}
    assert document["filter"] == "export/#"
    assert {message["qos"] for message in document["messages"]} == {1}
    assert said.decode().startswith("10,000 messages, ")


def test_without_a_limit_it_ends_when_the_stored_messages_are_in(broker: Mosquitto, program: Program) -> None:
    broker.publish("a/1", b"one", "-r")
    broker.publish("a/2", b"\xff\x00", "-r")
    done = program.run("export", broker.url, "a/#", "-o", "-")
    assert done.returncode == 0
    messages = json.loads(done.stdout)["messages"]
    assert [(m["topic"], m["payload"], m["encoding"], m["retain"]) for m in messages] == [
        ("a/1", "one", "utf-8", True),
        ("a/2", "/wA=", "base64", True),
    ]


def test_lines_are_chosen_by_the_ending_and_the_filter_by_the_url(broker: Mosquitto, program: Program) -> None:
    for number in range(3):
        broker.publish(f"a/{number}", b"x", "-r")
    done = program.run("export", f"{broker.url}/a/#", "-o", "two.jsonl", "--count", "2", "-V", "311")
    assert done.returncode == 0, done.stderr
    lines = (program.home / "two.jsonl").read_text().splitlines()
    assert [json.loads(line)["topic"] for line in lines] == ["a/0", "a/1"]


def test_fewer_than_asked_for_are_written_and_told(broker: Mosquitto, program: Program) -> None:
    broker.publish("a", b"x", "-r")
    done = program.run("export", broker.url, "-t", "a", "-o", "few.json", "-C", "5", "-W", "0.5")
    assert done.returncode == 27
    assert "Only 1 of 5 messages came within 0.5 s." in done.stderr
    assert len(json.loads((program.home / "few.json").read_bytes())["messages"]) == 1


def test_a_time_limit_alone_is_a_good_end(broker: Mosquitto, program: Program) -> None:
    done = program.run("export", broker.url, "-t", "silent", "-o", "none.json", "--wait", "0.3")
    assert done.returncode == 0
    assert json.loads((program.home / "none.json").read_bytes())["messages"] == []
    assert done.stderr.endswith("-> none.json\nnothing matched silent\n")


def test_time_that_ends_before_there_is_a_connection_tells_why_there_was_none(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        done = program.run("export", f"127.0.0.1:{port}", "-t", "a", "-o", "x.json", "-C", "1", "-W", "0.5")
    assert done.returncode == 3
    assert "accepted the connection and then sent no CONNACK" in done.stderr
    assert not (program.home / "x.json").exists()


def test_a_file_is_only_replaced_when_told_to(broker: Mosquitto, program: Program) -> None:
    (program.home / "old.json").write_text("precious")
    arguments = ("export", broker.url, "-t", "a", "-o", "old.json", "-W", "0.2")
    refused = program.run(*arguments)
    assert refused.returncode == 7
    assert "old.json exists already" in refused.stderr
    assert "Choose another name, or replace it (--overwrite)." in refused.stderr
    assert (program.home / "old.json").read_text() == "precious"
    assert program.run(*arguments, "--overwrite").returncode == 0
    assert "mqtt-tui-export" in (program.home / "old.json").read_text()


def test_a_lost_connection_keeps_what_came(broker: Mosquitto, program: Program) -> None:
    with program.start("export", broker.url, "-t", "a/#", "-o", "part.ndjson", "-C", "5") as export:
        until_subscribed(broker)
        broker.publish("a/1", b"x")
        wait_until(lambda: "Sending PUBLISH" in broker.log())
        broker.kill()
        _, said = export.communicate(timeout=SECONDS)
    assert export.returncode == 5
    assert b"1 message," in said
    assert len((program.home / "part.ndjson").read_text().splitlines()) == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_says_goodbye_to_the_broker_and_leaves_no_file(
    broker: Mosquitto, program: Program, number: signal.Signals, code: int
) -> None:
    will = ("--will-topic", "will", "--will-payload", "gone")
    with program.start("export", broker.url, "-t", "a", "-o", "x.json", "-i", "exporter", *will) as export:
        until_subscribed(broker)
        export.send_signal(number)
        _, said = export.communicate(timeout=SECONDS)
    assert export.returncode == code
    assert said == b""
    assert sorted(path.name for path in program.home.iterdir()) == []
    assert "Received DISCONNECT from exporter" in broker.log()


def test_a_reader_that_has_enough_ends_it_quietly(broker: Mosquitto, program: Program) -> None:
    broker.publish("a", b"first", "-r")
    with program.start("export", broker.url, "-t", "#", "-o", "-", "--format", "ndjson", "-C", "9") as export:
        assert export.stdout is not None
        assert json.loads(export.stdout.readline())["payload"] == "first"
        export.stdout.close()
        broker.publish("b", b"second")
        assert export.wait(SECONDS) == 141
        assert export.stderr is not None
        assert export.stderr.read() == b""
    assert "Received DISCONNECT" in broker.log()


def test_a_reader_that_pauses_stops_neither_the_connection_nor_ctrl_c(broker: Mosquitto, program: Program) -> None:
    broker.publish("big", bytes(1_000_000), "-r")
    with program.start("export", broker.url, "-t", "big", "-o", "-", "-C", "1", "-i", "exporter") as export:
        until_subscribed(broker)
        wait_until(lambda: "Sending PUBLISH to exporter" in broker.log())
        export.send_signal(signal.SIGINT)
        assert export.wait(SECONDS) == 130


def test_a_full_disk_behind_standard_output_is_told(broker: Mosquitto, program: Program) -> None:
    broker.publish("a", b"x", "-r")
    with Path("/dev/full").open("wb") as full:
        done = program.run("export", broker.url, "-t", "a", "-o", "-", "-C", "1", stdout=full)
    assert done.returncode == 7
    assert "Cannot write to standard output: No space left on device." in done.stderr


def test_a_closed_standard_output_is_told(broker: Mosquitto, program: Program) -> None:
    done = program.run("export", broker.url, "-t", "a", "-o", "-", preexec_fn=lambda: os.close(1), stdout=None)
    assert done.returncode == 7
    assert "Standard output is closed." in done.stderr


def test_a_refused_filter_is_named_with_its_reason(start_mosquitto: StartMosquitto, program: Program) -> None:
    plugin = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"), None)
    if plugin is None:
        pytest.skip("mosquitto's dynamic security plug-in is not installed; its ACL files refuse no filter")
    rules = program.home / "rules.json"
    access = {"publishClientSend": True, "publishClientReceive": True, "subscribe": False, "unsubscribe": True}
    rules.write_text(json.dumps({"defaultACLAccess": access, "clients": [], "groups": [], "roles": []}))
    broker = start_mosquitto(settings=[f"plugin {plugin}", f"plugin_opt_config_file {rules}"])
    done = program.run("export", broker.url, "-t", "secret/#", "-o", "x.json")
    assert done.returncode == 6
    assert "refused to subscribe to secret/#: Not authorized (0x87)" in done.stderr
    assert not (program.home / "x.json").exists()


@pytest.mark.parametrize("way", ["flag", "url", "environment"])
def test_bad_credentials_are_refused_and_the_password_is_nowhere(
    start_mosquitto: StartMosquitto, program: Program, way: str
) -> None:
    broker = start_mosquitto(passwords={"bob": "right"})
    where = f"127.0.0.1:{broker.port}"
    arguments, environment = {
        "flag": (["-h", "127.0.0.1", "-p", str(broker.port), "-u", "bob", "-P", CANARY], {}),
        "url": ([f"mqtt://bob:{CANARY}@{where}"], {}),
        "environment": ([where, "-u", "bob"], {"MQTT_TUI_PASSWORD": CANARY}),
    }[way]
    done = program.run("export", *arguments, "-t", "#", "-o", "x.json", env=environment)
    assert done.returncode == 4
    assert "refused the connection: Not authorized" in done.stderr
    assert ("process list" in done.stderr) == (way != "environment")
    assert CANARY not in done.stdout + done.stderr
    assert not any(CANARY in path.read_text() for path in program.home.rglob("*") if path.is_file())


def test_good_credentials_from_the_environment_are_let_in(start_mosquitto: StartMosquitto, program: Program) -> None:
    broker = start_mosquitto(passwords={"bob": "right"})
    arguments = ("export", broker.url, "-u", "bob", "-t", "#", "-o", "x.json", "-W", "0.3")
    done = program.run(*arguments, env={"MQTT_TUI_PASSWORD": "right"})
    assert done.returncode == 0, done.stderr
    assert "right" not in (program.home / "x.json").read_text()


@pytest.mark.parametrize("version", [[], ["-V", "5"], ["-V", "mqttv311"]])
def test_mosquitto_sub_reads_from_the_demo(program: Program, version: list[str]) -> None:
    with program.start("demo", "--no-ui", "--port", "0") as demo:
        assert demo.stdout is not None
        url = demo.stdout.readline().decode().strip()
        assert url.startswith("mqtt://127.0.0.1:")
        command = ["mosquitto_sub", "-p", url.rpartition(":")[2], "-t", "factory/#", "-C", "5", "-v", *version]
        read = subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
        demo.send_signal(signal.SIGTERM)
        _, said = demo.communicate(timeout=SECONDS)
    assert read.stdout.count(b"factory/") >= 5
    assert demo.returncode == 143
    assert b"Traceback" not in said
