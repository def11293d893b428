"""Conditions under which a bench has failed: ``p99>50ms``."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mqtt_tui.benchmark.result import LATENCIES
from mqtt_tui.errors import UsageError
from mqtt_tui.text.display_text import display_text

METRICS = ("rate", "loss", "p50", "p90", "p99", "p999", "max", "failed", "refused")

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
)
_TIMES: Mapping[str, float] = MappingProxyType({"us": 1e-6, "ms": 1e-3, "s": 1.0})
_SHARES: Mapping[str, float] = MappingProxyType({"%": 0.01})
_COUNTS: Mapping[str, float] = MappingProxyType({"": 1.0, "k": 1e3})
_PIECES = re.compile(r"(\s*)([A-Za-z0-9]*)(\s*)([<>=!]*)(\s*)([0-9]*\.?[0-9]*)(\s*)(.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Threshold:
    """One condition. ``str`` is how the user wrote it, safe to show."""

    text: str
    metric: str
    operator: str
    limit: float
    """Seconds, a count, or a share of 1."""

    def __str__(self) -> str:
        return display_text(self.text)

    def is_met(self, value: float | None) -> bool:
        """Whether the bench has failed by this; it has where there is nothing to compare."""
        return value is None or _OPERATORS[self.operator](value, self.limit)


def parse(text: str) -> Threshold:
    """Read ``METRIC OPERATOR NUMBER UNIT``; blanks between them do not matter.

    Raises:
        UsageError: naming the column.
    """
    match = _PIECES.fullmatch(text)
    assert match is not None  # noqa: S101  it takes anything
    metric, symbol, number, unit = match[2], match[4], match[6], match[8]
    if metric not in METRICS:
        raise _wrong(text, match.start(2), f"a figure is wanted: {', '.join(METRICS)}")
    if symbol not in _OPERATORS:
        raise _wrong(text, match.start(4), "<, <=, > or >= is wanted")
    if not number.strip("."):
        raise _wrong(text, match.start(6), "a number is wanted")
    units = _units(metric)
    if unit not in units:
        raise _wrong(text, match.start(8), f"{metric} has the unit {_named(units)}")
    return Threshold(text.strip(), metric, symbol, float(number) * units[unit])


def _units(metric: str) -> Mapping[str, float]:
    if metric in LATENCIES:
        return _TIMES
    return _SHARES if metric == "loss" else _COUNTS


def _named(units: Mapping[str, float]) -> str:
    return " or ".join(unit or "none" for unit in units)


def _wrong(text: str, at: int, what: str) -> UsageError:
    return UsageError(
        f"--fail-if '{display_text(text)}': column {at + 1}: {what}.", hint="For example --fail-if 'p99>50ms'"
    )
