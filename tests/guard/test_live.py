"""Counting the calls that live."""

from hypothesis import given
from hypothesis import strategies as st

from c2cd.guard.live import LiveCalls


def test_counted_by_each_key() -> None:
    """A call counts under every key that it was begun with, until it ends."""
    live = LiveCalls()
    live.begin("c1", "all", ("button", "b"))
    live.begin("c2", "all", ("button", "c"))
    assert [live.count(key) for key in ("all", ("button", "b"), ("button", "x"))] == [2, 1, 0]
    live.end("c1")
    assert [live.count(key) for key in ("all", ("button", "b"))] == [1, 0]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=60))
def test_never_counted_twice(steps: list[tuple[bool, int]]) -> None:
    """However often a call is begun and ended, it counts once while it lives, and leaves nothing behind."""
    live, model = LiveCalls(), set[int]()
    for begins, number in steps:
        if begins:
            live.begin(str(number), "all", number % 2)
            model.add(number)
        else:
            live.end(str(number))
            model.discard(number)
        assert live.count("all") == len(model)
        assert live.count(0) == sum(number % 2 == 0 for number in model)
        assert live._keys.keys() == {str(number) for number in model}
