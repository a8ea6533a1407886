"""The event log is an interface: its lines stay as they are, and its reference tells all of them."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from c2cd.model.journal import Entry
from tests.logs.golden import GOLDEN, written

README = Path(__file__).parents[2] / "README.md"
LINES: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
PROPERTIES = msgspec.json.schema(Entry)["$defs"]["Entry"]["properties"]
EVENTS = set(PROPERTIES["event"]["enum"])
TYPES = {str: "string", int: "integer", float: "number", type(None): "null"}


def reference() -> list[tuple[str, str, set[str], str]]:
    """Give the rows of the README's table: key, type, the events that have it, and what it is."""
    text = README.read_text()
    table = text[text.index("| key | type | in | |") :].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:5]] for line in table.splitlines()[2:]]
    return [
        (key.strip("`"), kind, EVENTS if where == "every line" else set(re.findall(r"`(.*?)`", where)), what)
        for key, kind, where, what in rows
    ]


def test_lines_are_what_they_were() -> None:
    """Each event in each of its forms is, to the byte, the line that it was."""
    assert written().splitlines() == GOLDEN.read_bytes().splitlines()


def test_the_golden_lines_have_every_form() -> None:
    """Every event, and every key, is among the golden lines."""
    assert {line["event"] for line in LINES} == EVENTS
    assert set().union(*LINES) == PROPERTIES.keys()


def test_the_reference_has_every_key() -> None:
    """The README's table has all keys of a line, each with its type."""
    rows = reference()
    assert {key for key, *_ in rows} == PROPERTIES.keys()
    for key, kind, _, _ in rows:
        found = {TYPES[type(line[key])] for line in LINES if key in line}
        assert found == set(kind.split(" or ")), key


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_the_reference_tells_when_a_key_is_there(event: str) -> None:
    """A line has the keys that the table says, those always whose meaning does not begin with "where"."""
    rows = [(key, what) for key, _, events, what in reference() if event in events]
    lines = [line for line in LINES if line["event"] == event]
    assert set().union(*lines) == {key for key, _ in rows}
    for key, what in rows:
        is_always_there = all(key in line for line in lines)
        assert is_always_there == (not what.startswith("where ")), key


def test_lines_can_be_read_again() -> None:
    """What was written is read as the entry that it was, also by who knows fewer keys."""
    for line in LINES:
        assert msgspec.to_builtins(msgspec.convert(line | {"new": 1}, Entry)) == line
