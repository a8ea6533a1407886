"""The calls that live, counted by whatever they have in common."""

from collections import Counter
from collections.abc import Hashable


class LiveCalls:
    """Call ids, and how many of them there are by key."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[Hashable, ...]] = {}
        self._count: Counter[Hashable] = Counter()

    def begin(self, call_id: str, *keys: Hashable) -> None:
        """Count a call, once."""
        if call_id not in self._keys:
            self._keys[call_id] = keys
            self._count.update(keys)

    def end(self, call_id: str) -> None:
        """Count a call no longer; no error if it is not counted."""
        for key in self._keys.pop(call_id, ()):
            self._count[key] -= 1
            if not self._count[key]:
                del self._count[key]

    def count(self, key: Hashable) -> int:
        """Tell how many calls live."""
        return self._count[key]
