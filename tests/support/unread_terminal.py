"""A terminal that nobody reads for a while, under load: what has to go on meanwhile, and how it looks afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from mqtt_tui.text.quantities import count_text
from tests.support.hostile_broker import CONNECT, PUBLISH, packet
from tests.support.mosquitto import Mosquitto
from tests.support.terminal import Terminal

KEEP_ALIVE = 5
"""Seconds, the least that may be asked for: mosquitto gives up a client that says nothing for 1.5 times that."""
_PER_SECOND = 500
_TOPICS = [b"plant/line-%d/machine-%02d" % (number % 4, number) for number in range(60)]
_MORE_THAN_ANY_BUFFER = 40
"""Whole screens, of more than 10 kB each; Textual's own writer stops the event loop after thirty writes."""

Cell = tuple[str, str, str, bool]


async def survive_unread(terminal: Terminal, broker: Mosquitto, seconds: float) -> None:
    """Stop reading for so long, at least 1.6 times ``KEEP_ALIVE``; then see that nothing was lost.

    Args:
        terminal: with ``mqtt-tui --keepalive KEEP_ALIVE`` and the broker's URL; at 120×40 at least.
        broker: any; nobody else may use it.
        seconds: how long.
    """
    await terminal.wait_for("No message yet")
    async with _traffic(broker) as sent:
        await terminal.wait_for("line-0", "msg/s")
        terminal.stop_reading()
        for _ in range(_MORE_THAN_ANY_BUFFER):
            terminal.press("ctrl+l")
            await asyncio.sleep(0.01)  # keys that come together are painted together
        pings = broker.log().count("Received PINGREQ")
        await asyncio.sleep(seconds)
        assert broker.log().count("Received PINGREQ") - pings >= seconds // KEEP_ALIVE
        terminal.read_on()
    await terminal.wait_for(f"{count_text(len(sent))} received")
    assert "exceeded timeout" not in broker.log()
    assert "onnected again" not in terminal.text
    await is_whole(terminal)


async def is_whole(terminal: Terminal) -> None:
    """Check that an explorer's screen shows what it would if it were painted anew, cell by cell; freezes it."""
    terminal.press("f")
    await terminal.wait_for("FROZEN")
    await _quiet(terminal)
    before = cells(terminal)
    terminal.screen.erase_in_display(2)
    terminal.press("ctrl+l")
    await terminal.wait_until(lambda: cells(terminal) == before, "the same screen")


async def _quiet(terminal: Terminal) -> None:
    """Wait until nothing comes for a while: what was painted together may be sent in two parts."""
    while True:
        before = len(terminal.output)
        try:
            await terminal.wait_until(lambda before=before: len(terminal.output) > before, seconds=0.4)  # type: ignore[misc]
        except AssertionError:
            return


def cells(terminal: Terminal) -> list[list[Cell]]:
    """What is seen below the header, which counts on."""
    shown = terminal.screen.buffer
    return [
        [
            (cell.data, cell.fg, cell.bg, cell.bold)
            for cell in (shown[row][column] for column in range(terminal.columns))
        ]
        for row in range(1, terminal.rows)
    ]


@asynccontextmanager
async def _traffic(broker: Mosquitto) -> AsyncIterator[list[bytes]]:
    """Publish for as long as the context lasts; what was published."""
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.plain_port)
    writer.write(packet(CONNECT, b"\x00\x04MQTT\x04\x02\x00\x00\x00\x07traffic"))
    await reader.readexactly(4)
    sent: list[bytes] = []
    task = asyncio.create_task(_publish(writer, sent))
    try:
        yield sent
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        writer.close()


async def _publish(writer: asyncio.StreamWriter, sent: list[bytes]) -> None:
    began = time.monotonic()
    while True:
        while len(sent) < (time.monotonic() - began) * _PER_SECOND:
            topic = _TOPICS[len(sent) % len(_TOPICS)]
            sent.append(packet(PUBLISH, len(topic).to_bytes(2) + topic + b"%d.5" % len(sent)))
            writer.write(sent[-1])
        await asyncio.sleep(0.01)
