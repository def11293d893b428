"""What a setting should be and what stands there instead, in words."""

from datetime import date, time

from msgspec import inspect

from mqtt_tui.text.display_text import display_text

_LONGEST = 40  # characters of a value that are quoted


def mismatch(value: object, kind: object) -> str:
    """Why ``value`` is no ``kind``.

    A value is quoted only where a number, one of a few words or a text of a certain form is wanted and such a thing
    is there; what stands in the place of any text or of a table may be a password.
    """
    wanted, description = _unwrapped(inspect.type_info(kind))
    shown = _quoted(value) if _is_public(wanted, value) else found(value)
    return f"should be {description or _expected(wanted)}, not {shown}"


def wanted(kind: object) -> str:
    """What a ``kind`` is, in words."""
    info, description = _unwrapped(inspect.type_info(kind))
    return description or _expected(info)


def _is_public(wanted: inspect.Type, value: object) -> bool:
    match wanted:
        case inspect.LiteralType():
            return isinstance(value, str | int)
        case inspect.IntType() | inspect.FloatType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case inspect.StrType(pattern=pattern):
            return isinstance(value, str) and pattern is not None
        case _:
            return False


def words_of(kind: object) -> list[str]:
    """The words that may stand for a ``kind``; none where it is no choice of words."""
    wanted, _ = _unwrapped(inspect.type_info(kind))
    return [word for word in wanted.values if isinstance(word, str)] if isinstance(wanted, inspect.LiteralType) else []


def found(value: object) -> str:
    """What ``value`` is in TOML, without showing it."""
    for kind, words in _FOUND:
        if isinstance(value, kind):
            return words
    return "something else"


_FOUND: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a whole number"),
    (float, "a number"),
    (dict, "a table"),
    (list, "a list"),
    ((date, time), "a date or time"),
)


def _unwrapped(info: inspect.Type) -> tuple[inspect.Type, str]:
    if isinstance(info, inspect.Metadata):
        return info.type, (info.extra_json_schema or {}).get("description", "")
    return info, ""


def _expected(info: inspect.Type) -> str:
    match info:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=least, le=most):
            return "a whole number" + _bounds(least, most)
        case inspect.FloatType(ge=least, le=most):
            return "a number" + _bounds(least, most)
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(_quoted(value) for value in values)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return f"a list, each {_expected(item)}"
        case inspect.TupleType(item_types=items):
            return f"a list of {len(items)}"
        case inspect.UnionType(types=kinds):
            return " or ".join(_expected(kind) for kind in kinds if not isinstance(kind, inspect.NoneType))
        case inspect.StructType() | inspect.DictType():
            return "a table"
        case _:
            return "a text"


def _bounds(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of at least {least}"
    return f" of at most {most}" if most is not None else ""


def _quoted(value: object) -> str:
    text = display_text(str(value))
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return f'"{text}"' if isinstance(value, str) else text
