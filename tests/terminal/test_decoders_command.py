"""``mqtt-tui decoders``, and the guide to a decoder of one's own."""

import gzip
import re
from pathlib import Path

import pytest

from tests.support.program import Program

GUIDE = Path(__file__).parents[2] / "docs" / "decoders.md"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def blocks(language: str) -> list[str]:
    """The code of the guide."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)


def test_the_decoders_are_listed(program: Program) -> None:
    done = program.run("decoders", "list")
    assert done.returncode == 0
    assert re.search(r"^json +mqtt-tui [0-9.]+$", done.stdout, re.MULTILINE)
    assert "gzip zlib bzip2 xz zstd base64" in done.stdout


def test_a_file_is_read_as_the_screen_would(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "packed"
    file.write_bytes(gzip.compress(b'{"n":1.10,"n":"\x1b[31m"}'.replace(b"\x1b", b"\\u001b")))
    done = program.run("decoders", "decode", str(file))
    assert (done.returncode, done.stdout) == (0, '{\n  "n": 1.10,\n  "n": "\\u001b[31m"\n}\n')
    assert done.stderr == 'mqtt-tui: read as gzip → JSON. Duplicate keys: "n".\n'


def test_a_large_file_is_read_whole(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_text("[" + "1,\n" * 100_000 + "1]")
    done = program.run("decoders", "decode", str(file))
    assert done.stdout.count("\n") == 100_003


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--as", "gzip json"], 7, "It cannot be read so: not gzip"),
        (["--as", "json"], 7, "It cannot be read so: not JSON (line 1, column 1): a value should come, not h."),
        (["--as", "esperanto"], 7, "no decoder esperanto is installed"),
        (["--as", "| no-such-program"], 7, "no-such-program cannot be run: No such file or directory"),
        (["--as", "json gzip"], 2, "'json' is no step"),
        (["--topic", "a/#"], 2, "A topic to publish to cannot have '#'"),
        (["--content-type", "x" * 70_000], 2, "The content type cannot be sent: "),
    ],
)
def test_what_goes_wrong_is_told_and_nothing_printed(
    program: Program, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    (tmp_path / "file").write_text("hello")
    done = program.run("decoders", "decode", *arguments, "file")
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr


def test_the_decoder_of_the_guide_is_short_and_works(program: Program, tmp_path: Path) -> None:
    (code,) = blocks("python")
    assert code.count("\n") < 30
    project = blocks("toml")[-1]
    (entry,) = re.findall(r"^(scale = .*)$", project, re.MULTILINE)
    (tmp_path / "scale_decoder.py").write_text(code)
    information = tmp_path / "scale_decoder-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: scale-decoder\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(f"[mqtt_tui.decoders]\n{entry.replace(chr(34), '')}\n")
    environment = {"PYTHONPATH": str(tmp_path)}
    assert "scale    scale-decoder 1.0" in program.run("decoders", "list", env=environment).stdout
    (tmp_path / "payload").write_bytes(b"\x01" + (71_300).to_bytes(4, "big"))
    for arguments in ([], ["--as", "scale"]):
        done = program.run("decoders", "decode", *arguments, "payload", env=environment)
        assert (done.returncode, done.stdout) == (0, "71.300 kg\n")
        assert done.stderr == "mqtt-tui: read as scale.\n"
