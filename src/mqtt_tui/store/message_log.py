"""The order in which messages came, over all topics."""

import sys
from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter

from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.store.topic_node import TopicNode

SEGMENT = 1024
"""Messages from which on a new segment is begun."""


class Segment:
    """A stretch of the log.

    Args:
        first: serial of its first arrival.
        nodes: the topic of each message, in order.
        arrivals: how many distinct ones its messages came with, at most.
    """

    __slots__ = ("arrivals", "first", "nodes")

    def __init__(self, first: int, nodes: list[TopicNode], arrivals: int) -> None:
        self.arrivals = arrivals
        self.first = first
        self.nodes = nodes


class MessageLog:
    """Every message at hand, in the order of arrival, for eight bytes each: only whose turn it was is written down.

    What a message says stands in the history of its topic, which has the same order: the n-th mention of a topic from
    the end is the n-th message from the end there. So whoever takes messages out of a history takes their mentions out
    of the log (``TopicStore`` does).
    """

    def __init__(self) -> None:
        self.segments: list[Segment] = []

    def __len__(self) -> int:
        """How many messages."""
        return sum([len(segment.nodes) for segment in self.segments])

    def append(self, nodes: list[TopicNode], serial: int, arrivals: int) -> None:
        """Write down that a message of each of ``nodes`` came, with so many distinct arrivals of this serial.

        The list is the log's from now on.
        """
        segments = self.segments
        if segments and len(segments[-1].nodes) < SEGMENT:
            segments[-1].nodes += nodes
            segments[-1].arrivals += arrivals
        else:
            segments.append(Segment(serial, nodes, arrivals))

    def clear(self) -> None:
        """Forget everything."""
        self.segments.clear()

    def oldest_first(self, since: int = 0) -> Iterator[ApplicationMessage]:
        """The messages that came with the arrival of serial ``since`` or later; about a microsecond each.

        What is evicted or forgotten meanwhile is missing; what is received meanwhile comes at the end.
        """
        at = self._segment_of(since)
        while at < len(self.segments):
            segment = self.segments[at]
            size = len(segment.nodes)
            found = [message for message in _read(segment) if message.arrival.serial >= since]
            yield from found
            if found:
                since = found[-1].arrival.serial + 1
                at = self._segment_of(since)  # eviction may have joined segments
            if at < len(self.segments) and self.segments[at] is segment and len(segment.nodes) == size:
                at += 1  # nothing has come to it

    def newest_first(self) -> Iterator[ApplicationMessage]:
        """As ``oldest_first``, from the other end; what is received meanwhile does not come."""
        before = sys.maxsize
        at = len(self.segments) - 1
        while at >= 0:
            found = [message for message in _read(self.segments[at]) if message.arrival.serial < before]
            yield from reversed(found)
            if found:
                before = found[0].arrival.serial
                at = min(self._segment_of(before), len(self.segments) - 1)
                at -= bool(at >= 0 and self.segments[at].first >= before)
            else:
                at -= 1

    def _segment_of(self, serial: int) -> int:
        """Where the message of that serial stands, if there is one."""
        return max(0, bisect_right(self.segments, serial, key=attrgetter("first")) - 1)


def _read(segment: Segment) -> list[ApplicationMessage]:
    """The messages of one segment, all at once: nothing can be evicted meanwhile."""
    number: dict[TopicNode, int] = {}
    found: list[ApplicationMessage] = []
    for node in segment.nodes:
        at = number.get(node) or node.evicted + node.slot_since(segment.first) // 2 + 1
        message = node.message(at)
        if message is not None:
            number[node] = at + 1
            found.append(message)
    return found
