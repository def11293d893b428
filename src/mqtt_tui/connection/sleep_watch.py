"""Notices that the machine was suspended, or that this process was stopped."""

import asyncio
from collections.abc import Callable

_LOOK = 1.0
"""Seconds between two looks at the clock."""
_LATE = 2_000_000_000
"""Nanoseconds that a look may be late: a busy machine is not a sleeping one."""


async def watch_for_sleep(wall_clock: Callable[[], int], on_wake: Callable[[int], None]) -> None:
    """Call ``on_wake`` with the time of falling asleep after each sleep, for ever.

    The clock on the wall goes on while the loop's own stands still with the machine. Who sets it forward by hand is
    told of a sleep that never was, which costs a PINGREQ.

    Args:
        wall_clock: nanoseconds since the epoch.
        on_wake: gets the latest such time at which everything was still awake.
    """
    while True:
        seen_at = wall_clock()
        await asyncio.sleep(_LOOK)
        if wall_clock() - seen_at > _LOOK * 1e9 + _LATE:
            on_wake(seen_at)
