"""API keys: only their hash is kept, and the tokens given for one end with it."""

import hmac
from pathlib import Path

import pytest

from c2cd.store.api_keys import ApiKeys
from c2cd.store.database import Database, open_database
from c2cd.store.tokens import Tokens

DAY = 86_400.0


@pytest.fixture
def keys(database: Database) -> ApiKeys:
    """Give the table of API keys."""
    return ApiKeys(database)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    """Give the table of tokens."""
    return Tokens(database)


async def test_found_by_its_secret_alone(keys: ApiKeys) -> None:
    """A key is found by its whole secret, with all that was said of it, and by nothing else."""
    secret = await keys.create("acme", 1.0, note="the CRM")
    key = await keys.find(secret)
    assert key is not None
    assert (key.account_id, key.note, key.created_at, key.revoked_at) == ("acme", "the CRM", 1.0, None)
    for other in (secret[:-1], secret + " ", secret.upper(), key.id, "", "\ud800"):
        assert await keys.find(other) is None


async def test_hashes_are_compared_in_constant_time(keys: ApiKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key is found but by the comparison that takes as long whatever it compares."""
    secret = await keys.create("acme", 1.0)
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: False)
    assert await keys.find(secret) is None


async def test_secrets_are_long_and_differ(keys: ApiKeys) -> None:
    """Each secret is new, holds 256 bits, and says whose kind it is."""
    secrets = {await keys.create("acme", 1.0) for _ in range(20)}
    assert len(secrets) == 20
    assert all(secret.startswith("c2cdkey_") and len(secret) == len("c2cdkey_") + 43 for secret in secrets)


def all_bytes(folder: Path) -> bytes:
    """Read all that the files of a folder hold."""
    return b"".join(part.read_bytes() for part in folder.iterdir())


async def test_secret_is_nowhere_in_the_file(tmp_path: Path) -> None:
    """The secret is not in any byte of the database's files, nor is what follows its prefix."""
    async with open_database(tmp_path / "c2cd.db") as database:
        secret = await ApiKeys(database).create("acme", 1.0, note="a note to be found")
        content = all_bytes(tmp_path)
    assert b"a note to be found" in content  # so that this looks in the right place
    assert secret.removeprefix("c2cdkey_").encode() not in content


async def test_oldest_first(keys: ApiKeys) -> None:
    """All keys are listed, the oldest first."""
    for created_at in (3.0, 1.0, 2.0):
        await keys.create("acme", created_at)
    assert [key.created_at for key in await keys.all()] == [1.0, 2.0, 3.0]


async def test_revoked_with_its_tokens(keys: ApiKeys, tokens: Tokens) -> None:
    """A key is revoked once, and with it the tokens given for it, and no others."""
    secrets = [await keys.create("acme", created_at) for created_at in (1.0, 2.0)]
    one, two = await keys.all()
    mine = await tokens.create("acme", "manage", 3.0, expires_at=100.0, api_key_id=one.id)
    others = [
        await tokens.create("acme", "manage", 3.0, expires_at=100.0, api_key_id=two.id),
        await tokens.create("acme", "manage", 3.0),
    ]
    assert await keys.revoke(one.id, 5.0)
    assert not await keys.revoke(one.id, 6.0)
    assert not await keys.revoke("nothing", 6.0)
    found = [await keys.find(secret) for secret in secrets]
    assert [key.is_valid() for key in found if key] == [False, True]
    closed = await tokens.find(mine)
    assert closed is not None
    assert closed.revoked_at == 5.0
    assert [token.is_valid(7.0) for other in others if (token := await tokens.find(other))] == [True, True]


async def test_no_token_for_a_revoked_key(keys: ApiKeys, tokens: Tokens) -> None:
    """A token that is made for a key that was revoked in that moment opens nothing."""
    await keys.create("acme", 1.0)
    (key,) = await keys.all()
    await keys.revoke(key.id, 2.0)
    secret = await tokens.create("acme", "manage", 3.0, expires_at=100.0, api_key_id=key.id)
    assert await tokens.find(secret) is None


async def test_a_token_for_a_key_expires(keys: ApiKeys, tokens: Tokens) -> None:
    """A token that is given for a key opens nothing from its end on."""
    await keys.create("acme", 1.0)
    (key,) = await keys.all()
    secret = await tokens.create("acme", "manage", 1.0, expires_at=61.0, api_key_id=key.id)
    token = await tokens.find(secret)
    assert token is not None
    assert (token.is_valid(60.9), token.is_valid(61.0)) == (True, False)


async def test_outdated_tokens_make_room(keys: ApiKeys, tokens: Tokens) -> None:
    """Who makes a token for a key removes those of any key that expired over a day ago, and no others."""
    for created_at in (1.0, 2.0):
        await keys.create("acme", created_at)
    one, two = await keys.all()
    gone = await tokens.create("acme", "manage", 3.0, expires_at=10.0, api_key_id=one.id)
    kept = [
        await tokens.create("acme", "manage", 3.0, expires_at=10.0),
        await tokens.create("acme", "manage", 3.0, expires_at=12.0, api_key_id=one.id),
    ]
    kept.append(await tokens.create("acme", "manage", 11.0 + DAY, expires_at=20.0 + DAY, api_key_id=two.id))
    assert await tokens.find(gone) is None
    assert None not in [await tokens.find(secret) for secret in kept]
