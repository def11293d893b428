"""Waits between attempts."""

import random

import pytest

from mqtt_tui.connection.backoff import STABLE, Backoff
from mqtt_tui.profiles.options import ReconnectOptions

OPTIONS = ReconnectOptions()
SHORTEST, LONGEST = OPTIONS.shortest, OPTIONS.longest


@pytest.mark.parametrize("seed", range(20))
def test_waits_grow_and_stay_within_their_bounds(seed: int) -> None:
    backoff = Backoff(random.Random(seed), OPTIONS)
    waits = [backoff.next() for _ in range(12)]
    assert waits[:5] == sorted(waits[:5])
    assert all(SHORTEST <= wait <= LONGEST for wait in waits)
    assert min(waits[6:]) >= LONGEST / 2


@pytest.mark.parametrize("seed", range(20))
def test_a_minute_sees_no_more_than_twelve_attempts(seed: int) -> None:
    backoff = Backoff(random.Random(seed), OPTIONS)
    attempts, elapsed = 1, 0.0
    while (elapsed := elapsed + backoff.next()) < 60:
        attempts += 1
    assert attempts <= 12


def test_only_a_stable_connection_makes_waits_small_again() -> None:
    backoff = Backoff(random.Random(1), OPTIONS)
    for _ in range(8):
        backoff.next()
    backoff.ended_after(STABLE - 1)
    assert backoff.next() >= LONGEST / 2
    backoff.ended_after(STABLE)
    assert backoff.next() <= 2 * SHORTEST


def test_clients_of_one_broker_do_not_come_back_together() -> None:
    assert len({Backoff(random.Random(seed), OPTIONS).next() for seed in range(10)}) == 10
