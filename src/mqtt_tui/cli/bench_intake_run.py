"""What ``mqtt-tui bench intake`` does once it knows what is wanted."""

import asyncio
import time
from dataclasses import dataclass

from mqtt_tui.benchmark.intake import Intake, IntakeResult
from mqtt_tui.cli.bench_report import CurrentRate, print_json, print_table
from mqtt_tui.cli.headless import HeadlessConnection
from mqtt_tui.cli.narration import Progress, amount
from mqtt_tui.profiles.secrets import Credentials
from mqtt_tui.profiles.target import Target
from mqtt_tui.session import Session
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text, counted

_LOOKS = 10  # a second: where nothing is painted, branches are settled for the figures and the memory limit
_SILENCE = 2.0  # seconds, after which it is taken to be all


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When an intake ends; without either, when it is silent."""

    count: int | None = None
    seconds: float | None = None
    """From the subscription."""


class IntakeRun:
    """One intake.

    Args:
        target: the broker, with the subscriptions to make.
        credentials: its secrets.
        budget: bytes for topics and messages.
        limits: when to end.
        as_json: how to tell what came of it.
    """

    def __init__(self, target: Target, credentials: Credentials, *, budget: int, limits: Limits, as_json: bool) -> None:
        self._profile = target.profile
        self._credentials = credentials
        # For its store and its rows, as a screen has them; its own connection would try again for ever.
        self._session = Session(target, budget=MemoryBudget(budget))
        self._intake = Intake(self._session.store)
        self._limits = limits
        self._as_json = as_json
        self._progress = Progress()
        self._rate = CurrentRate()

    async def run(self) -> None:
        """Take in, and print what came of it once there was a connection, however it ended.

        Raises:
            ConnectionLost: in the midst of it.
            MqttTuiError: there was no connection, or the subscription was refused; nothing is printed.
        """
        async with HeadlessConnection(self._profile, self._credentials, self._intake) as broker:
            for options in self._profile.subscriptions:
                await broker.subscribe(options.subscription())
            try:
                await broker.unless_lost(self._until_enough())
            finally:
                self._tell()

    async def _until_enough(self) -> None:
        began = time.monotonic()
        while not self._is_enough(time.monotonic() - began):
            await asyncio.sleep(1 / _LOOKS)
            self._intake.settle()
            self._show_progress()

    def _is_enough(self, elapsed: float) -> bool:
        limits = self._limits
        if limits.count is not None and self._intake.messages >= limits.count:
            return True
        if limits.seconds is not None:
            return elapsed >= limits.seconds
        return limits.count is None and self._intake.silent_for >= _SILENCE

    def _show_progress(self) -> None:
        rate = self._rate.follow(self._intake.messages)
        self._progress.show(f"{counted(self._intake.messages, 'message')}, {count_text(rate)}/s")

    def _tell(self) -> None:
        self._intake.settle()
        result = self._intake.result()
        where = display_text(self._profile.endpoint.public)
        self._progress.end(f"{where}: {counted(result.messages, 'message')} in {result.seconds:.3f} s")
        if self._as_json:
            print_json(result)
        else:
            print_table(_rows(result))


def _rows(result: IntakeResult) -> list[tuple[str, str]]:
    return [
        ("messages", f"{result.messages:,}"),
        ("seconds", f"{result.seconds:.3f}"),
        ("messages/s", f"{result.messages_per_second:,.0f}"),
        ("CPU seconds per million", f"{result.cpu_seconds_per_million:.3f}"),
        ("seconds of settling", f"{result.settle_seconds:.3f}"),
        ("topics", f"{result.topics:,}"),
        ("stored", f"{result.stored:,}"),
        ("evicted", f"{result.evicted:,}"),
        ("dropped", f"{result.dropped:,}"),
        ("bytes per stored message", f"{result.bytes_per_message:,.0f}"),
        ("held", amount(result.held_bytes)),
        ("peak memory", amount(result.rss_bytes) if result.rss_bytes else "unknown"),
    ]
