"""What is counted of calls: each thing once, when it is written, and as the row has it."""

from math import inf

from msgspec.structs import replace

from c2cd.calls.causes import CAUSES
from c2cd.calls.figures import CallFigures
from c2cd.calls.states import lose, take_back
from c2cd.model.call import Call, Leg
from c2cd.model.histogram import Histogram
from tests.calls.examples import a_call

CALL = a_call()
AT = CALL.requested_at
RINGS = replace(CALL, state="ringing", first=Leg(ringing_at=AT + 0.3))
TALKS = replace(RINGS, state="bridged", bridged_at=AT + 2, result="success")
ENDED = replace(TALKS, state="ended", ended_at=AT + 62)


def count(histogram: Histogram) -> int:
    """Give how many were seen."""
    return list(histogram.up_to())[-1][1]


def ended(*ends: Call) -> dict[tuple[str, str], int]:
    """Give what is counted of calls that end so."""
    figures = CallFigures()
    for call in ends:
        figures.follow(CALL, call)
    return {key: many for key, many in figures.ended.items() if many}


def test_a_call_from_its_ring_to_its_end() -> None:
    """Ring, talk and end count once, however many changes are written."""
    figures = CallFigures()
    for before, after in ((CALL, RINGS), (RINGS, TALKS), (TALKS, ENDED)):
        figures.follow(before, after)
    assert count(figures.to_ring) == count(figures.talk) == 1
    assert abs(figures.to_ring.total - 0.3) < 0.001
    assert figures.talk.total == 60.0
    assert figures.ended["success", ""] == sum(figures.ended.values()) == 1


def test_changes_that_are_written_together() -> None:
    """A call of which all comes at once counts as one that came by and by."""
    figures = CallFigures()
    figures.follow(CALL, ENDED)
    assert (count(figures.to_ring), count(figures.talk), figures.ended["success", ""]) == (1, 1, 1)


def test_ends_by_result_and_cause() -> None:
    """An error has its cause; what is unknown has none; one whose end was not seen has no length."""
    busy = replace(RINGS, state="ended", ended_at=AT + 3, result="error", cause="USER_BUSY")
    back = take_back(CALL, AT + 1, "NORMAL_TEMPORARY_FAILURE")
    assert ended(busy, back, lose(RINGS, AT + 9), lose(TALKS, AT + 9)) == {
        ("error", "USER_BUSY"): 1,
        ("error", "NORMAL_TEMPORARY_FAILURE"): 1,
        ("unknown", ""): 1,
        ("success", ""): 1,
    }
    figures = CallFigures()
    figures.follow(TALKS, lose(TALKS, AT + 9))
    assert count(figures.talk) == 0


def test_every_cause_is_there_from_the_start() -> None:
    """What may come is shown as 0 before it does."""
    errors = {cause for result, cause in CallFigures().ended if result == "error"}
    assert errors == set(CAUSES)
    assert {"USER_BUSY", "NO_ANSWER", "ORIGINATOR_CANCEL", "NORMAL_TEMPORARY_FAILURE"} <= errors


def test_a_histogram_counts_up() -> None:
    """Each bound has all that is no more than it, the last one all; less than nothing is nothing."""
    histogram = Histogram((0.1, 1.0))
    for amount in (0.05, 0.1, 0.5, 2.0, -3.0):
        histogram.see(amount)
    assert list(histogram.up_to()) == [(0.1, 3), (1.0, 4), (inf, 5)]
    assert histogram.total == 0.05 + 0.1 + 0.5 + 2.0
