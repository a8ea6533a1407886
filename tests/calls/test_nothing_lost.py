"""The promise that nothing is lost: whatever is not heard and whatever fails, every row reaches its end."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from c2cd.calls.following import GRACE, LAST_WORDS
from c2cd.model.switching import Snapshot
from tests.calls.examples import LIFE, a_call
from tests.calls.replaying import RELEASES, Release, Said, recordings, replay, replayed
from tests.calls.room import Room, open_room
from tests.clock import ManualClock

LONG_ENOUGH = 30.0 + GRACE + 1.0

scenarios = st.sampled_from(sorted(recordings("22")))
releases = st.sampled_from(RELEASES)


async def come_back(room: Room, life: str = LIFE) -> None:
    """Let the link come back to a switch that has none of the calls any more."""
    room.switch.session += 1
    for _ in range(2):
        room.switch.events.put_nowait(Snapshot(life, room.switch.session, ()))
        await room.clock.advance(LONG_ENOUGH)


async def check_told_once(room: Room) -> None:
    """Hold that the row is at its end, and that each line of the log was told once."""
    row = room.row()
    assert row.state == "ended"
    assert row.result is not None
    assert (row.result == "error") == (row.cause is not None)
    assert len(set(room.told.names())) == len(room.told)
    assert room.told.names()[-1] == "call.ended"
    assert await room.ledger.decided(row.id) == row


@settings(deadline=None, max_examples=60)
@given(scenarios, releases, st.integers(0, 30), st.booleans())
async def test_link_lost_at_any_event(
    scenario: str,
    release: Release,
    heard: int,
    new_life: bool,  # noqa: FBT001 - hypothesis draws it
) -> None:
    """Wherever in a call the link is lost, its row reaches an end when the link is back."""
    async with open_room(ManualClock()) as room:
        await room.begin(a_call())
        await replay(room, replayed(release, scenario)[:heard])
        await come_back(room, "another day" if new_life else LIFE)
        await check_told_once(room)


@settings(deadline=None, max_examples=60)
@given(scenarios, releases, st.sets(st.integers(0, 30)))
async def test_any_event_missing(scenario: str, release: Release, missing: set[int]) -> None:
    """Whichever events are missing, the row reaches an end."""
    async with open_room(ManualClock()) as room:
        await room.begin(a_call())
        said = [one for place, one in enumerate(replayed(release, scenario)) if place not in missing]
        await replay(room, said)
        await come_back(room)
        await check_told_once(room)


@settings(deadline=None, max_examples=60)
@given(scenarios, releases, st.randoms(use_true_random=False))
async def test_any_order(scenario: str, release: Release, random: Random) -> None:
    """In whatever order a call's events come, the row reaches an end."""
    async with open_room(ManualClock()) as room:
        await room.begin(a_call())
        said: list[Said] = replayed(release, scenario)
        random.shuffle(said)
        await replay(room, said)
        await come_back(room)
        await check_told_once(room)


@settings(deadline=None, max_examples=60)
@given(scenarios, releases, st.sets(st.integers(0, 30)))
async def test_store_broken_now_and_then(scenario: str, release: Release, broken: set[int]) -> None:
    """Whenever the store fails, and however often, the row that it has in the end is the whole call."""

    async def hear(broken: set[int]) -> Room:
        async with open_room(ManualClock()) as room:
            await room.begin(a_call())
            for place, one in enumerate(replayed(release, scenario)):
                room.rows.broken = place in broken
                await replay(room, [one])
            room.rows.broken = False
            await room.clock.advance(10 * LAST_WORDS)
            return room

    whole, mended = await hear(set()), await hear(broken)
    assert mended.row() == whole.row()
    assert mended.row().state == "ended"
    assert mended.told == whole.told
