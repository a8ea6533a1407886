"""What was said of a trouble that lasts, so that a log tells it once and not for every try."""

import math

from c2cd.clock import Clock


class Said:
    """Words that are news, and not again before so many ``seconds`` have passed or the trouble was over."""

    def __init__(self, clock: Clock, seconds: float = math.inf) -> None:
        self._clock = clock
        self._seconds = seconds
        self._at: dict[str, float] = {}

    def is_news(self, words: str) -> bool:
        """Tell whether these words are to be said, and take them for said."""
        now = self._clock.monotonic()
        self._at = {said: at for said, at in self._at.items() if now - at < self._seconds}
        new = words not in self._at
        self._at.setdefault(words, now)
        return new

    def over(self) -> bool:
        """Forget all that was said; tell whether anything was."""
        told = bool(self._at)
        self._at = {}
        return told
