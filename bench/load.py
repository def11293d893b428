"""A broker that only sends: all topics once, then a steady rate of messages. Told what to do on stdin.

``python -m bench.load TOPICS`` prints its port; once a client has subscribed it sends one message a topic and prints
``loaded``; then each line on stdin is a rate in messages per second.
"""

import asyncio
import sys

from mqtt_tui.model.protocol import Protocol
from tests.support.hostile_broker import Peer
from tests.support.hostile_publisher import HostilePublisher, Stranger, publish_packet

_TICK = 0.01
_CHUNK = 500  # messages a write while loading


def packets(topics: int, protocol: int) -> list[bytes]:
    """A PUBLISH for each of ``topics`` topics: a hundred lines, each with devices that have one value."""
    return [
        publish_packet(
            Stranger(
                b"site%02d/line%02d/dev%04d/temperature" % (n % 10, n // 10 % 10, n // 100),
                b'{"seq": %07d, "value": %06.2f, "unit": "C", "ok": true}' % (n, n % 10_000 / 100),
            ),
            protocol,
        )
        for n in range(topics)
    ]


async def keep_rate(peer: Peer, cycle: list[bytes], rates: "asyncio.Queue[float]") -> None:
    """Send ``cycle`` round and round, at the latest of ``rates``."""
    clock = asyncio.get_running_loop().time
    at, rate, since, sent = 0, 0.0, clock(), 0
    while True:
        if not rates.empty():
            rate, since, sent = rates.get_nowait(), clock(), 0
        due = int((clock() - since) * rate) - sent
        while due > 0:
            part = cycle[at : at + due]
            peer.send(b"".join(part))
            at, due, sent = (at + len(part)) % len(cycle), due - len(part), sent + len(part)
        await peer.drain()
        await asyncio.sleep(_TICK)


async def main(topics: int) -> None:
    """Serve one client until stdin ends."""
    async with HostilePublisher() as broker:
        print(broker.port, flush=True)
        peer = await broker.subscriber()
        cycle = packets(topics, peer.protocol or Protocol.V5)
        for at in range(0, topics, _CHUNK):
            peer.send(b"".join(cycle[at : at + _CHUNK]))
            await peer.drain()
        print("loaded", flush=True)
        rates: asyncio.Queue[float] = asyncio.Queue()
        sending = asyncio.create_task(keep_rate(peer, cycle, rates))
        while line := await asyncio.to_thread(sys.stdin.readline):
            rates.put_nowait(float(line))
        sending.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
