"""How long has been talked in the last day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.guard.talk import Talk
from c2cd.guard.windows import DAY


def test_live_calls_count_as_they_go_on() -> None:
    """A call counts from the moment in which its two talk, and with its whole length when it has ended."""
    talk = Talk()
    talk.begin("c", "a", 100.0)
    talk.begin("c", "a", 150.0)
    assert talk.used("a", 160.0) == 60.0
    talk.end("c", 190.0)
    talk.end("c", 500.0)
    assert talk.used("a", 1000.0) == 90.0
    assert talk.used("b", 1000.0) == 0.0


def test_a_call_without_talk_is_nothing() -> None:
    """A call that ends without its two having talked costs no time."""
    talk = Talk()
    talk.end("c", 10.0)
    assert talk.used("a", 10.0) == 0.0


def test_forgotten_after_a_day() -> None:
    """Talk counts for a day from the end of its call, and not a moment longer."""
    talk = Talk()
    talk.add("a", 50.0, 30.0)
    assert talk.used("a", 50.0 + DAY - 0.001) == 30.0
    assert talk.used("a", 50.0 + DAY) == 0.0


def test_wait_is_until_enough_is_a_day_old() -> None:
    """Who is over the limit waits until so much of the oldest talk is forgotten that less than it is left."""
    talk = Talk()
    for at in (100.0, 200.0, 300.0):
        talk.add("a", at, 60.0)
    assert talk.wait("a", 181.0, 300.0) == 0.0
    assert talk.wait("a", 180.0, 300.0) == pytest.approx(100.0 + DAY - 300.0)
    assert talk.wait("a", 61.0, 300.0) == pytest.approx(200.0 + DAY - 300.0)


def test_who_talks_right_now_may_be_over_it_alone() -> None:
    """Where live calls are over the limit by themselves, nothing that is forgotten helps."""
    talk = Talk()
    talk.begin("c", "a", 0.0)
    assert talk.wait("a", 60.0, 60.0) == DAY


@given(
    st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 3_600)), max_size=30),
    st.integers(1, 5_000),
)
def test_against_the_slow_model(calls: list[tuple[int, int]], limit: int) -> None:
    """What is used is the sum over the last day; after the wait, not before, it is less than the limit."""
    talk, ended, now = Talk(), list[tuple[float, float]](), 0.0

    def used(at: float) -> float:
        return sum(length for end, length in ended if end > at - DAY)

    for pause, length in calls:
        now += pause
        talk.add("a", now, float(length))
        ended.append((now, float(length)))
        wait = talk.wait("a", float(limit), now)
        assert talk.used("a", now) == pytest.approx(used(now))
        assert (wait > 0.0) == (used(now) >= limit)
        if wait > 0.0:
            assert used(now + wait - 0.5) >= limit > used(now + wait)
