"""What is counted of calls since the start, for whoever watches the daemon."""

from collections import Counter

from c2cd.calls.causes import CAUSES
from c2cd.model.call import Call
from c2cd.model.histogram import Histogram

# Seconds: from the click to the Originate, to the first ring, and of talk.
_TO_ORDER = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_TO_RING = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_TALK = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0)


class CallFigures:
    """Calls whose end is in the history, by result and cause, and how long their parts took.

    Only an ``error`` has a cause; each that there can be is there from the start.
    """

    def __init__(self) -> None:
        none = [("success", ""), ("unknown", ""), *(("error", cause) for cause in CAUSES)]
        self.ended: Counter[tuple[str, str]] = Counter(dict.fromkeys(none, 0))
        self.to_order = Histogram(_TO_ORDER)
        self.to_ring = Histogram(_TO_RING)
        self.talk = Histogram(_TALK)

    def follow(self, before: Call, after: Call) -> None:
        """Count what is new in ``after``, once it is written."""
        ringing_at = after.first.ringing_at
        if ringing_at is not None and before.first.ringing_at is None:
            self.to_ring.see(ringing_at - after.requested_at)
        if after.result is not None and before.ended_at is None and after.ended_at is not None:
            self.ended[after.result, after.cause or ""] += 1
            if after.bridged_at is not None and after.talk_seconds is not None:
                self.talk.see(after.talk_seconds)
