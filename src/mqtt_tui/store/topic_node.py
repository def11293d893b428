"""One level of the topic tree."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import Any

from mqtt_tui.model.application_message import ApplicationMessage, Arrival

RECORD_COST = 66
"""Bytes that a kept message costs besides its rest: bytes object, two slots of its topic's history, one of the log.

Measured with tracemalloc and by the growth of the process (CPython 3.11).
"""

ARRIVAL_COST = 130
"""Bytes that the circumstances of one arrival cost; its messages share them."""

NODE_COST = 330
"""Bytes that a level costs besides its name and key: the node, its entry above, the dict of its children, its row.

Measured at 100,000 topics (CPython 3.11): 216 for the node; a dict only from the second child on.
"""

NAME_COST = 48
"""Bytes that the name of a level costs with its key, besides twice its length, where no other level shares it."""

FOLDED = b"/"
"""Name of the row that counts topics which gave way: no level can be called so."""

_LAST = b"\xff"  # sorts behind every topic: UTF-8 has no such byte
_DIGITS = re.compile(rb"\d+")


def natural_key(name: bytes) -> bytes:
    """Sorts ``press-9`` before ``press-10`` and ignores the case of ASCII letters."""
    lower = name.lower()
    return _DIGITS.sub(_with_length, lower) if _DIGITS.search(lower) else lower


def _with_length(digits: re.Match[bytes]) -> bytes:
    """A number with its count of digits in front, as a character between 0 and ?: longer ones are larger."""
    number = digits[0].lstrip(b"0")
    return bytes((ord("0") + min(len(number), 15),)) + number


class TopicNode:
    """A level of the tree, with what was received for the topic that ends here (if one does).

    What belongs to the node's own topic is exact at any time. What is summed over a branch (``messages``, ``topics``,
    ``live_at``, ``pulse``) is settled for each frame by ``TopicStore.settle``. The last four slots are ``RowIndex``'s.

    A broker may have a hundred thousand of these: what one topic in a hundred needs has no slot of its own.
    """

    __slots__ = (
        "_children",
        "_key",
        "depth",
        "evicted",
        "history",
        "is_dirty",
        "is_retained",
        "live_at",
        "messages",
        "name",
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
        self._key: bytes | None = None
        self._children: TopicNode | dict[bytes, TopicNode] | None = None  # one child alone needs no dict (230 bytes)
        self.topic: bytes | None = None  # the topic name, where one ends here

        self.history: list[Any] = _NOTHING  # arrival, rest, arrival, rest …; oldest first
        self.evicted = 0  # messages of this very topic that gave way
        self.is_dirty = False  # something came since the last frame
        self.settled = 0  # messages of this very topic that are in the branches' sums
        self.unrated = 0  # of those not yet settled, stored ones: they make no rate
        self.is_retained = False  # the broker holds a message for this topic, as far as we were told

        self.messages = 0  # of the whole branch
        self.topics = 0  # in the whole branch
        self.live_at = (
            0  # nanoseconds since the epoch of the branch's newest message that was not a stored one; 0: none
        )
        self.pulse = 0  # messages per second, packed (``rates``)
        self.pulse_second = 0

        self.rows = 0  # rows that the branch takes on the screen; 0: not placed yet
        self.order: list[TopicNode] | None = None
        self.order_generation = -1
        self.shown_in = -1

    # ---------------------------------------------------------------- the tree

    @property
    def key(self) -> bytes:
        """What siblings are ordered by."""
        if self._key is None:
            key = natural_key(self.name)
            if not self.depth and self.name.startswith(b"$"):
                key = _LAST + key
            elif self.is_folded:
                key = _LAST + _LAST
            self._key = self.name if key == self.name else key
        return self._key

    @property
    def is_folded(self) -> bool:
        """Whether it is the row that counts topics which gave way."""
        return not self.depth and self.name == FOLDED  # what lies too deep may be a level of any name

    @property
    def is_of_broker(self) -> bool:
        """Whether it is ``$SYS`` or another first level that is not an application's (MQTT 5.0, 4.7.2), or folded."""
        return self.key.startswith(_LAST)

    @property
    def rank(self) -> int:
        """0 for the application's levels, 1 for the broker's own, 2 for what is folded: in this order, always."""
        return 2 if self.is_folded else 1 if self.is_of_broker else 0

    @property
    def children(self) -> "Collection[TopicNode]":
        """The levels below this one, as they came."""
        below = self._children
        if below is None:
            return ()
        return (below,) if isinstance(below, TopicNode) else below.values()

    def child(self, name: bytes) -> "TopicNode | None":
        """The level of that name below this one."""
        below = self._children
        if isinstance(below, TopicNode):
            return below if below.name == name else None
        return below.get(name) if below else None

    def add_child(self, name: bytes) -> "TopicNode":
        """A new level below this one."""
        child = TopicNode(name, self)
        below = self._children
        if below is None:
            self._children = child
        elif isinstance(below, TopicNode):
            self._children = {below.name: below, name: child}
        else:
            below[name] = child
        return child

    def remove_child(self, child: "TopicNode") -> None:
        """Take a level off the tree."""
        if isinstance(self._children, dict):
            del self._children[child.name]
        else:
            self._children = None

    def branch(self) -> "Iterator[TopicNode]":
        """This node and all below it, parents first, siblings in natural order."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(sorted(node.children, key=_key, reverse=True))

    def path(self) -> bytes:
        """The levels down to here, joined: a topic name, or the prefix of some. Empty for what is folded."""
        if self.is_folded:
            return b""
        names: list[bytes] = []
        node: TopicNode | None = self
        while node is not None and node.depth >= 0:
            names.append(node.name)
            node = node.parent
        return b"/".join(reversed(names))

    # ---------------------------------------------------------------- the messages of its topic

    @property
    def kept(self) -> int:
        """How many messages of this topic are at hand."""
        return len(self.history) >> 1

    @property
    def count(self) -> int:
        """How many messages of this topic came."""
        return self.evicted + (len(self.history) >> 1)

    @property
    def newest_arrival(self) -> Arrival | None:
        """When and how the newest message of this topic came."""
        return self.history[-2] if self.history else None

    @property
    def newest(self) -> ApplicationMessage | None:
        """The newest message of this topic."""
        return self.message(self.count)

    def message(self, number: int) -> ApplicationMessage | None:
        """The message that came as the ``number``-th of this topic (the first is 1); None where it is not at hand."""
        slot = (number - self.evicted - 1) * 2
        if self.topic is None or not 0 <= slot < len(self.history):
            return None
        arrival, rest = self.history[slot : slot + 2]
        return ApplicationMessage(self.topic, arrival, rest)

    def messages_kept(self) -> Iterator[ApplicationMessage]:
        """Those at hand, oldest first; what is evicted meanwhile is passed over."""
        number = 0
        while (number := max(number, self.evicted) + 1) <= self.count:
            message = self.message(number)
            if message is not None:
                yield message

    def slot_since(self, serial: int) -> int:
        """Where in ``history`` the first message stands that came with this arrival or later."""
        history = self.history
        return 2 * bisect_left(range(len(history) >> 1), serial, key=lambda number: history[2 * number].serial)

    def evict(self, number: int) -> int:
        """Give up the ``number`` oldest messages; the bytes that this frees."""
        history = self.history
        size = len(history[1]) if number == 1 else sum(map(len, history[1 : 2 * number : 2]))
        del history[: 2 * number]
        self.evicted += number
        return size + RECORD_COST * number

    def forget(self) -> None:
        """It is no topic any more."""
        self.topic, self.history = None, _NOTHING
        self.evicted = self.settled = 0
        self.is_retained = False

    @property
    def spare(self) -> int:
        """About how many bytes may be evicted, all messages but the newest; two of them are looked at."""
        history = self.history
        older = (len(history) >> 1) - 1
        return older * ((len(history[1]) + len(history[-3]) >> 1) + RECORD_COST) if older > 0 else 0


_NOTHING: list[Any] = []
"""The history of a level that is no topic; never appended to."""


def _key(node: TopicNode) -> tuple[bytes, bytes]:
    return node.key, node.name
