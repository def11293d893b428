"""What the benches of brokers found out, as rows for people."""

from mqtt_tui.benchmark.result import (
    LATENCIES,
    BenchResult,
    ConnectResult,
    Latency,
    PublishResult,
    RoundTripResult,
    SubscribeResult,
)
from mqtt_tui.cli.narration import amount

Rows = list[tuple[str, str]]

_NOT_MEASURED = "-"


def figure_text(metric: str, value: float | None) -> str:
    """A metric with its unit."""
    if value is None:
        return "not measured"
    if metric in LATENCIES:
        return duration_text(value)
    if metric == "loss":
        return f"{value:.3%}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"


def duration_text(seconds: float | None) -> str:
    """With three digits that count: ``812 us``, ``1.23 ms``, ``12.3 s``."""
    if seconds is None:
        return _NOT_MEASURED
    for unit, size in (("us", 1e-6), ("ms", 1e-3)):
        if seconds < 999.5 * size:
            return f"{_three_digits(seconds / size)} {unit}"
    return f"{_three_digits(seconds)} s"


def rows(result: BenchResult) -> Rows:
    """The table of ``result``; safe to show."""
    return [
        ("clients", f"{result.clients:,}"),
        ("connected", f"{result.connected:,}"),
        *_reasons("failed", result.failed, result.failures),
        ("seconds", f"{result.seconds:.3f}"),
        (f"{_DONE[result.bench]}/s", f"{result.rate:,.0f}" if result.rate >= 100 else f"{result.rate:.1f}"),
        *_own(result),
        ("own CPU", f"{result.cpu:.0%}"),
    ]


_DONE = {"pub": "messages", "sub": "messages", "rtt": "round trips", "conn": "connections"}


def _own(result: BenchResult) -> Rows:
    match result:
        case PublishResult():
            acknowledged = [
                ("acknowledged", f"{result.acknowledged:,}"),
                *_reasons("refused", result.refused, result.refusals),
                ("lost", f"{result.lost:,} ({result.loss:.3%})"),
                *_latency(result.latency),
            ]
            return [("sent", f"{result.sent:,}"), *(acknowledged if result.acknowledged or result.refused else [])]
        case SubscribeResult():
            return [
                ("received", f"{result.received:,}"),
                ("bytes", amount(result.received_bytes)),
                ("a client: fewest", f"{result.fewest:,}"),
                ("a client: median", f"{result.median:,}"),
                ("a client: most", f"{result.most:,}"),
                ("longest gap", duration_text(result.longest_gap)),
                ("missing", f"{result.missing:,} ({result.loss:.3%})"),
                ("duplicates", f"{result.duplicates:,}"),
            ]
        case RoundTripResult():
            return [
                ("sent", f"{result.sent:,}"),
                ("received", f"{result.received:,}"),
                *_reasons("refused", result.refused, result.refusals),
                ("lost", f"{result.lost:,} ({result.loss:.3%})"),
                ("duplicates", f"{result.duplicates:,}"),
                *_latency(result.latency),
            ]
        case ConnectResult():
            return [
                ("refused", f"{result.refused:,}"),
                ("lost", f"{result.lost:,}"),
                ("open at once", f"{result.peak:,}"),
                *_latency(result.latency),
            ]
    raise AssertionError(result.bench)


def _reasons(name: str, count: int, reasons: dict[str, int]) -> Rows:
    return [(name, f"{count:,}"), *((f"  {reason}", f"{number:,}") for reason, number in reasons.items())]


def _latency(latency: Latency) -> Rows:
    names = ("p50", "p90", "p99", "p999", "max")
    return [(name, duration_text(getattr(latency, name))) for name in names]


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
