"""Completion of topics that were seen."""

from collections.abc import Sequence

import pytest

from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.completion import completions
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore
from tests.support.arriving import At, deliver


def tree_of(topics: Sequence[str | bytes]) -> TopicNode:
    store = TopicStore(MemoryBudget(1 << 30), on_new_topics=lambda _: None)
    names = [topic.encode() if isinstance(topic, str) else topic for topic in topics]
    deliver(store, [raw_publish(name, b"x", protocol=Protocol.V5) for name in names], At(0, Protocol.V5, 0))
    return store.root


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ["factory/", "lab", "$SYS/"]),
        ("f", ["factory/"]),
        ("factory", ["factory/"]),
        ("factory/", ["factory/hall-2/", "factory/hall-10/"]),
        ("factory/hall-2/p", ["factory/hall-2/press", "factory/hall-2/press/"]),
        ("factory/hall-3/", []),
        ("nothing/", []),
        ("F", []),
    ],
)
def test_completion_goes_level_by_level_in_natural_order(typed: str, expected: list[str]) -> None:
    root = tree_of(
        ["lab", "factory/hall-10/a", "factory/hall-2/press", "factory/hall-2/press/state", "$SYS/broker/uptime"]
    )
    assert completions(root, typed) == expected


def test_levels_may_be_empty() -> None:
    root = tree_of(["/a", "b//c"])
    assert completions(root, "") == ["/", "b/"]
    assert completions(root, "/") == ["/a"]
    assert completions(root, "b/") == ["b//"]
    assert completions(root, "b//") == ["b//c"]


@pytest.mark.parametrize("topic", [b"\xff/a", b"a\x1b[31m", "a\u009bb", "a\u202eb", "a\u200bb", "a\nb"])
def test_a_topic_that_does_not_read_as_it_is_written_is_not_offered(topic: str | bytes) -> None:
    assert completions(tree_of([topic, "fine"]), "") == ["fine"]


def test_markup_is_offered_as_it_stands() -> None:
    assert completions(tree_of(["[@click=app.quit]x"]), "[") == ["[@click=app.quit]x"]


def test_no_more_entries_than_asked_for() -> None:
    root = tree_of([f"n/{number}" for number in range(300)])
    assert completions(root, "n/", limit=3) == ["n/0", "n/1", "n/2"]


def test_entries_that_cannot_be_offered_do_not_hide_those_behind_them() -> None:
    root = tree_of([*(f"n/0\x1b{number}" for number in range(100)), "n/9"])
    assert completions(root, "n/", limit=5) == ["n/9"]
