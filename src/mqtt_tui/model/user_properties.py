"""What a user property can hold (MQTT 5.0, 1.5.4 and 1.5.7)."""

from collections.abc import Iterable

from mqtt_tui.errors import UsageError
from mqtt_tui.model.topic import LONGEST


class InvalidUserProperty(UsageError):
    """A name or a value that MQTT has no room for."""


def check_user_properties(pairs: Iterable[tuple[str, str]]) -> None:
    """Check names and values; each may be empty.

    Raises:
        InvalidUserProperty: with the number of the pair, as it is counted on the screen.
    """
    for number, pair in enumerate(pairs, 1):
        for part, text in zip(("name", "value"), pair, strict=True):
            where = f"The {part} of user property {number}"
            if "\0" in text:
                raise InvalidUserProperty(f"{where} has a NUL character at column {text.index(chr(0)) + 1}.")
            try:
                size = len(text.encode())
            except UnicodeEncodeError as error:
                raise InvalidUserProperty(f"{where} cannot be written as UTF-8 (column {error.start + 1}).") from None
            if size > LONGEST:
                raise InvalidUserProperty(f"{where} has {size:,} bytes; MQTT allows {LONGEST:,}.")
