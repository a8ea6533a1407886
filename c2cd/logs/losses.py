"""Lines that could not be written: said once, and once more, with how many, when it is over."""

import logging
from collections import Counter

log = logging.getLogger(__name__)

# Lines that were lost since the process began, by log, for whoever watches it.
LOST_LINES = Counter(messages=0, events=0)


class Losses:
    """Counts the lines of the event log that were lost on their way to ``where``."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._lost = 0

    def lose(self, lines: int, error: OSError) -> None:
        """Count lines that could not be written."""
        if not self._lost:
            log.error("the event log can't be written: %s: %s", self._where, error.strerror)
        self._lost += lines
        LOST_LINES["events"] += lines

    def over(self) -> None:
        """Take note that lines are written, again if some were lost before."""
        if self._lost:
            log.warning("the event log can be written again; %d lines of it were lost", self._lost)
        self._lost = 0
