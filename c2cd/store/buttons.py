"""The buttons of accounts: click-to-call documents, as their owners wrote them."""

import asyncio
import secrets
from collections.abc import Sequence

import msgspec

from c2cd.errors import StoreError
from c2cd.model.button import Button, ClickToCall
from c2cd.store.database import Database
from c2cd.store.memory import Memory
from c2cd.store.paging import Page
from c2cd.store.reading import Row
from c2cd.validation import faults

SELECT = "SELECT id, account_id, revision, created_at, document FROM buttons WHERE removed_at IS NULL"

# So many are remembered, of 16 KiB at most as they are sent.
_MOST = 500

# A whitelist that no contact is in.
_NOBODY = ["[^\\x00-\\xff]"]


class RevisionConflict(StoreError):
    """Somebody else has changed or removed the button meanwhile."""

    name = "conflict"


class Buttons:
    """The table of buttons. Removed ones keep their row and are not found any more.

    See ``memory`` for what is remembered of it: a button that is found is not this caller's alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory: Memory[tuple[str, str], Button] = Memory(database.changes, _MOST)

    async def of_account(self, account_id: str, page: Page) -> list[Button]:
        """Give a page of an account's buttons, in the order in which they were made."""
        clauses, values = page.clauses("created_at")
        sql = f"{SELECT} AND account_id = ?{clauses}"
        buttons = []
        for row in await self._database.read(sql, (account_id, *values)):
            buttons.append(button_of(row))
            await asyncio.sleep(0)  # a hundred large documents take long to read: others get their turn
        return buttons

    async def find(self, account_id: str, button_id: str) -> Button | None:
        """Give one button; None where this account has none of that id."""
        sql = f"{SELECT} AND account_id = ? AND id = ?"
        key = account_id, button_id
        return await self._memory.find(key, sql, key, _first)

    async def create(self, account_id: str, document: dict[str, object], now: float) -> Button:
        """Save a new button, whose document is valid, under an id of its own."""
        button_id, revision = secrets.token_hex(16), _revision(1)
        sql = (
            "INSERT INTO buttons (id, account_id, revision, document, created_at, changed_at)"
            " VALUES (?, ?, ?, ?, ?, ?)"
        )
        await self._database.change((sql, (button_id, account_id, revision, _encoded(document), now, now)))
        return _made(button_id, account_id, revision, now, document)

    async def change(self, button: Button, document: dict[str, object], now: float) -> Button:
        """Save a new document, which is valid. RevisionConflict where ``button`` is not the latest."""
        revision = _revision(int(button.revision.partition("-")[0]) + 1)
        await self._update(
            button, "revision = ?, document = ?, changed_at = ?", revision, _encoded(document), now
        )
        return _made(button.id, button.account_id, revision, button.created_at, document)

    async def remove(self, button: Button, now: float) -> None:
        """Take a button away; its calls stay. RevisionConflict where ``button`` is not the latest."""
        await self._update(button, "removed_at = ?", now)

    async def _update(self, button: Button, assignments: str, *values: object) -> None:
        sql = f"UPDATE buttons SET {assignments} WHERE id = ? AND revision = ? AND removed_at IS NULL"
        if await self._database.change((sql, (*values, button.id, button.revision))) != [1]:
            message = f"Button {button.id} has been changed meanwhile: read it again"
            raise RevisionConflict(message)


def _encoded(document: dict[str, object]) -> str:
    return msgspec.json.encode(document).decode()


def _revision(number: int) -> str:
    return f"{number}-{secrets.token_hex(16)}"


def _first(rows: Sequence[Row]) -> Button | None:
    return next(map(button_of, rows), None)


def button_of(row: Row) -> Button:
    """Make a button of a row that ``SELECT`` gave."""
    document = msgspec.json.decode(str(row["document"]), type=dict[str, object])
    made_at = msgspec.convert(row["created_at"], float)
    return _made(str(row["id"]), str(row["account_id"]), str(row["revision"]), made_at, document)


def _made(
    button_id: str, account_id: str, revision: str, made_at: float, document: dict[str, object]
) -> Button:
    return Button(
        id=button_id,
        account_id=account_id,
        revision=revision,
        created_at=made_at,
        document=document,
        means=_meaning(document),
    )


def _meaning(document: dict[str, object]) -> ClickToCall:
    """Read a document that may be an older c2cd's.

    A field that this one refuses means nothing, but for a whitelist: one that is not taken opens no door.
    """
    try:
        return msgspec.convert(document, ClickToCall)
    except msgspec.ValidationError:
        refused = {fault.path.partition(".")[0] for fault in faults(ClickToCall, document)}
        kept = {key: value for key, value in document.items() if key not in refused}
        if "whitelist" in refused:
            kept["whitelist"] = _NOBODY
        return msgspec.convert(kept, ClickToCall)
