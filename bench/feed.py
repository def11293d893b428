"""A store with rows, fed without a connection: the same topics and payloads that the sender sends."""

from collections.abc import Sequence
from itertools import pairwise

from bench.shapes import Shape
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.rows import RowIndex
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore

BATCH = 2_500
"""Messages of shape a in one read of 256 KiB."""


class Feed:
    """A topic store, its rows, and messages of one shape for it, new objects each time as from a socket.

    Args:
        shape: of the messages.
        budget: bytes that the store may take.
    """

    def __init__(self, shape: Shape, *, budget: int) -> None:
        self.shape = shape
        self.store = TopicStore(MemoryBudget(budget), on_new_topics=self._place, on_gone=self._take_away)
        self.rows = RowIndex(self.store.root)
        self._next = 0

    def _place(self, topics: Sequence[TopicNode]) -> None:
        self.rows.add_topics(topics)

    def _take_away(self, levels: Sequence[TopicNode]) -> None:
        self.rows.remove(levels)

    def batch(self, number: int) -> tuple[list[bytes], list[bytes]]:
        """Topics and rests of the next messages."""
        numbers = range(self._next, self._next + number)
        self._next += number
        return [self._topic(n % self.shape.topics) for n in numbers], [self._payload(n) for n in numbers]

    def take(self, number: int, received_at: int) -> None:
        """Let the store take the next messages as one arrival, at this time in nanoseconds since the epoch."""
        self.store.ingest(*self.batch(number), [Arrival(received_at, protocol=Protocol.V311)] * number)

    def take_all(self, number: int, received_at: int, batch: int = BATCH) -> None:
        """Let the store take so many messages, ``batch`` an arrival, with a frame behind each tenth batch."""
        edges = [*range(0, number, batch), number]
        for count, (begin, end) in enumerate(pairwise(edges)):
            self.take(end - begin, received_at)
            if not count % 10:
                self.store.settle(received_at)
        self.store.settle(received_at)

    @staticmethod
    def _topic(number: int) -> bytes:
        return b"site%02d/line%02d/dev%04d/temperature" % (number % 10, number // 10 % 10, number // 100)

    def _payload(self, number: int) -> bytes:
        text = b'{"seq": %07d, "value": %06.2f, "unit": "C", "ok": true' % (number, number % 10_000 / 100)
        return text.ljust(self.shape.payload - 1) + b"}"
