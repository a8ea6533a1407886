"""Rolling windows, on a time that the test makes up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.guard.windows import DAY, Windows


def test_so_many_and_no_more() -> None:
    """A window is open until so many lie in it, and closed from the last of them on."""
    windows = Windows()
    for at in (0.0, 10.0):
        assert windows.wait("a", 3, 600.0, at) == 0.0
        windows.add("a", at, 10)
    assert windows.wait("a", 3, 600.0, 20.0) == 0.0
    windows.add("a", 20.0, 10)
    assert windows.wait("a", 3, 600.0, 20.0) == 580.0


def test_it_rolls() -> None:
    """It opens in the very moment in which the oldest is as old as the window is long."""
    windows = Windows()
    for at in (5.0, 65.0):
        windows.add("a", at, 10)
    assert windows.wait("a", 2, 60.0, 64.999) == pytest.approx(0.0, abs=0.002)
    assert windows.wait("a", 1, 60.0, 124.999) == pytest.approx(0.001)
    assert windows.wait("a", 1, 60.0, 125.0) == 0.0


def test_keys_are_apart() -> None:
    """What happened to one is nothing to another."""
    windows = Windows()
    windows.add("a", 0.0, 10)
    assert windows.wait("b", 1, 60.0, 0.0) == 0.0


def test_taken_back() -> None:
    """What is taken back never happened; taking back what is not there is no error."""
    windows = Windows()
    windows.add("a", 0.0, 10)
    windows.take_back("a")
    windows.take_back("a")
    windows.take_back("b")
    assert windows.wait("a", 1, 60.0, 0.0) == 0.0


def test_kept_no_longer_than_a_day_and_no_more_than_asked() -> None:
    """Of a key the last so many times are kept, and nothing of a key whose last time is a day old."""
    windows = Windows()
    for at in range(100):
        windows.add("a", float(at), 3)
    assert windows.wait("a", 3, DAY, 99.0) == pytest.approx(97.0 + DAY - 99.0)
    assert windows.wait("a", 50, DAY, 99.0) == 0.0
    windows.add("b", 99.0 + DAY, 3)
    assert len(windows) == 1


def test_bounded() -> None:
    """So many keys are kept and no more, and the one that was longest not added to goes."""
    windows = Windows(most=2)
    for at, key in enumerate(("a", "b", "a", "c")):
        windows.add(key, float(at), 5)
    assert len(windows) == 2
    assert windows.wait("b", 1, 60.0, 3.0) == 0.0
    assert windows.wait("a", 1, 60.0, 3.0) > 0.0


def test_what_is_taken_back_makes_no_room() -> None:
    """Who is not held by the limit (a token) may add to a full window, and taking that back frees nothing."""
    windows = Windows()
    for at in range(10):
        windows.add("k", float(at), 10)
    for at in range(10, 40):
        windows.add("k", float(at), 10)
        windows.take_back("k")
    for at in range(40, 60):
        windows.add("k", float(at), 10)
    for _ in range(20):
        windows.take_back("k")
    assert windows.wait("k", 10, DAY, 60.0) == DAY - 60.0
    assert windows.wait("k", 11, DAY, 60.0) == 0.0


class SlowModel:
    """Every time that anything passed, looked through anew at each question."""

    def __init__(self) -> None:
        self.passed: list[float] = []

    def inside(self, seconds: float, now: float) -> int:
        """Count what lies in the last so many seconds."""
        return sum(at > now - seconds for at in self.passed)

    def is_full(self, limits: list[tuple[int, float]], now: float) -> bool:
        """Tell whether one of the windows has no room."""
        return any(self.inside(seconds, now) >= many for many, seconds in limits)


LIMITS = [(1, 60.0), (3, 600.0), (10, DAY)]


@given(
    st.lists(
        st.one_of(
            st.integers(min_value=0, max_value=120),
            st.sampled_from([59, 60, 61, 599, 600, 601, 86_399, 86_400, 86_401]),
        ),
        max_size=80,
    )
)
def test_against_the_slow_model(pauses: list[int]) -> None:
    """Whenever it is tried, exactly that passes for which every window has room; the wait is until then."""
    windows, model, now = Windows(), SlowModel(), 0.0
    for pause in pauses:
        now += pause
        wait = max(windows.wait("k", many, seconds, now) for many, seconds in LIMITS)
        assert (wait > 0.0) == model.is_full(LIMITS, now)
        if wait > 0.0:
            assert model.is_full(LIMITS, now + wait - 0.5)
            assert not model.is_full(LIMITS, now + wait)
        else:
            windows.add("k", now, 10)
            model.passed.append(now)
