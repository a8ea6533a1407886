"""Whitelists, matched by RE2: tenants write the patterns, and RE2's time is linear whatever they write."""

from collections.abc import Iterable
from functools import lru_cache

import re2

from c2cd.errors import Fault

RULE = "whitelist"

# Contacts are ASCII, so bytes will do; Unicode classes over UTF-8 take 60 times as long to compile.
_OPTIONS = re2.Options()
_OPTIONS.encoding = re2.Options.Encoding.LATIN1
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 17


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> "re2._Regexp":
    return re2.compile(pattern.encode(), _OPTIONS)


def pattern_faults(patterns: Iterable[str], path: str) -> list[Fault]:
    """Tell which patterns RE2 does not take (look-around, back-references, too large), and why."""
    found = []
    for index, pattern in enumerate(patterns):
        try:
            _compiled(pattern)
        except (re2.error, UnicodeEncodeError) as error:
            said = error.args[0]
            reason = said.decode(errors="replace") if isinstance(said, bytes) else str(error)
            message = f"Not a pattern that RE2 takes: {reason}"
            found.append(Fault(f"{path}.{index}", "pattern", message, {"value": pattern}))
    return found


def matches(patterns: Iterable[str], contact: str) -> bool:
    """Tell whether one of the patterns is found in the contact: a search, not a full match, as in Kazoo."""
    return any(_compiled(pattern).search(contact.encode()) for pattern in patterns)
