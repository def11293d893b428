"""Writing what was received to a file."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import Worker

from mqtt_tui.connection.state import Connected
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.query.topic_match import Match
from mqtt_tui.recording.export_document import ExportHeader
from mqtt_tui.recording.message_file import FileFormat, MessageFileWriter
from mqtt_tui.session import Session
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text, counted, size_text
from mqtt_tui.tui.safe import foreign, line
from mqtt_tui.tui.screens.dialog import Dialog
from mqtt_tui.tui.widgets.choice_chips import ChoiceChips
from mqtt_tui.tui.widgets.plain_input import PlainInput

_SLICE = 0.008
"""Seconds of writing between two looks at the keyboard and the socket."""


class What(StrEnum):
    """Which topics are written."""

    TOPIC = "topic"
    BRANCH = "branch"
    FILTERED = "filtered"
    ALL = "all"


class Export(Dialog[str]):
    """Topic, branch, filtered topics or all, into a file; the result is a sentence about what was written.

    Args:
        session: whose messages.
        selected: the topic or branch under the cursor.
        match: the filter in force, None without one.
        filter_text: how it was typed.
    """

    DEFAULT_CSS = """
    Export {
        .field { height: 1; }
        .field > .label { width: 13; }
        .field > PlainInput { width: 1fr; }
        .hint { margin: 0 0 1 14; }
    }
    """
    heading = "Export messages"
    verbs = {"dialog.save": "export"}

    def __init__(self, session: Session, selected: TopicNode | None, match: Match | None, filter_text: str) -> None:
        super().__init__()
        self._session = session
        self._selected = selected
        self._match = match
        self._filter_text = filter_text
        self._writing: Worker[None] | None = None
        self._what = ChoiceChips([(what, "$primary") for what in self._choices()])
        self._target = Static(classes="hint")
        self._history = ChoiceChips([("every one kept", "$primary"), ("the newest only", "$primary")])
        self._file = PlainInput(_file_name(session.target.name), id="file")
        self._overwrite = ChoiceChips([("stop", "$primary"), ("replace it", "$warning")])
        self._said = Static(id="said")

    def content(self) -> ComposeResult:
        """What to write, and where."""
        yield from _field("what", self._what)
        yield self._target
        yield from _field("messages", self._history)
        yield Static(line("of each topic, as many as the memory budget has kept"), classes="hint")
        yield from _field("file", self._file)
        yield Static(line(".json: one document · .ndjson, .jsonl: a message a line"), classes="hint")
        yield from _field("if it exists", self._overwrite)
        yield self._said

    def on_mount(self) -> None:
        """Begin with the file's name: the rest is as one mostly wants it."""
        self._describe()
        self._file.focus()

    def _choices(self) -> dict[What, Content]:
        choices: dict[What, Content] = {}
        node = self._selected
        if node is not None and node.topic is not None:
            choices[What.TOPIC] = foreign(node.path())
        if node is not None and node.children:
            choices[What.BRANCH] = line(foreign(node.path() + b"/#"), f", {count_text(node.topics)} topics")
        if self._match is not None:
            choices[What.FILTERED] = foreign(self._filter_text)
        choices[What.ALL] = line(f"{count_text(len(self._session.store))} topics")
        return choices

    @on(ChoiceChips.Changed)
    def _describe(self) -> None:
        self._target.update(list(self._choices().values())[self._what.chosen])

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Write; Esc stops it."""
        if self._is_writing:
            return
        path = Path(os.path.expanduser(self._file.value.strip()))  # Path's own fails for unknown users
        if path.name:
            self._writing = self._write(list(self._choices())[self._what.chosen], path)
        else:
            self._say(line(("Name a file to write to.", "$error")))

    def action_cancel(self) -> None:
        """Stop writing, or leave."""
        if self._is_writing:
            self.workers.cancel_node(self)
            self._say(line(("Stopped; nothing was left of the file.", "$warning")))
        else:
            self.dismiss(None)

    @property
    def _is_writing(self) -> bool:
        return self._writing is not None and not self._writing.is_finished

    def _say(self, said: Content) -> None:
        self._said.update(said)

    @work
    async def _write(self, what: What, path: Path) -> None:
        nodes = self._wanted_topics(what)
        history = self._history.chosen == 0
        try:
            overwrite = self._overwrite.chosen == 1
            with MessageFileWriter(path, FileFormat.of(path), self._header(what), overwrite=overwrite) as writer:
                await self._write_all(writer, nodes, history=history)
        except MqttTuiError as error:
            self._say(line((error.message, "$error"), f"\n{error.hint}"))
            return
        size, where = size_text(writer.bytes), display_text(str(Path.cwd() / path))
        self.dismiss(f"{counted(writer.messages, 'message')}, {size}, in {where}")

    async def _write_all(self, writer: MessageFileWriter, nodes: list[TopicNode], *, history: bool) -> None:
        until = time.monotonic() + _SLICE
        for number, node in enumerate(nodes):
            for message in _messages(node, history=history):
                writer.write(message)
                if time.monotonic() < until:
                    continue
                self._say(
                    line(f"{number * 100 // len(nodes)} %  {writer.messages:,} messages   ", ("esc stops", "$key"))
                )
                await asyncio.sleep(0)
                until = time.monotonic() + _SLICE

    def _wanted_topics(self, what: What) -> list[TopicNode]:
        root = self._session.store.root
        if what is What.TOPIC and self._selected is not None:
            return [self._selected]
        top = self._selected if what is What.BRANCH and self._selected is not None else root
        match = self._match if what is What.FILTERED else None
        return [node for node in top.branch() if node.topic is not None and (match is None or match(node.topic))]

    def _header(self, what: What) -> ExportHeader:
        state = self._session.connection.state
        path = self._selected.path().decode("utf-8", "surrogateescape") if self._selected is not None else ""
        wanted = {What.TOPIC: path, What.BRANCH: f"{path}/#", What.FILTERED: self._filter_text, What.ALL: "#"}
        profile = self._session.target.profile
        return ExportHeader(
            exported_at=time.time_ns(),
            broker_url=profile.endpoint.public,
            protocol=state.connack.protocol.title if isinstance(state, Connected) else profile.protocol,
            topic_filter=wanted[what],
        )


def _file_name(broker: str) -> str:
    """Says where and when, and is new each second."""
    place = re.sub(r"[^A-Za-z0-9.-]+", "-", broker).strip("-.") or "broker"
    return f"mqtt-{place}-{time.strftime('%Y%m%d-%H%M%S')}.json"


def _field(label: str, widget: Widget) -> ComposeResult:
    with Horizontal(classes="field"):
        yield Static(line(label), classes="label")
        yield widget


def _messages(node: TopicNode, *, history: bool) -> Iterator[ApplicationMessage]:
    if history:
        yield from node.messages_kept()
    elif node.topic is not None and node.newest is not None:
        yield node.newest
