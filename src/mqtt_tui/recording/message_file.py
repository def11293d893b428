"""Messages into files: the export document and JSON lines, written as a stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from mqtt_tui.errors import LocalError
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.recording.export_document import CLOSING, SEPARATOR, ExportHeader, opening
from mqtt_tui.recording.json_message import to_json
from mqtt_tui.recording.new_file import NewFile
from mqtt_tui.text.display_text import display_text


class FileFormat(StrEnum):
    """How messages stand in a file."""

    JSON = "json"
    """One document, which names the broker and the filter."""
    NDJSON = "ndjson"
    """A message a line and nothing else."""

    @classmethod
    def of(cls, path: Path) -> "FileFormat":
        """By the ending: ``.ndjson`` and ``.jsonl`` are lines, everything else is a document."""
        return cls.NDJSON if path.suffix.lower() in (".ndjson", ".jsonl") else cls.JSON


class MessageFileWriter:
    """Writes messages as they come, one by one.

    A context manager: left normally it finishes the file, left by an exception it discards it.

    Args:
        target: a file to create, or a binary stream such as standard output, which is neither closed nor unwritten.
        file_format: how to write.
        header: for the export document; lines have none.
        overwrite: whether a file that is there already gives way once the new one is whole.

    Raises:
        LocalError: the file cannot be created there, or is there already.
    """

    def __init__(
        self, target: Path | BinaryIO, file_format: FileFormat, header: ExportHeader, *, overwrite: bool = False
    ) -> None:
        self.messages = 0
        """Written so far."""
        self.bytes = 0
        """Written so far; the disk may have fewer of them until the end."""
        self._is_document = file_format is FileFormat.JSON
        self._out = NewFile(target, overwrite=overwrite) if isinstance(target, Path) else _Stream(target)
        if self._is_document:
            self._write_or_discard(opening(header))

    def write(self, message: ApplicationMessage) -> None:
        """Append a message. After a failure nothing is left of the file.

        Raises:
            LocalError: the disk is full, or refuses for another reason.
            BrokenPipeError: who reads the stream has enough.
        """
        line = to_json(message)
        if not self._is_document:
            line += b"\n"
        elif self.messages:
            line = SEPARATOR + line
        self._write_or_discard(line)
        self.messages += 1

    def finish(self) -> None:
        """Complete the file and give it its name.

        Raises:
            LocalError: the disk is full, or refuses for another reason; nothing is left of the file then.
            BrokenPipeError: who reads the stream has enough.
        """
        if self._is_document:
            self._write_or_discard(CLOSING)
        self._out.finish()

    def discard(self) -> None:
        """Leave no file behind."""
        self._out.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()

    def _write_or_discard(self, data: bytes) -> None:
        try:
            self._out.write(data)
        except BaseException:
            self._out.discard()
            raise
        self.bytes += len(data)


class _Out(Protocol):
    def write(self, data: bytes) -> None: ...
    def finish(self) -> None: ...
    def discard(self) -> None: ...


class _Stream:
    """A stream in place of a file: what is written is gone."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        with self._failure_in_words():
            self._stream.write(data)

    def finish(self) -> None:
        with self._failure_in_words():
            self._stream.flush()

    def discard(self) -> None: ...

    @contextmanager
    def _failure_in_words(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise LocalError(
                f"Cannot write to standard output: {display_text(error.strerror or str(error))}.",
                hint="Look at where it is redirected to.",
            ) from error
