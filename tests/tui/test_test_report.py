"""The try to connect, on the screen."""

import asyncio
import socket
from pathlib import Path

import pytest
from textual.content import Content

from mqtt_tui.connection.check_report import StepReport, Verdict
from mqtt_tui.profiles.options import TlsOptions
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.repository import ProfileRepository
from mqtt_tui.profiles.secret import Secret
from mqtt_tui.tui.screens.profile_editor import ProfileEditor
from mqtt_tui.tui.screens.secret_prompt import SecretPrompt
from mqtt_tui.tui.screens.test_report import TestReport, _step
from tests.support.certificates import Certificates
from tests.support.connecting import eventually
from tests.support.connections_host import ConnectionsHost, connections, editor
from tests.support.mosquitto import Mosquitto, free_port, require_mosquitto

pytestmark = pytest.mark.broker
SIZE = (100, 40)


async def finished(host: ConnectionsHost) -> TestReport:
    screen = host.screen
    assert isinstance(screen, TestReport)
    await eventually(lambda: screen._report is not None)
    return screen


async def test_a_saved_profile_is_tried(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", BrokerProfile(url=f"mqtt://127.0.0.1:{free_port()}"))
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await pilot.press("t")
        await pilot.pause()
        await finished(host)
        await pilot.pause()
        assert "✗   TCP" in host.shown
        assert "Nothing listens at 127.0.0.1" in host.shown
        assert "not reached" in host.shown
        assert "There is no connection." in host.shown
        await pilot.press("escape")
        assert host.listed.selected == "lab"


async def test_a_profile_is_tried_as_it_stands_in_the_editor_and_may_ask(tmp_path: Path) -> None:
    require_mosquitto()
    with Mosquitto(tmp_path / "mosquitto", passwords={"ops": "s3cret"}) as broker:
        async with connections(tmp_path, size=SIZE) as (host, pilot):
            await editor(host, pilot, "n")
            host.line("url").value = broker.url
            host.line("username").value = "ops"
            host.choose("password", 1)
            await pilot.press("f5")
            await pilot.pause()
            assert isinstance(host.screen, SecretPrompt)
            await pilot.press(*"s3cret", "enter")
            await pilot.pause()
            await finished(host)
            await pilot.pause()
            assert "The broker lets us in." in host.shown
            assert "s3cret" not in host.shown
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(host.screen, ProfileEditor)
    assert not ProfileRepository(tmp_path).load().entries


async def test_what_is_wrong_in_the_editor_is_told_before_anything_is_tried(tmp_path: Path) -> None:
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await editor(host, pilot, "n")
        host.line("url").value = "mqtt://host:70000"
        await pilot.press("f5")
        await pilot.pause()
        assert isinstance(host.screen, ProfileEditor)
        assert host.focused is host.line("url")


async def test_leaving_the_question_for_a_password_leaves_the_test(tmp_path: Path) -> None:
    ProfileRepository(tmp_path).create("lab", BrokerProfile(url="mqtt://127.0.0.1:1", password=Secret(prompt=True)))
    async with connections(tmp_path, size=SIZE) as (host, pilot):
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(host.screen, SecretPrompt)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(host.screen, TestReport)


async def test_certificates_are_shown_and_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_mosquitto()
    monkeypatch.setenv("MQTT_TUI_CONFIG_DIR", str(tmp_path / "not" / "yet" / "there"))
    certificates = Certificates(tmp_path / "certificates")
    with Mosquitto(tmp_path / "mosquitto", listener=certificates.listener()) as broker:
        url = f"mqtts://127.0.0.1:{broker.port}"
        ProfileRepository(tmp_path).create("lab", BrokerProfile(url=url))
        async with connections(tmp_path, size=SIZE) as (host, pilot):
            await pilot.press("t")
            await pilot.pause()
            screen = await finished(host)
            await pilot.pause()
            assert "its authority is not trusted here" in host.shown
            assert "SHA-256" in host.shown
            await pilot.press("c")
            await pilot.pause()
            assert "The certificates are in 127.0.0.1.pem" in host.told
            assert (tmp_path / "not" / "yet" / "there" / "127.0.0.1.pem").is_file()
            await pilot.press("r")
            await pilot.pause()
            screen = await finished(host)
            assert screen._report is not None
            assert screen._report.steps[-2].verdict is Verdict.FAILED
        trusted = BrokerProfile(url=url, tls=TlsOptions(ca_file=str(certificates.ca_file)))
        ProfileRepository(tmp_path).save("lab", trusted)
        async with connections(tmp_path, size=SIZE) as (host, pilot):
            await pilot.press("t")
            await pilot.pause()
            await finished(host)
            await pilot.pause()
            assert "The broker lets us in." in host.shown


async def test_each_step_is_seen_while_it_goes_on(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"mqtt://127.0.0.1:{silent.getsockname()[1]}"
        ProfileRepository(tmp_path).create("lab", BrokerProfile(url=url, connect_timeout=60))
        async with connections(tmp_path, size=SIZE) as (host, pilot):
            await pilot.press("t")
            await pilot.pause()
            screen = host.screen
            assert isinstance(screen, TestReport)
            await eventually(lambda: "◌   MQTT" in host.shown)
            assert "✓   TCP" in host.shown
            assert f"127.0.0.1:{silent.getsockname()[1]} from" in host.shown
            assert "Connecting…" in host.shown
            before = host.shown
            await eventually(lambda: host.shown != before)  # the seconds are counted
            peer = silent.accept()[0]
            await pilot.press("escape")
            await pilot.pause()
            assert not isinstance(host.screen, TestReport)
            with peer:
                peer.settimeout(10)
                while await asyncio.to_thread(peer.recv, 65_536):
                    pass  # until leaving the test has left the broker


def test_a_fact_that_says_nothing_keeps_its_label() -> None:
    step = StepReport(title="MQTT", verdict=Verdict.PASSED, facts=(("reason string", ""), ("keep alive", "60 s")))
    said = Content("").join(_step(step, 60)).plain.splitlines()
    assert [line.split() for line in said[1:]] == [["reason", "string"], ["keep", "alive", "60", "s"]]
