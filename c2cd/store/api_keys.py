"""The API keys of accounts, for which tokens are given; of the secrets only the hashes are kept."""

import msgspec

from c2cd.model.account import ApiKey
from c2cd.store.database import Database
from c2cd.store.secret import hash_of, is_kept_of, make_id, make_secret

_COLUMNS = "id, account_id, note, created_at, revoked_at"
_PREFIX = "c2cdkey_"


class ApiKeys:
    """The table of API keys. Other processes may write it too: nothing of it is remembered here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, account_id: str, now: float, *, note: str = "") -> str:
        """Make a key and give its secret, which nobody can read again."""
        secret = make_secret(_PREFIX)
        sql = "INSERT INTO api_keys (id, account_id, hash, note, created_at) VALUES (?, ?, ?, ?, ?)"
        await self._database.change((sql, (make_id(), account_id, hash_of(secret), note, now)))
        return secret

    async def find(self, secret: str) -> ApiKey | None:
        """Give the key whose secret this is, revoked or not; None where there is none."""
        sql = f"SELECT hash, {_COLUMNS} FROM api_keys WHERE hash = ?"
        rows = await self._database.read(sql, (hash_of(secret),))
        return next((msgspec.convert(row, ApiKey) for row in rows if is_kept_of(row["hash"], secret)), None)

    async def all(self) -> list[ApiKey]:
        """Give all keys, the oldest first."""
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, id")
        return msgspec.convert(rows, list[ApiKey])

    async def revoke(self, key_id: str, now: float) -> bool:
        """Revoke a key and the tokens given for it; False where there is none of that id left to revoke."""
        keys, _tokens = await self._database.change(
            ("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now, key_id)),
            ("UPDATE tokens SET revoked_at = ? WHERE api_key_id = ? AND revoked_at IS NULL", (now, key_id)),
        )
        return keys == 1
