"""Token buckets: how often something may happen in a minute. In memory, on a clock that is passed in."""

from collections import OrderedDict

from msgspec import Struct

MINUTE = 60.0


class _Bucket(Struct):
    tokens: float
    filled_at: float


class Throttle:
    """Buckets by key, each of which holds ``per_minute`` tokens and is refilled evenly.

    At most ``most`` buckets are kept. Room is made by forgetting the one that was longest not asked
    for, so a caller who can make up keys can only lose what is already full or nearly so: keys are
    the ids of saved buttons, never text of a request.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, per_minute: int, now: float) -> float:
        """Take a token and return 0, or take none and return the seconds until there will be one.

        ``now`` is monotonic. A changed rate holds from the next call on and gives no fresh bucketful.
        """
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(float(per_minute), now)
        rate = per_minute / MINUTE
        gained = max(0.0, now - bucket.filled_at) * rate
        bucket.tokens = min(float(per_minute), bucket.tokens + gained)
        bucket.filled_at = max(now, bucket.filled_at)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if bucket.tokens >= 1.0:
            bucket.tokens -= 1.0
            return 0.0
        return (1.0 - bucket.tokens) / rate
