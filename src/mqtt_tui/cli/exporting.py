"""What ``mqtt-tui export`` does once it knows what is wanted."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click
from msgspec.structs import replace

from mqtt_tui.cli.headless import HeadlessConnection
from mqtt_tui.cli.narration import Progress, amount, counted
from mqtt_tui.cli.standard_output import StandardOutput
from mqtt_tui.errors import ConnectionLost, LocalError, TimedOut
from mqtt_tui.model.application_message import ApplicationMessage, Arrival
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.secrets import Credentials
from mqtt_tui.recording.export_document import ExportHeader
from mqtt_tui.recording.message_file import FileFormat, MessageFileWriter
from mqtt_tui.text import quantities
from mqtt_tui.text.display_text import display_text

_SILENCE = 2.0  # seconds, after which what the broker had stored is taken to be in
_MOST_WAITING = 64 * 1024 * 1024  # bytes that came and are not written


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When an export ends; without either, when it is silent."""

    count: int | None = None
    seconds: float | None = None
    """From its start, connecting included."""

    @property
    def is_until_silent(self) -> bool:
        """Nobody said when it ends."""
        return self.count is None and self.seconds is None


class _Intake:
    """The sink: keeps what came until it is written, up to a number of messages and of bytes."""

    def __init__(self, count: int | None) -> None:
        self._missing = count
        self._waiting: list[ApplicationMessage] = []
        self._bytes = 0
        self.has_news = asyncio.Event()
        self.is_complete = False
        """As many as were asked for have come."""
        self.last_arrival = 0.0
        """Seconds on the loop's clock."""

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        """Keep the messages; what comes when enough is there is not wanted, and ``take`` tells of too much."""
        if self._bytes > _MOST_WAITING:
            return
        if self._missing is not None:
            topics, rests = topics[: self._missing], rests[: self._missing]
            self._missing -= len(topics)
            self.is_complete = not self._missing
        for topic, rest, arrival in zip(topics, rests, arrivals, strict=False):
            self._waiting.append(ApplicationMessage(topic, arrival, rest))
            self._bytes += len(topic) + len(rest)
        self.last_arrival = asyncio.get_running_loop().time()
        self.has_news.set()

    def take(self) -> list[ApplicationMessage]:
        """What is not written yet.

        Raises:
            LocalError: so much that what came after it was not kept.
        """
        if self._bytes > _MOST_WAITING:
            raise LocalError(
                f"Messages come faster than they are written: {amount(self._bytes)} are waiting.",
                hint="Write to a faster disk, or to a program that reads without pausing.",
            )
        taken, self._waiting, self._bytes = self._waiting, [], 0
        self.has_news.clear()
        return taken


class Export:
    """One export.

    Args:
        profile: the broker, with the subscriptions to make.
        path: the file; None is standard output.
        file_format: of the file.
        overwrite: whether a file gives way.
        limits: when to end.

    Raises:
        LocalError: standard output is closed.
    """

    def __init__(
        self, profile: BrokerProfile, path: Path | None, file_format: FileFormat, *, overwrite: bool, limits: Limits
    ) -> None:
        self._profile = profile
        self._path = path
        self._file_format = file_format
        self._overwrite = overwrite
        self._limits = limits
        self._progress = Progress()
        self._stdout = StandardOutput() if path is None else None

    async def run(self, credentials: Credentials) -> None:
        """Export, and tell on stderr what came.

        Raises:
            CannotConnect: also where the time was over before there was a connection.
            TimedOut: fewer messages came than were asked for; the file has them.
            ConnectionLost: in the midst of it; the file has what came before.
            MqttTuiError: by everything else no file is left.
        """
        began = time.time_ns()
        intake = _Intake(self._limits.count)
        seconds = self._limits.seconds
        deadline = None if seconds is None else asyncio.get_running_loop().time() + seconds
        async with AsyncExitStack() as connection:
            broker = await connection.enter_async_context(
                HeadlessConnection(self._impatient_profile(), credentials, intake)
            )
            with self._writer(began, broker.connack.protocol.title) as writer:
                lost = await self._collect(broker, intake, writer, deadline)
                await connection.aclose()  # who reads standard output may take hours
                await self._write(intake, writer)
        if self._stdout is not None:
            await self._stdout.drain()
        self._tell(writer, lost)

    def _impatient_profile(self) -> BrokerProfile:
        """The profile, connecting no longer than the export may take: who waits for it knows why there was none."""
        if self._limits.seconds is None:
            return self._profile
        seconds = max(1, int(self._limits.seconds))  # the profile has whole ones
        return replace(self._profile, connect_timeout=min(self._profile.connect_timeout, seconds))

    def _writer(self, began: int, protocol: str) -> MessageFileWriter:
        header = ExportHeader(
            exported_at=began,
            broker_url=self._profile.endpoint.public,
            protocol=protocol,
            topic_filter=self._filters,
        )
        target = self._stdout.stream if self._stdout else self._path
        assert target is not None  # noqa: S101  without a file there is standard output
        return MessageFileWriter(target, self._file_format, header, overwrite=self._overwrite)

    @property
    def _filters(self) -> str:
        return ", ".join(one.filter for one in self._profile.subscriptions)

    async def _collect(
        self, broker: HeadlessConnection, intake: _Intake, writer: MessageFileWriter, deadline: float | None
    ) -> ConnectionLost | None:
        """Write until it is enough; what ended it before, if there is something to keep."""
        try:
            async with asyncio.timeout_at(deadline):
                for options in self._profile.subscriptions:
                    await broker.subscribe(options.subscription())
                await broker.unless_lost(self._until_enough(intake, writer))
        except TimeoutError:
            return None
        except ConnectionLost as error:
            await self._write(intake, writer)
            if not writer.messages:
                raise
            return error
        return None

    async def _until_enough(self, intake: _Intake, writer: MessageFileWriter) -> None:
        subscribed = asyncio.get_running_loop().time()
        while True:
            await self._write(intake, writer)
            if intake.is_complete:
                return
            silent = max(subscribed, intake.last_arrival) + _SILENCE
            try:
                async with asyncio.timeout_at(silent if self._limits.is_until_silent else None):
                    await intake.has_news.wait()
            except TimeoutError:
                return

    async def _write(self, intake: _Intake, writer: MessageFileWriter) -> None:
        for message in intake.take():
            writer.write(message)
        if self._stdout is not None:
            await self._stdout.drain()
        self._progress.show(counted(writer.messages, writer.bytes))

    def _tell(self, writer: MessageFileWriter, lost: ConnectionLost | None) -> None:
        where = display_text(str(self._path)) if self._path else "standard output"
        self._progress.end(f"{counted(writer.messages, writer.bytes)} -> {where}")
        if not writer.messages:
            click.echo(f"nothing matched {display_text(self._filters)}", err=True)
        if lost is not None:
            raise lost
        if self._limits.count is not None and writer.messages < self._limits.count:
            raise TimedOut(
                f"Only {writer.messages:,} of {quantities.counted(self._limits.count, 'message')} came "
                f"within {self._limits.seconds:g} s.",
                hint="Those that came are written.",
            )
