"""A look into the database beside the daemon: nothing is written, or held for longer than a page."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct

from c2cd.errors import StoreError
from c2cd.model.button import Button
from c2cd.model.call import Call, Result
from c2cd.store import buttons, history
from c2cd.store.damage import told
from c2cd.store.database import NEWEST, too_new
from c2cd.store.paging import Mark, Page
from c2cd.store.reading import Row, rows_of

# So many rows are read at once: a reader that stays keeps the daemon's log from being written back.
_PAGE = 500
_BUSY_SECONDS = 2.0


class Wanted(Struct, frozen=True, kw_only=True):
    """Which calls are looked for; what is None does not matter. Times are Unix seconds, the bounds are in."""

    account_id: str | None = None
    button_id: str | None = None
    since: float | None = None
    until: float | None = None
    result: Result | None = None
    contacts: frozenset[str] | None = None

    def clauses(self) -> tuple[str, list[object]]:
        """Give what stands in a WHERE for it but for the times, and the values."""
        # A + keeps a column's index out of it: a button's calls are fewer than its account's.
        account = "account_id" if self.button_id is None else "+account_id"
        plain = {account: self.account_id, "button_id": self.button_id, "result": self.result}
        known = {column: value for column, value in plain.items() if value is not None}
        clauses = [f"{column} = ?" for column in known]
        values: list[object] = [*known.values()]
        if self.contacts is not None:
            clauses.append(f"contact IN ({', '.join('?' * len(self.contacts))})")
            values += self.contacts
        return "".join(f" AND {clause}" for clause in clauses), values


class Look:
    """What can be seen. Made by ``looking_at``; every method raises StoreError with SQLite's own words."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    def live_calls(self, account_id: str | None = None) -> list[Call]:
        """Give the calls that have not ended, the newest first."""
        clause, values = ("", ()) if account_id is None else (" AND account_id = ?", (account_id,))
        # SQLite would rather walk through all calls in their order than sort the few that live.
        live = f"{history.SELECT} INDEXED BY calls_open WHERE state <> 'ended'{clause}"
        sql = f"{live} ORDER BY requested_at DESC, id DESC"
        return [history.call_of(row) for row in self._rows(sql, values)]

    def find_call(self, call_id: str) -> Call | None:
        """Give one call; None where there is none of that id."""
        rows = self._rows(f"{history.SELECT} WHERE id = ?", (call_id,))
        return history.call_of(rows[0]) if rows else None

    def calls(self, wanted: Wanted, most: int | None = None) -> Iterator[list[Call]]:
        """Give the calls that are wanted page by page, the newest first, at most so many."""
        start: Mark | None = None
        left = most
        while left is None or left > 0:
            # One row more than is given: the next page begins with it.
            size = _PAGE if left is None else min(_PAGE, left)
            found = self._page(wanted, Page(most=size + 1, start=start))
            if page := found[:size]:
                yield page
            if len(found) <= size:
                return
            start = found[size].requested_at, found[size].id
            left = None if left is None else left - size

    def _page(self, wanted: Wanted, page: Page) -> list[Call]:
        order, page_values = page.clauses("requested_at")
        clauses, values = wanted.clauses()
        infinite = float("inf")
        since = -infinite if wanted.since is None else wanted.since
        span = page.narrow(since, infinite if wanted.until is None else wanted.until)
        sql = f"{history.SELECT} WHERE requested_at BETWEEN ? AND ?{clauses}{order}"
        return [history.call_of(row) for row in self._rows(sql, (*span, *values, *page_values))]

    def buttons(self, account_id: str | None = None) -> list[Button]:
        """Give the buttons that there are, the oldest first."""
        clause, values = ("", ()) if account_id is None else (" AND account_id = ?", (account_id,))
        sql = f"{buttons.SELECT}{clause} ORDER BY account_id, created_at, id"
        return [buttons.button_of(row) for row in self._rows(sql, values)]

    def button_names(self) -> dict[str, str]:
        """Give the name of each button by its id, also of those that were removed."""
        rows = self._rows("SELECT id, json_extract(document, '$.name') AS name FROM buttons")
        return {str(row["id"]): str(row["name"]) for row in rows}

    def version(self) -> int:
        """Tell the number of the schema."""
        return int(str(self._rows("PRAGMA user_version")[0]["user_version"]))

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        try:
            return rows_of(self._connection, sql, values)
        except sqlite3.Error as error:
            raise told(self._path, error) from error


@contextmanager
def looking_at(path: Path) -> Iterator[Look]:
    """Open the file for reading alone.

    StoreError where there is none, where it can't be read or is of an older schema, which the daemon brings
    to the newest when it starts; Unusable where it is damaged or a newer c2cd's.
    """
    if not os.access(path, os.R_OK, effective_ids=True):
        message = f"{path}: can't be read; is store.path right, has c2cd run yet, and may this user read it?"
        raise StoreError(message)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    with closing(connection):
        look = Look(path, connection)
        version = look.version()
        if version > NEWEST:
            raise too_new(path, version)
        if version < NEWEST:
            message = (
                f"{path}: of an older c2cd (schema {version}, not {NEWEST}): start c2cd, or start it anew"
            )
            raise StoreError(message)
        yield look
