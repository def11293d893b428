"""``mqtt-tui bench pub``, ``sub``, ``rtt`` and ``conn`` at a real broker."""

import asyncio
import json
import re
import resource
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.broker.conftest import StartMosquitto
from tests.support.hostile_broker import HostileBroker, Peer, connack
from tests.support.mosquitto import Mosquitto
from tests.support.program import COMMAND, SECONDS, Program, wait_until
from tests.support.terminal import Terminal

pytestmark = pytest.mark.broker


@pytest.fixture
def program(tmp_path: Path) -> Program:
    home = tmp_path / "home"
    home.mkdir()
    return Program(home)


def bench(program: Program, *arguments: str, code: int = 0, **options: Any) -> dict[str, Any]:  # noqa: ANN401  of JSON
    done = program.run("bench", *arguments, "--json", **options)
    assert done.returncode == code, done.stderr
    result = json.loads(done.stdout)
    assert isinstance(result, dict)
    return result


def rows(table: str) -> dict[str, str]:
    pairs = [line.strip().rsplit("  ", 1) for line in table.splitlines()]
    return {name.strip(): figure for name, figure in pairs}


# -------------------------------------------------------------------- pub


@pytest.mark.parametrize("version", ["311", "5"])
@pytest.mark.parametrize("qos", ["0", "1", "2"])
def test_all_that_is_published_is_accounted_for(broker: Mosquitto, program: Program, version: str, qos: str) -> None:
    result = bench(program, "pub", broker.url, "-V", version, "-t", "b/%i", "-q", qos, "-c", "3", "--count", "600")
    assert (result["connected"], result["failed"], result["sent"], result["lost"]) == (3, 0, 600, 0)
    assert result["acknowledged"] == (600 if qos != "0" else 0)
    assert (result["latency"]["p99"] is not None) == (qos != "0")
    log = broker.log()
    identifiers = set(re.findall(r"as (mqtt-tui-bench-[0-9a-f]{6}-\d) ", log))
    assert len(identifiers) == 3
    assert all(f"Received DISCONNECT from {identifier}" in log for identifier in identifiers)
    assert log.count("Received PUBLISH from mqtt-tui-bench") == 600


@pytest.mark.parametrize("kind", ["pub", "rtt"])
def test_a_broker_that_is_closed_to_it_is_not_even_connected_to(kind: str, program: Program, broker: Mosquitto) -> None:
    for flags, words in (("--read-only",), "read-only: nothing was sent"), (("--protect", "ask"), "is protected"):
        done = program.run("bench", kind, broker.url, "-t", "x", "--count", "20", *flags)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
    assert "New client connected" not in broker.log()


def test_what_the_broker_forbids_is_counted_by_its_reason(start_mosquitto: StartMosquitto, program: Program) -> None:
    broker = start_mosquitto(access=["topic read #"])
    done = program.run("bench", "pub", broker.url, "-t", "x", "-q", "1", "--count", "20", "--fail-if", "refused>0")
    assert done.returncode == 8
    assert "mqtt-tui: refused is 20: --fail-if 'refused>0'" in done.stderr
    table = rows(done.stdout)
    assert (table["sent"], table["acknowledged"], table["refused"]) == ("20", "0", "20")
    assert table["Not authorized (0x87)"] == "20"


def test_messages_go_through_a_websocket_too(start_mosquitto: StartMosquitto, program: Program) -> None:
    broker = start_mosquitto(listener=["protocol websockets"])
    result = bench(program, "rtt", f"ws://127.0.0.1:{broker.port}/mqtt", "-t", "ping", "-q", "1", "--count", "20")
    assert (result["sent"], result["received"]) == (20, 20)


def test_a_broker_that_goes_ends_it_with_a_summary(broker: Mosquitto, program: Program) -> None:
    arguments = ("-t", "x", "-q", "1", "-c", "2", "--rate", "100", "--seconds", "60", "--json")
    with program.start("bench", "pub", broker.url, *arguments) as pub:
        wait_until(lambda: broker.log().count("Sending PUBACK") >= 4)
        broker.kill()
        out, said = pub.communicate(timeout=SECONDS)
    assert pub.returncode == 5
    assert json.loads(out)["failed"] == 2
    assert json.loads(out)["acknowledged"] >= 1
    assert b"mqtt-tui: " in said


def test_ctrl_c_prints_the_summary_and_says_goodbye(broker: Mosquitto, program: Program) -> None:
    with program.start("bench", "rtt", broker.url, "-t", "x", "-i", "me", "--json") as rtt:
        wait_until(lambda: broker.log().count("Sending PUBLISH to me-") >= 10)
        rtt.send_signal(signal.SIGINT)
        out, _ = rtt.communicate(timeout=SECONDS)
    assert rtt.returncode == 130
    assert json.loads(out)["received"] >= 8
    assert "Received DISCONNECT from me-" in broker.log()


# -------------------------------------------------------------------- sub, rtt


def test_subscribers_are_told_apart(broker: Mosquitto, program: Program) -> None:
    arguments = ("-t", "b/#", "-q", "1", "-c", "2", "--count", "400", "--json")
    with program.start("bench", "sub", broker.url, *arguments) as sub:
        wait_until(lambda: broker.log().count("Sending SUBACK") == 2)
        bench(program, "pub", broker.url, "-t", "b/1", "-q", "1", "--count", "200", "--rate", "2000")
        out, said = sub.communicate(timeout=SECONDS)
    assert sub.returncode == 0, said
    result = json.loads(out)
    assert (result["received"], result["fewest"], result["most"], result["missing"]) == (400, 200, 200, 0)
    assert result["rate"] == pytest.approx(400 / result["seconds"], rel=0.01)


def test_a_subscription_that_is_refused_is_told(start_mosquitto: StartMosquitto, program: Program) -> None:
    broker = start_mosquitto(subscribable=["allowed/#"])
    done = program.run("bench", "sub", broker.url, "-t", "secret/#")
    assert done.returncode == 6
    assert "The broker refused the subscription: Not authorized (0x87)." in done.stderr


@pytest.mark.parametrize(("limit", "code"), [("p99>1us", 8), ("p99>20s", 0), ("loss>0%", 0), ("rate<1000k", 8)])
def test_a_condition_decides_the_exit_code(broker: Mosquitto, program: Program, limit: str, code: int) -> None:
    done = program.run("bench", "rtt", broker.url, "-t", "ping", "--count", "20", "--fail-if", limit)
    assert done.returncode == code
    assert (f"--fail-if '{limit}'" in done.stderr) == bool(code)
    table = rows(done.stdout)
    assert (table["sent"], table["received"], table["lost"]) == ("20", "20", "0 (0.000%)")
    assert re.fullmatch(r"[\d.]+ (us|ms|s)", table["p50"])


# -------------------------------------------------------------------- conn


def test_connections_above_the_brokers_limit_are_counted(start_mosquitto: StartMosquitto, program: Program) -> None:
    broker = start_mosquitto(listener=["max_connections 5"])
    url = f"mqtt://127.0.0.1:{broker.port}"
    result = bench(program, "conn", url, "-V", "5", "-c", "8", "--fail-if", "failed>0", code=8)
    assert result["connected"] + result["failed"] == 8
    assert 2 <= result["failed"] <= 3  # mosquitto lets one more in than it says
    assert result["peak"] == result["connected"]
    assert sum(result["failures"].values()) == result["failed"]


def test_too_many_sockets_are_a_sentence(broker: Mosquitto, program: Program) -> None:
    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))

    done = program.run("bench", "conn", broker.url, "-c", "90", preexec_fn=few_files)
    assert done.returncode == 7
    assert "90 clients need 154 open files, and this shell allows 100." in done.stderr
    assert "ulimit -n 154" in done.stderr


def test_where_nobody_listens_every_client_says_so(program: Program) -> None:
    result = bench(program, "conn", "mqtt://127.0.0.1:1", "-c", "3", code=3)
    assert (result["connected"], result["failed"]) == (0, 3)
    assert result["failures"] == {"Nothing listens at 127.0.0.1:1 (connection refused).": 3}


async def test_a_broker_of_an_older_version_is_spoken_to_in_that(program: Program) -> None:
    async def script(peer: Peer) -> None:
        await peer.read_connect()
        if peer.protocol > 4:
            peer.close()
            return
        peer.send(connack(protocol=peer.protocol))
        await peer.until_it_leaves()

    async with HostileBroker(script) as broker:
        result = await asyncio.to_thread(bench, program, "conn", broker.url, "-c", "3")
        assert [peer.protocol for peer in broker.peers] == [5, 4, 4, 4, 4]
    assert (result["connected"], result["failed"]) == (3, 0)


# -------------------------------------------------------------------- at the terminal


async def test_the_current_rate_is_shown_while_it_runs(broker: Mosquitto, program: Program) -> None:
    command = (COMMAND, "bench", "rtt", broker.url, "-t", "x", "-c", "2", "--seconds", "1")
    async with Terminal(*command, environment=program.environment) as terminal:
        await terminal.wait_until(lambda: bool(re.search(r"\d+, [\d.,k]+/s, 2 of 2 clients, measuring", terminal.text)))
        assert await terminal.exit_code() == 0
        assert terminal.shows("round trips/s", "p99")
        written = bytes(terminal.output)
        assert b"measuring" in written
        assert b"measuring" not in written.rpartition(b"\r\x1b[K")[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pub", "-t", "a", "-q", "1", "--fail-if", "p99=5"), "column 4: <, <=, > or >= is wanted."),
        (("sub", "-t", "a", "--fail-if", "p99>5ms"), "this bench does not measure p99."),
        (("pub", "-t", "a", "--fail-if", "p99>5ms"), "nothing is acknowledged at QoS 0"),
        (("pub", "-t", "a/#"), "A topic to publish to cannot have '#'"),
        (("pub", "x/y", "-t", "a"), "'x/y' names no broker alone."),
        (("rtt", "-t", "a", "--size", "5"), "needs room for its number and time: 28 bytes."),
        (("pub", "-t", "a", "-q", "3"), "'3' is no QoS"),
        (("conn", "-c", "0"), "0 is not in the range"),
        (("pub",), "Missing option"),
    ],
)
def test_what_has_no_sense_is_refused(program: Program, arguments: tuple[str, ...], words: str) -> None:
    done = program.run("bench", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
