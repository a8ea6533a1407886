"""Tokens: only their hash is kept."""

import hmac
from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.model.account import Token
from c2cd.store.database import Database, open_database
from c2cd.store.memory import FRESH
from c2cd.store.tokens import Tokens
from tests.clock import ManualClock


@pytest.fixture
def tokens(database: Database) -> Tokens:
    """Give the table of tokens."""
    return Tokens(database)


async def test_found_by_its_secret(tokens: Tokens) -> None:
    """A token is found by its secret, with all that was said of it."""
    secret = await tokens.create("acme", "connect", 1.0, note="the website", expires_at=50.0)
    token = await tokens.find(secret)
    assert token is not None
    assert (token.account_id, token.scope, token.note) == ("acme", "connect", "the website")
    assert (token.created_at, token.expires_at, token.revoked_at) == (1.0, 50.0, None)


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda text: text[:-1], lambda text: text + " "])
async def test_found_by_nothing_else(tokens: Tokens, change: object) -> None:
    """A secret is the whole secret: nothing nearly like it finds the token, nor does its id."""
    assert callable(change)
    secret = await tokens.create("acme", "manage", 1.0)
    (token,) = await tokens.all()
    for other in (change(secret), token.id, "", "\ud800"):
        assert await tokens.find(other) is None


async def test_hashes_are_compared_in_constant_time(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token is found but by the comparison that takes as long whatever it compares."""
    secret = await tokens.create("acme", "manage", 1.0)
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: False)
    assert await tokens.find(secret) is None


def all_bytes(folder: Path) -> bytes:
    """Read all that the files of a folder hold: the database, its log and its index."""
    return b"".join(part.read_bytes() for part in folder.iterdir())


async def test_secret_is_nowhere_in_the_file(tmp_path: Path) -> None:
    """The secret is not in any byte of the database's files, while they are open and afterwards."""
    file = tmp_path / "c2cd.db"
    async with open_database(file) as database:
        secret = await Tokens(database).create("acme", "manage", 1.0, note="a note to be found")
        while_open = all_bytes(tmp_path)
    afterwards = all_bytes(tmp_path)
    for content in (while_open, afterwards):
        assert b"a note to be found" in content  # so that this looks in the right place
        assert secret.encode() not in content
        assert secret.removeprefix("c2cd_").encode() not in content


async def test_secrets_are_long_and_differ(tokens: Tokens) -> None:
    """Each secret is new, holds 256 bits, and says whose kind it is."""
    secrets = {await tokens.create("acme", "manage", 1.0) for _ in range(20)}
    assert len(secrets) == 20
    assert all(secret.startswith("c2cd_") and len(secret) == len("c2cd_") + 43 for secret in secrets)


async def test_revoked(tokens: Tokens) -> None:
    """A revoked token is still found, opens nothing from that moment on, and is revoked once."""
    secret = await tokens.create("acme", "manage", 1.0)
    (token,) = await tokens.all()
    assert await tokens.revoke(token.id, 5.0)
    found = await tokens.find(secret)
    assert found is not None
    assert found.revoked_at == 5.0
    assert not found.is_valid(6.0)
    assert not await tokens.revoke(token.id, 7.0)
    assert (await tokens.all())[0].revoked_at == 5.0


async def test_nothing_to_revoke(tokens: Tokens) -> None:
    """An id that is no token's revokes none."""
    secret = await tokens.create("acme", "manage", 1.0)
    assert not await tokens.revoke("nothing", 5.0)
    found = await tokens.find(secret)
    assert found is not None
    assert found.is_valid(6.0)


async def test_oldest_first(tokens: Tokens) -> None:
    """All tokens are listed, the oldest first, the expired and the revoked too."""
    for created_at in (3.0, 1.0, 2.0):
        await tokens.create("acme", "manage", created_at, expires_at=created_at)
    assert [token.created_at for token in await tokens.all()] == [1.0, 2.0, 3.0]


async def test_other_processes_count(tokens: Tokens, database: Database, clock: ManualClock) -> None:
    """A token that another process revokes is found revoked a moment later, though it was found before."""
    secret = await tokens.create("acme", "manage", 1.0)
    assert await tokens.find(secret) is not None
    async with open_database(database.path) as other:
        (token,) = await Tokens(other).all()
        assert await Tokens(other).revoke(token.id, 5.0)
    await clock.advance(FRESH)
    found = await tokens.find(secret)
    assert found is not None
    assert found.revoked_at == 5.0


async def found(tokens: Tokens, database: Database, secret: str) -> Token:
    """Find a token once all that waited has been written."""
    await database.beat(0.0)
    token = await tokens.find(secret)
    assert token is not None
    return token


@pytest.mark.parametrize(
    ("second", "noted"),
    [
        (1000.0, 1000.0),
        (1059.9, 1000.0),  # a minute has not passed
        (1060.0, 1060.0),
        (900.0, 900.0),  # the clock was put back
    ],
)
async def test_last_use(tokens: Tokens, database: Database, second: float, noted: float) -> None:
    """A token's use is noted, at most once a minute, for that token alone; it changes nothing else of it."""
    secret, other = [await tokens.create("acme", "manage", 1.0, note="a note") for _ in range(2)]
    fresh = await found(tokens, database, secret)
    assert fresh.last_used_at is None
    tokens.used(fresh, 1000.0)
    tokens.used(await found(tokens, database, secret), second)
    assert await found(tokens, database, secret) == replace(fresh, last_used_at=noted)
    assert (await found(tokens, database, other)).last_used_at is None
    assert sorted(token.last_used_at or 0.0 for token in await tokens.all()) == [0.0, noted]


async def test_uses_at_once(tokens: Tokens, database: Database) -> None:
    """Of uses that come before the first of them is noted, one is."""
    secret = await tokens.create("acme", "manage", 1.0)
    fresh = await found(tokens, database, secret)
    for now in (1000.0, 1001.0, 1002.0):
        tokens.used(fresh, now)
    assert (await found(tokens, database, secret)).last_used_at == 1000.0


async def test_lent_to_a_command(tokens: Tokens) -> None:
    """Lent, it manages the account for a minute, in its borrower's name; taken back it is gone."""
    token_id, secret = await tokens.lend("acme", "alice", 100.0)
    token = await tokens.find(secret)
    assert token is not None
    assert (token.id, token.name) == (token_id, "admin alice")
    assert (token.account_id, token.scope) == ("acme", "manage")
    assert (token.is_valid(159.9), token.is_valid(160.0)) == (True, False)
    await tokens.take_back(token_id)
    assert await tokens.find(secret) is None
    assert await tokens.all() == []


async def test_only_what_was_lent_is_taken_back(tokens: Tokens) -> None:
    """No other token goes by this way, whatever its note says, and each other's name is its own."""
    await tokens.create("acme", "manage", 1.0, note="admin alice", expires_at=2.0)
    (token,) = await tokens.all()
    assert token.name == f"token {token.id}"
    await tokens.take_back(token.id)
    await tokens.lend("acme", "alice", 100.0)
    assert token in await tokens.all()


async def test_what_a_killed_command_left_goes(tokens: Tokens) -> None:
    """A token that was never taken back goes with the next that is lent, once its minute is over."""
    first, _ = await tokens.lend("acme", "alice", 100.0)
    second, _ = await tokens.lend("acme", "bob", 130.0)
    assert {token.id for token in await tokens.all()} == {first, second}
    third, _ = await tokens.lend("acme", "carol", 161.0)
    assert {token.id for token in await tokens.all()} == {second, third}
