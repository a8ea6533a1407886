"""The tokens of accounts: 256 random bits, of which only the SHA-256 is kept."""

import hashlib
import secrets

import msgspec

from c2cd.model.account import Scope, Token
from c2cd.store.database import Database

_COLUMNS = "SELECT id, account_id, scope, note, created_at, expires_at, revoked_at FROM tokens"
_PREFIX = "c2cd_"  # lets people and secret scanners know one when they see it


class Tokens:
    """The table of tokens. Other processes may write it too: nothing of it is remembered here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self, account_id: str, scope: Scope, now: float, *, note: str = "", expires_at: float | None = None
    ) -> str:
        """Make a token and give its secret, which nobody can read again."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        sql = (
            "INSERT INTO tokens (id, account_id, scope, hash, note, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
        )
        values = (secrets.token_hex(4), account_id, scope, _hash(secret), note, now, expires_at)
        await self._database.write((sql, values))
        return secret

    async def find(self, secret: str) -> Token | None:
        """Give the token whose secret this is, valid or not any more; None where there is none.

        The look-up is by hash, so that how long it takes tells nothing of the secret.
        """
        rows = await self._database.read(f"{_COLUMNS} WHERE hash = ?", (_hash(secret),))
        return msgspec.convert(rows[0], Token) if rows else None

    async def all(self) -> list[Token]:
        """Give all tokens, the oldest first."""
        rows = await self._database.read(f"{_COLUMNS} ORDER BY created_at, id")
        return msgspec.convert(rows, list[Token])

    async def revoke(self, token_id: str, now: float) -> bool:
        """Make a token open nothing from now on; False where there is none of that id left to revoke."""
        sql = "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
        return await self._database.write((sql, (now, token_id))) == [1]


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()
