"""Proof of work: what was solved for a button is good for one click of it, for a while; nothing else is."""

import base64
import json
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge
from hypothesis import given
from hypothesis import strategies as st

from c2cd.errors import Denied
from c2cd.guard.challenge import LIFETIME, Challenges, Solved
from tests.clock import ManualClock


@pytest.fixture
def challenges(clock: ManualClock) -> Challenges:
    """Give what makes and takes challenges."""
    return Challenges(clock)


def solve(made: dict[str, Any], counter: int | None = None) -> str:
    """Solve a challenge as a browser does, by ALTCHA's own solver; or say that a counter does it."""
    challenge = Challenge.from_dict(made)
    solution = solve_challenge(challenge)
    assert solution is not None
    if counter is not None:
        solution.counter = counter
    return Payload(challenge, solution).to_base64()


def take(challenges: Challenges, solved: Solved | None) -> None:
    """Let a click through with a challenge."""
    with challenges.using(solved):
        pass


def refused(challenges: Challenges, text: object, button_id: str = "b1") -> str:
    """Have something verified, and give the words with which it is denied."""
    with pytest.raises(Denied) as caught:
        challenges.verify(text, button_id)
    assert caught.value.rule == "challenge"
    return str(caught.value)


def test_what_was_solved_is_good_for_one_click(challenges: Challenges) -> None:
    """A challenge that was solved lets one click through, and no second one."""
    solved = challenges.verify(solve(challenges.make("b1")), "b1")
    take(challenges, solved)
    with pytest.raises(Denied, match="for another click"):
        take(challenges, solved)


def test_a_click_that_is_refused_uses_nothing(challenges: Challenges) -> None:
    """A click that another guard refuses may come again with the same challenge."""
    solved = challenges.verify(solve(challenges.make("b1")), "b1")
    with pytest.raises(Denied, match="throttled"), challenges.using(solved):
        raise Denied("throttle", "throttled")
    take(challenges, solved)


async def test_it_is_good_for_a_while(challenges: Challenges, clock: ManualClock) -> None:
    """A challenge expires, by a clock that nobody sets; what was used is forgotten then."""
    solved = challenges.verify(solve(challenges.make("b1")), "b1")
    used = challenges.verify(solve(challenges.make("b1")), "b1")
    take(challenges, used)
    clock.put(-86_400.0)
    await clock.advance(LIFETIME)
    for each in (solved, used):
        with pytest.raises(Denied, match="too long ago"):
            take(challenges, each)
    assert not challenges._used


def test_who_needs_none_uses_none(challenges: Challenges) -> None:
    """A click that needs no challenge goes through as often as it comes."""
    take(challenges, None)
    take(challenges, None)


def test_another_buttons(challenges: Challenges) -> None:
    """What was solved for one button opens no other."""
    assert "for this button" in refused(challenges, solve(challenges.make("b2")))


def test_another_runs(challenges: Challenges, clock: ManualClock) -> None:
    """What another run of the daemon has made is not taken, so that no use of it has to be known."""
    assert "for this button" in refused(challenges, solve(Challenges(clock).make("b1")))


def test_it_has_to_be_solved(challenges: Challenges) -> None:
    """A counter that does not lead to the key is no solution."""
    assert "for this button" in refused(challenges, solve(challenges.make("b1"), counter=4_000_000_000))


def test_it_can_not_be_made_easier(challenges: Challenges) -> None:
    """Parameters that were changed are not those that were signed."""
    made = challenges.make("b1")
    easy = {**made, "parameters": {**made["parameters"], "keyPrefix": "", "cost": 1}}  # type: ignore[dict-item]
    assert "for this button" in refused(challenges, solve(easy))


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_any(challenges: Challenges, nothing: str | None) -> None:
    """Who sends none is told that the browser has to work."""
    assert "work for a moment" in refused(challenges, nothing)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = ("algorithm", "nonce", "salt", "cost", "keyLength", "keyPrefix", "expiresAt", "data")
shapes = st.fixed_dictionaries(
    {
        "challenge": json_values
        | st.fixed_dictionaries(
            {
                "parameters": json_values | st.fixed_dictionaries(dict.fromkeys(KEYS, json_values)),
                "signature": json_values,
            }
        ),
        "solution": json_values | st.fixed_dictionaries({"counter": json_values, "derivedKey": json_values}),
    }
)


@given(shapes | json_values)
def test_whatever_comes_is_refused(content: object) -> None:
    """Whatever was not signed is denied, of whatever shape it is, and nothing else is raised."""
    text = base64.b64encode(json.dumps(content).encode()).decode()
    assert "for this button" in refused(Challenges(ManualClock()), text)


@pytest.mark.parametrize(
    "text",
    ["no base64 !", "YQ", "YQ==", 7, ["x"], "A" * 4097, base64.b64encode(b"[" * 3000).decode(), "é"],
    ids=["text", "padding", "no JSON", "number", "list", "long", "deep", "no ASCII"],
)
def test_what_is_no_payload(challenges: Challenges, text: object) -> None:
    """What is no base64 of JSON is denied."""
    assert "for this button" in refused(challenges, text)
