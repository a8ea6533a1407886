"""Databases that were made while their schema was still being written: two numbers got more under way.

What they lack is added where it is seen to be missing, whatever number they have come to since. A file
of the schema that was in use is not changed any more.
"""

import sqlite3

_API_KEYS = (
    "CREATE TABLE api_keys (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, hash BLOB NOT NULL UNIQUE,"
    " note TEXT NOT NULL, created_at REAL NOT NULL, revoked_at REAL) STRICT, WITHOUT ROWID"
)
# The number of the schema, the table and column that tell, and what is missing with it (002.sql, 003.sql).
_ADDED_LATE = (
    (2, "calls", "ended_by", ("ALTER TABLE calls ADD COLUMN ended_by TEXT",)),
    (
        *(2, "tokens", "api_key_id"),
        (
            _API_KEYS,
            "ALTER TABLE tokens ADD COLUMN api_key_id TEXT",
            "CREATE INDEX tokens_of_keys ON tokens (expires_at) WHERE api_key_id IS NOT NULL",
        ),
    ),
    (3, "calls", "taken_back", ("ALTER TABLE calls ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0",)),
)


def complete(connection: sqlite3.Connection) -> None:
    """Add what is missing, all or none; sqlite3.Error where that can't be done."""
    if not _missing(connection):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _missing(connection):  # another process may have been there first
            connection.execute(statement)
        connection.commit()
    except sqlite3.Error:
        connection.rollback()
        raise


def _missing(connection: sqlite3.Connection) -> list[str]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return [
        statement
        for number, table, column, statements in _ADDED_LATE
        if version >= number and column not in _columns(connection, table)
        for statement in statements
    ]


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
