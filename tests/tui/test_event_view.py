"""The events of a connection, on the screen."""

import json
from pathlib import Path

import pytest

from mqtt_tui.errors import CannotConnect
from mqtt_tui.tui.screens.event_view import EventView
from tests.support.explorer_host import Opened, opened
from tests.support.fake_transport import FakeBroker


def shown(it: Opened) -> str:
    return "\n".join(strip.text for strip in it.app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_events_are_seen_as_they_come_and_problems_alone(tmp_path: Path, size: tuple[int, int]) -> None:
    broker = FakeBroker()
    broker.refuse(CannotConnect("Nothing listens \x1b[31m there.", hint="Does it run?"))
    async with opened(tmp_path, broker, size) as it:
        await it.pilot.press("e")
        await it.pilot.pause()
        assert isinstance(it.app.screen, EventView)
        assert "Connecting to fake.invalid:1883." in shown(it)
        assert "Nothing listens" in shown(it)
        it.explorer.session.connection.retry_now()
        await it.until(lambda: broker.is_connected)
        await it.pilot.pause()
        it.explorer.clock.wake()
        await it.frame()
        assert "Connected with MQTT 5, a new session." in shown(it)
        assert "Subscribed to # with QoS 0." in shown(it)
        await it.pilot.press("p")
        await it.pilot.pause()
        assert "problems only" in shown(it)
        assert "Subscribed to" not in shown(it)
        assert "→ Does it run?" in shown(it), "the chosen one in full"


async def test_the_log_is_saved_and_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TUI_DATA_DIR", str(tmp_path / "data"))
    async with opened(tmp_path, FakeBroker()) as it:
        await it.pilot.press("e")
        await it.pilot.pause()
        await it.pilot.press("w", "y")
        await it.pilot.pause()
        (file,) = (tmp_path / "data").iterdir()
        rows = [json.loads(row) for row in file.read_text().splitlines()]
        assert rows[0]["text"] == "Connecting to fake.invalid:1883."
        assert rows[-1]["text"] == "Subscribed to # with QoS 0."
        assert any(str(file.name) in toast for toast in it.toasts())
