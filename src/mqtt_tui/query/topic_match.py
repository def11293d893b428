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

    def passes_all(topic: bytes) -> bool:
        for test in tests:  # noqa: SIM110  all() takes twice as long, and this runs for every topic at every key
            if not test(topic):
                return False
        return True

    return passes_all


def _word(word: str) -> Match:
    wanted = word.lstrip("!") or "!"  # marks alone refuse the last of them
    test = _part(wanted)
    is_refused = (len(word) - len(wanted)) % 2
    return (lambda topic: not test(topic)) if is_refused else test


def _part(word: str) -> Match:
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
