"""What the benches of brokers do once they know what is wanted."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Protocol

import click
from msgspec.structs import replace as with_fields

from mqtt_tui.benchmark.crowd import Nowhere
from mqtt_tui.benchmark.options import BenchOptions
from mqtt_tui.benchmark.result import LATENCIES, BenchResult, PublishResult, RoundTripResult
from mqtt_tui.benchmark.stamp import SIZE
from mqtt_tui.benchmark.threshold import Threshold, parse
from mqtt_tui.cli.bench_report import CurrentRate, print_json, print_table
from mqtt_tui.cli.bench_tables import figure_text, rows
from mqtt_tui.cli.confirming import confirm
from mqtt_tui.cli.connection_options import ConnectionOptions
from mqtt_tui.cli.endings import tell
from mqtt_tui.cli.event_loop import run
from mqtt_tui.cli.files import profile_repository
from mqtt_tui.cli.headless import HeadlessConnection
from mqtt_tui.cli.narration import Progress
from mqtt_tui.cli.passwords import answers_at_terminal
from mqtt_tui.cli.target import choose_target
from mqtt_tui.connection.limits import check_may_publish
from mqtt_tui.errors import CannotConnect, ConnectionLost, ConnectRefused, ExitCode, UsageError
from mqtt_tui.model.protocol import Protocol as Version
from mqtt_tui.model.qos import QoS
from mqtt_tui.model.topic import TopicFilter, TopicName
from mqtt_tui.profiles.profile import BrokerProfile, ProtocolChoice
from mqtt_tui.profiles.secrets import Credentials, resolve
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import count_text

_CHOICES: Mapping[Version, ProtocolChoice] = MappingProxyType(
    {Version.V5: "5", Version.V311: "3.1.1", Version.V31: "3.1"}
)
_SENDING = (PublishResult, RoundTripResult)
_LOOKS = 10  # a second
_AT_ITS_LIMIT = 0.9  # of a core


class Bench(Protocol):
    """What all of them can do."""

    @property
    def done(self) -> int:
        """As many as are in the rate."""

    @property
    def has_figures(self) -> bool:
        """There is something to tell."""

    @property
    def progress(self) -> str:
        """Where it is; safe to show."""

    async def run(self) -> None:
        """Measure."""

    def result(self) -> BenchResult:
        """What was found out so far."""


def measure(
    make: Callable[[BrokerProfile, Credentials, BenchOptions], Bench],
    result: type[BenchResult],
    *,
    target: str | None,
    connection: ConnectionOptions,
    options: Mapping[str, Any],
    fail_if: Sequence[str],
    as_json: bool,
) -> None:
    """Run a bench, print what came of it, and judge it.

    Raises:
        click.exceptions.Exit: with ``CONDITION_MET``, where a condition is true.
        UsageError: the flags have no sense together.
        MqttTuiError: as the bench.
    """
    chosen = BenchOptions(**{**options, "qos": QoS(options.get("qos", 0))})
    thresholds = [_threshold(text, result, chosen) for text in fail_if]
    _check(chosen, result)
    choice = choose_target(() if target is None else (target,), connection, profile_repository().load())
    if choice.has_filters:
        raise UsageError(f"'{display_text(target or '')}' names no broker alone.", hint="The topic is named by -t.")
    for warning in choice.warnings:
        tell(warning)
    profile = choice.target.profile
    if result in _SENDING:
        check_may_publish(profile)
        confirm(choice.target)
    credentials = resolve(profile, answers_at_terminal(profile))
    found: list[BenchResult] = []
    run(_run(lambda agreed: make(agreed, credentials, chosen), profile, credentials, found, as_json=as_json))
    _judge(thresholds, found[-1])


def _threshold(text: str, result: type[BenchResult], options: BenchOptions) -> Threshold:
    threshold = parse(text)
    if threshold.metric not in result.METRICS:
        raise UsageError(
            f"--fail-if '{threshold}': column 1: this bench does not measure {threshold.metric}.",
            hint=f"It measures {', '.join(sorted(result.METRICS))}.",
        )
    if result is PublishResult and not options.qos and threshold.metric in LATENCIES | {"refused", "loss"}:
        raise UsageError(
            f"--fail-if '{threshold}': nothing is acknowledged at QoS 0, so there is no {threshold.metric}.",
            hint="Add -q 1 or -q 2.",
        )
    return threshold


def _check(options: BenchOptions, result: type[BenchResult]) -> None:
    if not options.topic:
        return
    topic = options.topic_of(1)
    if result in _SENDING:
        TopicName(topic)
    else:
        TopicFilter(topic)
    if result is RoundTripResult and options.size < SIZE:
        raise UsageError(
            f"A message that comes back needs room for its number and time: {SIZE} bytes.",
            hint=f"Leave --size out, or set it to {SIZE} at least.",
        )


async def _run(
    make: Callable[[BrokerProfile], Bench],
    profile: BrokerProfile,
    credentials: Credentials,
    found: list[BenchResult],
    *,
    as_json: bool,
) -> None:
    bench, progress = make(await _agreed(profile, credentials)), Progress()
    ticking = asyncio.create_task(_show(bench, progress))
    try:
        await bench.run()
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
        if bench.has_figures:
            found.append(bench.result())
            progress.end(f"{display_text(profile.endpoint.public)}: bench {found[-1].bench}")
            if as_json:
                print_json(found[-1])
            else:
                print_table(rows(found[-1]))
            if found[-1].cpu >= _AT_ITS_LIMIT:
                tell(f"This program was at its own limit ({found[-1].cpu:.0%} of a core): the broker may be faster.")


async def _agreed(profile: BrokerProfile, credentials: Credentials) -> BrokerProfile:
    """``profile`` with a protocol that the broker understands, so that not every client has to find out."""
    if profile.protocol == "auto":
        anonymous = with_fields(profile, client_id=None, will=None, clean_start=True)
        with suppress(CannotConnect, ConnectRefused, ConnectionLost):  # the clients will say so as well
            async with HeadlessConnection(anonymous, credentials, Nowhere()) as probe:
                return with_fields(profile, protocol=_CHOICES[probe.connack.protocol])
    return profile


async def _show(bench: Bench, progress: Progress) -> None:
    current = CurrentRate()
    while True:
        rate = current.follow(bench.done)
        progress.show(f"{bench.done:,}, {count_text(rate)}/s, {bench.progress}")
        await asyncio.sleep(1 / _LOOKS)


def _judge(thresholds: Sequence[Threshold], result: BenchResult) -> None:
    failed = False
    for threshold in thresholds:
        value = result.metric(threshold.metric)
        if threshold.is_met(value):
            failed = True
            tell(f"{threshold.metric} is {figure_text(threshold.metric, value)}: --fail-if '{threshold}'")
    if failed:
        raise click.exceptions.Exit(ExitCode.CONDITION_MET)
