"""Rolling windows: how often something happened in the last so many seconds, a day of them at most."""

from collections import OrderedDict
from collections.abc import Hashable
from itertools import islice

DAY = 86_400.0
# So many of a key's latest times may be taken back, and those before them are still known.
_SPARE = 20


class Windows:
    """Times by key, on a clock that is passed in. What is older than a day is forgotten.

    At most ``most`` keys are kept; room is made by forgetting the one to which nothing was added for longest.
    """

    def __init__(self, most: int = 200_000) -> None:
        self._most = most
        self._times: OrderedDict[Hashable, list[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def wait(self, key: Hashable, many: int, seconds: float, now: float) -> float:
        """Tell how many seconds pass until fewer than ``many`` lie in the last ``seconds``; 0 if they do."""
        times = self._times.get(key, ())
        if len(times) < many:
            return 0.0
        oldest = next(islice(reversed(times), many - 1, None))
        return max(0.0, oldest + seconds - now)

    def add(self, key: Hashable, at: float, keep: int) -> None:
        """Note that it happened. Of a key's times the last ``keep`` are known: the most that is asked for."""
        times = self._times.setdefault(key, [])  # most hold one time: a deque begins with 64
        times.append(max(at, times[-1]) if times else at)
        while len(times) > keep + _SPARE or (times and times[0] <= at - DAY):
            del times[0]
        self._times.move_to_end(key)
        while True:  # it ends at the latest with the key that was added to
            oldest = next(iter(self._times))
            rest = self._times[oldest]
            if rest and rest[-1] > at - DAY and len(self._times) <= self._most:
                break
            del self._times[oldest]

    def take_back(self, key: Hashable) -> None:
        """Forget the last time that it happened."""
        times = self._times.get(key)
        if times:
            times.pop()
