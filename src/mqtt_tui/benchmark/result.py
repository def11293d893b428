"""What the benches of brokers found out; the fields are the keys of their JSON."""

from dataclasses import dataclass
from typing import ClassVar

from mqtt_tui.benchmark.histogram import Histogram

SECOND = 1_000_000_000
"""Nanoseconds."""

_SHARES = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999))


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Percentiles and the largest, in seconds; None where nothing was measured."""

    p50: float | None
    p90: float | None
    p99: float | None
    p999: float | None
    max: float | None

    @classmethod
    def of(cls, histogram: Histogram) -> "Latency":
        """What ``histogram`` says."""
        found = {name: histogram.percentile(share) for name, share in _SHARES} | {
            "max": float(histogram.max) if histogram.count else None
        }
        return cls(**{name: None if value is None else value / SECOND for name, value in found.items()})


LATENCIES = frozenset(Latency.__slots__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchResult:
    """What all have in common."""

    METRICS: ClassVar[frozenset[str]] = frozenset({"rate", "failed"})
    """What ``--fail-if`` may ask for."""

    bench: str
    clients: int
    """As many as were asked for."""
    connected: int
    """As many as got their CONNACK."""
    failed: int
    """Clients that did not connect, or not stay so."""
    failures: dict[str, int]
    """How many of them, by reason."""
    seconds: float
    rate: float
    """Per second: acknowledged (pub), received (sub, rtt), connected (conn)."""
    cpu: float
    """What this process took of one core meanwhile; near 1, the figures are its own limits and not the broker's."""

    def metric(self, name: str) -> float | None:
        """A figure by its name in ``METRICS``: seconds, counts, or a share of 1; None where there was none."""
        holder: object = getattr(self, "latency", None) if name in LATENCIES else self
        value = getattr(holder, name)
        assert value is None or isinstance(value, int | float)  # noqa: S101  for mypy
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult(BenchResult):
    """Of ``bench pub``."""

    METRICS: ClassVar[frozenset[str]] = frozenset({"rate", "failed", "refused", "loss"}) | LATENCIES

    sent: int
    acknowledged: int
    """0 at QoS 0; ``rate`` is then that of sending."""
    refused: int
    refusals: dict[str, int]
    """Messages by the reason that the broker gave."""
    lost: int
    """Neither acknowledged nor refused within five seconds of the end."""
    loss: float
    """Their share of those sent."""
    latency: Latency
    """From write to acknowledgement (PUBACK or PUBCOMP)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeResult(BenchResult):
    """Of ``bench sub``."""

    METRICS: ClassVar[frozenset[str]] = frozenset({"rate", "failed", "loss"})

    received: int
    received_bytes: int
    fewest: int
    """Messages of the client that got the fewest; the other two likewise."""
    median: int
    most: int
    longest_gap: float
    """Seconds between two reads of one client."""
    missing: int
    """Messages of ``bench pub`` that did not come between others that did."""
    duplicates: int
    loss: float
    """``missing`` over those that should have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTripResult(BenchResult):
    """Of ``bench rtt``."""

    METRICS: ClassVar[frozenset[str]] = frozenset({"rate", "failed", "refused", "loss"}) | LATENCIES

    sent: int
    received: int
    duplicates: int
    refused: int
    refusals: dict[str, int]
    lost: int
    """Neither refused nor back within five seconds."""
    loss: float
    latency: Latency
    """From write to the message's return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectResult(BenchResult):
    """Of ``bench conn``."""

    METRICS: ClassVar[frozenset[str]] = frozenset({"rate", "failed", "refused"}) | LATENCIES

    refused: int
    """Of ``failed``, those that CONNACK refused."""
    lost: int
    """Of ``failed``, those that were connected and did not stay so."""
    latency: Latency
    """From the beginning of the attempt (name, TCP, TLS included) to CONNACK."""
    peak: int
    """Open at the same time."""
