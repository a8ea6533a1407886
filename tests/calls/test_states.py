"""The table of a call's states, and the function that applies it."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.calls.states import TABLE, End, LegEnd, Step, advance, lose, take_back
from c2cd.model.call import Call, State
from tests.calls.examples import a_call

STATES: tuple[State, ...] = get_args(State)
STEPS: tuple[Step, ...] = get_args(Step)

# One way into each state, as (step, time).
WAYS: dict[State, list[tuple[Step, float]]] = {
    "requested": [],
    "ringing": [("first_rings", 1.0)],
    "answered": [("first_rings", 1.0), ("first_answers", 2.0)],
    "bridged": [("first_rings", 1.0), ("first_answers", 2.0), ("bridged", 5.0)],
    "ended": [("ends", 9.0)],
}


def after(*steps: tuple[Step, float]) -> Call:
    """Give a call that has taken these steps."""
    call = a_call()
    for step, at in steps:
        call = advance(call, step, at)
    return call


def test_table() -> None:
    """These are all the steps that there are; whoever changes the table changes this list on purpose."""
    assert {f"{state}: {step}": then for (state, step), then in TABLE.items()} == {
        "requested: first_rings": "ringing",
        "requested: first_answers": "answered",
        "requested: ends": "ended",
        "ringing: first_answers": "answered",
        "ringing: ends": "ended",
        "answered: second_rings": "answered",
        "answered: second_answers": "answered",
        "answered: bridged": "bridged",
        "answered: ends": "ended",
        "bridged: ends": "ended",
    }


@pytest.mark.parametrize("state", STATES)
def test_ways(state: State) -> None:
    """Each state can be reached."""
    assert after(*WAYS[state]).state == state


@pytest.mark.parametrize(
    ("state", "step"), [pair for pair in product(STATES, STEPS) if pair not in TABLE], ids=":".join
)
def test_step_that_the_table_does_not_have(state: State, step: Step) -> None:
    """A step that the table does not have gives the very same call back."""
    call = after(*WAYS[state])
    assert advance(call, step, 99.0, End(second_dialled=True, dial_status="BUSY", reason=5)) is call


@pytest.mark.parametrize(("state", "step"), TABLE, ids=":".join)
def test_step_that_the_table_has(state: State, step: Step) -> None:
    """A step that the table has goes where the table says and changes something."""
    before = after(*WAYS[state])
    then = advance(before, step, 9.0)
    assert then.state == TABLE[state, step]
    assert then != before


def test_no_way_back() -> None:
    """No step leads to an earlier state, and none away from the end."""
    for (state, _), then in TABLE.items():
        assert STATES.index(then) >= STATES.index(state)
        assert state != "ended"


def test_whole_call() -> None:
    """Each step is written down with its time, where it belongs."""
    call = after(
        ("first_rings", 1.0),
        ("first_answers", 2.0),
        ("second_rings", 3.0),
        ("second_answers", 4.0),
        ("bridged", 5.0),
    )
    assert (call.first.ringing_at, call.first.answered_at) == (1.0, 2.0)
    assert (call.second.ringing_at, call.second.answered_at) == (3.0, 4.0)
    assert (call.bridged_at, call.result, call.ended_at) == (5.0, "success", None)
    end = End(first=LegEnd(8.0, 16), second=LegEnd(7.5, 17), second_dialled=True)
    call = advance(call, "ends", 8.0, end)
    assert (call.ended_at, call.result, call.cause, call.end_seen) == (8.0, "success", None, True)
    assert (call.first.ended_at, call.first.hangup_cause) == (8.0, 16)
    assert (call.second.ended_at, call.second.hangup_cause) == (7.5, 17)
    assert call.talk_seconds == 3.0


def test_answer_without_a_ring() -> None:
    """A phone may answer without a ring, and then it never rang."""
    call = after(("first_answers", 2.0), ("second_answers", 4.0))
    assert (call.first.ringing_at, call.second.ringing_at) == (None, None)
    assert (call.first.answered_at, call.second.answered_at) == (2.0, 4.0)


def test_bridge_is_an_answer() -> None:
    """A second leg that is in a bridge has answered, at the latest then."""
    assert after(("first_answers", 2.0), ("bridged", 5.0)).second.answered_at == 5.0


@pytest.mark.parametrize("step", ["second_rings", "second_answers"])
def test_said_twice(step: Step) -> None:
    """What is said of the second leg again gives the very same call: the first time counts."""
    call = after(("first_answers", 2.0), (step, 3.0))
    assert advance(call, step, 4.0) is call


def test_ring_after_the_answer() -> None:
    """A ring that is told after the answer is no ring any more."""
    call = after(("first_answers", 2.0), ("second_answers", 3.0))
    assert advance(call, "second_rings", 4.0) is call


def test_first_leg_is_to_blame() -> None:
    """Before the second leg was dialled the first one's end says why the call failed."""
    end = End(first=LegEnd(3.0, 17), second=LegEnd(None, 21))
    call = advance(after(("first_rings", 1.0)), "ends", 3.0, end)
    assert (call.result, call.cause) == ("error", "USER_BUSY")


def test_second_leg_is_to_blame() -> None:
    """Once the second leg was dialled its end says why the call failed, and not the first one's."""
    end = End(first=LegEnd(3.0, 17), second=LegEnd(3.0, 21), second_dialled=True)
    call = advance(after(("first_answers", 1.0)), "ends", 3.0, end)
    assert (call.result, call.cause) == ("error", "CALL_REJECTED")


def test_words_stand_in_for_a_cause() -> None:
    """Where no Hangup said why, the dialling's end does, and else the originate's reason."""
    call = after(("first_rings", 1.0))
    assert advance(call, "ends", 3.0, End(dial_status="BUSY", reason=3)).cause == "USER_BUSY"
    assert advance(call, "ends", 3.0, End(reason=3)).cause == "NO_ANSWER"
    assert advance(call, "ends", 3.0).cause == "NORMAL_TEMPORARY_FAILURE"


@pytest.mark.parametrize("state", ["requested", "ringing", "answered"])
def test_lost_before_the_bridge(state: State) -> None:
    """What became of a call that is gone unseen before its bridge is unknown, and has no cause."""
    call = lose(after(*WAYS[state]), 50.0)
    assert (call.state, call.result, call.cause) == ("ended", "unknown", None)
    assert (call.ended_at, call.end_seen, call.talk_seconds) == (50.0, False, None)


def test_lost_after_the_bridge() -> None:
    """A call that is gone unseen after its bridge was a success whose length nobody knows."""
    call = lose(after(*WAYS["bridged"]), 50.0)
    assert (call.state, call.result, call.end_seen, call.talk_seconds) == ("ended", "success", False, None)


def test_failed_before_it_began() -> None:
    """A call that the switch never began is an error with the cause that was given."""
    call = take_back(a_call(), 50.0, "NORMAL_TEMPORARY_FAILURE")
    assert (call.state, call.result, call.cause) == ("ended", "error", "NORMAL_TEMPORARY_FAILURE")
    assert (call.ended_at, call.first.ended_at, call.taken_back) == (50.0, None, True)


def test_ended_is_ended() -> None:
    """A call that has ended can be neither lost nor failed."""
    ended = after(*WAYS["ended"])
    assert lose(ended, 50.0) is ended
    assert take_back(ended, 50.0, "USER_BUSY") is ended


@given(st.lists(st.sampled_from(STEPS), max_size=12))
def test_any_order(steps: list[Step]) -> None:
    """In whatever order steps are told, states only go on and no time that was written is written again."""
    call, seen = a_call(), [0]
    for at, step in enumerate(steps, 1):
        then = advance(call, step, float(at))
        for leg, leg_then in ((call.first, then.first), (call.second, then.second)):
            for name in ("ringing_at", "answered_at", "ended_at"):
                assert getattr(leg, name) in {None, getattr(leg_then, name)}
        assert call.bridged_at in {None, then.bridged_at}
        assert (then.state == "ended") == (then.ended_at is not None)
        assert then.state != "ended" or then.result is not None
        call = then
        seen.append(STATES.index(call.state))
    assert seen == sorted(seen)
