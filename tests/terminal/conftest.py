"""Fixtures around the installed program in a real terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import COMMAND, Program
from tests.support.terminal import Terminal

OpenScreen = Callable[..., Terminal]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The installed program with a home of its own."""
    return Program(tmp_path)


@pytest.fixture
def screen(program: Program) -> OpenScreen:
    """Makes terminals with ``mqtt-tui`` in them: ``async with screen("demo", columns=80) as terminal``."""

    def open_screen(*arguments: str, columns: int = 120, rows: int = 40, **environment: str) -> Terminal:
        return Terminal(
            COMMAND,
            *arguments,
            environment=program.environment | {"COLORTERM": "truecolor"} | environment,
            columns=columns,
            rows=rows,
        )

    return open_screen
