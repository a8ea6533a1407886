"""What was measured is judged right, and can be compared later."""

import json

import pytest

from tests.bench.figures import Bar, Figure, ratios, shown, table


def a_figure(*values: float, bar: Bar | None = None) -> Figure:
    """Make a figure of these rounds."""
    return Figure("completing", "c2cd / raw", "64 in flight", "clicks", values, bar)


@pytest.mark.parametrize(
    ("bar", "value", "met"),
    [
        (Bar(most=0.4), 0.39, True),
        (Bar(most=0.4), 0.4, True),
        (Bar(most=0.4), 0.41, False),
        (Bar(least=0.75), 0.74, False),
        (Bar(least=0.75), 0.75, True),
        (Bar(least=1.0), float("nan"), False),
        (Bar(most=0), float("nan"), False),
    ],
)
def test_a_bar_is_met_at_its_bound_and_beyond(bar: Bar, value: float, met: bool) -> None:  # noqa: FBT001 - a column
    """The bound itself is good enough, and all on its right side; what is no number is not."""
    assert bar.met(value) is met
    assert a_figure(value, bar=bar).verdict == ("yes" if met else "**no**")


def test_the_median_is_judged() -> None:
    """One bad round does not fail a figure, nor does one good round save it; both stand in the table."""
    good, bad = a_figure(0.8, 0.1, 0.9, bar=Bar(least=0.75)), a_figure(0.7, 0.8, 0.7, bar=Bar(least=0.75))
    assert (good.verdict, bad.verdict) == ("yes", "**no**")
    plain = a_figure(1.0)
    lines = table([plain, good, bad]).splitlines()[2:]
    assert lines == [
        "| clicks | c2cd / raw | 64 in flight | 0.80 | 0.10 to 0.90 | ≥ 0.75 | yes |",
        "| clicks | c2cd / raw | 64 in flight | 0.70 | 0.70 to 0.80 | ≥ 0.75 | **no** |",
        "| clicks | c2cd / raw | 64 in flight | 1.00 | 1.00 to 1.00 |  |  |",
    ]


def test_rounds_are_compared_each_with_its_own() -> None:
    """What was done in a round stands beside what was done in the same; by nothing it is infinite."""
    assert ratios([10, 30], [20, 10]) == [0.5, 3.0]
    assert ratios([1], [0]) == [float("inf")]
    with pytest.raises(ValueError, match="argument 2"):
        ratios([1, 2], [1])


def test_a_run_can_be_read_again() -> None:
    """The record of a figure is JSON with each round, the bar and the verdict."""
    figure = a_figure(3, 1, 2, bar=Bar(most=2))
    assert figure.name == "completing/c2cd / raw/64 in flight/clicks"
    assert json.loads(json.dumps(figure.record())) == {
        "median": 2,
        "values": [3, 1, 2],
        "bar": "≤ 2",
        "met": True,
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (0.0123, "0.0123"), (0.4, "0.40"), (12.34, "12.3"), (1234.5, "1,234")],
)
def test_numbers_have_the_digits_that_mean_something(value: float, text: str) -> None:
    """Three digits or so, whatever the size."""
    assert shown(value) == text
