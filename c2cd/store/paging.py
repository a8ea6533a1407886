"""Pages of a list: rows from a mark on, in the order of an index, so that no page costs more than another."""

from typing import Annotated

from msgspec import Meta, Struct

# When a row was made (Unix seconds) and its id: where it stands in its list.
Mark = tuple[float, Annotated[str, Meta(pattern="^[ -~]*$", max_length=255)]]


class Page(Struct, frozen=True, kw_only=True):
    """Which rows of a list are asked for: ``most`` from ``start`` on, the row at ``start`` among them."""

    most: int
    start: Mark | None = None
    ascending: bool = False

    def clauses(self, at: str) -> tuple[str, list[object]]:
        """Give what ends a SELECT with a WHERE, for a table whose order is the column ``at`` and its id."""
        comparison, order = (">=", "ASC") if self.ascending else ("<=", "DESC")
        beginning = "" if self.start is None else f" AND ({at}, id) {comparison} (?, ?)"
        values: list[object] = [*(self.start or ()), self.most]
        return f"{beginning} ORDER BY {at} {order}, id {order} LIMIT ?", values
