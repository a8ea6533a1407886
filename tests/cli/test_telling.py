"""The event log in plain words."""

import json
import time
from collections.abc import Iterator

import click
import msgspec
import pytest
from msgspec.structs import replace

from c2cd.cli.telling import tell
from c2cd.model.journal import Entry
from tests.logs.golden import GOLDEN

LINES = [msgspec.convert(json.loads(line), Entry) for line in GOLDEN.read_text().splitlines()]
CALL = LINES[0]
NO_NUMBER = (
    "The contact is neither a phone number (digits, with + in front at most, and spaces, dots, dashes or"
    " brackets between) nor a SIP URI such as sip:user@host"
)


@pytest.fixture(autouse=True)
def timezone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be somewhere else than UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "XXX-5:30")
        time.tzset()
        yield
    time.tzset()


def plain(entry: Entry) -> str:
    """Give what is told, without its colours and columns but the last."""
    return click.unstyle(tell(entry, 4)).split("  ", 3)[-1].strip()


def test_columns() -> None:
    """A line has local time, the account, the end of the call's id and what happened, one below the other."""
    lines = [click.unstyle(tell(entry, 9)) for entry in LINES]
    assert lines[0].startswith(
        "2027-01-15 13:30:00.000  acme       2c-b-1  clicked: 1001 and +15551234567 (by "
    )
    assert lines[-1].startswith("2027-01-15 13:30:30.375  acme       -       refused: get: A click must")
    assert {line[column : column + 2] for line in lines for column in (23, 34, 42)} == {"  "}
    assert all(line[column - 1] + line[column] != "  " for line in lines for column in (36, 44))


def test_every_form_has_its_words() -> None:
    """Each event in each of its forms is told in words of its own."""
    told = [plain(entry).partition(" (by ")[0] for entry in LINES]
    assert list(dict.fromkeys(told)) == [
        "clicked: 1001 and +15551234567",
        "extension's phone rings",
        "extension answers",
        "contact's phone rings",
        "contact answers",
        "both talk",
        "ended: talked 1.1 s",
        "clicked: 1001 and sip:bob@example.com",
        "ended: talked 1.1 s, hung up by token 1f0c77ab90de",
        "ended: talked 1.1 s, as long as max_minutes allows",
        "ended: talked",
        "ended: busy",
        "ended: given up before both talked, hung up by token 1f0c77ab90de",
        "ended: nobody can say how",
        "ended: temporary failure",
        *(
            rf"refused: number: {contact}: {NO_NUMBER}"
            for contact in (r"call me\n\u2028", r"1\ud8002", "1" * 80)
        ),
        "refused: contact: +15551234567: This contact is being called, or talks, at this moment",
        "refused: get: A click must be a POST here: allow_get is false",
    ]


@pytest.mark.parametrize(
    ("seconds", "length"), [(0.0, "0.0 s"), (59.4, "59.4 s"), (60.0, "1 min 0 s"), (3725.2, "62 min 5 s")]
)
def test_lengths(seconds: float, length: str) -> None:
    """How long the two talked is told in minutes and seconds."""
    end = replace(CALL, event="call.ended", result="success", talk_seconds=seconds)
    assert plain(end) == f"ended: talked {length}"


def test_a_cause_without_words_of_its_own() -> None:
    """A cause that is rarely seen is told as it is called."""
    end = replace(CALL, event="call.ended", result="error", cause="NO_ROUTE_DESTINATION")
    assert plain(end) == "ended: no route destination"
    assert plain(replace(end, cause=None)) == "ended: ?"


@pytest.mark.parametrize("key", [key for key in Entry.__struct_fields__ if key not in {"time", "event"}])
def test_no_text_steers_the_terminal(key: str) -> None:
    """Whatever stands in a line, what is told of it is one line of signs that can be seen."""
    for entry in LINES:
        if isinstance(getattr(entry, key), str):
            told = click.unstyle(tell(replace(entry, **{key: "\x1b[2J\x9b\r\n\u202e\ud800\x07x"}), 4))
            assert told.isprintable(), told


def test_a_calls_lines_have_one_colour() -> None:
    """The lines of a call have its id in one colour, today and tomorrow; among calls there are several."""

    def colour(entry: Entry) -> str:
        shown = tell(entry, 4)
        assert entry.call_id is not None
        return shown[: shown.index(entry.call_id[-6:])].rpartition("\x1b[")[2]

    first = [entry for entry in LINES if entry.call_id == CALL.call_id]
    assert {colour(entry) for entry in first} == {colour(CALL)} == {"35m"}
    assert len({colour(replace(CALL, call_id=f"c2c-b-{number}")) for number in range(100)}) == 6
