"""The packet trace, on the screen."""

import json
from pathlib import Path

import pytest

from mqtt_tui.tui.screens.packet_view import PacketView
from tests.support.explorer_host import Opened, opened
from tests.support.fake_transport import FakeBroker
from tests.support.hostile_broker import packet


def shown(it: Opened) -> str:
    return "\n".join(strip.text for strip in it.app.screen._compositor.render_strips())


async def test_the_trace_is_switched_on_filtered_and_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TUI_DATA_DIR", str(tmp_path / "data"))
    async with opened(tmp_path, FakeBroker()) as it:
        trace = it.explorer.session.trace
        await it.pilot.press("X")
        await it.pilot.pause()
        assert isinstance(it.app.screen, PacketView)
        assert "The trace is off." in shown(it)
        await it.pilot.press("t")
        assert trace.is_on
        trace.sent(packet(0xC0, b""))
        trace.received(0xD0, b"")
        trace.received_messages(b"\x30", [b"plant/\x1b[31m"], [b"\0x"])
        it.explorer.clock.wake()
        await it.frame()
        assert "→ PINGREQ" in shown(it)
        assert "← PINGRESP" in shown(it)
        assert "plant/␛[31m, QoS 0" in shown(it)
        await it.pilot.press("slash", *"received !ping", "enter")
        await it.pilot.pause()
        assert "PINGRESP" not in shown(it)
        assert "1 of 3 packets" in shown(it)
        await it.pilot.press("w")
        await it.pilot.pause()
        (file,) = (tmp_path / "data").iterdir()
        assert [json.loads(row)["kind"] for row in file.read_text().splitlines()] == ["PUBLISH"]
        await it.pilot.press("escape")
        await it.pilot.pause()
        assert trace.is_on, "it goes on behind"
