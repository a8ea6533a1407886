"""Deletes calls that are older than the configuration wants them kept, in steps that hold up no click."""

import logging

from c2cd.clock import Clock, sleep
from c2cd.errors import StoreError
from c2cd.store.database import Database, Statement
from c2cd.store.history import ANSWER_KEPT, LINK_KEPT

log = logging.getLogger(__name__)

DAY = 86_400.0
HOUR = 3_600.0
# So many rows go in one transaction, for which a click may have to wait,
ROWS_A_STEP = 100
# and then the writer is everybody else's, for so many times as long as the step took, and so long at least.
_REST, _LEAST_REST = 9.0, 0.02

_CALLS = (
    "DELETE FROM calls WHERE rowid IN"
    " (SELECT rowid FROM calls WHERE requested_at < ? AND state = 'ended' ORDER BY requested_at LIMIT ?)"
)
_KEPT_FOR_CLICKS = (
    ("answers", "created_at", "button_id, key", ANSWER_KEPT),
    ("used_signatures", "expires_at", "nonce", LINK_KEPT),
)


class Retention:
    """Keeps ended calls for so many ``days`` after their click; 0 is for ever.

    With them go the counts of denied clicks, and what was kept for repeated clicks and is of no use any more:
    it has contacts too.
    A call whose end is not known stays. ``deleted`` counts the calls that went since the start.
    """

    def __init__(self, database: Database, clock: Clock, days: int) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self.deleted = 0

    async def run(self) -> None:
        """Delete what is too old, at once and then every hour, until cancelled."""
        while self._days:
            before = self.deleted
            try:
                await self.sweep()
            except StoreError as error:  # the next hour may do
                self._database.complain(error)
            if self.deleted > before:
                log.info(
                    "%d calls were deleted from the history: they were over %d days old (history.keep_days)",
                    *(self.deleted - before, self._days),
                )
            await sleep(self._clock, HOUR)

    async def sweep(self) -> None:
        """Delete what is too old now, step by step. StoreError where that can't be gone on with."""
        now = self._clock.wall()
        while count := await self._step((_CALLS, (now - self._days * DAY, ROWS_A_STEP))):
            self.deleted += count
        counted = ("denials", "begun_at", "account_id, begun_at, rule", self._days * DAY)
        for table, column, key, seconds in (*_KEPT_FOR_CLICKS, counted):
            sql = (
                f"DELETE FROM {table} WHERE ({key}) IN"
                f" (SELECT {key} FROM {table} WHERE {column} < ? ORDER BY {column} LIMIT ?)"
            )
            while await self._step((sql, (now - seconds, ROWS_A_STEP))):
                pass

    async def _step(self, statement: Statement) -> int:
        begun_at = self._clock.monotonic()
        (count,) = await self._database.write(statement)
        if count:
            took = self._clock.monotonic() - begun_at
            await sleep(self._clock, max(_LEAST_REST, _REST * took))
        return count
