"""A screen as a picture: SVG, whose letters stand in their places whatever font there is."""

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

import pyte
from pyte.screens import Char

_WIDE, _HIGH, _MARGIN, _BAR = 8.4, 19.0, 14.0, 34.0
_FONT = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"
_GROUND, _FRAME, _PLAIN = "#16181d", "#262a33", "#d5d9e0"
# pyte's names: its brown is what others call yellow.
_COLOURS = {
    "black": "#5c6370",
    "red": "#ff6b6b",
    "green": "#7bd88f",
    "brown": "#f0c674",
    "blue": "#7aa2f7",
    "magenta": "#d19afc",
    "cyan": "#66d9e8",
    "white": "#f5f6f8",
    "brightblack": "#7d8590",
    "brightblue": "#a5c0ff",
    "brightmagenta": "#e6c3ff",
    "brightcyan": "#a6f0fa",
}


def picture(screen: pyte.Screen, title: str) -> str:
    """Draw the screen, as far down as anything stands on it, in a window with a title."""
    used = max((number for number, line in enumerate(screen.display) if line.strip()), default=0) + 1
    width, height = screen.columns * _WIDE + 2 * _MARGIN, used * _HIGH + 2 * _MARGIN + _BAR
    dots = "".join(
        f'<circle cx="{_MARGIN + 6 + 20 * number}" cy="{_BAR / 2}" r="6" fill="{colour}"/>'
        for number, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    letters = [letter for number in range(used) for letter in _line(screen, number)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"',
            f'  viewBox="0 0 {width:g} {height:g}" font-family={quoteattr(_FONT)}',
            f'  font-size="14" fill="{_PLAIN}">',
            f"<title>{escape(title)}</title>",
            f'<rect width="100%" height="100%" rx="9" fill="{_GROUND}"/>',
            f'<path d="M0 {_BAR}V9a9 9 0 0 1 9-9H{width - 9:g}a9 9 0 0 1 9 9V{_BAR}z" fill="{_FRAME}"/>',
            dots,
            f'<text x="50%" y="{_BAR / 2 + 5}" text-anchor="middle" fill="#9aa3b2">{escape(title)}</text>',
            *letters,
            "</svg>\n",
        ]
    )


def _line(screen: pyte.Screen, number: int) -> Iterator[str]:
    """Give the words of a line, each in its place and in its colour."""
    cells = [(column, screen.buffer[number][column]) for column in range(screen.columns)]
    baseline = _BAR + _MARGIN + _HIGH * number + 14
    for style, group in groupby(cells, key=lambda cell: _style(cell[1])):
        run = list(group)
        if style is None:
            continue
        text = "".join(char.data for _, char in run)
        yield (
            f'<text x="{_MARGIN + run[0][0] * _WIDE:g}" y="{baseline:g}" textLength="{len(run) * _WIDE:g}"'
            f"{style}>{escape(text)}</text>"
        )


def _style(char: Char) -> str | None:
    """Give the attributes of a sign; None where there is nothing to see."""
    if char.data == " ":
        return None
    colour = _COLOURS.get(char.fg, _PLAIN if char.fg == "default" else f"#{char.fg}")
    return ("" if colour == _PLAIN else f' fill="{colour}"') + (' font-weight="bold"' if char.bold else "")
