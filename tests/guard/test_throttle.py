"""Token buckets, on a time that the test makes up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.guard.throttle import Throttle


def test_bucketful_then_nothing() -> None:
    """A bucket begins full: as many clicks as the rate at once, and not one more."""
    throttle = Throttle()
    assert [throttle.take("b", 3, 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert throttle.take("b", 3, 0.0) == pytest.approx(20.0)


def test_refilled_evenly() -> None:
    """A token comes back after a minute's share, not a bucketful at the minute's end."""
    throttle = Throttle()
    for _ in range(4):
        throttle.take("b", 4, 100.0)
    assert throttle.take("b", 4, 114.0) == pytest.approx(1.0)
    assert throttle.take("b", 4, 115.0) == 0.0
    assert throttle.take("b", 4, 115.0) > 0.0


def test_never_fuller_than_full() -> None:
    """However long nobody clicks, a bucket holds no more than its rate."""
    throttle = Throttle()
    throttle.take("b", 2, 0.0)
    assert [throttle.take("b", 2, 1e9) for _ in range(2)] == [0.0, 0.0]
    assert throttle.take("b", 2, 1e9) > 0.0


def test_refusal_costs_nothing() -> None:
    """Asking in vain, however often, does not put off the next token."""
    throttle = Throttle()
    throttle.take("b", 1, 0.0)
    for second in range(1, 60):
        assert throttle.take("b", 1, float(second)) == pytest.approx(60.0 - second)
    assert throttle.take("b", 1, 60.0) == 0.0


def test_buckets_are_apart() -> None:
    """What one button spends, another one keeps."""
    throttle = Throttle()
    throttle.take("b", 1, 0.0)
    assert throttle.take("c", 1, 0.0) == 0.0


def test_changed_rate_gives_no_bucketful() -> None:
    """A rate that is raised holds from now on, and does not fill the bucket."""
    throttle = Throttle()
    throttle.take("b", 1, 0.0)
    assert throttle.take("b", 60, 0.0) == pytest.approx(1.0)
    assert throttle.take("b", 60, 1.0) == 0.0


def test_lowered_rate_holds_at_once() -> None:
    """A rate that is lowered takes away what is over it."""
    throttle = Throttle()
    throttle.take("b", 100, 0.0)
    assert throttle.take("b", 1, 0.0) == 0.0
    assert throttle.take("b", 1, 0.0) > 0.0


def test_time_that_goes_back() -> None:
    """A time that lies before the last one gives no token and takes none."""
    throttle = Throttle()
    throttle.take("b", 2, 1000.0)
    assert throttle.take("b", 2, 0.0) == 0.0
    assert throttle.take("b", 2, 1000.0) == pytest.approx(30.0)


def test_bounded() -> None:
    """So many buckets are kept and no more, and the one that was longest not asked for goes."""
    throttle = Throttle(most=3)
    for key in ("a", "b", "c"):
        throttle.take(key, 1, 0.0)
    throttle.take("a", 1, 1.0)  # in vain, yet it was asked for
    throttle.take("d", 1, 1.0)
    assert len(throttle) == 3
    assert throttle.take("a", 1, 1.0) > 0.0
    assert throttle.take("b", 1, 1.0) == 0.0  # forgotten, hence full again


class SlowModel:
    """The same limit told in another way: the bucket's level, worked out anew from all clicks so far."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self.admitted: list[float] = []

    def level(self, now: float) -> float:
        """Tell how many tokens there are, by going through all that was taken."""
        level, at = float(self.per_minute), 0.0
        for taken in self.admitted:
            level = min(self.per_minute, level + (taken - at) * self.per_minute / 60.0) - 1.0
            at = taken
        return min(self.per_minute, level + (now - at) * self.per_minute / 60.0)


@given(
    st.integers(min_value=1, max_value=120),
    st.lists(st.floats(min_value=0.0, max_value=90.0), min_size=1, max_size=40),
)
def test_against_the_slow_model(per_minute: int, pauses: list[float]) -> None:
    """Whenever the clicks come, exactly those pass that find a whole token in the bucket."""
    throttle, model, now = Throttle(), SlowModel(per_minute), 0.0
    for pause in pauses:
        now += pause
        level = model.level(now)
        if abs(level - 1.0) < 1e-6:  # on the very edge both are right
            return
        wait = throttle.take("b", per_minute, now)
        assert (wait == 0.0) == (level > 1.0)
        if wait == 0.0:
            model.admitted.append(now)
        else:
            assert wait == pytest.approx((1.0 - level) * 60.0 / per_minute)


@given(
    st.integers(min_value=1, max_value=60),
    st.lists(st.floats(min_value=0.0, max_value=10.0), max_size=200),
)
def test_never_over_the_limit(per_minute: int, pauses: list[float]) -> None:
    """In no minute pass more than what a full bucket and a minute's refilling hold."""
    throttle, now, passed = Throttle(), 0.0, []
    for pause in pauses:
        now += pause
        if throttle.take("b", per_minute, now) == 0.0:
            passed.append(now)
    for first in passed:
        assert sum(first <= at < first + 60.0 for at in passed) <= 2 * per_minute


def test_asking_costs_nothing() -> None:
    """Whether there is a token may be asked as often as one likes."""
    throttle = Throttle()
    assert [throttle.wait("b", 1, 0.0) for _ in range(5)] == [0.0] * 5
    throttle.take("b", 1, 0.0)
    assert throttle.wait("b", 1, 15.0) == pytest.approx(45.0)


def test_given_back() -> None:
    """A token that was taken for nothing is there again, but no bucket gets fuller than full."""
    throttle = Throttle()
    throttle.take("b", 1, 0.0)
    throttle.give_back("b")
    throttle.give_back("b")
    throttle.give_back("unknown")
    assert throttle.take("b", 1, 0.0) == 0.0
    assert throttle.take("b", 1, 0.0) > 0.0


def test_begins_with_what_was_taken_before() -> None:
    """A bucket that is told what was taken before it was made is as full as if it had been there."""
    throttle, older = Throttle(), Throttle()
    for at in (0.0, 3.0, 20.0):
        older.take("b", 3, at)
    throttle.remember("b", [20.0, 0.0, 3.0])
    assert throttle.wait("b", 3, 21.0) == older.wait("b", 3, 21.0) == 0.0
    assert throttle.take("b", 3, 21.0) == older.take("b", 3, 21.0)
    assert throttle.wait("b", 3, 21.0) == pytest.approx(older.wait("b", 3, 21.0))


def test_more_was_taken_before_than_fits() -> None:
    """A rate that was lowered meanwhile makes an empty bucket, not one that owes."""
    throttle = Throttle()
    throttle.remember("b", [0.0] * 100)
    assert throttle.wait("b", 2, 0.0) == pytest.approx(30.0)
