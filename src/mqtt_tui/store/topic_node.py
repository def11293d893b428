"""One level of the topic tree."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mqtt_tui.model.application_message import ApplicationMessage, Record

RECORD_COST = 170
"""Bytes that a kept message costs besides its rest: tuple, bytes object, deque slot (measured, CPython 3.11)."""

NODE_COST = 560
"""Bytes that a level costs besides its name and key: the node, its entry above, the dict of its children, its row.

Measured with tracemalloc at 100,000 topics (CPython 3.11): 410 for a topic without branches, which has no dict, 590
for a level with one child, 520 on average in a tree of four levels with every row looked at.
"""

_NO_CHILDREN: Mapping[bytes, "TopicNode"] = MappingProxyType({})
_LAST = b"\xff"  # sorts behind every topic: UTF-8 has no such byte
_DIGITS = re.compile(rb"\d+")


def natural_key(name: bytes) -> bytes:
    """Sorts ``press-9`` before ``press-10`` and ignores the case of ASCII letters."""
    lower = name.lower()
    return _DIGITS.sub(_padded, lower) if _DIGITS.search(lower) else lower


def _padded(digits: re.Match[bytes]) -> bytes:
    return digits[0].lstrip(b"0").rjust(16, b"0")


class TopicNode:
    """A level of the tree, with what was received for the topic that ends here (if one does).

    What belongs to the node's own topic is exact at any time. What is summed over a branch (``messages``, ``topics``,
    ``live_at``, ``pulse``) is settled once per frame by ``TopicStore.settle``. The last four slots are ``RowIndex``'s.
    """

    __slots__ = (
        "children",
        "count",
        "depth",
        "held",
        "is_retained",
        "key",
        "live_at",
        "messages",
        "name",
        "newest",
        "older",
        "order",
        "order_generation",
        "parent",
        "pulse",
        "pulse_second",
        "rows",
        "settled",
        "shown_in",
        "topic",
        "topics",
        "unrated",
    )

    def __init__(self, name: bytes, parent: "TopicNode | None") -> None:
        self.name = name
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else -1  # 0 for a first level, -1 for the root of all
        self.key = natural_key(name)
        if not self.depth and name.startswith(b"$"):
            self.key = _LAST + self.key
        self.children: Mapping[bytes, TopicNode] = _NO_CHILDREN
        self.topic: bytes | None = None  # the topic name, where one ends here

        self.count = 0  # messages of this very topic
        self.settled = 0  # of these, already in the branches' sums
        self.unrated = 0  # of those not yet settled, stored ones: they make no rate
        self.newest: Record | None = None
        self.older: deque[Record] | None = None  # made with the second message: an empty one costs 620 bytes
        self.held = 0  # bytes that newest and older cost
        self.is_retained = False  # the broker holds a message for this topic, as far as we were told

        self.messages = 0  # of the whole branch
        self.topics = 0  # in the whole branch
        self.live_at = (
            0  # nanoseconds since the epoch of the branch's newest message that was not a stored one; 0: none
        )
        self.pulse = 0  # messages per second, packed (``rates``)
        self.pulse_second = 0

        self.rows = 0  # rows that the branch takes on the screen; 0: not placed yet
        self.order: list[TopicNode] = []
        self.order_generation = -1
        self.shown_in = -1

    @property
    def is_of_broker(self) -> bool:
        """Whether it is ``$SYS`` or another first level that is not an application's (MQTT 5.0, 4.7.2)."""
        return self.key.startswith(_LAST)

    def add_child(self, name: bytes) -> "TopicNode":
        """A new level below this one."""
        child = TopicNode(name, self)
        if self.children is _NO_CHILDREN:
            self.children = {name: child}
        else:
            self.children[name] = child  # type: ignore[index]  # a dict since the first child
        return child

    def keep(self, record: Record) -> int:
        """Make ``record`` the newest; the bytes that this costs."""
        if self.newest is not None:
            if self.older is None:
                self.older = deque()
            self.older.append(self.newest)
        self.newest = record
        cost = len(record[2]) + RECORD_COST
        self.held += cost
        return cost

    def evict_oldest(self) -> int:
        """Give up the oldest message but never the newest one; the bytes that this frees, 0 where there is none."""
        if not self.older:
            return 0
        cost = len(self.older.popleft()[2]) + RECORD_COST
        self.held -= cost
        return cost

    @property
    def spare(self) -> int:
        """Bytes of what may be evicted: all messages but the newest."""
        return self.held - len(self.newest[2]) - RECORD_COST if self.newest else 0

    @property
    def kept(self) -> int:
        """How many messages of this topic are at hand."""
        return (self.newest is not None) + (len(self.older) if self.older else 0)

    def message(self, number: int) -> ApplicationMessage | None:
        """The message that came as the ``number``-th of this topic (the first is 1); None where it is not at hand."""
        back = self.count - number
        if self.topic is None or self.newest is None or back < 0 or number < 1:
            return None
        if back == 0:
            return ApplicationMessage(self.topic, self.newest)
        if self.older is None or back > len(self.older):
            return None
        return ApplicationMessage(self.topic, self.older[-back])

    def messages_kept(self) -> Iterator[ApplicationMessage]:
        """Those at hand, oldest first."""
        for number in range(self.count - self.kept + 1, self.count + 1):
            message = self.message(number)
            if message is not None:
                yield message

    def branch(self) -> Iterator["TopicNode"]:
        """This node and all below it, parents first, siblings in natural order."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(sorted(node.children.values(), key=_key, reverse=True))

    def path(self) -> bytes:
        """The levels down to here, joined: a topic name, or the prefix of some."""
        names: list[bytes] = []
        node: TopicNode | None = self
        while node is not None and node.depth >= 0:
            names.append(node.name)
            node = node.parent
        return b"/".join(reversed(names))


def _key(node: TopicNode) -> tuple[bytes, bytes]:
    return node.key, node.name
