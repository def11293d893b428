"""Themes: the shipped ones can be read, and those of users cannot break anything."""

from pathlib import Path

import pytest

from mqtt_tui.config.theme_file import ThemeFile, load_themes, read_theme, shipped_directory
from mqtt_tui.config.theme_roles import COLORS, VARIABLES, mix

SHIPPED = sorted(file.stem for file in shipped_directory().glob("*.toml"))
SMALLEST = """
name = "mine"
[colors]
primary = "#a78bfa"
foreground = "#ffffff"
background = "#000000"
success = "#00ff00"
warning = "#ffaa00"
error = "#ff0000"
"""
GROUNDS = {"background", "surface", "panel", "lift", "selection"}
NO_TEXT = GROUNDS | {"line", "level-line", "text-on-primary"}
PLAIN = {"foreground", "text-soft", "hex-byte", "value"}


def shipped(name: str) -> ThemeFile:
    theme, problems = read_theme(shipped_directory() / f"{name}.toml")
    assert problems == []
    assert theme is not None
    return theme


def luminance(color: str) -> float:
    """Of WCAG 2."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in bytes.fromhex(color[1:]))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_three_themes_are_shipped_and_their_files_are_called_like_them() -> None:
    themes, problems = load_themes(Path("/nonexistent"))
    assert problems == []
    assert sorted(themes) == SHIPPED == ["daylight", "dusk", "signal"]
    assert [theme.dark for theme in themes.values()] == [False, True, True]


@pytest.mark.parametrize("name", SHIPPED)
def test_all_text_can_be_read_on_every_ground(name: str) -> None:
    theme = shipped(name)
    roles = {**theme.colors, **theme.variables}
    faint = {
        f"{role} on {ground}": round(contrast(color, roles[ground]), 2)
        for role, color in roles.items()
        if role not in NO_TEXT
        for ground in GROUNDS
        if contrast(color, roles[ground]) < (4.5 if role in PLAIN else 3)
    }
    assert faint == {}
    assert contrast(roles["text-on-primary"], roles["primary"]) >= 4.5


@pytest.mark.parametrize("name", SHIPPED)
def test_what_differs_in_meaning_differs_in_colour(name: str) -> None:
    roles = {**shipped(name).colors, **shipped(name).variables}
    for group in (
        ("success", "warning", "error"),
        ("qos-0", "qos-1", "qos-2"),
        ("json-key", "json-string", "json-number", "json-literal"),
        ("foreground", "text-soft", "text-faint", "line"),
        ("background", "selection"),
        ("line", "line-focus"),
    ):
        assert len({roles[role] for role in group}) == len(group), group


def test_a_theme_that_names_the_least_is_complete(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(SMALLEST + '[variables]\nline = "#123456"\n')
    theme, problems = read_theme(file)
    assert problems == []
    assert theme is not None
    assert theme.dark
    assert list(theme.colors) == [role.name for role in COLORS]
    assert list(theme.variables) == [role.name for role in VARIABLES]
    assert theme.colors["accent"] == "#a78bfa"  # by way of secondary
    assert theme.variables["text-faint"] == "#808080"
    assert theme.variables["level-line"] == "#123456"  # follows line
    assert theme.variables["selection"] == mix("#000000", "#a78bfa", 0.2)


def test_a_users_theme_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(SMALLEST.replace("mine", "dusk"))
    (tmp_path / "readme.txt").write_text("no theme")
    themes, problems = load_themes(tmp_path)
    assert problems == []
    assert themes["dusk"].colors["background"] == "#000000"
    assert len(themes) == 3


def test_broken_themes_are_reported_together_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALLEST)
    (tmp_path / "b.toml").write_text(SMALLEST)
    (tmp_path / "c.toml").write_text("name = ")
    (tmp_path / "d.toml").write_text(
        SMALLEST.replace("mine", "../../x").replace("#ff0000", "red")
        + 'surfac = "#000000"\n[variables]\nqos1 = "#000000"\nqos-2 = "#00000"\nline = "#000000\\n"\n'
    )
    (tmp_path / "e.toml").mkdir()
    (tmp_path / "f.toml").symlink_to(tmp_path / "nowhere")
    themes, problems = load_themes(tmp_path)
    assert "mine" in themes
    assert len(themes) == 4
    assert [(problem.file.name, problem.key, problem.reason) for problem in problems] == [
        ("b.toml", "name", "mine is already the name of a.toml"),
        ("c.toml", "", "line 1, column 8: invalid value"),
        ("d.toml", "name", 'should be a name of up to 32 small letters, digits and hyphens, not "../../x"'),
        ("d.toml", "colors.surfac", "is no known key; did you mean surface?"),
        ("d.toml", "colors.error", 'should be a colour such as #a78bfa, not "red"'),
        ("d.toml", "variables.qos1", "is no known key; did you mean qos-1?"),
        ("d.toml", "variables.line", 'should be a colour such as #a78bfa, not "#000000␊"'),
        ("d.toml", "variables.qos-2", 'should be a colour such as #a78bfa, not "#00000"'),
        ("e.toml", "", "is no ordinary file"),
        ("f.toml", "", "does not exist"),
    ]


def test_a_file_in_place_of_the_themes_folder_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "themes"
    file.write_text("")
    themes, problems = load_themes(file)
    assert len(themes) == 3
    assert [problem.file for problem in problems] == [file]


def test_every_role_says_what_it_is_for_and_refers_to_roles_in_front_of_it() -> None:
    known: set[str] = set()
    for role in (*COLORS, *VARIABLES):
        assert role.meaning
        assert {role.default, role.toward} - {""} <= known
        assert role.name not in known
        known.add(role.name)
