"""Every problem of a file at once, and no secret in any."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest

from mqtt_tui.config.reading import LARGEST, InvalidField, Reader, read_toml


class Inner(msgspec.Struct, rename="kebab"):
    file_name: str = ""
    level: Annotated[int, msgspec.Meta(ge=1, le=9)] = 1
    mode: Literal["fast", "slow"] = "fast"

    def __post_init__(self) -> None:
        if self.file_name == "taken":
            raise InvalidField("file-name", "The name is taken.", hint="Choose another.")


class Outer(msgspec.Struct):
    name: str
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    by_name: dict[str, Inner] = {}
    words: str | list[str] = ""
    ratio: Annotated[float, msgspec.Meta(ge=0)] = 0


def problems(tmp_path: Path, text: str) -> dict[str, str]:
    """Reasons by key."""
    file = tmp_path / "some.toml"
    file.write_text(text)
    table, found = read_toml(file)
    assert found == []
    reader = Reader(file)
    value = reader.read(table, Outer)
    assert (value is None) == bool(reader.problems)
    assert all(str(problem).startswith(f"{file}: ") for problem in reader.problems)
    return {problem.key: problem.reason for problem in reader.problems}


def test_five_wrong_types_are_five_problems_each_with_its_key(tmp_path: Path) -> None:
    text = """
        name = 5
        words = [1]
        ratio = -1
        inner = { level = "x", mode = "fats" }
        many = [{}, { level = 10 }]
        by_name."a.b" = 1979-05-27
    """
    assert problems(tmp_path, text) == {
        "name": "should be a text, not a whole number",
        "words": "should be a text or a list, each a text, not a list",
        "ratio": "should be a number of at least 0, not -1",
        "inner.level": "should be a whole number from 1 to 9, not a text",
        "inner.mode": 'should be one of "fast", "slow", not "fats"; did you mean fast?',
        "many[1].level": "should be a whole number from 1 to 9, not 10",
        'by_name."a.b"': "should be a table, not a date or time",
    }


def test_an_unknown_key_comes_with_the_nearest_known_one(tmp_path: Path) -> None:
    assert problems(tmp_path, 'name = "x"\nzzz = 1\n[inner]\nfile-nam = "y"') == {
        "zzz": "is no known key",
        "inner.file-nam": "is no known key; did you mean file-name?",
    }


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path, "") == {"name": "is missing"}


def test_what_a_struct_refuses_has_the_key_at_fault(tmp_path: Path) -> None:
    text = 'name = "x"\n[[many]]\n[[many]]\nfile-name = "taken"'
    assert problems(tmp_path, text) == {"many[1].file-name": "The name is taken. Choose another."}


def test_what_a_struct_refuses_comes_with_what_else_is_wrong_in_it(tmp_path: Path) -> None:
    text = 'name = "x"\n[inner]\nfile-name = "taken"\nlevel = 10\nmod = "fast"'
    assert problems(tmp_path, text) == {
        "inner.file-name": "The name is taken. Choose another.",
        "inner.level": "should be a whole number from 1 to 9, not 10",
        "inner.mod": "is no known key; did you mean mode?",
    }


def test_a_good_file_becomes_values(tmp_path: Path) -> None:
    text = 'name = "x"\nratio = 2\nwords = ["a"]\n[inner]\nlevel = 3\n[by_name.q]\nmode = "slow"'
    file = tmp_path / "good.toml"
    file.write_text("\ufeff" + text)  # as some editors on Windows save it
    table, _ = read_toml(file)
    wanted = Outer("x", inner=Inner(level=3), by_name={"q": Inner(mode="slow")}, words=["a"], ratio=2.0)
    assert Reader(file).read(table, Outer) == wanted


def test_keys_and_values_of_strangers_are_made_visible(tmp_path: Path) -> None:
    text = 'name = "x"\n"\\u001b[31m" = 1\n[inner]\nmode = "\\u202e"'
    assert problems(tmp_path, text) == {
        '"␛[31m"': "is no known key",
        "inner.mode": 'should be one of "fast", "slow", not "\\u202e"',
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a = 1\nb = \n", "line 2, column 5: invalid value"),
        (b"a = 1\na = 2", "line 2, column 6: cannot overwrite a value"),
        (b"a = 'x", "line 1, column 7"),
        (b"a = 1\n\n[x", "line 3, column 3: expected ']'"),
        (b"a = 'x'\nb = '\xff'", "line 2, column 6: byte 0xff is not UTF-8"),
        (b"a = \x00", "line 1, column 5"),
        (b"a = " + b"[" * 100_000, "is nested too deeply"),
        (b"a = " + b"9" * 5_000, "limit"),
        (b"#" * (LARGEST + 1), "4,194,305 bytes"),
    ],
)
def test_text_that_is_no_toml_is_a_problem_with_its_place(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(data)
    table, found = read_toml(file)
    assert table == {}
    assert [problem.key for problem in found] == [""]
    assert reason in found[0].reason


def test_a_folder_or_a_device_in_its_place_is_a_problem(tmp_path: Path) -> None:
    for file in (tmp_path, Path("/dev/zero")):
        assert [problem.reason for problem in read_toml(file)[1]] == ["is no ordinary file"]


def test_a_missing_file_holds_nothing_and_is_no_problem(tmp_path: Path) -> None:
    assert read_toml(tmp_path / "none.toml") == ({}, [])


def test_a_file_name_of_a_stranger_is_made_visible(tmp_path: Path) -> None:
    file = tmp_path / "\x1b[31m.toml"
    file.write_text("a = ")
    assert "␛[31m.toml: line 1, column 5" in str(read_toml(file)[1][0])
