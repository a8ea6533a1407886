"""The history: every field of a call comes back, and a key is used once."""

import asyncio
import secrets
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from c2cd.calls.states import take_back
from c2cd.errors import KeyInUse, LinkUsed
from c2cd.model.button import DialFirst
from c2cd.model.call import Call, Leg, Result, State
from c2cd.model.repeat import Answer
from c2cd.model.signing import SignedLink
from c2cd.store.database import Database, UniqueError
from c2cd.store.history import ANSWER_KEPT, LINK_KEPT, SETTLED_BY_CLICK, History
from c2cd.store.paging import Page
from tests.calls.examples import a_call

ANSWER = Answer(
    key="k",
    fingerprint="+15551234567",
    call_id="c2c-b-1",
    body='{"call_id": "c2c-b-1"}',
    created_at=1.0,
    earliest=1.0,
)


@pytest.fixture
def history(database: Database) -> History:
    """Give the table of calls."""
    return History(database)


# Text as it gets here: parsed from UTF-8, so without halves of surrogate pairs; SQLite ends text at no NUL.
texts = st.one_of(st.text(st.characters(codec="utf-8"), max_size=20), st.sampled_from(["null", "1", "true"]))
times = st.floats(min_value=0.0, max_value=4e9)
legs = st.builds(
    Leg,
    ringing_at=st.none() | times,
    answered_at=st.none() | times,
    ended_at=st.none() | times,
    hangup_cause=st.none() | st.integers(0, 127),
)
calls = st.builds(
    Call,
    id=st.just(""),
    account_id=texts,
    button_id=texts,
    contact=texts,
    extension=texts,
    dial_first=st.sampled_from(get_args(DialFirst)),
    timeout=st.integers(1, 600),
    requested_at=times,
    switch_life=texts,
    state=st.sampled_from(get_args(State)),
    first=legs,
    second=legs,
    second_channel=st.none() | texts,
    bridged_at=st.none() | times,
    ended_at=st.none() | times,
    end_seen=st.booleans(),
    result=st.none() | st.sampled_from(get_args(Result)),
    cause=st.none() | texts,
    ended_by=st.none() | texts,
    clicked_by=st.none() | texts,
    longest=st.none() | times,
    taken_back=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(calls, calls)
async def test_every_field_comes_back(history: History, before: Call, after: Call) -> None:
    """A call is read as it was written, added or saved, every field of it."""
    call_id = secrets.token_hex(16)
    added = replace(before, id=call_id)
    saved = replace(after, **{name: getattr(added, name) for name in SETTLED_BY_CLICK})
    await history.add(added)
    assert await history.find(call_id) == added
    await history.save([saved])
    assert await history.find(call_id) == saved


async def test_a_save_touches_two_indices(database: Database) -> None:
    """What becomes of a call rewrites its row and, of the indices, those of open and of ended calls."""
    told: list[str] = []
    call = a_call()
    await History(database).add(call)
    await database._writer.set_trace_callback(told.append)
    await History(database).save([replace(call, state="ended")])
    (update,) = [sql for sql in told if sql.startswith("UPDATE")]
    steps = await database.read(f"EXPLAIN {update}")
    roots = {step["p1"]: step["p2"] for step in steps if step["opcode"] == "OpenWrite"}
    changed = {roots[step["p1"]] for step in steps if step["opcode"] in {"IdxInsert", "IdxDelete"}}
    sql = "SELECT rootpage FROM sqlite_schema WHERE name IN ('calls_open', 'calls_ended')"
    assert changed == {index["rootpage"] for index in await database.read(sql)}


async def test_unknown_call(history: History) -> None:
    """An id that is no call's finds none."""
    assert await history.find("nothing") is None


async def test_save_of_nothing(history: History) -> None:
    """Saving no calls, or one that has no row, changes nothing."""
    await history.save([])
    await history.save([a_call()])
    assert await history.open_calls() == []


async def test_answer_is_kept(history: History) -> None:
    """What a click with a key was answered is kept with its row, by button and key."""
    call = a_call(call_id=ANSWER.call_id)
    await history.add(call, ANSWER)
    assert await history.answer_to(call.button_id, "k", 2.0) == ANSWER
    assert await history.answer_to("another button", "k", 2.0) is None
    assert await history.answer_to(call.button_id, "another key", 2.0) is None


async def test_an_answer_is_kept_for_two_days(history: History) -> None:
    """The answer to a key is given for two days; then the key may come with another click."""
    call = a_call(call_id="c2c-b-1")
    await history.add(call, ANSWER)
    last = ANSWER.created_at + ANSWER_KEPT
    assert await history.answer_to(call.button_id, "k", last) == ANSWER
    assert await history.answer_to(call.button_id, "k", last + 0.1) is None
    later = replace(ANSWER, call_id="c2c-b-2", created_at=last + 0.1, earliest=last + 0.1)
    await history.add(a_call(call_id="c2c-b-2"), later)
    assert await history.answer_to(call.button_id, "k", last + 1.0) == later


async def test_a_later_date_alone_forgets_no_answer(history: History) -> None:
    """What is kept goes by the earliest that it can be: a click with next year's date takes no key away."""
    call = a_call(call_id="c2c-b-1")
    await history.add(call, ANSWER)
    year = 365 * ANSWER_KEPT
    other = replace(ANSWER, key="other", call_id="c2c-b-2", created_at=year, earliest=2.0)
    await history.add(a_call(call_id="c2c-b-2"), other)
    assert await history.answer_to(call.button_id, "k", 3.0) == ANSWER
    late = replace(ANSWER, key="late", call_id="c2c-b-3", created_at=year, earliest=year)
    await history.add(a_call(call_id="c2c-b-3"), late)
    assert await history.answer_to(call.button_id, "k", 3.0) is None


async def test_key_in_use(history: History) -> None:
    """A second click with a button's key writes nothing at all: no answer, and no row of a call."""
    first, second = a_call(call_id="c2c-b-1"), a_call(call_id="c2c-b-2")
    await history.add(first, ANSWER)
    with pytest.raises(KeyInUse):
        await history.add(second, replace(ANSWER, call_id=second.id, body="{}"))
    assert await history.find(second.id) is None
    assert await history.answer_to(first.button_id, "k", 2.0) == ANSWER


async def test_same_key_at_once(history: History) -> None:
    """Of clicks with one key in the same moment exactly one has a row."""
    clicks = [a_call(call_id=f"c2c-b-{number}") for number in range(20)]
    jobs = [history.add(call, replace(ANSWER, call_id=call.id)) for call in clicks]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, KeyInUse) for outcome in outcomes) == 19
    assert len(await history.open_calls()) == 1


async def test_same_key_of_another_button(history: History) -> None:
    """Each button has its own keys."""
    await history.add(a_call(call_id="c2c-b-1"), ANSWER)
    await history.add(a_call(call_id="c2c-c-1", button_id="c"), replace(ANSWER, call_id="c2c-c-1"))
    assert len(await history.open_calls()) == 2


async def test_forgotten_answer(history: History) -> None:
    """A key whose answer was forgotten may be used again, and the first call's row stays."""
    first, second = a_call(call_id="c2c-b-1"), a_call(call_id="c2c-b-2")
    await history.add(first, ANSWER)
    await history.forget_click(first.id)
    assert await history.answer_to(first.button_id, "k", 2.0) is None
    await history.add(second, replace(ANSWER, call_id=second.id))
    assert await history.find(first.id) == first


async def test_open_calls(history: History) -> None:
    """The calls that have not ended are open, in whichever state they are."""
    for number, state in enumerate(get_args(State)):
        await history.add(replace(a_call(call_id=f"c2c-b-{number}"), state=state))
    found = {call.state for call in await history.open_calls()}
    assert found == {"requested", "ringing", "answered", "bridged"}


async def test_of_button(history: History) -> None:
    """A button's calls come newest first, from a span with both its ends in it, and no more than asked."""
    for number in range(6):
        await history.add(replace(a_call(call_id=f"c2c-b-{number}"), requested_at=float(number)))
    await history.add(a_call(call_id="c2c-c-1", button_id="c"))

    async def found(since: float, until: float, most: int) -> list[float]:
        calls = await history.of_button("b", since, until, Page(most=most))
        return [call.requested_at for call in calls]

    assert await found(0.0, 9.0, 50) == [5.0, 4.0, 3.0, 2.0, 1.0, 0.0]
    assert await found(1.0, 3.0, 50) == [3.0, 2.0, 1.0]
    assert await found(0.0, 9.0, 2) == [5.0, 4.0]
    assert await found(6.0, 9.0, 50) == []


async def test_of_account(history: History) -> None:
    """An account's calls come in the same way, by whatever button, and no other account's."""
    for number, button_id in enumerate("bcb"):
        call = a_call(call_id=f"c2c-{number}", button_id=button_id)
        await history.add(replace(call, requested_at=float(number)))
    await history.add(a_call(call_id="c2c-3", account_id="other"))
    calls = await history.of_account("acme", 0.0, 9.0, Page(most=2))
    assert [(call.requested_at, call.button_id) for call in calls] == [(2.0, "b"), (1.0, "c")]
    assert await history.of_account("acme", 3.0, 9.0, Page(most=2)) == []


async def test_calls_of_one_moment(history: History) -> None:
    """Calls of one moment have an order among them, so that pages do not overlap."""
    for call_id in ("c2c-b-2", "c2c-b-3", "c2c-b-1"):
        await history.add(a_call(call_id=call_id))
    calls = await history.of_button("b", 0.0, 4e9, Page(most=50))
    assert [call.id for call in calls] == ["c2c-b-3", "c2c-b-2", "c2c-b-1"]


async def test_what_is_counted(history: History) -> None:
    """The calls after a time are counted, however they ended, but for those that were taken back."""
    gone = take_back(a_call(call_id="gone"), 1.0, "cause")
    failed = replace(gone, id="failed", taken_back=False)  # with no sign of a phone, and yet it was ordered
    for call in (gone, failed, a_call(call_id="open")):
        await history.add(call)
    assert len(await history.since(gone.requested_at - 1.0)) == 2
    assert await history.since(gone.requested_at) == []


def a_link(nonce: str, expires_at: float) -> SignedLink:
    """Make a link that is good until then."""
    return SignedLink(account_id="acme", button_id="b", nonce=nonce, expires_at=expires_at, contact="+1555")


async def test_a_link_is_used_by_its_call(history: History) -> None:
    """A link is used once a call was made with it, and no longer when that call's click is forgotten."""
    link, other = a_link("first", 100.0), a_link("second", 100.0)
    assert not await history.is_used(link)
    await history.add(a_call(), link=link)
    assert (await history.is_used(link), await history.is_used(other)) == (True, False)
    await history.forget_click("c2c-b-1")
    assert not await history.is_used(link)


async def test_a_row_that_is_there_is_no_key(history: History) -> None:
    """A call whose id is there already is neither a used key nor a used link, and is told as what it is."""
    await history.add(a_call())
    with pytest.raises(UniqueError, match=r"calls\.id"):
        await history.add(a_call(), replace(ANSWER, key="another"))


async def test_a_used_link_stays_used_when_the_clock_is_put_back(
    history: History, database: Database
) -> None:
    """That a link was used is known long after its end, so that no clock makes it good again."""
    link, kept_until = a_link("first", 100.0), 100.0 + LINK_KEPT

    def clicked(call_id: str, at: float) -> Call:
        return replace(a_call(call_id=call_id), requested_at=at)

    await history.add(clicked("c1", 99.0), link=link)
    await history.add(clicked("c2", kept_until), link=a_link("second", kept_until + 60))
    with pytest.raises(LinkUsed):
        await history.add(clicked("c3", 99.0), link=link)
    await history.add(clicked("c4", kept_until + 1.0), link=a_link("third", kept_until + 60))
    rows = await database.read("SELECT nonce FROM used_signatures ORDER BY nonce")
    assert [row["nonce"] for row in rows] == ["second", "third"]


async def test_calls_that_lie_ahead(history: History) -> None:
    """Those after a time are counted, not those at it; the last of them is told, and without any it is 0."""
    for number, at in enumerate((10.0, 20.0, 30.0)):
        await history.add(replace(a_call(), id=f"c2c-{number}", requested_at=at))
    assert await history.ahead_of(10.0) == (2, 30.0)
    assert await history.ahead_of(30.0) == (0, 0.0)


async def test_the_open_calls_of_an_account(history: History) -> None:
    """Of an account the calls are given whose end is not known, and no other's."""
    live, other = a_call(), a_call(call_id="c2c-b-2", account_id="other")
    ended = replace(a_call(call_id="c2c-b-3"), state="ended", ended_at=5.0)
    for call in (live, other, ended):
        await history.add(call)
    assert await history.open_of("acme") == [live]


async def test_the_calls_that_have_ended_since(history: History) -> None:
    """The calls that ended at a time or later are given in the order of their ends, page by page."""
    calls = [
        replace(a_call(call_id=f"c2c-b-{number}"), state="ended", ended_at=float(number))
        for number in (3, 1, 5, 2, 4)
    ]
    for call in [*calls, a_call(call_id="c2c-b-6"), replace(calls[0], id="c2c-b-7", account_id="other")]:
        await history.add(call)
    page = Page(most=2, ascending=True)
    first = await history.ended_since("acme", 2.0, page)
    assert [call.ended_at for call in first] == [2.0, 3.0]
    page = replace(page, most=9, start=(3.0, first[1].id))
    assert [call.ended_at for call in await history.ended_since("acme", 2.0, page)] == [3.0, 4.0, 5.0]
