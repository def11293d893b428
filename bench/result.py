"""Measured figures, and whether they are what they should be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Show = Callable[[float], str]
"""Says a number with its unit."""


@dataclass(frozen=True, slots=True)
class Result:
    """One row of a table."""

    what: str
    figure: str
    """With its unit."""
    goal: str = ""
    """What it should be; empty where none was set."""
    verdict: str = ""
    """``met``, ``missed by 12 %``; empty without a goal."""


def at_most(what: str, value: float, limit: float, show: Show) -> Result:
    """A figure that should not be above ``limit``."""
    return Result(what, show(value), f"≤ {show(limit)}", verdict(value, limit, is_missed=value > limit))


def at_least(what: str, value: float, limit: float, show: Show) -> Result:
    """A figure that should not be below ``limit``."""
    return Result(what, show(value), f"≥ {show(limit)}", verdict(value, limit, is_missed=value < limit))


def verdict(value: float, limit: float, *, is_missed: bool) -> str:
    """``met``, or by how much of ``limit`` the goal was missed (``is_missed``)."""
    return f"missed by {abs(value - limit) / limit:.0%}".replace("%", " %") if is_missed else "met"


@dataclass(frozen=True, slots=True)
class Section:
    """What one part of the run has found."""

    title: str
    note: str
    """How it was measured: one paragraph of Markdown, as long as need be."""
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def section(title: str, note: str, results: Sequence[Result]) -> Section:
    """One with a row for each result."""
    rows = [(one.what, one.figure, one.goal, one.verdict) for one in results]
    return Section(title, note, ("what", "measured", "goal", ""), rows)


def milliseconds(seconds: float) -> str:
    """``12.3 ms``, ``481 ms``."""
    return f"{seconds * 1e3:.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:,.0f} ms"


def megabytes(size: float) -> str:
    """``123 MB``, of a million bytes."""
    return f"{size / 1e6:,.0f} MB"


def percent(share: float) -> str:
    """``0.42 %``, ``37 %``."""
    return f"{share * 100:.2f} %" if share < 0.1 else f"{share * 100:.0f} %"


def times(ratio: float) -> str:
    """``46 ×``, ``5.4 ×``."""
    return f"{ratio:.1f} ×" if ratio < 20 else f"{ratio:,.0f} ×"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
