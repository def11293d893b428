"""Percentiles from buckets, against the durations themselves."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_tui.benchmark.histogram import Histogram

HOUR = 3_600_000_000_000


def filled(durations: Sequence[int]) -> Histogram:
    histogram = Histogram()
    for duration in durations:
        histogram.record(duration)
    return histogram


@given(st.lists(st.integers(0, HOUR), min_size=1), st.floats(0, 1))
def test_a_percentile_is_at_most_half_a_percent_beside_the_exact_one(durations: list[int], share: float) -> None:
    exact = sorted(durations)[max(1, math.ceil(share * len(durations))) - 1]
    assert filled(durations).percentile(share) == pytest.approx(exact, rel=0.004, abs=0)


@given(st.lists(st.integers(0, HOUR)), st.lists(st.integers(0, HOUR)))
def test_two_that_are_added_are_one_that_saw_it_all(ones: list[int], others: list[int]) -> None:
    both, together = filled(ones), filled(ones + others)
    both.add(filled(others))
    assert (both.count, both.max) == (together.count, together.max)
    assert [both.percentile(n / 10) for n in range(11)] == [together.percentile(n / 10) for n in range(11)]


def test_no_percentile_exceeds_the_largest() -> None:
    histogram = filled([1_000_001])
    assert histogram.percentile(1) == histogram.max == 1_000_001


def test_where_nothing_was_measured_there_is_no_percentile() -> None:
    assert Histogram().percentile(0.5) is None


def test_a_clock_that_steps_back_counts_as_zero() -> None:
    assert filled([-5]).percentile(0.5) == 0
