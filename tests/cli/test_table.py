"""Lists on a terminal: in line by what the eye sees, and never wider than it."""

import sys

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2cd.cli.table import Cell, Table, cut, shown, width_of

printable = st.text(st.characters(codec="utf-8"), max_size=30).map(shown)


@pytest.mark.parametrize(
    ("text", "places"), [("", 0), ("Sales", 5), ("Müller", 6), ("Mu\u0308ller", 6), ("営業部", 6), ("ﾊﾝ", 2)]
)
def test_width_is_what_the_eye_sees(text: str, places: int) -> None:
    """A wide sign takes two places, one that stands above another none."""
    assert width_of(text) == places


@pytest.mark.parametrize(
    ("text", "places", "cut_to"),
    [
        ("Sales", 5, "Sales"),
        ("Sales", 4, "Sal…"),
        ("営業部", 5, "営業…"),
        ("営業部", 4, "営…"),
        ("Mu\u0308ller", 3, "Mu\u0308…"),
        ("Sales", 1, "…"),
        ("Sales", 0, ""),
    ],
)
def test_what_is_too_long_ends_in_dots(text: str, places: int, cut_to: str) -> None:
    """As much as there is room for is kept, and … tells of the rest."""
    assert cut(text, places) == cut_to


@given(printable, st.integers(0, 40))
def test_nothing_is_wider_than_its_room(text: str, places: int) -> None:
    """Whatever the text, what is kept fits."""
    assert width_of(cut(text, places)) <= places


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_steers_the_terminal(text: str) -> None:
    """Control characters of any kind, and what turns the direction of writing, are written as escapes."""
    assert shown(text).isprintable()


def test_columns_stand_in_line() -> None:
    """Each column begins at one place, behind signs of any width, and lines have no blanks at their end."""
    table = Table("ID", "NAME", "NOTE")
    lines = table.lines([("1", "営業部", "a"), ("22", "Mu\u0308ller", ""), ("3", "x\x1b[2J\n", "b")])
    assert lines == ["1   営業部      a", "22  Mu\u0308ller", r"3   x\x1b[2J\n  b"]
    assert click.unstyle(table.head()) == "ID  NAME        NOTE"


def test_the_widest_column_gives_way_first() -> None:
    """Where the terminal is narrow the columns that may be cut are, down to six places, and then the line."""
    table = Table("ID", "NAME", "CONTACT", cuts=(1, 2))
    rows = [("123456", "a" * 20, "b" * 10)]
    assert table.lines(rows, 40) == ["123456  aaaaaaaaaaaaaaaaaaaa  bbbbbbbbbb"]
    assert table.lines(rows, 30) == ["123456  aaaaaaaaa…  bbbbbbbbbb"]
    assert table.lines(rows, 26) == ["123456  aaaaaaa…  bbbbbbb…"]
    assert table.lines(rows, 22) == ["123456  aaaaa…  bbbbb…"]
    assert table.lines(rows, 18) == ["123456  aaaaa…  b…"]
    assert table.lines(rows, 8) == ["123456"]


def test_later_rows_are_no_narrower() -> None:
    """A page that comes later stands below the one before it."""
    table = Table("A", "B")
    assert table.lines([("long", "x")]) == ["long  x"]
    assert table.lines([("s", "x")]) == ["s     x"]


def test_without_rows_there_are_the_titles(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal a list of nothing is its line of titles."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    Table("A", "B").show([[]])
    assert click.unstyle(capsys.readouterr().out) == "A  B\n"


@given(st.lists(st.tuples(printable, printable, printable), max_size=4), st.integers(1, 60))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, str, str]], places: int) -> None:
    """A line never wraps, whatever stands in it."""
    table = Table("ID", "NAME", "CONTACT", cuts=(1, 2))
    for line in [*table.lines(rows, places), click.unstyle(table.head(places))]:
        assert width_of(line) <= places


def test_a_colour_ends_with_its_cell() -> None:
    """What stands beside a coloured cell has no colour, and blanks have none."""
    (line,) = Table("A", "B").lines([(Cell("no", "red"), "yes")])
    assert line == f"{click.style('no', fg='red')}  yes"
