"""Topic names and topic filters (MQTT 5.0, 4.7)."""

from mqtt_tui.errors import UsageError

LONGEST = 65_535  # bytes of UTF-8 in a string of MQTT (MQTT 5.0, 1.5.4)
_SHARE = "$share/"


def _check_string(text: str, what: str, column: int = 0) -> None:
    if not text:
        raise UsageError(f"The {what} is empty.", hint="It needs at least one character.")
    if "\0" in text:
        raise UsageError(f"The {what} has a NUL character at column {text.index(chr(0)) + 1 + column}.")
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise UsageError(f"The {what} cannot be written as UTF-8 (column {error.start + 1}).") from None
    if size > LONGEST:
        raise UsageError(f"The {what} has {size:,} bytes; MQTT allows {LONGEST:,}.")


class InvalidTopicName(UsageError):
    """A topic name that nothing can be published to."""


class InvalidTopicFilter(UsageError):
    """A topic filter that nothing can be subscribed to."""


class TopicName(str):
    """What a message is published to: no wildcards (MQTT 5.0, 4.7.1).

    Raises:
        InvalidTopicName: with the column of the offending character.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "TopicName":
        """Check ``text``."""
        try:
            _check_string(text, "topic")
        except UsageError as error:
            raise InvalidTopicName(error.message, hint=error.hint) from None
        for column, character in enumerate(text, 1):
            if character in "+#":
                raise InvalidTopicName(
                    f"A topic to publish to cannot have {character!r} (column {column}).",
                    hint="Wildcards belong into subscriptions; name one topic here.",
                )
        return super().__new__(cls, text)


class TopicFilter(str):
    """What a subscription holds: levels with ``+`` and ``#``, perhaps ``$share/NAME/`` in front (MQTT 5.0, 4.7, 4.8.2).

    Raises:
        InvalidTopicFilter: with the column of the offending character.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> "TopicFilter":
        """Check ``text``."""
        try:
            _check_string(text, "topic filter")
        except UsageError as error:
            raise InvalidTopicFilter(error.message, hint=error.hint) from None
        start = cls._share_end(text)
        column = start + 1
        levels = text[start:].split("/")
        for number, level in enumerate(levels, 1):
            if "#" in level and (level != "#" or number < len(levels)):
                where = column + level.index("#")
                raise InvalidTopicFilter(
                    f"'#' must be a level of its own and the last one (column {where}).",
                    hint="For example a/b/#",
                )
            if "+" in level and level != "+":
                where = column + level.index("+")
                raise InvalidTopicFilter(f"'+' must be a level of its own (column {where}).", hint="For example a/+/c")
            column += len(level) + 1
        return super().__new__(cls, text)

    @staticmethod
    def _share_end(text: str) -> int:
        if not text.startswith(_SHARE):
            return 0
        name, slash, rest = text[len(_SHARE) :].partition("/")
        if not name or not slash or not rest or "+" in name or "#" in name:
            raise InvalidTopicFilter(
                f"A shared subscription is $share/NAME/FILTER, not {text[:60]!r}.",
                hint="NAME has no '/', '+' or '#' (MQTT 5.0, 4.8.2).",
            )
        return len(_SHARE) + len(name) + 1

    @property
    def share_name(self) -> str | None:
        """The group of a shared subscription, None for an ordinary one."""
        return self.split("/", 2)[1] if self.startswith(_SHARE) else None

    @property
    def unshared(self) -> str:
        """The filter without ``$share/NAME/``."""
        return self[self._share_end(self) :]

    def matches(self, topic_name: str) -> bool:
        """Whether ``topic_name`` is matched; a leading wildcard matches no ``$`` topic (MQTT 5.0, 4.7.2)."""
        return matches(self.unshared, topic_name)


def matches(topic_filter: str, topic_name: str) -> bool:
    """The same for an unshared filter that is known to be valid. Iterative: depth costs no stack."""
    if topic_name.startswith("$") and topic_filter[:1] in ("+", "#"):
        return False
    wanted, levels = topic_filter.split("/"), topic_name.split("/")
    for number, level in enumerate(wanted):
        if level == "#":
            return True
        if number == len(levels) or level not in ("+", levels[number]):
            return False
    return len(wanted) == len(levels)
