"""What of a message can be copied, and as what."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from textual.content import Content

from mqtt_tui.decoders.structure import path_text
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.recording.json_message import to_json
from mqtt_tui.recording.shell_command import mosquitto_pub
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.safe import line
from mqtt_tui.tui.widgets.inspector import Inspector

Thing = tuple[str, str, Callable[[], str | bytes]]
"""Name, preview, and how it is made."""

_NAME_CELLS = 15
_PREVIEW = 44
"""Characters."""


@dataclass(frozen=True, slots=True)
class CopyChoice:
    """One of the things to copy."""

    name: str
    shown: Content
    make: Callable[[], str | bytes]
    """The thing itself; made when it is chosen."""


def copy_choices(topic: bytes, inspector: Inspector, profile: BrokerProfile) -> list[CopyChoice]:
    """All there is to copy of ``topic`` and of the message that ``inspector`` shows."""
    found: list[Thing] = [("topic", display_text(topic), lambda: topic)]
    if inspector.message is not None:
        found += [*_of_part(inspector), *_of_message(inspector.message, inspector, profile)]
    return [
        CopyChoice(name, line(f"{name:<{_NAME_CELLS}}", (_cut(preview), "$text-soft")), make)
        for name, preview, make in found
    ]


def _of_part(inspector: Inspector) -> Iterator[Thing]:
    """What is under the cursor of the payload, where it has parts."""
    path, value = inspector.part
    if path is not None and value is not None:
        yield "value", display_text(value[: _PREVIEW * 2]), partial(_meant, value)
        yield "path", path_text(path), partial(path_text, path)


def _of_message(message: ApplicationMessage, inspector: Inspector, profile: BrokerProfile) -> Iterator[Thing]:
    payload = message.payload
    yield "payload", f"{len(payload):,} bytes, exactly as they came", lambda: payload
    yield "decoded", f"as it is shown: {inspector.read_as}", lambda: inspector.shown_text
    yield "hex", payload[:16].hex(" "), lambda: payload.hex(" ")
    yield "base64", b64encode(payload[:33]).decode(), lambda: b64encode(payload).decode()
    yield "message", "JSON with all properties, lossless", lambda: to_json(message)
    yield "mosquitto_pub", "the command that publishes it again", lambda: mosquitto_pub(message, profile)


def _meant(value: str) -> str:
    """A string of JSON without quotes and escapes; everything else as it was written."""
    try:
        found = json.loads(value) if value.startswith('"') else value
    except ValueError:  # another format's
        return value
    return str(found)


def _cut(preview: str) -> str:
    return preview if len(preview) <= _PREVIEW else f"{preview[: _PREVIEW - 1]}…"
