"""The connection, on the screen."""

from dataclasses import replace
from pathlib import Path

import pytest

from mqtt_tui.connection.state import TlsFacts
from mqtt_tui.errors import ConnectionLost
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.target import Target
from mqtt_tui.tui.screens.broker import Broker
from tests.support.explorer_host import Opened, opened
from tests.support.fake_transport import FakeBroker

PROFILE = BrokerProfile(url="mqtts://fake.invalid", keep_alive=60, session_expiry_interval=3600, client_id="desk")


def shown(it: Opened) -> str:
    return "\n".join(strip.text.rstrip() for strip in it.app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [(160, 60), (80, 60)])
async def test_what_was_asked_for_stands_beside_what_was_granted(tmp_path: Path, size: tuple[int, int]) -> None:
    broker = FakeBroker()
    tls = TlsFacts(version="TLSv1.3", cipher="X", peer_subject="CN=\x1b", expires_at="2030", is_verified=False)
    broker.connack = replace(
        broker.connack,
        keep_alive=20,
        session_expiry_interval=3600,
        left_out=frozenset({"receive maximum", "session expiry"}),
        user_properties=(("zone", "b"),),
        tls=tls,
    )
    async with opened(tmp_path, broker, size, Target("fake", PROFILE)) as it:
        await it.pilot.press("I")
        await it.pilot.pause()
        assert isinstance(it.app.screen, Broker)
        text = shown(it)
        assert "20 s asked for: 60 s" in text
        assert "3,600 s as asked for" in text
        assert "0 B received, 0 B sent" in text
        assert "65,535 messages by default" in text
        assert "zone = b" in text
        assert "NO: the profile says not to check" in text
        assert "CN=␛" in text
        it.explorer.clock._second = 0
        await it.frame()
        await it.until(lambda: "ms, least" in shown(it))


async def test_it_follows_what_happens(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker, (160, 60)) as it:
        await it.pilot.press("I")
        await it.pilot.pause()
        assert "connected, MQTT" in shown(it)
        broker.cut(ConnectionLost("The cable \x1b is out."))
        await it.pilot.pause()
        it.explorer.clock._second = 0
        it.explorer.clock.wake()
        await it.frame()
        assert "not connected" in shown(it)
        assert "The cable" in shown(it)
