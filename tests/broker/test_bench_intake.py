"""``mqtt-tui bench intake`` at a real broker."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.mosquitto import Mosquitto
from tests.support.program import SECONDS, Program, wait_until

pytestmark = pytest.mark.broker

KEYS = {
    "messages",
    "seconds",
    "messages_per_second",
    "cpu_seconds_per_million",
    "topics",
    "received",
    "stored",
    "evicted",
    "dropped",
    "bytes_per_message",
    "held_bytes",
    "rss_bytes",
    "settle_seconds",
}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


def publish_lines(broker: Mosquitto, topic: str, number: int) -> None:
    lines = "".join(f"{n}\n" for n in range(number))
    port = str(broker.plain_port)
    subprocess.run(["mosquitto_pub", "-p", port, "-t", topic, "-l"], input=lines.encode(), check=True, timeout=SECONDS)


def until_subscribed(broker: Mosquitto) -> None:
    wait_until(lambda: "Sending SUBACK" in broker.log())


@pytest.mark.parametrize("version", ["311", "5"])
def test_every_message_is_counted_and_its_cost_is_told(broker: Mosquitto, program: Program, version: str) -> None:
    arguments = ("-V", version, "-t", "a/#", "--count", "1000", "--json")
    with program.start("bench", "intake", broker.url, *arguments) as bench:
        until_subscribed(broker)
        publish_lines(broker, "a/b", 600)
        publish_lines(broker, "a/c", 400)
        out, said = bench.communicate(timeout=SECONDS)
    assert bench.returncode == 0, said
    result = json.loads(out)
    assert result.keys() == KEYS
    assert (result["messages"], result["received"], result["stored"], result["topics"]) == (1000, 1000, 1000, 2)
    assert result["evicted"] == result["dropped"] == 0
    assert result["seconds"] > 0
    assert result["messages_per_second"] == pytest.approx(1000 / result["seconds"], rel=0.01)
    assert result["cpu_seconds_per_million"] > 0
    assert result["bytes_per_message"] == pytest.approx(result["held_bytes"] / 1000, rel=0.01)
    assert result["rss_bytes"] > 10_000_000


def test_without_a_limit_it_ends_when_nothing_comes_any_more(broker: Mosquitto, program: Program) -> None:
    for number in range(3):
        broker.publish(f"a/{number}", b"x", "-r")
    done = program.run("bench", "intake", broker.url, "a/#")
    assert done.returncode == 0
    rows = dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines())
    assert (rows["messages"], rows["topics"], rows["evicted"]) == ("3", "3", "0")
    assert done.stderr.startswith(f"{broker.url}: 3 messages in ")


def test_a_time_limit_ends_it_without_any_message(broker: Mosquitto, program: Program) -> None:
    done = program.run("bench", "intake", broker.url, "-t", "silent", "--seconds", "0.2", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["messages"] == 0


def test_ctrl_c_prints_what_came(broker: Mosquitto, program: Program) -> None:
    broker.publish("a", b"x", "-r", "-q", "1")
    arguments = ("-t", "a", "-q", "1", "--count", "9", "--json", "-i", "bench")
    with program.start("bench", "intake", broker.url, *arguments) as bench:
        wait_until(lambda: "Received PUBACK from bench" in broker.log())
        bench.send_signal(signal.SIGINT)
        out, _ = bench.communicate(timeout=SECONDS)
    assert bench.returncode == 130
    assert json.loads(out)["messages"] == 1
    assert "Received DISCONNECT from bench" in broker.log()


def test_a_lost_connection_prints_what_came_before(broker: Mosquitto, program: Program) -> None:
    broker.publish("a", b"x", "-r", "-q", "1")
    arguments = ("-t", "a", "-q", "1", "--count", "9", "--json", "-i", "bench")
    with program.start("bench", "intake", broker.url, *arguments) as bench:
        wait_until(lambda: "Received PUBACK from bench" in broker.log())
        broker.kill()
        out, said = bench.communicate(timeout=SECONDS)
    assert bench.returncode == 5
    assert json.loads(out)["messages"] == 1
    assert b"closed the connection" in said


def test_a_filter_has_to_be_named(program: Program) -> None:
    done = program.run("bench", "intake", "mqtt://localhost")
    assert done.returncode == 2
    assert "No topic filter says what to take in." in done.stderr
