"""What is kept of clicks that may come again, on a clock that the test moves."""

from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from c2cd.errors import SwitchRefused
from c2cd.model.contact import Contact
from c2cd.model.limits import PUBLIC
from c2cd.model.repeat import Answer
from c2cd.model.switching import Originate
from c2cd.web.connect import _known_answer
from c2cd.web.refusals import ClickUnderWay
from c2cd.web.repeating import Answered, Repeats
from tests.calls.examples import CONTACT
from tests.calls.room import open_room
from tests.calls.test_placing import compose
from tests.clock import START, ManualClock
from tests.guard.clicks import click

ANSWER = Answer(key="", fingerprint="f", call_id="c2c-b-1", body="{}", created_at=1.0, earliest=1.0)
ANSWERED = Answered(ANSWER.call_id, ANSWER.body.encode)
WHO = "192.0.2.1"


@pytest.mark.parametrize(("seconds", "is_one"), [(0.0, True), (1.9, True), (2.0, False), (30.0, False)])
def test_how_long_a_click_has_a_second(clock: ManualClock, seconds: float, *, is_one: bool) -> None:
    """It is the time between both arrivals that counts, and it must be less than repeat_seconds."""
    repeats, clicked = Repeats(clock), click(PUBLIC)
    repeats.keep(clicked, WHO, 10.0, ANSWERED)
    assert (repeats.first(clicked, WHO, 10.0 + seconds) is ANSWERED) is is_one


def test_what_waited_longer_is_a_second_too(clock: ManualClock) -> None:
    """Of two at once the one that came first may be placed last: it is the second all the same."""
    repeats, clicked = Repeats(clock), click(PUBLIC)
    repeats.keep(clicked, WHO, 10.0, ANSWERED)
    assert repeats.first(clicked, WHO, 9.0) is ANSWERED


async def test_who_waited_for_a_slow_one_is_its_second(clock: ManualClock) -> None:
    """A click that took long is known to who came with it, however many others come."""
    repeats, clicked = Repeats(clock), click(PUBLIC)
    arrived = clock.monotonic()
    await clock.advance(10.0)
    repeats.keep(clicked, WHO, arrived, ANSWERED)
    repeats.keep(click(PUBLIC, Contact("+1999")), WHO, clock.monotonic(), ANSWERED)
    assert repeats.first(clicked, WHO, arrived + 0.1) is ANSWERED


def test_it_can_be_switched_off(clock: ManualClock) -> None:
    """With repeat_seconds = 0 each click is one."""
    repeats, clicked = Repeats(clock), click(replace(PUBLIC, repeat_seconds=0))
    repeats.keep(clicked, WHO, 10.0, ANSWERED)
    assert repeats.first(clicked, WHO, 10.0) is None


async def test_nothing_is_kept_for_ever(clock: ManualClock) -> None:
    """However many contacts and clients come, what can have no second any more is forgotten."""
    repeats = Repeats(clock)
    for number in range(1000):
        clicked = click(PUBLIC, Contact(f"+1{number}"))
        async with repeats.one_at_a_time(clicked, str(number)):
            repeats.keep(clicked, str(number), clock.monotonic(), ANSWERED)
    await clock.advance(23.0)
    repeats.keep(click(PUBLIC), WHO, clock.monotonic(), ANSWERED)
    assert (len(repeats._placed), len(repeats._locks), len(repeats._keys)) == (1, 0, 0)


async def test_a_click_that_is_being_taken_back_answers_no_repeat() -> None:
    """Whoever repeats it in that moment is to ask again: it gets no answer of a call that never was."""

    async def answer_to(*_: object) -> Answer:
        return replace(ANSWER, key="k")

    services = SimpleNamespace(
        repeats=Repeats(ManualClock()),
        history=SimpleNamespace(answer_to=answer_to),
        placer=SimpleNamespace(is_called_off={ANSWER.call_id}.__contains__),
    )
    visit: Any = SimpleNamespace(services=services)
    with pytest.raises(ClickUnderWay):
        await _known_answer(visit, click(PUBLIC).button, "k", ANSWER.fingerprint)


async def test_a_click_whose_end_is_not_written_answers_no_repeat(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where it was taken back while nothing could be written: its row does not know of it yet."""
    async with open_room(clock) as room:

        async def refuse(_: Originate) -> None:
            room.rows.broken = True
            raise SwitchRefused("no")

        async def answer_to(*_: object) -> Answer:
            return room.rows.answers["k"]

        monkeypatch.setattr(room.switch, "originate", refuse)
        monkeypatch.setattr(room.rows, "answer_to", answer_to, raising=False)
        placing = compose(room, "k")
        with pytest.raises(SwitchRefused):
            await room.placer.place(placing)
        room.rows.broken = False
        assert room.row(placing.call.id).state == "requested"
        services = SimpleNamespace(
            repeats=Repeats(clock), history=room.rows, placer=room.placer, ledger=room.ledger
        )
        visit: Any = SimpleNamespace(services=services)
        assert await _known_answer(visit, click(PUBLIC).button, "k", CONTACT.text) is None
        assert room.rows.answers == {}


async def test_a_date_that_is_put_forward_makes_no_key_old(clock: ManualClock) -> None:
    """Keys grow old by the time that passes: no sooner where the date is put forward, later where back."""
    repeats = Repeats(clock)
    clock.put(90_000.0)
    assert repeats.earliest() == START
    await clock.advance(60.0)
    assert repeats.earliest() == START + 60.0
    clock.put(-100_000.0)
    assert repeats.earliest() == clock.wall() == START - 9_940.0
    clock.put(10_000.0)
    assert repeats.earliest() == START - 9_940.0
