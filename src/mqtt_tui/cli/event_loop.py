"""The event loop of commands without a screen, and the signals that end it."""

import sys
from collections.abc import Coroutine
from typing import Any


class Interrupted(Exception):
    """A signal asked the program to end, and it has cleaned up."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.signal_number = signal_number


def choose_event_loop() -> None:
    """On Windows, take the loop that can watch sockets, which paho needs."""
    if sys.platform == "win32":
        import asyncio

        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` to its end. SIGINT, SIGTERM and SIGHUP cancel it; a second one ends the program at once.

    Raises:
        Interrupted: by a signal; ``work`` has cleaned up.
    """
    import asyncio  # 50 ms that --help does not pay

    choose_event_loop()
    asyncio.run(_until_signal(work))


async def _until_signal(work: Coroutine[Any, Any, None]) -> None:
    import asyncio
    import os
    import signal

    task = asyncio.ensure_future(work)
    caught: list[int] = []

    def on_signal(number: int) -> None:
        if caught:
            os._exit(128 + number)
        caught.append(number)
        task.cancel()

    if sys.platform != "win32":  # there Ctrl+C is KeyboardInterrupt
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN or number != signal.SIGHUP:  # nohup
                asyncio.get_running_loop().add_signal_handler(number, on_signal, number)
    try:
        await task
    except asyncio.CancelledError:
        if not caught:
            raise
    if caught:
        raise Interrupted(caught[0])
