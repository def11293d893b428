"""Themes from TOML files, read and checked without Textual."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

import mqtt_tui
from mqtt_tui.config.reading import Problem, Reader, read_toml
from mqtt_tui.config.theme_roles import COLORS, VARIABLES, Role
from mqtt_tui.text.display_text import display_text

Color = Annotated[str, msgspec.Meta(pattern=r"^#[0-9a-fA-F]{6}\Z", description="a colour such as #a78bfa")]
Name = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,31}\Z", description="a name of up to 32 small letters, digits and hyphens"
    ),
]


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """A theme, complete: every role of ``COLORS`` and ``VARIABLES`` with its colour as ``#rrggbb``."""

    name: str
    dark: bool
    colors: Mapping[str, str]
    variables: Mapping[str, str]


def _table_of(name: str, roles: Iterable[Role]) -> type[msgspec.Struct]:
    fields: list[Any] = [
        (role.name.replace("-", "_"), Color | None, None) if role.default else (role.name, Color) for role in roles
    ]
    return msgspec.defstruct(name, fields, rename="kebab", frozen=True)


_Colors = _table_of("_Colors", COLORS)
_Variables = _table_of("_Variables", VARIABLES)
_Document = msgspec.defstruct(
    "_Document",
    [("name", Name), ("colors", _Colors), ("dark", bool, True), ("variables", _Variables, _Variables())],
    frozen=True,
)


def load_themes(user_directory: Path) -> tuple[dict[str, ThemeFile], list[Problem]]:
    """The shipped themes and those of the user by name, where the user's win; and all that is wrong with any."""
    themes: dict[str, ThemeFile] = {}
    problems: list[Problem] = []
    for directory in (shipped_directory(), user_directory):
        files, unlisted = _files_in(directory)
        problems += unlisted
        seen: dict[str, Path] = {}
        for file in files:
            theme, found = read_theme(file)
            problems += found
            if theme is None:
                continue
            if theme.name in seen:
                other = display_text(seen[theme.name].name)
                problems.append(Problem(file, "name", f"{theme.name} is already the name of {other}"))
                continue
            seen[theme.name] = file
            themes[theme.name] = theme
    return themes, problems


def read_theme(file: Path) -> tuple[ThemeFile | None, list[Problem]]:
    """The theme in ``file``, or None and all that is wrong with it."""
    if not os.path.exists(file):  # the method of Path raises where a folder is closed to us
        return None, [Problem(file, "", "does not exist")]
    table, problems = read_toml(file)
    if problems:
        return None, problems
    reader = Reader(file)
    document: Any = reader.read(table, _Document)
    if document is None:
        return None, reader.problems
    colors = _complete(COLORS, document.colors, {})
    variables = _complete(VARIABLES, document.variables, colors)
    return ThemeFile(document.name, document.dark, colors, variables), []


def shipped_directory() -> Path:
    """Where the shipped themes are: in the installed package, or in the checkout that it was installed from."""
    package = Path(mqtt_tui.__file__).parent
    packed = package / "themes"
    return packed if packed.is_dir() else package.parents[1] / "themes"


def _files_in(directory: Path) -> tuple[list[Path], list[Problem]]:
    try:
        return sorted(file for file in directory.iterdir() if file.suffix == ".toml"), []
    except FileNotFoundError:
        return [], []
    except OSError as error:
        return [], [Problem(directory, "", f"cannot be listed: {display_text(error.strerror or str(error))}")]


def _complete(roles: Iterable[Role], given: msgspec.Struct, known: Mapping[str, str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for role in roles:
        color = getattr(given, role.name.replace("-", "_"))
        out[role.name] = (color or role.derive({**known, **out})).lower()
    return out
