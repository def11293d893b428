"""Connections over which nothing is published, or nothing unasked, in a real terminal on a real broker."""

from pathlib import Path

from tests.support.mosquitto import Mosquitto, require_mosquitto
from tests.terminal.conftest import OpenScreen


async def test_a_read_only_screen_says_so_and_sends_nothing(screen: OpenScreen, tmp_path: Path) -> None:
    require_mosquitto()
    with Mosquitto(tmp_path / "mosquitto") as broker:
        broker.publish("plant/hall", b"warm", "-r")
        async with screen(broker.url, "--read-only") as terminal:
            await terminal.wait_for("READ ONLY", "hall")
            terminal.press("p")
            await terminal.wait_for("ctrl+j")
            terminal.type("cold")
            await terminal.wait_for("cold")
            terminal.press("ctrl+j")
            await terminal.wait_for("read-only: nothing was sent")
        assert broker.retained("plant/#") == ["plant/hall warm"]


async def test_on_a_protected_broker_each_message_is_confirmed(screen: OpenScreen, tmp_path: Path) -> None:
    require_mosquitto()
    with Mosquitto(tmp_path / "mosquitto") as broker:
        broker.publish("plant/hall", b"warm", "-r")
        async with screen(broker.url, "--protect", "ask") as terminal:
            await terminal.wait_for("hall")
            terminal.press("p")
            await terminal.wait_for("ctrl+j")
            terminal.type("cold")
            await terminal.wait_for("cold")
            terminal.press("ctrl+r")
            await terminal.wait_for("retain ●")
            terminal.press("ctrl+j")
            await terminal.wait_for("Publish to 127.0.0.1?", "plant/hall", "RETAIN is set")
            terminal.press("n")
            await terminal.wait_for("Nothing was sent")
            assert broker.retained("plant/#") == ["plant/hall warm"]
            terminal.press("ctrl+j")
            await terminal.wait_for("Publish to 127.0.0.1?")
            terminal.press("y")
            await terminal.wait_gone("Publish to 127.0.0.1?")
            await terminal.wait_until(lambda: broker.retained("plant/#") == ["plant/hall cold"], "the message")
