"""Which Asterisk it is, and what is known of its version that matters to c2cd.

What is stated here, and where it stands:

- CVE-2024-42365: ``write = originate`` was enough to write files, and so to run programs. Before 18.24.2,
  20.9.2, 21.4.2, certified 18.9-cert11 and 20.7-cert2 (Asterisk's advisory GHSA-c4cg-9275-6w44); branches
  that had ended by then were never mended.
- Event filters by name and header: from 18.26, 20.11, 21.6 and 22.1 on (change logs of those releases,
  "manager: Enhance event filtering for performance"). Certified 20.7 has the old form alone, 22.8 both.
- The last day of security fixes: "Asterisk Versions" at docs.asterisk.org. Certified branches have others.
"""

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

# As 22.10.1, 16.28.0~dfsg-0+deb11u4, 18.9-cert11, certified/18.9-cert11 or certified-20.7-cert2.
_VERSION = re.compile(
    r"(?:certified[-/])?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:-cert(\d{1,4}))?(?![\dA-Za-z])"
)

_MENDED = {18: (24, 2), 20: (9, 2), 21: (4, 2)}
_MENDED_CERTIFIED = {(18, 9): 11, (20, 7): 2}
_NEW_FILTERS = {18: 26, 20: 11, 21: 6, 22: 1}
_NEW_FILTERS_CERTIFIED = 22
_ENDED = {
    16: date(2023, 10, 9),
    17: date(2021, 10, 28),
    18: date(2025, 10, 20),
    19: date(2023, 11, 2),
    20: date(2027, 10, 19),
    21: date(2026, 10, 18),
}
_OLDEST = 16


class Version(NamedTuple):
    """A version of Asterisk; ``cert`` counts the releases of a certified branch, 0 where it is none."""

    major: int
    minor: int
    patch: int = 0
    cert: int = 0

    @property
    def knows_new_filters(self) -> bool:
        """Whether it takes the event filters of c2cd.conf; else those of c2cd-older.conf."""
        if self.cert:
            return self.major >= _NEW_FILTERS_CERTIFIED
        since = _NEW_FILTERS.get(self.major)
        return self.major > max(_NEW_FILTERS) if since is None else self.minor >= since

    def troubles(self, now: float) -> list[str]:
        """Tell, for people, what is known to be wrong with it at this time, in Unix seconds."""
        found = []
        if self._runs_programs_by_originate:
            found.append(
                "CVE-2024-42365: whoever has c2cd's AMI secret can run programs on Asterisk's host (mended in"
                " 18.24.2, 20.9.2, 21.4.2, 18.9-cert11, 20.7-cert2), unless your distribution has patched it"
            )
        ended = None if self.cert else _ENDED.get(self.major)
        if ended is not None and datetime.fromtimestamp(now, UTC).date() > ended:
            found.append(
                f"Asterisk {self.major} has had no security fixes since {ended}, unless your distribution"
                " still makes them"
            )
        if self.major < _OLDEST:
            found.append(f"c2cd is made for Asterisk {_OLDEST} and later")
        return found

    @property
    def _runs_programs_by_originate(self) -> bool:
        if self.cert:
            branch = self.major, self.minor
            mended = _MENDED_CERTIFIED.get(branch)
            return branch < max(_MENDED_CERTIFIED) if mended is None else self.cert < mended
        since = _MENDED.get(self.major)
        return self.major < max(_MENDED) if since is None else (self.minor, self.patch) < since


def read_version(words: str) -> Version | None:
    """Read what Asterisk calls itself; None where that is no version, as of one built from Git."""
    found = _VERSION.match(words)
    return Version(*(int(number or 0) for number in found.groups())) if found else None
