"""Trouble that lasts is told once."""

from c2cd.model.said import Said
from tests.clock import ManualClock

TIMES = 5


async def test_the_same_words_are_no_news(clock: ManualClock) -> None:
    """Words are news once, other words are news too, and neither again while they take turns."""
    said = Said(clock)
    news = []
    for words in ["locked", "full"] * TIMES:
        news.append(said.is_news(words))
        await clock.advance(1000)
    assert news == [True, True] + [False] * (2 * TIMES - 2)


async def test_words_are_news_again_once_their_time_is_over(clock: ManualClock) -> None:
    """With a time the words are news again after it, counted from when they were last said."""
    said = Said(clock, 60)
    times = []
    for _ in range(13):
        if said.is_news("locked"):
            times.append(clock.monotonic())
        await clock.advance(10)
    assert times == [0, 60, 120]


async def test_the_end_is_told_once(clock: ManualClock) -> None:
    """Only of a trouble that was told is the end to be told; after it the same words are news."""
    said = Said(clock)
    assert not said.over()
    assert said.is_news("locked")
    assert [said.over(), said.over()] == [True, False]
    assert said.is_news("locked")
