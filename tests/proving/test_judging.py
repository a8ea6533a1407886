"""The judge of the proving ground: it finds each breach of a promise, and none where there is none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proving.evidence import Attempt, Click, Evidence, Line, Order, Outage, Row, Seen
from tests.proving.judging import judge, unjudged
from tests.proving.record import read_record

AT = 1_800_000_000.0
TALKED, BUSY, LOST = "c2c-b-talked", "c2c-b-busy", "c2c-b-lost"

Forgery = Callable[[Evidence], object]


def an_honest_run() -> Evidence:
    """Give what three clicks left: one talked, one was busy, one was lost sight of in an outage."""
    rows = [
        Row(
            id=call_id,
            account="acme",
            contact=f"+1555{number}",
            state="ended",
            result=result,
            requested_at=AT + 10 * number,
            bridged_at=None,
            ended_at=AT + 10 * number + 5,
            taken_back=False,
        )
        for number, (call_id, result) in enumerate(
            [(TALKED, "success"), (BUSY, "error"), (LOST, "unknown")], 1
        )
    ]
    return Evidence(
        clicks=[
            Click(
                contact=row.contact,
                key=f"key-{row.id}",
                attempts=[Attempt(status=200, call_id=row.id), Attempt(status=200, call_id=row.id)],
            )
            for row in rows
        ],
        orders=[Order(call_id=row.id, at=row.requested_at, had_row=True) for row in rows],
        rows={row.id: row for row in rows},
        seen={
            row.id: Seen(begun=1, ended=True, bridged=row.id == TALKED, last_at=row.requested_at + 4)
            for row in rows
        },
        lines=[
            Line(event=event, call_id=row.id, result=row.result if event == "call.ended" else None)
            for row in rows
            for event in ("call.requested", "call.ringing", "call.ringing", "call.ended")
        ],
        outages=[Outage(why="the link is cut", began=AT + 32, ended=AT + 33)],
        limits={"acme": 3},
    )


def a_second_call_of(call_id: str) -> Forgery:
    """Have the contact of a call called once more, under another id."""

    def forge(run: Evidence) -> None:
        other = replace(run.rows[call_id], id="c2c-b-other", result="error")
        run.rows[other.id] = other
        run.limits = {}
        run.orders.append(Order(call_id=other.id, at=AT + 60, had_row=True))
        run.seen[other.id] = Seen(begun=1, ended=True, last_at=AT + 61)

    return forge


def change(call_id: str, **fields: object) -> Forgery:
    """Have a row say something else."""

    def forge(run: Evidence) -> None:
        for name, value in fields.items():
            setattr(run.rows[call_id], name, value)

    return forge


def unkeyed(run: Evidence, message: str) -> None:
    """Have the first click come without a key, and once."""
    run.clicks[0].key = None
    run.clicks[0].attempts = [Attempt(status=503, message=message)]


FORGERIES: dict[str, tuple[Forgery, str]] = {
    "no row": (lambda run: run.rows.pop(BUSY), "I1: accepted, but without a row"),
    "two orders": (lambda run: run.orders.append(run.orders[0]), "I1: 2 Originates"),
    "two answers": (
        lambda run: run.clicks[0].attempts.append(Attempt(status=200, call_id=BUSY)),
        "I1: one click of +15551 was answered with 2 calls",
    ),
    "two rows": (
        lambda run: run.rows.update(other=replace(run.rows[BUSY], id="other")),
        "I1: one click of +15552 has several rows",
    ),
    "refused, yet called": (
        lambda run: unkeyed(run, "switch_unreachable"),
        "promise 3: switch_unreachable was answered, but c2c-b-talked was sent",
    ),
    "refused, and not told for how long": (
        lambda run: run.clicks[0].attempts.append(Attempt(status=503, message="switch_unreachable")),
        "503 without Retry-After: +15551",
    ),
    "too early": (lambda run: setattr(run.orders[0], "had_row", False), "I2: sent before its row"),
    "a row that went": (
        lambda run: run.orders.append(Order(call_id="gone", at=AT, had_row=True)),
        "I2: sent without a row",
    ),
    "a call that nobody knows": (
        lambda run: run.seen.update(stranger=Seen(begun=1)),
        "I2: the switch had a call without a row",
    ),
    "still open": (change(BUSY, state="ringing"), "I3: never ended"),
    "no result": (change(BUSY, result=None), "I3: never ended"),
    "open for long": (lambda run: run.overdue.append("x was open"), "I3: x was open"),
    "a success that did not talk": (change(BUSY, result="success"), "I4: a success that never talked"),
    "an error that talked": (change(TALKED, result="error"), "I4: an error that talked"),
    "unknown for nothing": (change(BUSY, result="unknown"), "I4: unknown without an outage"),
    "taken back, yet called": (change(BUSY, taken_back=True), "I4: taken back, but the switch had it"),
    "dialled again": (a_second_call_of(LOST), "I5: c2c-b-lost (unknown), c2c-b-other (error) were dialled"),
    "begun twice": (
        lambda run: setattr(run.seen[LOST], "begun", 2),
        "I5: the switch began c2c-b-lost 2 times",
    ),
    "over a limit": (lambda run: run.limits.update(acme=2), "I6: 3 calls of acme in a day, of 2 at most"),
    "ended twice": (lambda run: run.lines.append(run.lines[3]), "the log tells call.ended of c2c-b-talked 2"),
    "another word": (
        lambda run: setattr(run.lines[3], "result", "error"),
        "the log says error of c2c-b-talked, its row success",
    ),
    "a complaint": (lambda run: run.complaints.append("TERM: exit 1"), "TERM: exit 1"),
}


def test_a_run_that_kept_all_promises() -> None:
    """Nothing is found in a run in which nothing is wrong."""
    assert judge(an_honest_run()) == []


@pytest.mark.parametrize("name", FORGERIES)
def test_each_breach_is_found(name: str) -> None:
    """Whatever is wrong in a run is named."""
    run = an_honest_run()
    forge, words = FORGERIES[name]
    forge(run)
    found = judge(run)
    assert any(violation.startswith(words) for violation in found), found


def test_what_may_be_refused_may_be_tried_again() -> None:
    """A second call of a click is no breach where the first was taken back, or never was one."""
    run = an_honest_run()
    a_second_call_of(BUSY)(run)
    run.rows[BUSY].taken_back = True
    del run.seen[BUSY]
    run.clicks[1].attempts = [Attempt(status=502, message="switch_refused"), Attempt(status=200, call_id="x")]
    run.rows["x"] = run.rows.pop("c2c-b-other")
    run.rows["x"].id = "x"
    run.orders[-1].call_id = "x"
    run.seen["x"] = run.seen.pop("c2c-b-other")
    run.lines = []
    assert judge(run) == []


def test_a_call_that_the_switch_keeps_is_open() -> None:
    """A row may be open at the end where the switch still has its channel."""
    run = an_honest_run()
    run.rows[TALKED].state = "bridged"
    run.lines = []
    assert judge(run) == [f"I3: never ended: {TALKED} is bridged"]
    run.stuck = {TALKED}
    assert judge(run) == []


def test_a_killed_switch_can_not_tell() -> None:
    """A success whose switch was killed in that moment is counted, not judged; one of another time is."""
    run = an_honest_run()
    run.rows[BUSY].result = "success"
    run.lines = []
    run.switch_deaths = [AT + 20 + 5]
    assert (judge(run), unjudged(run)) == ([], 1)
    run.switch_deaths = [AT + 20 + 60]
    assert (len(judge(run)), unjudged(run)) == (1, 0)


def test_a_call_that_a_kill_cut_off_ends_with_its_row() -> None:
    """Where the switch could not write a call's end an outage up to its row's end explains its `unknown`."""
    run = an_honest_run()
    run.outages = [Outage(why="Asterisk is killed", began=AT + 34.9, ended=AT + 36)]
    run.seen[LOST].last_at = AT + 31
    assert judge(run) == [f"I4: unknown without an outage: {LOST}"]
    run.seen[LOST].ended = False
    assert judge(run) == []


def test_the_record_of_a_switch(tmp_path: Path) -> None:
    """The switch's record tells whether a call began, ended and talked; its leg's own bridge is no talk."""
    file = tmp_path / "calls.csv"
    file.write_text(
        '"CHAN_START","1.0","c2c-b-8",""\n"CHAN_START","1.0","c2c-b-8-2",""\n"CHAN_START","1.1","9.1",""\n'
        '"BRIDGE_ENTER","1.5","c2c-b-8-2","{""bridge_id"":""own""}"\n'
        '"BRIDGE_ENTER","1.5","9.1","{""bridge_id"":""own""}"\n'
        '"CHAN_START","2.0","c2c-b-9",""\n'
        '"BRIDGE_ENTER","2.5","c2c-b-9","{""bridge_id"":""two""}"\n'
        '"BRIDGE_ENTER","2.5","9.2","{""bridge_id"":""two""}"\n"CHAN_END","3.0","c2c-b-9",""\n'
    )
    assert read_record(file) == {
        "c2c-b-8": Seen(begun=1, ended=False, bridged=False, last_at=1.5),
        "c2c-b-9": Seen(begun=1, ended=True, bridged=True, last_at=3.0),
    }
