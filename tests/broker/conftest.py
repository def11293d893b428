"""Fixtures around a real mosquitto."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.support.mosquitto import Mosquitto, require_mosquitto

StartMosquitto = Callable[..., Mosquitto]


@pytest.fixture
def start_mosquitto(tmp_path: Path) -> Iterator[StartMosquitto]:
    """Starts brokers with the arguments of ``Mosquitto``; all are ended with the test."""
    require_mosquitto()
    numbers = count()
    with ExitStack() as running:

        def start(**arguments: Any) -> Mosquitto:  # noqa: ANN401  handed on to Mosquitto
            return running.enter_context(Mosquitto(tmp_path / f"mosquitto-{next(numbers)}", **arguments))

        yield start


@pytest.fixture
def broker(start_mosquitto: StartMosquitto) -> Mosquitto:
    """A plain mosquitto that lets everybody do everything."""
    return start_mosquitto()
