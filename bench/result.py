"""A measured figure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table."""

    what: str
    figure: str
    """With its unit."""
    goal: str = ""
    """What it should be; empty where none was set."""


def milliseconds(seconds: float) -> str:
    """``12.3 ms``, ``481 ms``."""
    return f"{seconds * 1e3:.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:,.0f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
