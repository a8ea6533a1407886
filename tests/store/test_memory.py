"""What is remembered: hardly older than the question, whoever writes the file, and bounded."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from c2cd.errors import StoreError
from c2cd.store.blocks import Blocks
from c2cd.store.buttons import Buttons
from c2cd.store.database import Database
from c2cd.store.memory import FRESH, Memory
from c2cd.store.tokens import Tokens
from tests.clock import ManualClock

DOCUMENT: dict[str, object] = {"name": "Sales", "extension": "1001"}
TABLES = ("tokens", "buttons", "blocks")
KEYS = "SELECT key FROM answers WHERE key = ?"


async def fill(database: Database) -> str:
    """Make a row of each table; give the secret of the token."""
    await Buttons(database).create("acme", DOCUMENT, 1.0)
    await Blocks(database).add("acme", "pattern", "^1900", "alice", 1.0)
    return await Tokens(database).create("acme", "manage", 1.0)


def past_c2cd(database: Database, *statements: str) -> None:
    """Have an admin write to the file with sqlite3."""
    with closing(sqlite3.connect(database.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


async def number(database: Database) -> int:
    """Look at the number that changes raise."""
    await database.changes.look()
    assert database.changes.number is not None
    return database.changes.number


@asynccontextmanager
async def asked(database: Database) -> AsyncIterator[list[str]]:
    """Give the statements that the reader runs meanwhile, but for looks."""
    told: list[str] = []
    await database._reader.connection.set_trace_callback(told.append)
    yield told
    await database._reader.connection.set_trace_callback(None)  # type: ignore[arg-type]  # it may be None
    told[:] = [sql for sql in told if sql != "SELECT number FROM changes"]


async def columns(database: Database, table: str) -> list[object]:
    """Give the names of a table's columns."""
    return [row["name"] for row in await database.read(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize("table", TABLES)
async def test_each_change_raises_the_number(database: Database, clock: ManualClock, table: str) -> None:
    """Whatever is added to a table, changed of any column or removed is seen, whoever does it and however."""
    await fill(database)
    names = await columns(database, table)
    of_itself = ", ".join(str(name) for name in names)
    copied = ", ".join(
        "id || 'x'" if name == "id" else "x'01'" if name == "hash" else f"{name}" for name in names
    )
    copied = copied.replace("removed_at", "1.0")  # so that a copy of a block is not the same in force
    writes = [f"UPDATE {table} SET {name} = {name}" for name in names if name != "last_used_at"]  # noqa: S608 - of the schema's own names
    writes += [
        f"INSERT OR REPLACE INTO {table} SELECT {of_itself} FROM {table}",  # noqa: S608 - of the schema's own names
        f"INSERT INTO {table} ({of_itself}) SELECT {copied} FROM {table}",  # noqa: S608 - of the schema's own names
        f"DELETE FROM {table}",  # noqa: S608 - of the schema's own names
    ]
    for write in writes:
        before = await number(database)
        past_c2cd(database, write)
        await clock.advance(2 * FRESH)
        assert await number(database) > before, write


async def test_a_use_is_no_change(database: Database) -> None:
    """That a token is used makes nothing be read again, nor does a call."""
    secret = await fill(database)
    token = await Tokens(database).find(secret)
    assert token is not None
    before = await number(database)
    Tokens(database).used(token, 5.0)
    await database.beat(1.0)
    assert [known.last_used_at for known in await Tokens(database).all()] == [5.0]
    assert await number(database) == before


async def test_what_is_remembered_is_not_read(database: Database, clock: ManualClock) -> None:
    """Where nothing was changed, a click reads nothing but the number, and that now and then."""
    secret = await fill(database)
    tokens, buttons, blocks = Tokens(database), Buttons(database), Blocks(database)
    button_id = (await database.read("SELECT id FROM buttons"))[0]["id"]

    async def look_up() -> list[object]:
        token = await tokens.find(secret)
        button = await buttons.find("acme", str(button_id))
        return [token, button, *await blocks.against("acme", "+1555")]

    first = await look_up()
    assert len([one for one in first if one is not None]) == 3
    async with asked(database) as told:
        assert await look_up() == first
    assert told == []
    past_c2cd(database, "DELETE FROM tokens", "DELETE FROM buttons", "DELETE FROM blocks")
    await clock.advance(FRESH - 0.001)
    assert await look_up() == first
    await clock.advance(0.001)
    assert await look_up() == [None, None]


async def test_our_own_change_holds_at_once(database: Database) -> None:
    """What this process changes holds for all that is asked once it is done, without a wait."""
    tokens, buttons, blocks = Tokens(database), Buttons(database), Blocks(database)
    secret = await tokens.create("acme", "manage", 1.0)
    token = await tokens.find(secret)
    assert token is not None
    button = await buttons.create("acme", DOCUMENT, 1.0)
    assert await buttons.find("acme", button.id) == button
    changed = await buttons.change(button, {**DOCUMENT, "name": "Other"}, 2.0)
    assert await buttons.find("acme", button.id) == changed
    await buttons.remove(changed, 3.0)
    assert await buttons.find("acme", button.id) is None
    assert await blocks.against("acme", "+1555") == []
    block_id = await blocks.add("acme", "number", "+1555", "alice", 1.0)
    assert [block.id for block in await blocks.against("acme", "+1555")] == [block_id]
    assert await blocks.remove(block_id, "alice", 2.0)
    assert await blocks.against("acme", "+1555") == []
    assert await tokens.revoke(token.id, 5.0)
    revoked = await tokens.find(secret)
    assert revoked is not None
    assert revoked.revoked_at == 5.0


async def test_a_look_that_was_under_way(database: Database) -> None:
    """A look that began before our own change is not taken for one that has seen it."""
    secret = await fill(database)
    tokens = Tokens(database)
    known = await tokens.find(secret)
    assert known is not None
    database.changes.own += 1
    _, done = await asyncio.gather(database.changes.look(), tokens.revoke(known.id, 5.0))
    assert done
    revoked = await tokens.find(secret)
    assert revoked is not None
    assert revoked.revoked_at == 5.0


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE tokens SET revoked_at = 5.0",
        "UPDATE buttons SET document = json_set(document, '$.name', 'Other')",
        "INSERT INTO blocks VALUES ('x', 'acme', 'number', '+1555', '', 'alice', 1.0, NULL, NULL)",
        "UPDATE blocks SET removed_at = 5.0",
    ],
)
async def test_a_change_holds_for_what_is_asked_after_it(
    database: Database, clock: ManualClock, write: str
) -> None:
    """What another process has committed holds for all that is asked a moment later, each for itself."""
    secret = await fill(database)
    button_id = str((await database.read("SELECT id FROM buttons"))[0]["id"])
    remembering = Tokens(database), Buttons(database), Blocks(database)

    async def look_up(tokens: Tokens, buttons: Buttons, blocks: Blocks) -> list[object]:
        found = await asyncio.gather(
            tokens.find(secret), buttons.find("acme", button_id), blocks.against("acme", "+1555")
        )
        return list(found)

    before = await look_up(*remembering)
    past_c2cd(database, write)
    await clock.advance(FRESH)
    after = await look_up(*remembering)
    assert after != before
    assert after == await look_up(Tokens(database), Buttons(database), Blocks(database))


async def test_a_change_while_it_is_read(database: Database, clock: ManualClock) -> None:
    """What is changed between any two statements of a lookup is not remembered as if it had not been."""
    secret = await fill(database)
    tokens = Tokens(database)
    again = "UPDATE tokens SET revoked_at = coalesce(revoked_at, 0) + 1"
    connection = database._reader.connection
    await connection.set_trace_callback(lambda _: past_c2cd(database, again))  # before it sees anything
    assert await tokens.find(secret)
    await connection.set_trace_callback(None)  # type: ignore[arg-type]  # it may be None
    (row,) = await database.read("SELECT revoked_at FROM tokens")
    await clock.advance(FRESH)
    token = await tokens.find(secret)
    assert token is not None
    assert token.revoked_at == row["revoked_at"]


async def test_the_memory_is_bounded(database: Database) -> None:
    """So many things are remembered and no more, and those that were asked for last."""
    await database.write(
        *(("INSERT INTO answers VALUES ('b', ?, '', '', '', 0)", (key,)) for key in ("a", "b", "c"))
    )
    memory: Memory[str, str] = Memory(database.changes, 2)

    async def is_read(key: str) -> bool:
        async with asked(database) as told:
            assert await memory.find(key, KEYS, (key,), lambda rows: str(rows[0]["key"])) == key
        return bool(told)

    assert [await is_read(key) for key in ("a", "b", "a", "c")] == [True, True, False, True]
    assert [await is_read(key) for key in ("a", "c")] == [False, False]
    assert await is_read("b")


async def test_what_is_not_found_is_not_remembered(database: Database) -> None:
    """Made-up secrets and ids take no room, and have nothing forgotten."""
    secret = await fill(database)
    tokens, buttons = Tokens(database), Buttons(database)
    assert await tokens.find(secret)
    for guess in range(50):
        assert await tokens.find(f"c2cd_{guess}") is None
        assert await buttons.find("acme", str(guess)) is None
    assert len(tokens._memory._kept) == 1
    assert buttons._memory._kept == {}


async def test_no_secret_is_remembered(database: Database) -> None:
    """Of a token's secret the memory has the hash alone."""
    secret = await fill(database)
    tokens = Tokens(database)
    assert await tokens.find(secret)
    assert secret.removeprefix("c2cd_") not in repr(vars(tokens._memory))


async def test_a_number_that_is_gone(database: Database, clock: ManualClock) -> None:
    """Where nobody can say whether anything was changed, nothing is found: an error tells it."""
    secret = await fill(database)
    tokens = Tokens(database)
    assert await tokens.find(secret)
    past_c2cd(database, "DELETE FROM changes")
    await clock.advance(FRESH)
    with pytest.raises(StoreError, match="nobody can tell"):
        await tokens.find(secret)
