"""Messages that are being published, from one connection to the next."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from mqtt_tui.errors import ConnectionLost
from mqtt_tui.model.publish_request import PublishOutcome


class Publications:
    """Of one broker.

    Args:
        where: its address, safe to show.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._running: set[asyncio.Task[PublishOutcome]] = set()

    async def unless_over(self, publishing: Coroutine[Any, Any, PublishOutcome]) -> PublishOutcome:
        """What comes of it, also on the next connection, as long as there is to be one.

        Raises:
            ConnectionLost: there is to be none.
            MqttTuiError: as ``publishing`` does.
        """
        task = asyncio.create_task(publishing)
        self._running.add(task)
        task.add_done_callback(self._done)
        try:
            await asyncio.wait((task,))
        finally:
            task.cancel()
        if task.cancelled():
            raise ConnectionLost(
                f"The connection to {self._where} ended before the acknowledgement came.",
                hint="It may have been published all the same.",
            )
        return task.result()

    def _done(self, task: asyncio.Task[PublishOutcome]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited for it may have gone

    def give_up(self) -> None:
        """No other connection is made: nobody need wait."""
        for task in tuple(self._running):
            task.cancel()
