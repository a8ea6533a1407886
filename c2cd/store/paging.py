"""Pages of a list: rows from a mark on, in the order of an index, so that no page costs more than another."""

from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from msgspec import Meta, Struct

R = TypeVar("R")

# When a row was made (Unix seconds) and its id: where it stands in its list.
Mark = tuple[float, Annotated[str, Meta(pattern="^[ -~]*$", max_length=255)]]


class Page(Struct, frozen=True, kw_only=True):
    """Which rows of a list are asked for: ``most`` from ``start`` on, the row at ``start`` among them."""

    most: int
    start: Mark | None = None
    ascending: bool = False

    def cut(self, rows: Iterable[R], mark_of: Callable[[R], Mark]) -> list[R]:
        """Give this page of rows that are in memory, in whatever order."""
        wanted = sorted(rows, key=mark_of, reverse=not self.ascending)
        if self.start is not None:
            wanted = [
                row
                for row in wanted
                if (mark_of(row) >= self.start if self.ascending else mark_of(row) <= self.start)
            ]
        return wanted[: self.most]

    def narrow(self, since: float, until: float) -> tuple[float, float]:
        """Give what is left of a span from ``start`` on: SQLite seeks by one of two bounds alone."""
        if self.start is None:
            return since, until
        at, _ = self.start
        return (max(since, at), until) if self.ascending else (since, min(until, at))

    def clauses(self, at: str) -> tuple[str, list[object]]:
        """Give what ends a SELECT with a WHERE, for a table whose order is the column ``at`` and its id."""
        comparison, order = (">=", "ASC") if self.ascending else ("<=", "DESC")
        beginning = "" if self.start is None else f" AND ({at}, id) {comparison} (?, ?)"
        values: list[object] = [*(self.start or ()), self.most]
        return f"{beginning} ORDER BY {at} {order}, id {order} LIMIT ?", values
