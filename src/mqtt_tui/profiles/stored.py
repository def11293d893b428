"""profiles.toml, read and written as a whole."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mqtt_tui.config.reading import LARGEST, Problem, Reader, read_toml
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.names import InvalidProfileName, check_name
from mqtt_tui.profiles.profile import BrokerProfile

VERSION = 1
"""Of the file's format; a file of a higher one is read as far as it is understood, and not written."""

Table = dict[str, Any]


class Document(msgspec.Struct, omit_defaults=True):
    """The top level of profiles.toml, whose profiles are still tables: an edit leaves the others untouched."""

    version: int
    default: str | None = None
    """The profile that connects at a start without arguments."""
    last_used: list[str] = []
    """Names, the latest in front."""
    profiles: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Profiles:
    """The saved profiles; those in which something is wrong are left out and among the problems."""

    entries: Mapping[str, BrokerProfile]
    """By name, in the file's order."""
    default: str | None
    """The profile that connects at a start without arguments."""
    last_used: tuple[str, ...]
    """Names of profiles, the one used last in front."""
    problems: tuple[Problem, ...]
    """All that the user should know of the file."""
    is_writable: bool
    """Whether changes can be saved: not into a file that is not wholly understood, or belongs to somebody else."""

    @property
    def by_last_use(self) -> list[str]:
        """All names: those used last in front, the others behind them in the file's order."""
        return [*self.last_used, *(name for name in self.entries if name not in self.last_used)]


def read_profiles(file: Path) -> tuple[Profiles, Document]:
    """What ``file`` holds, as values and as it stands; a missing file holds nothing and has no problems."""
    table, problems = read_toml(file)
    reader = Reader(file)
    document = reader.read({"version": VERSION} | table, Document) or _salvaged(table)
    if document.version > VERSION:
        reader.report(("version",), f"is {document.version}, of a newer mqtt-tui; this one writes {VERSION}")
    entries: dict[str, BrokerProfile] = {}
    for name, one in document.profiles.items():
        profile = _profile(reader, name, one)
        if profile is not None:
            entries[name] = profile
    status = _status(file)
    _check_owner(reader, status)
    problems += reader.problems
    profiles = Profiles(
        entries=entries,
        default=document.default if document.default in entries else None,
        last_used=tuple(dict.fromkeys(name for name in document.last_used if name in entries)),
        problems=(*problems, *_exposed(file, status)),
        is_writable=not problems,
    )
    return profiles, document


def table_of(profile: BrokerProfile, file: Path, name: str) -> Table:
    """``profile`` as a table that can be read back.

    Raises:
        LocalError: naming every key whose value is not allowed.
    """
    table: Table = msgspec.to_builtins(profile)
    table = {key: value for key, value in table.items() if value != {}}
    reader = Reader(file)
    reader.read(table, BrokerProfile, ("profiles", name))
    if reader.problems:
        raise LocalError("\n".join(["The profile was not saved:", *map(str, reader.problems)]))
    return table


def encoded(document: Document) -> bytes:
    """The text of profiles.toml.

    Raises:
        LocalError: it could not be read back.
    """
    import tomli_w  # most commands only read

    try:
        data = tomli_w.dumps(msgspec.to_builtins(document)).encode()
    except UnicodeEncodeError:
        raise LocalError("Nothing was saved: a text in the profile cannot be written as UTF-8.") from None
    if len(data) > LARGEST:
        raise LocalError(f"Nothing was saved: profiles.toml would have {len(data):,} bytes, more than {LARGEST:,}.")
    return data


def _salvaged(table: Table) -> Document:
    """The profiles of a file whose top level is wrong."""
    tables = table.get("profiles")
    return Document(VERSION, profiles=tables if isinstance(tables, dict) else {})


def _profile(reader: Reader, name: str, table: object) -> BrokerProfile | None:
    profile = reader.read(table, BrokerProfile, ("profiles", name))
    try:
        check_name(name)
    except InvalidProfileName as error:
        reader.report(("profiles", name), error.message)
        return None
    return profile


def _status(file: Path) -> os.stat_result | None:
    try:
        return file.stat() if os.name == "posix" else None
    except OSError:
        return None


def _check_owner(reader: Reader, status: os.stat_result | None) -> None:
    """Replacing a file makes it ours; somebody else's should stay theirs."""
    if status and status.st_uid != os.geteuid():
        reader.report((), "belongs to another user, so that nothing is written to it")


def _exposed(file: Path, status: os.stat_result | None) -> list[Problem]:
    if status is None or not stat.S_ISREG(status.st_mode) or not status.st_mode & 0o077:
        return []
    mode = f"{status.st_mode & 0o777:04o}"
    return [
        Problem(file, "", f"is open to other users (mode {mode}); chmod 600 closes it, and so does the next change")
    ]
