"""Work that blocks, on a thread that does not hold up the end of the program."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_background(work: Callable[[], T], unwanted: Callable[[T], None] | None = None) -> T:
    """What ``work`` returns or raises, from a thread of its own.

    The thread is a daemon: a name server, a key store or a disk that does not answer must not hold up the end of the
    program, as asyncio's own pool would.

    Args:
        work: may block.
        unwanted: gets what came of it after the wait for it was cancelled; on any thread.

    Raises:
        RuntimeError: the system has no thread left.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def drop(result: T | BaseException) -> None:
        if unwanted is not None and not isinstance(result, BaseException):
            unwanted(result)

    def hand_over(result: T | BaseException) -> None:
        if done.cancelled():
            drop(result)
        elif isinstance(result, BaseException):
            done.set_exception(result)
        else:
            done.set_result(result)

    def run() -> None:
        result: T | BaseException
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            result = error
        try:
            loop.call_soon_threadsafe(hand_over, result)
        except RuntimeError:  # the loop has ended meanwhile: nobody waits any more
            drop(result)

    threading.Thread(target=run, name="mqtt-tui-background", daemon=True).start()
    try:
        return await done
    except asyncio.CancelledError:
        if not done.cancelled() and done.exception() is None:  # it came just now
            drop(done.result())
        raise
