"""Values out of JSON that somebody else wrote: of the type that is wanted, or none."""

from collections.abc import Iterator, Mapping
from typing import Any


def text(table: Mapping[str, Any], key: str) -> str | None:
    """A text; a number is one."""
    value = table.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def number(table: Mapping[str, Any], key: str) -> int | None:
    """A whole number; a text of digits is one."""
    value = table.get(key)
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(table: Mapping[str, Any], key: str) -> bool | None:
    """Yes or no; 0 and 1 are such."""
    value = table.get(key)
    return bool(value) if value in (True, False, 0, 1) and value is not None else None


def tables(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def table(value: object) -> Mapping[str, Any]:
    """An object; an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def pairs(value: object) -> list[tuple[str, str]]:
    """User properties: an object whose values are texts or lists of texts."""
    found: list[tuple[str, str]] = []
    for name, given in table(value).items():
        values = given if isinstance(given, list) else [given]
        found += [(str(name), str(one)) for one in values if isinstance(one, str | int | float)]
    return found
