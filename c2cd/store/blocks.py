"""The blocklists of accounts: whom they do not call."""

import secrets
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from c2cd.errors import StoreError
from c2cd.model.block import Block, BlockKind
from c2cd.store.database import Database
from c2cd.store.memory import Memory
from c2cd.store.reading import Row

# A click is matched against all of an account's patterns; numbers are found by an index, however many.
MOST_PATTERNS = 500
# The patterns of so many accounts are remembered.
_MOST = 100

_COLUMNS = (
    "SELECT id, account_id, kind, text, note, added_by, added_at, removed_by, removed_at FROM blocks WHERE"
)
_IN_FORCE = "account_id = ? AND kind = ? AND removed_at IS NULL"


class NotBlocked(StoreError):
    """A block that can't be added: it is there already, or there are too many."""

    name = "not_blocked"


class _Listed(Struct, frozen=True):
    """What of an account is in force: its patterns, and whether there is any number."""

    patterns: tuple[Block, ...]
    has_numbers: bool


class Blocks:
    """The table of blocks. Other processes write it too: see ``memory`` for what is remembered of it.

    That is an account's patterns, and whether it has any numbers, which are read however many they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory: Memory[str, _Listed] = Memory(database.changes, _MOST)

    async def add(  # noqa: PLR0913 - all that a block has
        self, account_id: str, kind: BlockKind, text: str, by: str, now: float, *, note: str = ""
    ) -> str:
        """Block a contact's text, in whatever case, or a pattern; give the id of the block.

        NotBlocked where it is blocked already, or where the account has too many patterns in force.
        """
        text = text.lower() if kind == "number" else text
        block_id = secrets.token_hex(6)
        sql = (
            "INSERT INTO blocks (id, account_id, kind, text, note, added_by, added_at)"
            " SELECT ?, ?, ?, ?, ?, ?, ?"
            f" WHERE ? = 'number' OR (SELECT count(*) FROM blocks WHERE {_IN_FORCE}) < ?"
            " ON CONFLICT (account_id, kind, text) WHERE removed_at IS NULL DO NOTHING"
        )
        row = (block_id, account_id, kind, text, note, by, now)
        if await self._database.change((sql, (*row, kind, account_id, kind, MOST_PATTERNS))) != [1]:
            same = f"{_COLUMNS} {_IN_FORCE} AND text = ?"
            for known in await self._database.read(same, (account_id, kind, text)):
                raise NotBlocked(f"{text} is blocked already, by {known['id']}: see c2cd block list")
            raise NotBlocked(
                f"account {account_id!r} has {MOST_PATTERNS} patterns in force, the most that it may have:"
                " remove one, or have one pattern stand for several"
            )
        return block_id

    async def all(self, account_id: str | None = None) -> list[Block]:
        """Give all blocks, of one account or of all, removed ones too, the oldest first."""
        sql = f"{_COLUMNS} ? IS NULL OR account_id = ? ORDER BY added_at, id"
        return msgspec.convert(await self._database.read(sql, (account_id, account_id)), list[Block])

    async def against(self, account_id: str, text: str) -> list[Block]:
        """Give what of an account is in force and may hit a contact: its number's block, and all patterns."""
        sql = f"{_COLUMNS} {_IN_FORCE} UNION ALL SELECT * FROM ({_COLUMNS} {_IN_FORCE} LIMIT 1)"
        values = (account_id, "pattern", account_id, "number")
        listed = await self._memory.find(account_id, sql, values, _listed)
        if listed is None or not listed.has_numbers:
            return list(listed.patterns) if listed else []
        number = f"{_COLUMNS} {_IN_FORCE} AND text = ?"
        rows = await self._database.read(number, (account_id, "number", text.lower()))
        return [*msgspec.convert(rows, list[Block]), *listed.patterns]

    async def remove(self, block_id: str, by: str, now: float) -> bool:
        """Have a block hold no longer; False where there is none of that id left to remove."""
        sql = "UPDATE blocks SET removed_by = ?, removed_at = ? WHERE id = ? AND removed_at IS NULL"
        return await self._database.change((sql, (by, now, block_id))) == [1]


def _listed(rows: Sequence[Row]) -> _Listed:
    blocks = msgspec.convert(rows, tuple[Block, ...])
    patterns = tuple(block for block in blocks if block.kind == "pattern")
    return _Listed(patterns, has_numbers=len(patterns) < len(blocks))
