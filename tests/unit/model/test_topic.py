"""Where a topic is wrong."""

import pytest

from mqtt_tui.model.topic import InvalidTopicFilter, InvalidTopicName, TopicFilter, TopicName, matches


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a/#/b", 3),
        ("#/a", 1),
        ("a#", 2),
        ("é/b+", 4),
        ("a/+b/c", 3),
        ("+/+/c/d#", 8),
        ("$share/g/a/b+", 13),
        ("a\0b", 2),
        ("ab\ud800", 3),
    ],
)
def test_an_invalid_filter_names_the_column(text: str, column: int) -> None:
    with pytest.raises(InvalidTopicFilter, match=rf"column {column}\b"):
        TopicFilter(text)


@pytest.mark.parametrize("text", ["$share/g", "$share//a", "$share/a+b/c", "$share/#/c", "$share/g/"])
def test_a_shared_subscription_needs_a_name_and_a_filter(text: str) -> None:
    with pytest.raises(InvalidTopicFilter, match="shared subscription"):
        TopicFilter(text)


def test_a_shared_filter_knows_its_parts() -> None:
    shared = TopicFilter("$share/group/a/+")
    assert (shared.share_name, shared.unshared) == ("group", "a/+")
    assert TopicFilter("a/+").share_name is None


def test_a_topic_to_publish_to_has_no_wildcards_and_the_column_is_named() -> None:
    with pytest.raises(InvalidTopicName, match=r"column 3"):
        TopicName("a/+/b")
    with pytest.raises(InvalidTopicName, match="empty"):
        TopicName("")
    assert TopicName("/") == "/"


def test_length_is_counted_in_bytes() -> None:
    assert len(TopicName("a" * 65_535)) == 65_535
    with pytest.raises(InvalidTopicName, match="65,536"):
        TopicName("é" * 32_768)


def test_ten_thousand_levels_cost_no_stack() -> None:
    deep = "/".join(["a"] * 10_000)
    assert matches(deep, deep)
    assert matches("+/" * 9_999 + "#", deep)


def test_wildcards_in_front_leave_out_the_brokers_own_topics() -> None:
    assert not TopicFilter("#").matches("$SYS/uptime")
    assert not TopicFilter("+/uptime").matches("$SYS/uptime")
    assert TopicFilter("$SYS/#").matches("$SYS/uptime")
    assert TopicFilter("a/#").matches("a")
