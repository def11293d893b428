"""An export is there whole or not at all, and says what is in it."""

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt_tui.errors import LocalError
from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.recording.export_document import ExportHeader
from mqtt_tui.recording.message_file import FileFormat, MessageFileWriter
from mqtt_tui.recording.message_reader import read_messages

HEADER = ExportHeader(
    exported_at=1_795_168_931_123_456_789,
    broker_url="mqtts://broker.plant:8883",
    protocol="5",
    topic_filter="plant/#",
)


def message(payload: bytes = b"x") -> ApplicationMessage:
    head, topic, rest = raw_publish(b"plant/a", payload, protocol=Protocol.V311)
    return ApplicationMessage(topic, Arrival(0, head, protocol=Protocol.V311), rest)


def overwriting(path: Path) -> MessageFileWriter:
    return MessageFileWriter(path, FileFormat.JSON, HEADER, overwrite=True)


def interrupt(writer: MessageFileWriter, interruption: type[BaseException]) -> None:
    with writer:
        writer.write(message())
        raise interruption


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


@pytest.fixture
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_document_says_where_its_messages_come_from(folder: Path) -> None:
    with MessageFileWriter(folder / "a.json", FileFormat.JSON, HEADER) as writer:
        writer.write(message(b"1"))
        writer.write(message(b"2"))
    document = json.loads((folder / "a.json").read_bytes())
    assert [element.pop("payload") for element in document["messages"]] == ["1", "2"]
    assert document | {"messages": []} == {
        "format": "mqtt-tui-export",
        "version": 1,
        "exported_at": "2026-11-20T10:02:11.123456Z",
        "broker": {"url": "mqtts://broker.plant:8883", "protocol": "5"},
        "filter": "plant/#",
        "messages": [],
    }
    assert os.listdir(folder) == ["a.json"]


def test_a_document_without_messages_is_whole(folder: Path) -> None:
    with MessageFileWriter(folder / "a.json", FileFormat.JSON, HEADER):
        pass
    assert json.loads((folder / "a.json").read_bytes())["messages"] == []


def test_a_filter_that_is_not_utf8_does_not_break_the_export(folder: Path) -> None:
    header = ExportHeader(exported_at=0, broker_url="mqtt://h", protocol="5", topic_filter="a/\udcff")
    with MessageFileWriter(folder / "a.json", FileFormat.JSON, header):
        pass
    document = json.loads((folder / "a.json").read_bytes())
    assert document["filter_base64"] == "YS//"
    assert "filter" not in document


def test_lines_hold_a_message_each(folder: Path) -> None:
    with MessageFileWriter(folder / "a.jsonl", FileFormat.NDJSON, HEADER) as writer:
        writer.write(message(b"line\nfeed"))
        writer.write(message(b"2"))
    lines = (folder / "a.jsonl").read_text().splitlines()
    assert [json.loads(line)["payload"] for line in lines] == ["line\nfeed", "2"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.ndjson", "ndjson"), ("a.JSONL", "ndjson"), ("a.json", "json"), ("a", "json"), ("ndjson", "json")],
)
def test_the_ending_names_the_format(name: str, expected: str) -> None:
    assert FileFormat.of(Path(name)) == expected


def test_until_it_is_whole_nobody_sees_it(folder: Path) -> None:
    writer = MessageFileWriter(folder / "a.json", FileFormat.JSON, HEADER)
    writer.write(message())
    assert not (folder / "a.json").exists()
    writer.finish()
    assert (folder / "a.json").exists()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("file_format", FileFormat)
def test_an_interrupted_export_leaves_nothing(
    folder: Path, interruption: type[BaseException], file_format: FileFormat
) -> None:
    with pytest.raises(interruption):
        interrupt(MessageFileWriter(folder / "a.json", file_format, HEADER), interruption)
    assert os.listdir(folder) == []


def test_a_file_that_is_there_already_stays(folder: Path) -> None:
    (folder / "a.json").write_text("precious")
    with pytest.raises(LocalError, match=r"a\.json exists already") as failure:
        MessageFileWriter(folder / "a.json", FileFormat.JSON, HEADER)
    assert failure.value.hint == "Choose another name, or replace it (--overwrite)."
    assert (folder / "a.json").read_text() == "precious"
    assert os.listdir(folder) == ["a.json"]


def test_a_file_that_came_meanwhile_stays(folder: Path) -> None:
    writer = MessageFileWriter(folder / "a.json", FileFormat.JSON, HEADER)
    (folder / "a.json").write_text("precious")
    with pytest.raises(LocalError, match="exists already"):
        writer.finish()
    assert (folder / "a.json").read_text() == "precious"
    assert os.listdir(folder) == ["a.json"]


def test_an_overwritten_file_is_the_old_one_until_the_new_one_is_whole(folder: Path) -> None:
    (folder / "a.json").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        interrupt(overwriting(folder / "a.json"), KeyboardInterrupt)
    assert (folder / "a.json").read_text() == "old"
    with overwriting(folder / "a.json"):
        pass
    assert json.loads((folder / "a.json").read_bytes())["format"] == "mqtt-tui-export"


def test_a_symbolic_link_stays_one(folder: Path) -> None:
    (folder / "real.json").write_text("old")
    (folder / "link.json").symlink_to("real.json")
    with overwriting(folder / "link.json"):
        pass
    assert (folder / "link.json").is_symlink()
    assert (folder / "real.json").read_text() != "old"


@pytest.mark.parametrize("name", ["/dev/null", "."])
def test_what_is_no_file_is_never_replaced(folder: Path, name: str) -> None:
    with pytest.raises(LocalError, match="is not a file"):
        overwriting(folder / name)
    assert Path("/dev/null").is_char_device()


def test_a_missing_folder_is_named_and_not_made(folder: Path) -> None:
    with pytest.raises(LocalError, match=r"missing/a␛\.json: No such file or directory") as failure:
        MessageFileWriter(folder / "missing" / "a\x1b.json", FileFormat.JSON, HEADER)
    assert failure.value.hint == "Create the folder first, or choose another one."
    assert os.listdir(folder) == []


def test_a_name_that_is_too_long_is_explained(folder: Path) -> None:
    with pytest.raises(LocalError, match=r"x\.json: File name too long") as failure:
        MessageFileWriter(folder / f"{'x' * 300}.json", FileFormat.JSON, HEADER)
    assert failure.value.hint == "Choose a shorter name."


@pytest.mark.usefixtures("usual_umask")
def test_the_file_has_the_mode_of_any_new_file(folder: Path) -> None:
    with MessageFileWriter(folder / "a.json", FileFormat.JSON, HEADER):
        pass
    assert stat.S_IMODE((folder / "a.json").stat().st_mode) == 0o644


FILLING = """
import resource, sys
from pathlib import Path
sys.path.insert(0, ".")
from mqtt_tui.errors import LocalError
from mqtt_tui.recording.message_file import FileFormat, MessageFileWriter
from tests.unit.recording.test_message_file import HEADER, message

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    with MessageFileWriter(Path(sys.argv[1]), FileFormat(sys.argv[2]), HEADER) as writer:
        for _ in range(int(sys.argv[3])):
            writer.write(message(b"x" * 1000))
except LocalError as error:
    print(error.message)
"""


@pytest.mark.parametrize("count", ["19", "1000"], ids=["at the end", "on the way"])
@pytest.mark.parametrize("file_format", FileFormat)
def test_a_full_disk_is_explained_and_leaves_nothing(folder: Path, file_format: FileFormat, count: str) -> None:
    target = folder / "a.json"
    done = subprocess.run(
        [sys.executable, "-c", FILLING, str(target), file_format, count], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"Cannot write {target}: File too large.\n"
    assert os.listdir(folder) == []


def test_a_stream_gets_the_same_document_and_stays_open() -> None:
    stream = io.BytesIO()
    with MessageFileWriter(stream, FileFormat.JSON, HEADER) as writer:
        writer.write(message())
    assert len(json.loads(stream.getvalue())["messages"]) == 1
    assert writer.bytes == len(stream.getvalue())


def test_a_full_stream_is_explained() -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as stream,
        pytest.raises(LocalError, match="Cannot write to standard output: No space left on device"),
    ):
        MessageFileWriter(stream, FileFormat.JSON, HEADER)


def test_a_reader_that_has_enough_is_told_apart() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb", buffering=0) as stream, pytest.raises(BrokenPipeError):
        MessageFileWriter(stream, FileFormat.JSON, HEADER)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.ndjson", '{"topic":"a","payload":""}\n\n{"topic":"a"}\n', "a.ndjson, line 3: Not a message: .*payload"),
        ("a.ndjson", '{"topic":"a","payl', "a.ndjson, line 1: Not a message: Input data was truncated"),
        ("a.json", "[]", "a.json: Not an export of mqtt-tui: Expected `object`, got `array`"),
        ("a.json", '{"format":"x","version":1,"messages":[]}', "its format is x"),
        ("a.json", '{"format":"mqtt-tui-export","version":2,"messages":[]}', "is of version 2"),
        ("a.json", '{"format":"mqtt-tui-export","version":1,"messages":[1]}', "a.json, message 1: Not a message"),
        ("a.json", "", "a.json: Not an export of mqtt-tui: Input data was truncated"),
    ],
)
def test_a_damaged_file_names_place_and_reason(folder: Path, name: str, content: str, reason: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(LocalError, match=reason):
        list(read_messages(folder / name))


@pytest.mark.parametrize("name", ["gone.json", "gone.ndjson", "."])
def test_a_file_that_cannot_be_read_is_named(folder: Path, name: str) -> None:
    with pytest.raises(LocalError, match=r"Cannot read .*(No such file|Is a directory)"):
        list(read_messages(folder / name))


def test_lines_are_read_one_by_one(folder: Path) -> None:
    (folder / "a.ndjson").write_text('{"topic":"a","payload":"1"}\nbroken\n')
    reading = read_messages(folder / "a.ndjson")
    assert next(reading).payload == b"1"
