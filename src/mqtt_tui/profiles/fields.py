"""The one schema of a profile: the words of each key with its type, limits and default."""

import re
import shlex
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from mqtt_tui.config.reading import Reader
from mqtt_tui.config.wording import mismatch
from mqtt_tui.errors import UsageError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.sections import all_words
from mqtt_tui.profiles.words import Words
from mqtt_tui.text.display_text import display_text

_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a profile."""

    key: str
    """As in profiles.toml, tables with a dot; of a list of tables ``LIST.KEY``."""
    words: Words
    type: Any
    """In the schema, with None and limits."""
    default: object
    """Its value in a new profile; ``msgspec.NODEFAULT`` where it must be given."""

    @property
    def kind(self) -> Any:  # noqa: ANN401  a type
        """The type of its value without None and limits."""
        return _plain(self.type)

    @property
    def choices(self) -> Sequence[object]:
        """All values that it may have, where these are few; otherwise none."""
        if self.kind is bool:
            return (True, False)
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    def read(self, text: str) -> object:
        """``text`` from a command line as a value of this key, of which a switch says the opposite of the default.

        Raises:
            UsageError: it is none.
        """
        if self.kind is bool:
            return not self.default
        value: object = text
        if self.kind is int and text.removeprefix("-").isdecimal() and len(text) < 20:
            value = int(text)
        elif self.kind is float and _DECIMAL.fullmatch(text):
            value = float(text)
        elif self.choices:
            value = next((choice for choice in self.choices if str(choice) == text), text)
        elif get_origin(self.kind) is tuple:
            value = _split(text)
        try:
            return msgspec.convert(value, self.type)
        except msgspec.ValidationError:
            shown = f"{self.words.label} {mismatch(value, _given(self.type))}."
            raise UsageError(shown[:1].upper() + shown[1:]) from None


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        raise UsageError(f"A quotation mark in {display_text(text)!r} has no other end.") from None


def _given(kind: Any) -> Any:  # noqa: ANN401  a type
    """Without None."""
    if get_origin(kind) in (Union, types.UnionType):
        return next(one for one in get_args(kind) if one is not types.NoneType)
    return kind


def _plain(kind: Any) -> Any:  # noqa: ANN401  a type
    kind = _given(kind)
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _schema(key: str) -> msgspec.structs.FieldInfo:
    *tables, name = key.split(".")
    at: Any = BrokerProfile
    for table in tables:
        kind = _plain(_infos(at)[table].type)
        at = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return _infos(at)[name]


def _infos(struct: type) -> dict[str, msgspec.structs.FieldInfo]:
    return {info.name: info for info in msgspec.structs.fields(struct)}


def _all_fields() -> Iterable[Field]:
    for key, words in all_words():
        info = _schema(key)
        yield Field(key, words, info.type, info.default)


FIELDS: Mapping[str, Field] = MappingProxyType({field.key: field for field in _all_fields()})
"""Every key of a profile, in the order in which they are shown."""


def value_of(profile: BrokerProfile, key: str) -> object:
    """What ``profile`` has at ``key``; None where a table on the way is missing."""
    value: object = profile
    for name in key.split("."):
        value = getattr(value, name, None)
    return value


def table_of(values: Mapping[str, object]) -> dict[str, Any]:
    """``values`` by dotted key as nested tables; what is None is left out, and so is a will that says nothing."""
    table: dict[str, Any] = {}
    for key, value in values.items():
        *tables, name = key.split(".")
        if value is not None:
            at = table
            for one in tables:
                at = at.setdefault(one, {})
            at[name] = value
    if not table.get("will", {}).keys() & {"topic", "payload"}:
        table.pop("will", None)
    return table


def checked(table: dict[str, Any]) -> tuple[BrokerProfile | None, dict[str, str]]:
    """The profile that ``table`` is, or None and every problem by its key, in the words used for profiles.toml."""
    reader, url_reader = Reader(Path()), Reader(Path())
    profile = reader.read(table, BrokerProfile)
    url_reader.read({"url": table.get("url", "")}, BrokerProfile)  # what it says waits for the types of all others
    return profile, {problem.key: problem.reason for problem in (*reader.problems, *url_reader.problems)}
