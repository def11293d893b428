"""Messages out of files."""

from collections.abc import Iterator
from pathlib import Path

from mqtt_tui.errors import LocalError
from mqtt_tui.recording.export_document import messages_in
from mqtt_tui.recording.json_message import RecordedMessage, from_json
from mqtt_tui.recording.json_strings import InvalidMessage
from mqtt_tui.recording.message_file import FileFormat
from mqtt_tui.text.display_text import display_text


def read_messages(path: Path) -> Iterator[RecordedMessage]:
    """The messages of a file, in their order; lines are read one by one, a document as a whole.

    Raises:
        LocalError: the file cannot be read, is another kind of file, or a message in it is damaged; the error names
            the file, the line or the number of the message, and the reason.
    """
    read = _lines if FileFormat.of(path) is FileFormat.NDJSON else _elements
    try:
        for where, text in read(path):
            yield _message(path, where, text)
    except OSError as error:
        reason = display_text(error.strerror or str(error))
        raise LocalError(f"Cannot read {display_text(str(path))}: {reason}.") from error


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"line {number:,}", line


def _elements(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        messages = messages_in(path.read_bytes())
    except InvalidMessage as error:
        raise LocalError(f"{display_text(str(path))}: {error.message}", hint=error.hint) from None
    for number, message in enumerate(messages, 1):
        yield f"message {number:,}", bytes(message)


def _message(path: Path, where: str, text: bytes) -> RecordedMessage:
    try:
        return from_json(text)
    except InvalidMessage as error:
        raise LocalError(f"{display_text(str(path))}, {where}: {error.message}", hint=error.hint) from None
