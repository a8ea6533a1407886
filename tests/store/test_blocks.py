"""The blocklists: what holds, since when, and by whom."""

import asyncio
from typing import get_args

import pytest

from c2cd.model.block import BlockKind
from c2cd.store.blocks import MOST_PATTERNS, Blocks, NotBlocked
from c2cd.store.database import Database, open_database
from c2cd.store.memory import FRESH
from tests.clock import ManualClock

NUMBER = "+15551234567"


@pytest.fixture
def blocks(database: Database) -> Blocks:
    """Give the table of blocks."""
    return Blocks(database)


async def against(blocks: Blocks, text: str, account_id: str = "acme") -> set[str]:
    """Give the texts of what may hit a contact."""
    return {block.text for block in await blocks.against(account_id, text)}


async def test_all_of_it_is_kept(blocks: Blocks) -> None:
    """A block is listed with all that was said of it, the oldest first, of one account or of all."""
    second = await blocks.add("other", "pattern", "^1900", "bob", 2.0)
    first = await blocks.add("acme", "number", NUMBER, "alice", 1.0, note="asked us")
    one, two = await blocks.all()
    assert (one.id, one.account_id, one.kind, one.text, one.note) == (
        first,
        "acme",
        "number",
        NUMBER,
        "asked us",
    )
    assert (one.added_by, one.added_at, one.removed_by, one.removed_at) == ("alice", 1.0, None, None)
    assert (two.id, two.kind, two.text, two.added_by) == (second, "pattern", "^1900", "bob")
    assert await blocks.all("acme") == [one]
    assert await blocks.all("nobody") == []


async def test_what_may_hit_a_contact(blocks: Blocks) -> None:
    """A contact is up against its own number's block and all patterns, and not against another account's."""
    for number in (NUMBER, "+15550000000"):
        await blocks.add("acme", "number", number, "alice", 1.0)
    for pattern in ("^1900", "9"):
        await blocks.add("acme", "pattern", pattern, "alice", 1.0)
    assert await against(blocks, NUMBER) == {NUMBER, "^1900", "9"}
    assert await against(blocks, "+1555123456") == {"^1900", "9"}
    assert await against(blocks, NUMBER, "other") == set()
    assert await against(blocks, "^1900") == {"^1900", "9"}  # the text of a pattern is no number


async def test_case_makes_no_difference_to_a_uri(blocks: Blocks) -> None:
    """A SIP URI is found however it is written, and is blocked once; a pattern is kept as it was written."""
    await blocks.add("acme", "number", "sip:Bob@Example.com", "alice", 1.0)
    await blocks.add("acme", "pattern", r"\D", "alice", 1.0)
    assert await against(blocks, "sip:bOB@example.COM") == {"sip:bob@example.com", r"\D"}
    with pytest.raises(NotBlocked):
        await blocks.add("acme", "number", "SIP:bob@example.com", "alice", 2.0)


@pytest.mark.parametrize("kind", get_args(BlockKind))
async def test_blocked_once(blocks: Blocks, kind: BlockKind) -> None:
    """What is blocked already is told with the id of the block; in another account it is another thing."""
    block_id = await blocks.add("acme", kind, "1900", "alice", 1.0)
    with pytest.raises(NotBlocked, match=f"1900 is blocked already, by {block_id}"):
        await blocks.add("acme", kind, "1900", "bob", 2.0)
    assert [block.added_by for block in await blocks.all()] == ["alice"]
    await blocks.add("other", kind, "1900", "bob", 2.0)


async def test_two_who_block_at_once(blocks: Blocks) -> None:
    """Of two who add the same at the same moment one is told that it is there."""
    adding = [blocks.add("acme", "number", NUMBER, by, 1.0) for by in ("alice", "bob")]
    results = await asyncio.gather(*adding, return_exceptions=True)
    assert [type(result) for result in results if not isinstance(result, str)] == [NotBlocked]
    assert len(await blocks.all()) == 1


async def test_removed(blocks: Blocks) -> None:
    """What is removed holds no longer, keeps who and when, is removed once, and may be added again."""
    block_id = await blocks.add("acme", "number", NUMBER, "alice", 1.0)
    assert await blocks.remove(block_id, "bob", 5.0)
    assert not await blocks.remove(block_id, "carol", 6.0)
    assert not await blocks.remove("nothing", "carol", 6.0)
    (gone,) = await blocks.all()
    assert (gone.added_by, gone.added_at, gone.removed_by, gone.removed_at) == ("alice", 1.0, "bob", 5.0)
    assert await against(blocks, NUMBER) == set()
    again = await blocks.add("acme", "number", NUMBER, "alice", 7.0)
    assert again != block_id
    assert await against(blocks, NUMBER) == {NUMBER}


async def test_patterns_have_a_limit(blocks: Blocks) -> None:
    """So many patterns of an account are in force and no more; numbers and removed ones do not count."""
    first = await blocks.add("acme", "pattern", "first", "alice", 1.0)
    more = [blocks.add("acme", "pattern", str(number), "alice", 1.0) for number in range(MOST_PATTERNS - 1)]
    await asyncio.gather(*more)
    with pytest.raises(NotBlocked, match=f"has {MOST_PATTERNS} patterns in force"):
        await blocks.add("acme", "pattern", "one too many", "alice", 1.0)
    with pytest.raises(NotBlocked, match="blocked already"):  # which is the nearer reason
        await blocks.add("acme", "pattern", "first", "alice", 1.0)
    await blocks.add("acme", "number", NUMBER, "alice", 1.0)
    await blocks.add("other", "pattern", "one too many", "alice", 1.0)
    assert len(await blocks.against("acme", NUMBER)) == MOST_PATTERNS + 1
    await blocks.remove(first, "alice", 2.0)
    await blocks.add("acme", "pattern", "one too many", "alice", 3.0)


async def test_other_processes_count(blocks: Blocks, database: Database, clock: ManualClock) -> None:
    """What another process adds or removes holds a moment later, though patterns are remembered."""
    async with open_database(database.path) as other:
        block_id = await Blocks(other).add("acme", "number", NUMBER, "alice", 1.0)
        await clock.advance(FRESH)
        assert await against(blocks, NUMBER) == {NUMBER}
        await Blocks(other).add("acme", "pattern", "^1900", "alice", 1.0)
        await clock.advance(FRESH)
        assert await against(blocks, NUMBER) == {NUMBER, "^1900"}
        assert await Blocks(other).remove(block_id, "alice", 2.0)
        await clock.advance(FRESH)
        assert await against(blocks, NUMBER) == {"^1900"}


async def test_found_by_an_index(blocks: Blocks, database: Database) -> None:
    """A contact is looked up by an index, the whole of it: numbers may be as many as they like."""
    for number in (NUMBER, "+1900"):
        await blocks.add("acme", "number", number, "alice", 1.0)
    asked: list[str] = []
    await database._reader.connection.set_trace_callback(asked.append)
    assert await against(blocks, NUMBER) == {NUMBER}
    await database._reader.connection.set_trace_callback(None)  # type: ignore[arg-type]  # it may be None
    plans = [
        [str(row["detail"]) for row in await database.read(f"EXPLAIN QUERY PLAN {sql}")]
        for sql in asked
        if "blocks" in sql
    ]
    filling, looking_up = ([step for step in plan if "blocks" in step] for plan in plans)
    assert all(step.startswith("SEARCH blocks USING INDEX blocks_in_force") for step in filling)
    assert looking_up == ["SEARCH blocks USING INDEX blocks_in_force (account_id=? AND kind=? AND text=?)"]
