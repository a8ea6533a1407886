"""Token buckets: how often something may happen in a minute. In memory, on a clock that is passed in."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable

from msgspec import Struct

MINUTE = 60.0
# What is refilled in many small parts adds up to a little less than one.
_WHOLE = 1.0 - 1e-9


class _Bucket(Struct):
    tokens: float
    filled_at: float


class Throttle:
    """Buckets by key, each of which holds ``per_minute`` tokens and is refilled evenly.

    At most ``most`` buckets are kept. Room is made by forgetting the one that was longest not asked
    for, so a caller who can make up keys can only lose what is already full or nearly so.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._before: dict[Hashable, list[float]] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def remember(self, key: Hashable, times: Iterable[float]) -> None:
        """Have a bucket begin with what was taken before these buckets were made."""
        self._before[key] = sorted(times)

    def wait(self, key: Hashable, per_minute: int, now: float) -> float:
        """Tell how many seconds there is no token for; 0 where there is one.

        ``now`` is monotonic. A changed rate holds from the next call on and gives no fresh bucketful.
        """
        bucket = self._filled(key, per_minute, now)
        return 0.0 if bucket.tokens >= _WHOLE else (1.0 - bucket.tokens) * MINUTE / per_minute

    def take(self, key: Hashable, per_minute: int, now: float) -> float:
        """Take a token and return 0, or take none and return the seconds until there will be one."""
        wait = self.wait(key, per_minute, now)
        if not wait:
            self._buckets[key].tokens -= 1.0
        return wait

    def give_back(self, key: Hashable) -> None:
        """Put back a token that was taken for nothing; a bucket never gets fuller than full by it."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            bucket.tokens += 1.0

    def _filled(self, key: Hashable, per_minute: int, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(float(per_minute), -float("inf"))
            for at in self._before.pop(key, ()):
                _fill(bucket, per_minute, at)
                bucket.tokens = max(0.0, bucket.tokens - 1.0)
        _fill(bucket, per_minute, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return bucket


def _fill(bucket: _Bucket, per_minute: int, now: float) -> None:
    gained = max(0.0, now - bucket.filled_at) * per_minute / MINUTE
    bucket.tokens = min(float(per_minute), bucket.tokens + gained)
    bucket.filled_at = max(now, bucket.filled_at)
