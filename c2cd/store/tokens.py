"""The tokens of accounts; of the secrets only the hashes are kept."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from c2cd.model.account import LENT, Scope, Token
from c2cd.store.database import Database, Statement
from c2cd.store.memory import Memory
from c2cd.store.reading import Row
from c2cd.store.secret import hash_of, is_kept_of, make_id, make_secret

_COLUMNS = "id, account_id, scope, note, created_at, expires_at, revoked_at, last_used_at"
_PREFIX = "c2cd_"
_DAY = 86_400.0
_USES_APART = 60.0
_LENT_SECONDS = 60.0
# So many are remembered.
_MOST = 1_000


class _Known(Struct, frozen=True):
    """A token, and what is kept of its secret."""

    hash: bytes
    token: Token


class Tokens:
    """The table of tokens. Other processes may write it too: see ``memory`` for what is remembered of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._memory: Memory[bytes, _Known] = Memory(database.changes, _MOST)

    async def create(  # noqa: PLR0913 - all that a token has
        self,
        account_id: str,
        scope: Scope,
        now: float,
        *,
        note: str = "",
        expires_at: float | None = None,
        api_key_id: str | None = None,
    ) -> str:
        """Make a token and give its secret, which nobody can read again.

        One that is given for an API key takes the place of those, given for any key, that expired more
        than a day ago. Where the key was revoked in the meantime the secret opens nothing.
        """
        secret = make_secret(_PREFIX)
        sql = (
            "INSERT INTO tokens (id, account_id, scope, hash, note, created_at, expires_at, api_key_id)"
            " SELECT ?, ?, ?, ?, ?, ?, ?, ?"
            " WHERE ? IS NULL OR EXISTS (SELECT 1 FROM api_keys WHERE id = ? AND revoked_at IS NULL)"
        )
        values = (make_id(), account_id, scope, hash_of(secret), note, now, expires_at, *[api_key_id] * 3)
        statements: list[Statement] = [(sql, values)]
        if api_key_id is not None:
            outdated = "DELETE FROM tokens WHERE api_key_id IS NOT NULL AND expires_at < ?"
            statements.append((outdated, (now - _DAY,)))
        await self._database.change(*statements)
        return secret

    async def lend(self, account_id: str, by: str, now: float) -> tuple[str, str]:
        """Make a token for one command of somebody on the host; give its id and its secret.

        It manages the account for a minute, and its ``name`` is that of who it was made for. Those that a
        command left behind that was killed go.
        """
        secret, token_id = make_secret(_PREFIX), f"{LENT}{make_id()}"
        sql = (
            "INSERT INTO tokens (id, account_id, scope, hash, note, created_at, expires_at)"
            " VALUES (?, ?, 'manage', ?, ?, ?, ?)"
        )
        values = (token_id, account_id, hash_of(secret), by, now, now + _LENT_SECONDS)
        outdated = "DELETE FROM tokens WHERE id GLOB ? AND expires_at < ?"
        await self._database.change((sql, values), (outdated, (f"{LENT}*", now)))
        return token_id, secret

    async def take_back(self, token_id: str) -> None:
        """Have a token that was lent open nothing any more, and leave no trace in the list."""
        sql = "DELETE FROM tokens WHERE id = ? AND id GLOB ?"
        await self._database.change((sql, (token_id, f"{LENT}*")))

    async def find(self, secret: str) -> Token | None:
        """Give the token whose secret this is, valid or not any more; None where there is none."""
        sql = f"SELECT hash, {_COLUMNS} FROM tokens WHERE hash = ?"
        kept = hash_of(secret)
        known = await self._memory.find(kept, sql, (kept,), _known)
        return known.token if known is not None and is_kept_of(known.hash, secret) else None

    def used(self, token: Token, now: float) -> None:
        """Note that a token that was just found is used; once a minute is enough, and nobody waits for it."""
        last = token.last_used_at
        if last is None or not 0 <= now - last < _USES_APART:  # the clock may have been put back
            sql = "UPDATE tokens SET last_used_at = ? WHERE id = ? AND last_used_at IS ?"
            self._database.write_behind((sql, (now, token.id, last)))
            self._memory.forget(lambda known: known.token.id == token.id)  # it is read with its use, then

    async def all(self) -> list[Token]:
        """Give all tokens, the oldest first."""
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM tokens ORDER BY created_at, id")
        return msgspec.convert(rows, list[Token])

    async def revoke(self, token_id: str, now: float) -> bool:
        """Make a token open nothing from now on; False where there is none of that id left to revoke."""
        sql = "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        return await self._database.change((sql, (now, token_id))) == [1]


def _known(rows: Sequence[Row]) -> _Known | None:
    return next(
        (_Known(msgspec.convert(row["hash"], bytes), msgspec.convert(row, Token)) for row in rows), None
    )
