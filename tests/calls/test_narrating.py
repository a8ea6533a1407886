"""What the event log tells of a call."""

from msgspec.structs import replace

from c2cd.calls.narrating import narrate, narrate_denied, story
from c2cd.calls.states import End, LegEnd, Step, advance
from c2cd.errors import Denied, Quota
from c2cd.model.journal import Entry, iso_time
from tests.calls.examples import a_button, a_call


def test_time_is_iso_in_utc() -> None:
    """Times are written in UTC, to the millisecond, however round they are."""
    assert iso_time(1_800_000_000.0) == "2027-01-15T08:00:00.000Z"
    assert iso_time(1_800_000_000.1239) == "2027-01-15T08:00:00.123Z"


def test_beginning() -> None:
    """A call's first line says whom it calls."""
    assert list(narrate(None, a_call())) == [
        Entry(
            time="2027-01-15T08:00:00.000Z",
            event="call.requested",
            account_id="acme",
            clicktocall_id="b",
            call_id="c2c-b-1",
            contact="+15551234567",
            extension="1001",
        )
    ]


def test_legs_by_their_names() -> None:
    """A line that is about a leg says which phone it is, by name and not by who rang first."""
    call = a_call(dial_first="contact")
    then = advance(advance(call, "first_rings", 1.0), "first_answers", 2.0)
    assert [(line.event, line.leg) for line in narrate(call, then)] == [
        ("call.ringing", "contact"),
        ("call.answered", "contact"),
    ]
    later = advance(then, "second_rings", 3.0)
    assert [(line.event, line.leg) for line in narrate(then, later)] == [("call.ringing", "extension")]


def test_end() -> None:
    """A call's last line says how it ended."""
    call = advance(advance(a_call(), "first_answers", 1.0), "bridged", 2.0)
    (line,) = narrate(call, advance(call, "ends", 7.5, End(first=LegEnd(7.5, 16))))
    assert (line.event, line.result, line.cause, line.talk_seconds) == ("call.ended", "success", None, 5.5)
    failed = advance(a_call(), "ends", 3.0, End(reason=5))
    (line,) = narrate(a_call(), failed)
    assert (line.result, line.cause, line.talk_seconds) == ("error", "USER_BUSY", 0.0)


def test_several_steps_at_once() -> None:
    """Steps that became known together are told in their order, each with its own time."""
    bridged = advance(advance(a_call(), "first_answers", 1.0), "bridged", 2.0)
    then = advance(bridged, "ends", 3.0)
    assert [(line.event, line.leg) for line in narrate(a_call(), then)] == [
        ("call.answered", "extension"),
        ("call.answered", "contact"),
        ("call.bridged", None),
        ("call.ended", None),
    ]


def test_nothing_new() -> None:
    """What is in no line of the log makes none."""
    call = a_call()
    assert list(narrate(call, call)) == []
    assert list(narrate(call, replace(call, second_channel="s1"))) == []


def test_denied() -> None:
    """A refused click has its rule, its limit and whom it wanted to call, as it was read if it was."""
    limit = Quota("contact_per_day", 3, 86_400)
    for read, written, shown in (
        ("+1555", "+1 555", "+1555"),
        ("", "call me", "call me"),
        ("", "1" * 81, "1" * 80),
        ("", "", ""),
        ("", None, None),
    ):
        for quota, key in ((limit, "contact_per_day"), (None, None)):
            denied = Denied("contact", "No more", contact=read, quota=quota)
            line = narrate_denied(
                denied, a_button(), 1_800_000_000.0, contact=written, client="::1", clicked_by="public"
            )
            assert line == Entry(
                time="2027-01-15T08:00:00.000Z",
                event="click.denied",
                account_id="acme",
                clicktocall_id="b",
                call_id=None,
                contact=shown,
                rule="contact",
                limit=key,
                client="::1",
                clicked_by="public",
                message="No more",
            )


def test_a_story_is_all_that_was_told() -> None:
    """The story of a call has the very lines that were told of it step by step."""
    call = a_call(dial_first="contact", clicked_by="public")
    told = list(narrate(None, call))
    steps: tuple[Step, ...] = ("first_rings", "first_answers", "second_rings", "second_answers", "bridged")
    for at, step in enumerate(steps, 1):
        call, before = advance(call, step, float(at)), call
        told += narrate(before, call)
    call, before = advance(call, "ends", 9.0, End(first=LegEnd(9.0, 16))), call
    told += narrate(before, call)
    assert list(story(call)) == told
    assert len(told) == 7
