"""``profiles check``: every fault at its step, in words, with its exit code; and what a good broker grants."""

import asyncio
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from mqtt_tui.connection.certificates import save_chain
from mqtt_tui.connection.check import check
from mqtt_tui.connection.check_report import CheckProgress, CheckReport, Verdict
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.options import TlsOptions, WillMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secret import Secret
from tests.broker.conftest import StartMosquitto
from tests.support.certificates import Certificates
from tests.support.connecting import RunningConnection, eventually, quick_profile
from tests.support.faults import FAULTS, Fault, staged
from tests.support.hostile_broker import HostileBroker, Peer, connack
from tests.support.mosquitto import Mosquitto
from tests.support.program import Program

pytestmark = pytest.mark.broker


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_the_page_of_faults_has_every_one_of_them() -> None:
    page = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
    assert [line for line in page.splitlines() if line.startswith("| ")][1:] != []
    for fault in FAULTS:
        assert f"| {fault.title} | {fault.step} | {fault.exit_code} |" in page


def verdicts(report: CheckReport) -> dict[str, Verdict]:
    return {step.title: step.verdict for step in report.steps}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
async def test_a_fault_is_found_at_its_step_and_named(fault: Fault, tmp_path: Path) -> None:
    with staged(fault, tmp_path) as profile:
        report = await check(profile)
    assert report.error is not None
    assert report.error.exit_code == fault.exit_code
    failed = [step for step in report.steps if step.verdict is Verdict.FAILED]
    assert [step.title for step in failed] == [fault.step]
    assert fault.words in failed[0].message
    at = report.steps.index(failed[0])
    assert {step.verdict for step in report.steps[at + 1 :]} <= {Verdict.NOT_REACHED}


async def test_a_good_broker_is_told_with_what_it_grants(start_mosquitto: StartMosquitto, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path / "certificates")
    broker = start_mosquitto(
        listener=["protocol websockets", *certificates.listener()], settings=["max_packet_size 50000"]
    )
    profile = quick_profile(
        f"wss://127.0.0.1:{broker.port}/mqtt", tls=TlsOptions(ca_file=str(certificates.ca_file), alpn=("mqtt",))
    )
    report = await check(profile)
    assert report.error is None
    assert verdicts(report) == dict.fromkeys(("TCP", "TLS", "WebSocket", "MQTT"), Verdict.PASSED)
    facts = {step.title: dict(step.facts) for step in report.steps}
    assert facts["TLS"]["version"] == "TLSv1.3"
    assert "127.0.0.1" in facts["TLS"]["names"]
    assert facts["TLS"]["valid"].endswith("days left")
    assert facts["WebSocket"]["answer"].startswith("HTTP/1.1 101")
    assert facts["MQTT"]["maximum packet size"] == "50.0 kB"
    assert all(step.seconds is not None and 0 <= step.seconds < 10 for step in report.steps)


async def test_auto_tells_what_every_version_met(broker: Mosquitto) -> None:
    report = await check(quick_profile(broker.url, protocol="auto"))
    assert dict(report.steps[-1].facts)["protocol"] == "MQTT 5"


async def test_the_chain_of_a_broker_that_is_not_trusted_is_shown_and_can_be_saved_and_trusted(
    start_mosquitto: StartMosquitto, tmp_path: Path
) -> None:
    certificates = Certificates(tmp_path / "certificates")
    broker = start_mosquitto(listener=certificates.listener(expired=True))
    profile = quick_profile(f"mqtts://127.0.0.1:{broker.port}")
    report = await check(profile)
    assert "This machine's clock says" in [step.hint for step in report.steps][1]
    assert len(report.chain) == 1
    assert "expired" in dict(report.steps[1].facts)["valid"]
    file = tmp_path / "chain.pem"
    save_chain(report.chain, file)
    assert file.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    with pytest.raises(LocalError, match="exists already"):
        save_chain(report.chain, file)
    with pytest.raises(LocalError, match="showed no certificate"):
        save_chain([], tmp_path / "none.pem")


async def test_a_broker_that_the_profile_does_not_verify_is_warned_of(
    start_mosquitto: StartMosquitto, tmp_path: Path
) -> None:
    broker = start_mosquitto(listener=Certificates(tmp_path / "certificates").listener())
    report = await check(quick_profile(f"mqtts://127.0.0.1:{broker.port}", tls=TlsOptions(verify=False)))
    assert report.error is None
    assert verdicts(report)["TLS"] is Verdict.WARNING
    assert "may be somebody else" in report.steps[1].message


async def test_a_client_that_uses_the_profile_is_left_alone(broker: Mosquitto) -> None:
    profile = quick_profile(broker.url, client_id="desk", clean_start=False, session_expiry_interval=60)
    async with RunningConnection(profile) as connection:
        await connection.until_connected()
        assert (await check(profile)).error is None
        broker.publish("still/here", b"x")
        await connection.sink.received(1)
        assert len(connection.states) == 2, "connected once, and for good"


def test_the_command_prints_steps_and_json_and_never_a_secret(
    broker: Mosquitto, program: Program, tmp_path: Path
) -> None:
    done = program.run("profiles", "check", broker.url, "-u", "ops", "-P", "C4N4RY")
    assert done.returncode == 0
    assert "✓ MQTT" in done.stdout
    assert "The broker lets us in." in done.stdout
    assert "C4N4RY" not in done.stdout
    done = program.run("profiles", "check", "--json", "mqtt://127.0.0.1:1", "-u", "ops", "-P", "C4N4RY")
    report = json.loads(done.stdout)
    assert done.returncode == report["exit_code"] == 3
    assert [(step["step"], step["verdict"]) for step in report["steps"]] == [
        ("secrets", "passed"),
        ("TCP", "failed"),
        ("MQTT", "not reached"),
    ]
    assert "C4N4RY" not in done.stdout
    assert report["error"]["message"].startswith("Nothing listens")
    done = program.run("profiles", "check", "broker.example/mqtt")
    assert done.returncode == 2
    assert "neither a profile nor a URL" in done.stderr
    done = program.run("profiles", "check", broker.url, "--save-chain", str(tmp_path / "x.pem"))
    assert done.returncode == 7
    assert "showed no certificate" in done.stderr


async def test_no_will_is_left_behind() -> None:
    flags: list[int] = []

    async def script(peer: Peer) -> None:
        flags.append((await peer.read_connect())[7])
        peer.send(connack())

    async with HostileBroker(script) as broker:
        await check(quick_profile(broker.url, will=WillMessage(topic="gone", payload="x")))
    assert [one & 0b100 for one in flags] == [0]


async def test_cancelling_ends_it(tmp_path: Path) -> None:
    fault = next(one for one in FAULTS if one.title == "silence after CONNECT")
    with staged(fault, tmp_path) as profile:
        task = asyncio.create_task(check(profile))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_what_is_under_way_can_be_watched(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    wait = Secret(command=("sh", "-c", f"while ! test -e {gate}; do sleep 0.02; done; echo x"))
    fault = next(one for one in FAULTS if one.title == "silence after CONNECT")
    with staged(fault, tmp_path) as silent:
        profile = replace(silent, username="u", password=wait)
        progress = CheckProgress(profile)

        def signs() -> dict[str, Verdict]:
            return {step.title: step.verdict for step in progress.steps}

        task = asyncio.create_task(check(profile, progress=progress))
        await eventually(lambda: signs().get("secrets") is Verdict.UNDER_WAY)
        assert signs() == {"secrets": Verdict.UNDER_WAY, "TCP": Verdict.TO_COME, "MQTT": Verdict.TO_COME}
        gate.touch()
        await eventually(lambda: signs().get("MQTT") is Verdict.UNDER_WAY)
        assert signs() == {"secrets": Verdict.PASSED, "TCP": Verdict.PASSED, "MQTT": Verdict.UNDER_WAY}
        assert all((step.seconds or 0) >= 0 for step in progress.steps)
        report = await task
    assert report.error is not None


async def test_secrets_are_named_by_their_source_only() -> None:
    profile = BrokerProfile(url="mqtt://127.0.0.1:1", password=Secret(value="C4N4RY"))
    report = await check(profile)
    assert report.steps[0].facts == (("password", "stored in the profile"),)
    assert "C4N4RY" not in repr(report)
