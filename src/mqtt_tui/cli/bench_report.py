"""How measurements are printed: a table for people, an object for programs."""

import json
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_DIGITS = 6
_WINDOW = 1.0  # seconds that the current rate looks back


class CurrentRate:
    """How fast a number grows just now."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def follow(self, total: int) -> float:
        """Per second, over the last second; ``total`` begins anew where it is less than before."""
        now = time.monotonic()
        if self._seen and total < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, total))
        while now - self._seen[0][0] > _WINDOW and len(self._seen) > 2:
            self._seen.popleft()
        began, before = self._seen[0]
        return (total - before) / (now - began) if now > began else 0.0


def print_table(rows: Sequence[tuple[str, str]]) -> None:
    """Names to the left, figures to the right; both are safe to show."""
    name_width = max(len(name) for name, _ in rows)
    figure_width = max(len(figure) for _, figure in rows)
    for name, figure in rows:
        click.echo(f"{name:{name_width}}  {figure:>{figure_width}}")


def print_json(result: "DataclassInstance") -> None:
    """One object on one line; its keys are the fields of ``result``."""
    click.echo(json.dumps(_rounded(asdict(result))))


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, _DIGITS) if isinstance(value, float) else value
