"""TOML to values, with all problems at once: each names its file, its key, the reason and the nearest right word."""

import difflib
import re
import stat
import tomllib
import types
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from mqtt_tui.config.wording import found, mismatch, words_of
from mqtt_tui.errors import UsageError
from mqtt_tui.text.display_text import display_text

LARGEST = 4 * 1024 * 1024
"""Bytes; a larger file is none of ours."""

T = TypeVar("T", bound=msgspec.Struct)
Key = tuple[str | int, ...]
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that the user should know; its texts are safe to show."""

    file: Path
    key: str
    """Such as ``profiles.factory.tls.ca_file``; empty for the file as a whole."""
    reason: str

    def __str__(self) -> str:
        return ": ".join(part for part in (display_text(str(self.file)), self.key, self.reason) if part)


class InvalidField(UsageError, ValueError):
    """A value of the right type that cannot be meant; raised in ``__post_init__`` of structs.

    Args:
        field: its key as it stands in the file.
        message: why, safe to show.
        hint: what a right one looks like, safe to show.
    """

    def __init__(self, field: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.field = field


def read_toml(file: Path) -> tuple[dict[str, Any], list[Problem]]:
    """The tables of ``file``; none where it does not exist, none and the reason where it cannot be read."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            return {}, [Problem(file, "", "is no ordinary file")]
        if status.st_size > LARGEST:
            return {}, [Problem(file, "", f"has {status.st_size:,} bytes; {LARGEST:,} are the most")]
        data = file.read_bytes()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Problem(file, "", f"cannot be read: {display_text(error.strerror or str(error))}")]
    try:
        return tomllib.loads(data.decode("utf-8-sig")), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        return {}, [Problem(file, "", f"line {line}, column {column}: byte 0x{data[error.start]:02x} is not UTF-8")]
    except RecursionError:
        return {}, [Problem(file, "", "is nested too deeply")]
    except ValueError as error:  # TOMLDecodeError, and what int() says of 5,000 digits
        return {}, [Problem(file, "", _placed(str(error), data))]


def nearest(word: str, words: Iterable[str]) -> str:
    """``; did you mean ca_file?`` where one of ``words`` is near, otherwise nothing."""
    near = difflib.get_close_matches(word, list(words), 1, 0.6)
    return f"; did you mean {display_text(near[0])}?" if near else ""


class Reader:
    """Converts the tables of one file and keeps every problem on the way."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def read(self, table: object, kind: type[T], key: Key = ()) -> T | None:
        """``table``, which stands at ``key``, as a ``kind``; None where something in it is wrong."""
        before = len(self.problems)
        value = self.read_good_part(table, kind, key)
        return value if len(self.problems) == before else None

    def read_good_part(self, table: object, kind: type[T], key: Key = ()) -> T | None:
        """As ``read``, with defaults in the place of what is wrong; None where something without a default is."""
        value = self._struct(table, kind, key)
        return value if isinstance(value, kind) else None

    def report(self, key: Key, reason: str) -> None:
        """Keep a problem; ``reason`` is safe to show."""
        self.problems.append(Problem(self.file, _dotted(key), reason))

    def _value(self, value: object, kind: object, key: Key) -> object:
        """``value`` as a ``kind``, or UNSET when that was reported to be impossible."""
        kind = _without_none(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._struct(value, kind, key)
        if get_origin(kind) is tuple and get_args(kind)[-1] is ... and isinstance(value, list | tuple):
            items = [self._value(item, get_args(kind)[0], (*key, at)) for at, item in enumerate(value)]
            return tuple(item for item in items if item is not msgspec.UNSET)
        if get_origin(kind) is dict and isinstance(value, dict):
            named = {name: self._value(item, get_args(kind)[1], (*key, name)) for name, item in value.items()}
            return {name: item for name, item in named.items() if item is not msgspec.UNSET}
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            near = nearest(value, words_of(kind)) if isinstance(value, str) else ""
            self.report(key, mismatch(value, kind) + near)
            return msgspec.UNSET

    def _struct(self, table: object, kind: type[msgspec.Struct], key: Key) -> object:
        """The good part of ``table`` as a ``kind``, so that its checks are made too; UNSET where that is none."""
        if not isinstance(table, dict):
            self.report(key, f"should be a table, not {found(table)}")
            return msgspec.UNSET
        before = len(self.problems)
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        for name in table:
            if name not in fields:
                self.report((*key, name), "is no known key" + nearest(name, fields))
        values: dict[str, object] = {}
        for name, field in fields.items():
            if name in table:
                values[field.name] = self._value(table[name], field.type, (*key, name))
            elif field.required:
                self.report((*key, name), "is missing")
        values = {name: value for name, value in values.items() if value is not msgspec.UNSET}
        if any(field.required and field.name not in values for field in fields.values()):
            return msgspec.UNSET
        try:
            return kind(**values)
        except InvalidField as error:
            self.report((*key, error.field), f"{error.message} {error.hint}".strip())
        except ValueError as error:
            if len(self.problems) == before:  # of the whole; it may be about what is missing for another reason
                self.report(key, str(error))
        return msgspec.UNSET


def _without_none(kind: object) -> object:
    """TOML has no null: an optional value that is there is a value."""
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [one for one in get_args(kind) if one is not types.NoneType]
        return kinds[0] if len(kinds) == 1 else kind
    return kind


def _dotted(key: Key) -> str:
    out = ""
    for part in key:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            shown = part if _PLAIN_KEY.fullmatch(part) else f'"{display_text(part)}"'
            out += f".{shown}" if out else shown
    return out


def _placed(message: str, data: bytes) -> str:
    """The message of tomllib with its place in front."""
    place = _PLACE.search(message)
    if place is None:
        return display_text(message)
    if place[1]:
        line, column = int(place[1]), int(place[2])
    else:
        last = data.decode("utf-8-sig").split("\n")
        line, column = len(last), len(last[-1]) + 1
    what = message[: place.start()]
    return f"line {line}, column {column}: {display_text(what[:1].lower() + what[1:])}"
