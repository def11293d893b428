"""Which row of a history shows what: messages, newest first, and the gaps between them."""

from bisect import bisect_left
from collections.abc import Sequence

from mqtt_tui.connection.state import Gap
from mqtt_tui.store.topic_node import TopicNode


class HistoryRows:
    """The rows of one topic. Numbers are those of messages, from 1; rows count from 0.

    A gap stands below the first message that came after it, and above the one before it; where nothing has come since,
    on top. Gaps with nothing between them share a row.

    Args:
        node: the topic.
        gaps: oldest first.
    """

    def __init__(self, node: TopicNode, gaps: Sequence[Gap]) -> None:
        self.newest = node.count
        self.oldest = node.count - node.kept + 1
        found: dict[int, list[Gap]] = {}
        for gap in gaps:
            number = self._first_after(node, gap.began_at)
            if number > self.oldest:
                found.setdefault(number, []).append(gap)
        self._marks = sorted(found.items(), reverse=True)
        self._gap_rows = [self.newest - number + 1 + above for above, (number, _) in enumerate(self._marks)]

    def _first_after(self, node: TopicNode, at: int) -> int:
        """The number of the first message that came after ``at``; it may be still to come."""
        low, high = self.oldest, self.newest + 1
        while low < high:
            middle = (low + high) // 2
            message = node.message(middle)
            if message is not None and message.received_at > at:
                high = middle
            else:
                low = middle + 1
        return low

    def __len__(self) -> int:
        return self.newest - self.oldest + 1 + len(self._marks)

    def at(self, row: int) -> int | list[Gap]:
        """The number of the message in a row, or the gaps that it shows; below the last row a number less than all."""
        above = bisect_left(self._gap_rows, row)
        if above < len(self._gap_rows) and self._gap_rows[above] == row:
            return self._marks[above][1]
        return self.newest - (row - above)

    def row_of(self, number: int) -> int:
        """Where a message stands."""
        return self.newest - number + sum(mark > number for mark, _ in self._marks)
