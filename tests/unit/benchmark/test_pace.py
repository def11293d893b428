"""When the messages of one client are due."""

import asyncio

from mqtt_tui.benchmark.load import Pace


async def test_the_first_message_is_due_at_once_and_that_of_a_later_client_is_not() -> None:
    assert await Pace(0.001, 0.0).take() == 1
    later = asyncio.create_task(Pace(0.001, 0.5).take())
    await asyncio.sleep(0)
    assert not later.done()
    later.cancel()
