"""The program after a sleep."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.support.cutting_proxy import CuttingProxy
from tests.support.mosquitto import Mosquitto, require_mosquitto
from tests.terminal.conftest import OpenScreen

_ASLEEP = 4.0


@pytest.mark.broker
async def test_a_link_that_died_during_a_sleep_is_made_anew_long_before_the_keep_alive(
    screen: OpenScreen, tmp_path: Path
) -> None:
    require_mosquitto()
    with Mosquitto(tmp_path / "mosquitto") as broker:
        broker.publish("hello", b"world", "-r")
        async with CuttingProxy(broker.plain_port) as proxy, screen(proxy.url, "-k", "600") as terminal:
            await terminal.wait_for("world")
            terminal.send_signal(signal.SIGSTOP)
            proxy.stall()
            await asyncio.sleep(_ASLEEP)  # the sleep itself: nothing else shows that time has passed
            terminal.send_signal(signal.SIGCONT)
            await terminal.wait_for("Connected again")
            broker.publish("hello", b"morning", "-q", "1")
            await terminal.wait_for("morning")
