"""The house rules that a program can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "mqtt_tui").rglob("*.py"))
ALL_PYTHON = [path for folder in ("src", "tests", "scripts", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
EXEMPT: dict[str, str] = {}  # file: reason; three at most
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "managers"}

assert len(EXEMPT) <= 3


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", ALL_PYTHON, ids=relative)
def test_files_functions_and_classes_stay_small(path: Path) -> None:
    if relative(path) in EXEMPT:
        return
    text = path.read_text()
    assert text.count("\n") <= 400, "a file above 400 lines is two files"
    for node in ast.walk(ast.parse(text)):
        length = getattr(node, "end_lineno", 0) - getattr(node, "lineno", 0) + 1
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length <= 60, f"{node.name} has {length} lines"
        if isinstance(node, ast.ClassDef):
            assert length <= 300, f"{node.name} has {length} lines"


def test_style_sheets_stay_small() -> None:
    for path in (ROOT / "src").rglob("*.tcss"):
        assert path.read_text().count("\n") <= 300, relative(path)


def test_every_module_has_a_name_that_says_what_it_is() -> None:
    assert [relative(path) for path in SOURCES if {*path.with_suffix("").parts[-2:]} & FORBIDDEN_NAMES] == []


def test_the_frame_clock_is_the_only_timer_of_the_screen() -> None:
    found = [relative(path) for path in SOURCES if re.search(r"\.set_(interval|timer)\(", path.read_text())]
    assert found == ["src/mqtt_tui/tui/frame_clock.py"]


def test_nothing_mutable_lives_in_a_module() -> None:
    wrong = []
    for path in SOURCES:
        for node in ast.parse(path.read_text()).body:
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            names = [ast.unparse(t) for t in getattr(node, "targets", [getattr(node, "target", None)]) if t is not None]
            if isinstance(value, ast.List | ast.Dict | ast.Set) and not all(
                name.strip("_").isupper() for name in names
            ):
                wrong.append(f"{relative(path)}: {names}")
    assert wrong == []


WIDGETS_THAT_PARSE_MARKUP = {"Static", "Label", "Button", "Checkbox", "RadioButton", "Option", "Tab", "Collapsible"}


def untrusted_labels(path: Path) -> Iterator[str]:
    """Calls that hand a computed ``str`` to something of Textual's that would parse it as markup."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        keywords = {keyword.arg for keyword in node.keywords}
        first = node.args[0] if node.args else None
        computed = isinstance(first, ast.JoinedStr | ast.BinOp)
        if (name in WIDGETS_THAT_PARSE_MARKUP or name == "update") and computed and "markup" not in keywords:
            yield f"{relative(path)}:{node.lineno}: {name}({ast.unparse(node)[:60]}"
        if name == "notify" and "markup" not in keywords and path.name != "app.py":
            yield f"{relative(path)}:{node.lineno}: notify without markup=False"


def test_no_widget_is_given_a_computed_string_as_markup() -> None:
    assert [found for path in (ROOT / "src/mqtt_tui/tui").rglob("*.py") for found in untrusted_labels(path)] == []


def test_border_titles_are_content_never_markup() -> None:
    pattern = re.compile(r"border_(?:sub)?title\s*=\s*f?[\"']")
    assert [relative(path) for path in SOURCES if pattern.search(path.read_text())] == []


def test_the_changelog_has_a_heading_for_the_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_readme_stays_short() -> None:
    assert (ROOT / "README.md").read_text().count("\n") < 150


def test_the_constraints_name_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []
