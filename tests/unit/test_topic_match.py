import pytest

from mqtt_tui.query.topic_match import topic_match


@pytest.mark.parametrize(
    ("typed", "topic", "shown"),
    [
        ("press", "factory/Press-07/state", True),
        ("PRESS state", "factory/press-07/state", True),
        ("press state", "factory/press-07/config", False),
        ("!config", "factory/press-07/config", False),
        ("press !config", "factory/press-07/state", True),
        ("factory/+/state", "factory/press-07/state", True),
        ("factory/+/state", "factory/hall/press-07/state", False),
        ("factory/#", "factory", True),
        ("#", "$SYS/uptime", False),
        ("a+b", "x/a+b", True),
        ("größe", "tank/GRÖSSE", True),
        ("[/]", "x/[/]", True),
        ("!", "x!", True),
        ("!!", "x!", False),
        ("!!config", "factory/config", True),
        ("!!!config", "factory/config", False),
    ],
)
def test_words_and_filters_choose_topics(typed: str, topic: str, shown: bool) -> None:
    match = topic_match(typed)
    assert match is not None
    assert match(topic.encode()) is shown


def test_any_number_of_marks_and_words_may_be_typed() -> None:
    match = topic_match("!" * 10_001 + "config")
    assert match is not None
    assert not match(b"factory/config")
    match = topic_match("f " * 10_000 + "config")
    assert match is not None
    assert match(b"factory/config")


def test_blanks_ask_for_nothing() -> None:
    assert topic_match("   ") is None


def test_a_topic_that_is_no_utf8_can_be_filtered() -> None:
    match = topic_match("ab +/#")
    assert match is not None
    assert match(b"ab/\xff")
