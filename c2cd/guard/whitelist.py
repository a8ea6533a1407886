"""Whitelists, matched by RE2: tenants write the patterns, and RE2's time is linear whatever they write."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

import re2

from c2cd.errors import Fault

RULE = "whitelist"

# Contacts are ASCII, so bytes will do; Unicode classes over UTF-8 take 60 times as long to compile.
_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 17


# Steps of a compiled pattern. RE2 holds the interpreter while it compiles and searches: one of 1,200 takes
# 2 ms for both, where 5,000 take 10. No plain text of a pattern's 1,024 signs has more.
LARGEST = 1200
# Steps of all patterns of a whitelist that may be searched while others wait: 3 ms at the worst.
_LIGHT = 2000


class _Compiled:
    """The patterns that were used last, compiled. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, re2._Regexp] = OrderedDict()
        self._lock = Lock()

    def find(self, pattern: str) -> "re2._Regexp | None":
        with self._lock:
            if pattern in self._kept:
                self._kept.move_to_end(pattern)
            return self._kept.get(pattern)

    def get(self, pattern: str) -> "re2._Regexp":
        found = self.find(pattern)
        if found is None:
            found = re2.compile(pattern.encode(), _OPTIONS)
            with self._lock:
                self._kept[pattern] = found
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return found


_compiled = _Compiled(4096)


def pattern_faults(patterns: Iterable[str], path: str) -> list[Fault]:
    """Tell which patterns RE2 does not take (look-around, back-references), or are too large, and why.

    It may take half a second for the 200 costliest: call it in a thread where others wait.
    """
    found = []
    for index, pattern in enumerate(patterns):
        try:
            steps = _compiled.get(pattern).programsize
        except (re2.error, UnicodeEncodeError) as error:
            said = error.args[0]
            reason = said.decode(errors="replace") if isinstance(said, bytes) else str(error)
            message = f"Not a pattern that RE2 takes: {reason}"
        else:
            if steps <= LARGEST:
                continue
            message = f"The pattern is too large: it has {steps} steps, of which {LARGEST} are allowed"
        found.append(Fault(f"{path}.{index}", "pattern", message, {"value": pattern}))
    return found


def matches(patterns: Iterable[str], contact: str) -> bool:
    """Tell whether one of the patterns is found in the contact: a search, not a full match, as in Kazoo.

    Patterns that are not ``is_light`` are to be searched in a thread, where each holds the others for
    milliseconds at most.
    """
    return any(_compiled.get(pattern).search(contact.encode()) for pattern in patterns)


def is_light(patterns: Iterable[str]) -> bool:
    """Tell whether ``matches`` takes so little time that others may wait for it."""
    steps = 0
    for pattern in patterns:
        found = _compiled.find(pattern)
        if found is None:
            return False
        steps += found.programsize
    return steps <= _LIGHT
