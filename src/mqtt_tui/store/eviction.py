"""Which messages, and at last which topics, give way to the memory limit."""

from collections import Counter

from mqtt_tui.store.message_log import SEGMENT, MessageLog, Segment
from mqtt_tui.store.topic_node import ARRIVAL_COST, RECORD_COST, TopicNode

_TOGETHER = 8
"""Segments that are looked through together: taking some messages out of a history costs what it moves, so many do."""

_ENOUGH = 2_000
"""Topics in them from which on there are no more: each takes a microsecond or two."""

_FEW = 200
"""Messages that are taken off at once where each may take its topic along, at 15 µs."""

_SAMPLE = 4_000
"""Messages by which the level is found: a few milliseconds, however many topics there are."""

_ROUNDS = 4
"""How often, in one go: some milliseconds."""


class Eviction:
    """Walks along the log from its oldest message on, a little at a time, and takes out what gives way.

    A message gives way if its topic holds more than the ``level``: so all topics that hold most shrink together, oldest
    messages first, and one that holds less keeps its history however chatty others are. The level is found anew each
    time the walk has come to the end. What a topic keeps because it was below the level stays behind; no later message
    of it goes before that, so that log and histories keep the same order.

    Args:
        log: of all messages.
    """

    def __init__(self, log: MessageLog) -> None:
        self._log = log
        self._at = 0
        self._level: int | None = None
        self.whole_since = 0
        """Nanoseconds since the epoch: all that came later is still there. 0: nothing has gone."""

    def reset(self) -> None:
        """The log was cleared."""
        self._at, self._level, self.whole_since = 0, None, 0

    def free(self, excess: int, slack: int) -> tuple[int, int]:
        """Take out messages of about ``excess`` bytes, but never the newest one of a topic.

        Args:
            excess: bytes.
            slack: bytes more that the level is to leave room for.

        Returns:
            How many messages, and their bytes; less than asked for where there is no more to be had or the next call
            has to go on.
        """
        evicted = freed = 0
        for _ in range(_ROUNDS):
            if freed >= excess:
                break
            if self._level is None or self._at >= len(self._log.segments):
                self._at, self._level = 0, _water_level(self._log, excess - freed + slack)
                if self._level is None:
                    break
            messages, size = self._visit(self._level)
            evicted += messages
            freed += size
        return evicted, freed

    def _visit(self, level: int) -> tuple[int, int]:
        """Go over some segments; how many messages of them went, and their bytes."""
        mentions: Counter[TopicNode] = Counter()
        segments: list[Segment] = []
        for segment in self._log.segments[self._at : self._at + _TOGETHER]:
            mentions.update(segment.nodes)
            segments.append(segment)
            if len(mentions) >= _ENOUGH:
                break
        first = segments[0].first
        going: dict[TopicNode, int] = {}
        for node, number in mentions.items():
            spare = node.spare
            if spare > level and node.history[0].serial >= first:
                older = (len(node.history) >> 1) - 1
                going[node] = min(number, older, 1 + (spare - level) * older // spare)
        if going:
            newest = [node.history[2 * number - 2].received_at for node, number in going.items()]
            self.whole_since = max(self.whole_since, *newest)
        freed = sum([node.evict(number) for node, number in going.items()])
        if going == mentions:
            freed += ARRIVAL_COST * sum([segment.arrivals for segment in segments])
            del self._log.segments[self._at : self._at + len(segments)]
        else:
            left = dict(going)
            for segment in segments:
                freed += ARRIVAL_COST * self._replace(_without(segment.nodes, left))
        return sum(going.values()), freed

    def _replace(self, staying: list[TopicNode]) -> int:
        """Let the next segment be what stays of it; small ones are joined. How many arrivals nobody needs any more."""
        segments, at = self._log.segments, self._at
        before = segments[at - 1] if at else None
        gone = _shrink(segments[at], staying)
        if not staying:
            del segments[at]
        elif before is not None and len(before.nodes) + len(staying) <= SEGMENT:
            before.nodes += staying
            before.arrivals += segments[at].arrivals
            del segments[at]
        else:
            self._at += 1
        return gone

    def take_oldest(self, excess: int, most: int) -> tuple[list[tuple[TopicNode, int]], int]:
        """Take the oldest messages off the log, of about ``excess`` bytes: not many at once, and ``most`` at most.

        Returns:
            Their topics, and how many messages of each that was, none where there are none; and the bytes that this
            frees already.
        """
        segments = self._log.segments
        if not segments or most < 1:
            return [], 0
        nodes, size = segments[0].nodes, 0
        taken: Counter[TopicNode] = Counter()
        for node in nodes[: min(most, _FEW)]:
            arrival, rest = node.history[2 * taken[node] : 2 * taken[node] + 2]
            size += len(rest) + RECORD_COST
            self.whole_since = max(self.whole_since, arrival.received_at)
            taken[node] += 1
            if size >= excess:
                break
        freed = ARRIVAL_COST * _shrink(segments[0], nodes[taken.total() :])
        if not segments[0].nodes:
            del segments[0]
            self._at = max(0, self._at - 1)
        return list(taken.items()), freed


def _shrink(segment: Segment, staying: list[TopicNode]) -> int:
    """Let ``segment`` be what stays of it; how many arrivals certainly have no message there any more."""
    before, segment.nodes = segment.arrivals, staying
    segment.arrivals = min(before, len(staying))
    return before - segment.arrivals


def _without(nodes: list[TopicNode], going: dict[TopicNode, int]) -> list[TopicNode]:
    """``nodes`` without the first so many mentions of each in ``going``, which are taken off there."""
    staying = []
    for node in nodes:
        number = going.get(node, 0)
        if number:
            going[node] = number - 1
        else:
            staying.append(node)
    return staying


def _water_level(log: MessageLog, excess: int) -> int | None:
    """The height to which the older messages of every topic must be cut to save ``excess``; None: there are none.

    Some thousand messages are asked how much their topics hold: chatty ones are met often, each counts with its share.
    """
    messages = len(log)
    stride = messages // _SAMPLE + 1
    sample = [node for segment in log.segments for node in segment.nodes[::stride]]
    share = messages / max(1, len(sample))
    heights = sorted([(spare, share / node.kept) for node in sample if (spare := node.spare)], reverse=True)
    above = width = 0.0
    for height, part in heights:
        if above - width * height >= excess:  # cutting those before down to this height is enough
            break
        above += height * part
        width += part
    return max(0, int((above - excess) / width)) if heights else None
