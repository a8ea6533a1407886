"""Lists for people and for programs: columns in line on a terminal, tabs between them in a pipe."""

import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import click

# A column that may be cut keeps so many places.
_NARROWEST = 6
_GAP = "  "


class Cell(NamedTuple):
    """A text with a colour of click's."""

    text: str
    colour: str | None = None


Row = Sequence[str | Cell]


def shown(text: str) -> str:
    """Give a text that neither breaks a line nor steers a terminal."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def width_of(text: str) -> int:
    """Tell how many places a printable text takes on a terminal: two a wide sign, none a combining one."""
    return len(text) if text.isascii() else sum(map(_places, text))


def _places(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def cut(text: str, places: int) -> str:
    """Give as much of a text as there are places for, with … at its end where that is not all."""
    if width_of(text) <= places:
        return text
    kept, left = [], places - 1
    for sign in text:
        left -= _places(sign)
        if left < 0:
            break
        kept.append(sign)
    return "".join(kept) + "…" if places > 0 else ""


class Table:
    """A list with titles. The columns with these numbers are cut where the terminal is too narrow."""

    def __init__(self, *titles: str, cuts: Sequence[int] = ()) -> None:
        self._titles = titles
        self._cuts = cuts
        self._widths = [width_of(title) for title in titles]

    def lines(self, rows: Iterable[Row], places: int | None = None) -> list[str]:
        """Lay rows out below each other, as wide as the rows before them and no wider than the terminal.

        Without ``places`` they are as wide as it takes.
        """
        texts = [[_read(cell) for cell in row] for row in rows]
        for row in texts:
            self._widths = [
                max(width, width_of(cell.text)) for width, cell in zip(self._widths, row, strict=True)
            ]
        widths = self._widths if places is None else self._narrowed(places)
        return [_line(row, widths, places) for row in texts]

    def head(self, places: int | None = None) -> str:
        """Give the line of titles for the rows that were laid out last."""
        widths = self._widths if places is None else self._narrowed(places)
        return click.style(_line([Cell(title) for title in self._titles], widths, places), bold=True)

    def _narrowed(self, places: int) -> list[int]:
        """Take from the widest of the columns that may be cut, as much as it takes."""
        widths = [*self._widths]
        over = sum(widths) + len(_GAP) * (len(widths) - 1) - places
        while over > 0 and self._cuts:
            widest = max(self._cuts, key=lambda number: widths[number])
            if widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1
            over -= 1
        return widths

    def show(self, pages: Iterable[Iterable[Row]]) -> None:
        """Print pages of rows: on a terminal with titles, else with tabs and without."""
        if not is_terminal():
            for page in pages:
                for row in page:
                    click.echo("\t".join(_read(cell).text for cell in row))
            return
        places = shutil.get_terminal_size().columns if self._cuts else None
        for number, page in enumerate(pages):
            lines = self.lines(page, places)
            if number == 0:
                click.echo(self.head(places))
            for line in lines:
                click.echo(line)


def is_terminal() -> bool:
    """Tell whether stdout is a terminal."""
    return sys.stdout.isatty()


def _read(cell: str | Cell) -> Cell:
    return Cell(shown(cell.text), cell.colour) if isinstance(cell, Cell) else Cell(shown(cell))


def _line(row: Iterable[Cell], widths: Sequence[int], places: int | None) -> str:
    """Write a line; what is over its end, where it has one, is cut off."""
    line, at, begins = "", 0, 0
    for cell, width in zip(row, widths, strict=True):
        room = width if places is None else min(width, places - begins)
        if text := cut(cell.text, room):
            line += " " * (begins - at) + (text if cell.colour is None else click.style(text, fg=cell.colour))
            at = begins + width_of(text)
        begins += width + len(_GAP)
    return line
