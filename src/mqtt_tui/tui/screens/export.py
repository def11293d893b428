"""Writing what was received to a file."""

import asyncio
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Checkbox, Input, RadioButton, RadioSet, Static

from mqtt_tui.connection.state import Connected
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.query.topic_match import Match
from mqtt_tui.recording.export_document import ExportHeader
from mqtt_tui.recording.message_file import FileFormat, MessageFileWriter
from mqtt_tui.session import Session
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text, size_text
from mqtt_tui.tui.safe import foreign, line
from mqtt_tui.tui.screens.dialog import Dialog

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
        RadioSet { border: none; background: $surface; padding: 0; margin-bottom: 1; width: 1fr; }
        RadioSet:focus { border: none; background-tint: transparent 0%; }
        RadioButton, Checkbox { background: $surface; }
        RadioSet > RadioButton.-selected { background: $selection; }
        #said { margin-top: 1; }
    }
    """
    heading = "Export messages"

    def __init__(self, session: Session, selected: TopicNode | None, match: Match | None, filter_text: str) -> None:
        super().__init__()
        self._session = session
        self._selected = selected
        self._match = match
        self._filter_text = filter_text
        self._is_cancelled = False

    def content(self) -> ComposeResult:
        """What to write, and where."""
        with RadioSet(id="what"):
            for what, shown in self._choices():
                yield RadioButton(shown, name=what)
        yield Checkbox(Content("every message kept, not only the newest of each topic"), value=True, id="history")
        yield Static(line("\nFile ", ("(.json: one document; .ndjson or .jsonl: a message a line)", "$text-faint")))
        yield Input("mqtt-export.json", id="file")
        yield Checkbox(Content("replace the file if it is there"), id="overwrite")
        yield Static("", id="said")

    def _choices(self) -> list[tuple[What, Content]]:
        choices: list[tuple[What, Content]] = []
        node = self._selected
        if node is not None and node.topic is not None:
            choices.append((What.TOPIC, line("topic ", foreign(node.path(), "bold"))))
        if node is not None and node.children:
            count = line((f", {count_text(node.topics)} topics", "$text-soft"))
            choices.append((What.BRANCH, line("branch ", foreign(node.path() + b"/#", "bold"), count)))
        if self._match is not None:
            choices.append((What.FILTERED, line("filtered by ", foreign(self._filter_text, "bold"))))
        everything = line("all topics", (f", {count_text(len(self._session.store))}", "$text-soft"))
        return [*choices, (What.ALL, everything)]

    def on_mount(self) -> None:
        """Begin with the nearest choice."""
        first = self.query(RadioButton).first()
        first.value = True
        self.query_one("#file").focus()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Write; Esc stops it."""
        chosen = self.query_one("#what", RadioSet).pressed_button
        path = Path(self.query_one("#file", Input).value.strip()).expanduser()
        if not path.name:
            self._say(line(("Name a file to write to.", "$error")))
            return
        self._write(What(chosen.name or What.ALL) if chosen else What.ALL, path)

    def action_cancel(self) -> None:
        """Stop writing, or leave."""
        if self._is_writing:
            self._is_cancelled = True
        else:
            self.dismiss(None)

    @property
    def _is_writing(self) -> bool:
        return any(worker.is_running for worker in self.workers if worker.node is self)

    def _say(self, said: Content) -> None:
        self.query_one("#said", Static).update(said)

    @work(exclusive=True)
    async def _write(self, what: What, path: Path) -> None:
        self._is_cancelled = False
        nodes = self._wanted_topics(what)
        history = self.query_one("#history", Checkbox).value
        try:
            writer = MessageFileWriter(
                path, FileFormat.of(path), self._header(what), overwrite=self.query_one("#overwrite", Checkbox).value
            )
            await self._write_all(writer, nodes, history=history)
        except MqttTuiError as error:
            self._say(line((error.message, "$error"), f"\n{error.hint}"))
            return
        if self._is_cancelled:
            self._say(line(("Stopped; nothing was left of the file.", "$warning")))
            return
        self.dismiss(f"{writer.messages:,} messages, {size_text(writer.bytes)}, in {display_text(str(path))}")

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
                if self._is_cancelled:
                    writer.discard()
                    return
                until = time.monotonic() + _SLICE
        writer.finish()

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
            broker_url=str(profile.endpoint),
            protocol=state.connack.protocol.title if isinstance(state, Connected) else profile.protocol,
            topic_filter=wanted[what],
        )


def _messages(node: TopicNode, *, history: bool) -> Iterator[ApplicationMessage]:
    if history:
        yield from node.messages_kept()
    elif node.topic is not None and node.newest is not None:
        yield ApplicationMessage(node.topic, node.newest)
