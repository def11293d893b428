"""Filtering topics by a few words, as typed."""

from collections.abc import Callable

from mqtt_tui.errors import UsageError
from mqtt_tui.model.topic import TopicFilter, matches

Match = Callable[[bytes], bool]


def topic_match(text: str) -> Match | None:
    """What a topic must satisfy, or None where ``text`` asks for nothing.

    Each word must be part of the topic, whatever its case; ``!word`` must not. A word with ``+`` or ``#`` as a level
    is a topic filter (MQTT 5.0, 4.7) and matches as the broker would.
    """
    tests = [_word(word) for word in text.split()]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda topic: all(test(topic) for test in tests)


def _word(word: str) -> Match:
    if len(word) > 1 and word.startswith("!"):
        refused = _word(word[1:])
        return lambda topic: not refused(topic)
    if {"+", "#"} & set(word.split("/")):
        try:
            wanted = TopicFilter(word).unshared
        except UsageError:
            pass  # not a filter after all, or not yet: a word like any other
        else:
            return lambda topic: matches(wanted, topic.decode("utf-8", "surrogateescape"))
    needle = word.lower().encode("utf-8", "surrogateescape")
    if needle.isascii():
        return lambda topic: needle in topic.lower()
    folded = word.casefold()
    return lambda topic: folded in topic.decode("utf-8", "surrogateescape").casefold()
