"""A connection over which nothing is published, in a real terminal on a real broker."""

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
