import datetime

import pytest

from mqtt_tui.text.quantities import (
    SECOND,
    TimeFormat,
    ago_text,
    clock_text,
    count_text,
    duration_text,
    exact_duration_text,
    moment_text,
    rate_text,
    size_text,
    time_text,
    took_text,
)

MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
NOON = 1_763_640_131 * SECOND + 123_456_789  # 2025-11-20 12:02:11 UTC


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10.0k"),
        (99_949, "99.9k"),
        (99_950, "100k"),
        (999_499, "999k"),
        (999_500, "1.0M"),
        (1_234_567, "1.2M"),
        (2e12, "2.0T"),
    ],
)
def test_a_count_keeps_to_five_characters(number: float, text: str) -> None:
    assert count_text(number) == text


def test_a_rate_has_a_decimal_only_while_it_is_small() -> None:
    assert [rate_text(rate) for rate in (0, 0.4, 9.94, 9.96, 1_204)] == ["", "0.4/s", "9.9/s", "10/s", "1,204/s"]


def test_sizes_are_in_decimal_units() -> None:
    assert [size_text(size) for size in (0, 214, 999, 1_000, 99_960, 999_600, 20_000_000, 3_200_000_000)] == [
        "0 B",
        "214 B",
        "999 B",
        "1.0 kB",
        "100 kB",
        "1.0 MB",
        "20.0 MB",
        "3.2 GB",
    ]


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "now"),
        (SECOND - 1, "now"),
        (12 * SECOND, "12 s"),
        (59_600_000_000, "1 min"),
        (4 * MINUTE + 59 * SECOND, "4 min"),
        (3 * HOUR, "3 h"),
        (47 * HOUR, "47 h"),
        (5 * DAY, "5 d"),
    ],
)
def test_a_duration_has_one_unit(nanoseconds: int, text: str) -> None:
    assert duration_text(nanoseconds) == text


def test_what_just_came_did_not_come_now_ago() -> None:
    assert ago_text(SECOND // 2) == "just now"
    assert ago_text(-SECOND) == "just now"
    assert ago_text(4 * MINUTE) == "4 min ago"


def test_the_time_between_messages_is_exact_while_it_is_short() -> None:
    assert exact_duration_text(4_000_000) == "+0.004 s"
    assert exact_duration_text(12_500_000_000) == "+12.5 s"
    assert exact_duration_text(MINUTE + SECOND) == "+1:01 min"
    assert exact_duration_text(3 * HOUR + 4 * MINUTE + 5 * SECOND) == "+3:04:05"


def test_a_clock_shows_milliseconds_in_the_zone_that_is_asked_for() -> None:
    assert clock_text(NOON, datetime.UTC) == "12:02:11.123"
    assert clock_text(NOON, datetime.timezone(datetime.timedelta(hours=5, minutes=30))) == "17:32:11.123"


def test_a_moment_says_its_offset() -> None:
    assert moment_text(NOON, datetime.UTC) == "2025-11-20 12:02:11.123 UTC"
    offset = moment_text(NOON).rpartition(" ")[2]
    assert offset[0] in "+-"
    assert offset[3] == ":"


def test_time_formats_go_round_through_all_of_them() -> None:
    seen = [TimeFormat.AGE]
    while (following := seen[-1].next) is not TimeFormat.AGE:
        seen.append(following)
    assert seen == [TimeFormat.AGE, TimeFormat.LOCAL, TimeFormat.UTC, TimeFormat.DELTA]


@pytest.mark.parametrize(
    ("time_format", "text"),
    [(TimeFormat.AGE, "2 s"), (TimeFormat.UTC, "12:02:11.123"), (TimeFormat.DELTA, "+0.500 s")],
)
def test_a_time_reads_as_its_format_says(time_format: TimeFormat, text: str) -> None:
    assert time_text(NOON, time_format, now=NOON + 2 * SECOND, before=NOON - SECOND // 2) == text


def test_the_first_message_has_no_time_since_the_one_before() -> None:
    assert time_text(NOON, TimeFormat.DELTA, now=NOON, before=None) == ""


def test_what_is_mostly_quick_is_told_in_milliseconds() -> None:
    assert [took_text(seconds) for seconds in (0.00044, 0.312, 1.5, 61)] == [
        "0.4 ms",
        "312.0 ms",
        "1.5 s",
        "61.0 s",
    ]
