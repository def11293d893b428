"""What ``--fail-if`` takes."""

import pytest

from mqtt_tui.benchmark.threshold import parse
from mqtt_tui.errors import UsageError


@pytest.mark.parametrize(
    ("text", "metric", "limit"),
    [
        ("p99>50ms", "p99", 0.05),
        (" p999 >= 1.5 s ", "p999", 1.5),
        ("max<800us", "max", 0.0008),
        ("rate<10k", "rate", 10_000),
        ("rate<=2500", "rate", 2_500),
        ("loss>0.1%", "loss", 0.001),
        ("failed>0", "failed", 0),
        ("refused>.5k", "refused", 500),
    ],
)
def test_a_condition_has_a_figure_a_comparison_and_a_limit(text: str, metric: str, limit: float) -> None:
    threshold = parse(text)
    assert (threshold.metric, str(threshold)) == (metric, text.strip())
    assert threshold.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("text", "column", "wanted"),
    [
        ("", 1, "a figure is wanted: rate, loss, p50"),
        ("p98>5ms", 1, "a figure is wanted"),
        ("  latency>5ms", 3, "a figure is wanted"),
        ("p99=5ms", 4, "<, <=, > or >= is wanted"),
        ("p99 5ms", 5, "<, <=, > or >= is wanted"),
        ("p99>ms", 5, "a number is wanted"),
        ("p99>.", 5, "a number is wanted"),
        ("p99>-5ms", 5, "a number is wanted"),
        ("p99>5", 6, "p99 has the unit us or ms or s"),
        ("p99>5 minutes", 7, "p99 has the unit us or ms or s"),
        ("loss>5", 7, "loss has the unit %"),
        ("rate<5M", 7, "rate has the unit none or k"),
        ("p99>1.2.3ms", 8, "p99 has the unit us or ms or s"),
        ("failed>0\x1b[2J", 9, "failed has the unit none or k"),
    ],
)
def test_what_is_none_is_refused_with_its_column(text: str, column: int, wanted: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse(text)
    assert f": column {column}: {wanted}" in refusal.value.message
    assert "\x1b" not in refusal.value.message


@pytest.mark.parametrize(
    ("text", "value", "is_met"),
    [
        ("p99>50ms", 0.0501, True),
        ("p99>50ms", 0.05, False),
        ("p99>=50ms", 0.05, True),
        ("rate<10k", 9_999, True),
        ("rate<10k", 10_000, False),
        ("rate<=10k", 10_000, True),
        ("p99>50ms", None, True),
        ("p99<50ms", None, True),
    ],
)
def test_it_is_met_by_the_figure_or_where_there_is_none(text: str, value: float | None, is_met: bool) -> None:
    assert parse(text).is_met(value) is is_met
