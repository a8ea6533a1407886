"""What clicks came to, counted by a name of ours each, for whoever watches the daemon."""

from collections import Counter

from c2cd.errors import (
    C2cdError,
    Denied,
    InvalidDocument,
    KeyInUse,
    StoreError,
    StoreSilent,
    SwitchBusy,
    SwitchRefused,
    SwitchSilent,
    SwitchUnreachable,
)
from c2cd.web.refusals import ClickUnderWay, KeyReused, Refusal

ACCEPTED = "accepted"
# A click that got the answer of the first one, by its Idempotency-Key, or because it came within a moment.
REPEATED_BY_KEY, REPEATED_AT_ONCE = "repeated_by_key", "repeated_at_once"

_REFUSED_BY_FRONT = (ClickUnderWay, KeyReused)
_FAILED = (
    *(Denied, InvalidDocument, KeyInUse, StoreError, StoreSilent),
    *(SwitchBusy, SwitchRefused, SwitchSilent, SwitchUnreachable),
)
OUTCOMES = (
    *(ACCEPTED, REPEATED_BY_KEY, REPEATED_AT_ONCE),
    *(kind.message for kind in _REFUSED_BY_FRONT),
    *(kind.name for kind in _FAILED),
    C2cdError.name,
)


class Outcomes:
    """How many clicks came to each of ``OUTCOMES``, and how many were only tried."""

    def __init__(self) -> None:
        self.clicks: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.dry_runs = 0

    def failed(self, error: Exception) -> None:
        """Count a click that placed no call, or of which that is not known, under the name of why not."""
        if isinstance(error, Refusal):
            self.clicks[error.message] += 1
        else:  # others may have a name too, as AttributeError has
            self.clicks[error.name if isinstance(error, C2cdError) else C2cdError.name] += 1
