"""Files to import from: which kind each is, what it holds, and where they usually are."""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.importing import mosquitto, mqtt_explorer, mqttx, mqttx_store, own
from mqtt_tui.profiles.importing.draft import Candidate, Found, LeftOut
from mqtt_tui.text.display_text import display_text

LARGEST = 64 * 1024 * 1024
"""Bytes; exports of MQTTX hold messages, too."""
_ARRAY = re.compile(r"\s*\[[\s{\[\]0-9\"]")
_MOST = 1_000
"""Profiles out of one file."""
_MOST_NOTES = 20
_LONGEST = 200
"""Characters of a name, of what is wrong with it, and of a note."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and what it holds."""

    file: Path
    kind: str
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...] = ()
    """About the file as a whole; safe to show."""


def read_source(file: Path) -> Source:
    """What ``file`` holds, whatever its name: the kind is known by what stands in it.

    Raises:
        LocalError: it cannot be read, or is none of the kinds.
    """
    data = _bytes_of(file)
    if data.startswith(mqttx_store.MAGIC):
        return _store(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _none_of_them(file, f"byte {error.start} is not UTF-8") from None
    try:
        kind, found = _found(text, file)
        return _source(file, kind, found)
    except RecursionError:
        raise _none_of_them(file, "it is nested too deeply") from None


def _source(file: Path, kind: str, found: Iterator[Found], *notes: str) -> Source:
    """What was found, and what was left out of it."""
    first = list(islice(found, _MOST))
    said = [*notes, *(_left_out(one) for one in first if isinstance(one, LeftOut))]
    if len(said) > _MOST_NOTES:
        said[_MOST_NOTES:] = [f"{len(said) - _MOST_NOTES:,} more are left out"]
    if next(found, None) is not None:
        said.append(f"only the first {_MOST:,} are looked at")
    return Source(file, kind, tuple(_brief(one) for one in first if isinstance(one, Candidate)), tuple(said))


def _brief(candidate: Candidate) -> Candidate:
    """With notes that have an end."""
    notes = [note if len(note) <= _LONGEST else f"{note[:_LONGEST]}…" for note in candidate.notes]
    if len(notes) > _MOST_NOTES:
        notes[_MOST_NOTES:] = [f"{len(notes) - _MOST_NOTES:,} more of this kind"]
    return replace(candidate, notes=tuple(notes))


def _left_out(one: LeftOut) -> str:
    name = display_text(one.name[:_LONGEST]) or "one without a name"
    return f"{name}: {display_text(one.why[:_LONGEST]).removesuffix('.')}; left out"


def _found(text: str, file: Path) -> tuple[str, Iterator[Found]]:
    if text.lstrip()[:1] == "{" or _ARRAY.match(text):  # a table of TOML begins with a bracket, too
        return _of_json(text, file)
    if mosquitto.looks_like_one(text):
        return "mosquitto options", iter((mosquitto.read(text, file.name),))
    try:
        document = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and what int() says of too many digits
        raise _none_of_them(file, display_text(str(error))) from None
    if "profiles" not in document:
        raise _none_of_them(file, "it has no profiles")
    return "mqtt-tui profiles", own.read(document, file)


def _of_json(text: str, file: Path) -> tuple[str, Iterator[Found]]:
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        raise _none_of_them(file, display_text(str(error))) from None
    if isinstance(document, Mapping) and mqtt_explorer.CONNECTIONS in document:
        return "MQTT Explorer", mqtt_explorer.read(document)
    connections = document if isinstance(document, list) else [document]
    if any(map(mqttx.is_connection, connections)):
        return "MQTTX", mqttx.read(connections)
    raise _none_of_them(file, "the JSON in it has no connections")


def _store(file: Path) -> Source:
    try:
        found = mqttx_store.read(file)
    except mqttx_store.UnreadableStore as error:
        raise _none_of_them(file, display_text(str(error))) from None
    log = file.with_name(f"{file.name}-wal")
    is_open = log.is_file() and log.stat().st_size > 0
    notes = ("MQTTX may still be open: what it has not yet written into its store is not seen.",) if is_open else ()
    return _source(file, "MQTTX", found, *notes)


def _bytes_of(file: Path) -> bytes:
    shown = display_text(str(file))
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise LocalError(f"{shown} is no ordinary file.")
        if status.st_size > LARGEST:
            raise LocalError(f"{shown} has {status.st_size:,} bytes; {LARGEST:,} are the most.")
        with file.open("rb") as source:
            return source.read(LARGEST)
    except (OSError, ValueError) as error:
        reason = display_text(getattr(error, "strerror", None) or str(error))
        raise LocalError(f"{shown} cannot be read: {reason}.") from None


def _none_of_them(file: Path, why: str) -> LocalError:
    return LocalError(
        f"Nothing can be imported from {display_text(str(file))}: {why}.",
        hint="There are settings.json of MQTT Explorer, exports (JSON) and MQTTX.db of MQTTX, option files of the "
        "mosquitto clients, and profiles.toml.",
    )


def usual_files_here() -> list[Path]:
    """The same of the user who runs the program."""
    home = Path.home()
    return usual_files(home, Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config"))


def usual_files(home: Path, config: Path) -> list[Path]:
    """The files of other programs that are there, on Linux and macOS.

    Args:
        home: the user's.
        config: where programs keep their configuration: ``~/.config``.
    """
    applications = home / "Library" / "Application Support"
    places = [
        *(base / "MQTT-Explorer" / "settings.json" for base in (config, applications)),
        *sorted(home.glob("snap/mqtt-explorer/*/.config/MQTT-Explorer/settings.json")),
        *(base / "MQTTX" / "MQTTX.db" for base in (config, applications)),
        *sorted(home.glob("snap/mqttx/*/.config/MQTTX/MQTTX.db")),
        *(config / name for name in ("mosquitto_sub", "mosquitto_pub", "mosquitto_rr")),
    ]
    return list({place.resolve(): place for place in places if place.is_file()}.values())
