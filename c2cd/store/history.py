"""The history: a row for every call, from before it was placed until what became of it is known."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

import msgspec

from c2cd.errors import KeyInUse, LinkUsed
from c2cd.model.call import Call, Leg, PastCall
from c2cd.model.repeat import Answer
from c2cd.model.signing import SignedLink
from c2cd.store.database import Database, Statement, UniqueError
from c2cd.store.paging import Page
from c2cd.store.reading import Row

# How long the answer to an Idempotency-Key is kept, in seconds: a day, and one more for a clock that is set
# by a day over a restart, after which nobody can tell.
ANSWER_KEPT = 2 * 86_400.0
# How long after its end a used link is known, in seconds: the clock that tells its end may be put back.
LINK_KEPT = 31 * 86_400.0

_LEGS = ("first", "second")
_PLAIN = [name for name in Call.__struct_fields__ if name not in _LEGS]
_LEG = Leg.__struct_fields__
_COLUMNS = [*_PLAIN, *(f"{leg}_{name}" for leg in _LEGS for name in _LEG)]
# What a call is from its click on. ``save`` leaves it as it is, and so all indices but those of open and of
# ended calls.
SETTLED_BY_CLICK = frozenset(
    {
        *("id", "account_id", "button_id", "contact", "extension", "dial_first", "timeout"),
        *("requested_at", "switch_life", "clicked_by", "longest"),
    }
)
_SAVED = [name for name in _COLUMNS if name not in SETTLED_BY_CLICK]

SELECT = f"SELECT {', '.join(_COLUMNS)} FROM calls"
_INSERT = f"INSERT INTO calls ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE = f"UPDATE calls SET {', '.join(f'{name} = ?' for name in _SAVED)} WHERE id = ?"


def _getter(columns: Sequence[str]) -> Callable[[Call], tuple[object, ...]]:
    """Give what reads columns from a call: those of a leg from the leg."""
    legs = {f"{leg}_{name}": f"{leg}.{name}" for leg in _LEGS for name in _LEG}
    return attrgetter(*(legs.get(column, column) for column in columns))


_values = _getter(_COLUMNS)
_saved_values = _getter([*_SAVED, "id"])


class History:
    """The table of calls, and of the answers that clicks with an Idempotency-Key were given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, call: Call, answer: Answer | None = None, link: SignedLink | None = None) -> None:
        """Commit a new call's row and, with it, what a repeated click is to be answered, and its signed link.

        It may take as long as the disk does not answer; StoreError means that nothing will be written.
        KeyInUse where another click of the button came first with this key, LinkUsed where one came with
        this link; then nothing is written. What is kept for neither any longer goes.
        """
        statements: list[Statement] = [(_INSERT, _values(call))]
        if answer is not None:
            statements.append(("DELETE FROM answers WHERE created_at < ?", (answer.earliest - ANSWER_KEPT,)))
            sql = (
                "INSERT INTO answers (button_id, key, fingerprint, call_id, answer, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)"
            )
            values = (call.button_id, answer.key, answer.fingerprint, call.id, answer.body, answer.created_at)
            statements.append((sql, values))
        if link is not None:
            forgotten = "DELETE FROM used_signatures WHERE expires_at < ?"
            statements.append((forgotten, (call.requested_at - LINK_KEPT,)))
            sql = "INSERT INTO used_signatures (nonce, call_id, expires_at) VALUES (?, ?, ?)"
            statements.append((sql, (link.nonce, call.id, link.expires_at)))
        try:
            await self._database.write(*statements, patient=True)
        except UniqueError as error:
            if "answers." in str(error):
                message = "Another click has already come with this Idempotency-Key"
                raise KeyInUse(message) from error
            if "used_signatures." in str(error):
                message = "This link has been used"
                raise LinkUsed(message) from error
            raise

    async def save(self, calls: Iterable[Call]) -> None:
        """Commit what is newly known of calls: all but ``SETTLED_BY_CLICK``."""
        await self._database.write(*((_UPDATE, _saved_values(call)) for call in calls))

    async def forget_click(self, call_id: str) -> None:
        """Drop what is kept for a click that certainly rang nobody, so that it may be repeated."""
        await self._database.write(
            ("DELETE FROM answers WHERE call_id = ?", (call_id,)),
            ("DELETE FROM used_signatures WHERE call_id = ?", (call_id,)),
        )

    async def is_used(self, link: SignedLink) -> bool:
        """Tell whether a call was made with this link."""
        sql = "SELECT 1 AS used FROM used_signatures WHERE nonce = ?"
        return bool(await self._database.read(sql, (link.nonce,)))

    async def answer_to(self, button_id: str, key: str, now: float) -> Answer | None:
        """Give what the first click with this key was answered, within ``ANSWER_KEPT`` of it."""
        sql = (
            "SELECT key, fingerprint, call_id, answer AS body, created_at, created_at AS earliest"
            " FROM answers WHERE button_id = ? AND key = ? AND created_at >= ?"
        )
        rows = await self._database.read(sql, (button_id, key, now - ANSWER_KEPT))
        return msgspec.convert(rows[0], Answer) if rows else None

    async def find(self, call_id: str) -> Call | None:
        """Give one call; None where there is none of that id."""
        rows = await self._database.read(f"{SELECT} WHERE id = ?", (call_id,))
        return call_of(rows[0]) if rows else None

    async def open_calls(self) -> list[Call]:
        """Give the calls whose end is not known yet."""
        rows = await self._database.read(f"{SELECT} WHERE state <> 'ended'", patient=True)
        return [call_of(row) for row in rows]

    async def since(self, at: float) -> list[PastCall]:
        """Give what is counted of the calls that were clicked after this time, the oldest first.

        One that was taken back costs nothing, and is not among them.
        """
        columns = ", ".join(PastCall.__struct_fields__)
        sql = f"SELECT {columns} FROM calls WHERE requested_at > ? AND NOT taken_back ORDER BY requested_at"
        return msgspec.convert(await self._database.read(sql, (at,), patient=True), list[PastCall])

    async def open_of(self, account_id: str) -> list[Call]:
        """Give the calls of an account whose end is not known yet."""
        sql = f"{SELECT} INDEXED BY calls_open WHERE state <> 'ended' AND account_id = ?"
        return [call_of(row) for row in await self._database.read(sql, (account_id,))]

    async def ended_since(self, account_id: str, at: float, page: Page) -> list[Call]:
        """Give a page of an account's calls that have ended since then, in the order in which they did."""
        clauses, values = page.clauses("ended_at")
        sql = f"{SELECT} WHERE account_id = ? AND ended_at >= ?{clauses}"
        return [call_of(row) for row in await self._database.read(sql, (account_id, at, *values))]

    async def ahead_of(self, at: float) -> tuple[int, float]:
        """Tell how many calls were clicked after this time, and when the last of them was."""
        sql = "SELECT count(*) AS many, max(requested_at) AS last FROM calls WHERE requested_at > ?"
        many, last = (await self._database.read(sql, (at,)))[0].values()
        return msgspec.convert(many, int), msgspec.convert(last or 0.0, float)

    async def of_button(self, button_id: str, since: float, until: float, page: Page) -> list[Call]:
        """Give a page of a button's calls, in the order of their clicks, of a span in Unix seconds."""
        return await self._page("button_id", button_id, since, until, page)

    async def of_account(self, account_id: str, since: float, until: float, page: Page) -> list[Call]:
        """Give a page of an account's calls in the same way."""
        return await self._page("account_id", account_id, since, until, page)

    async def _page(self, of: str, owner: str, since: float, until: float, page: Page) -> list[Call]:
        clauses, values = page.clauses("requested_at")
        span = page.narrow(since, until)
        sql = f"{SELECT} WHERE {of} = ? AND requested_at BETWEEN ? AND ?{clauses}"
        return [call_of(row) for row in await self._database.read(sql, (owner, *span, *values))]


def call_of(row: Row) -> Call:
    """Make a call of a row that ``SELECT`` gave."""
    legs = {leg: {name: row.pop(f"{leg}_{name}") for name in _LEG} for leg in _LEGS}
    return msgspec.convert({**row, **legs}, Call, strict=False)
