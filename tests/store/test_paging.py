"""Pages: none of them overlap or leave a row out, either way, and none sorts the table first."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from c2cd.model.call import Call
from c2cd.store.database import Database
from c2cd.store.history import History
from c2cd.store.paging import Mark, Page
from tests.calls.examples import a_call

# Several calls of one moment among them.
MOMENTS = [1.0, 2.0, 2.0, 2.0, 3.0, 5.0, 5.0]
CALLS = [replace(a_call(call_id=f"c2c-b-{n}"), requested_at=at) for n, at in enumerate(MOMENTS)]


def mark(call: Call) -> Mark:
    """Give where a call stands."""
    return call.requested_at, call.id


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
async def test_walk(database: Database, size: int, *, ascending: bool) -> None:
    """Going from page to page by the row after each one meets every row once, in order."""
    history = History(database)
    for call in CALLS:
        await history.add(call)
    met: list[Call] = []
    page = Page(most=size + 1, ascending=ascending)
    while True:
        rows = await history.of_button("b", 0.0, 9.0, page)
        assert rows == page.cut(CALLS, mark)
        met += rows[:size]
        if len(rows) <= size:
            break
        page = replace(page, start=mark(rows[size]))
    assert met == (CALLS if ascending else CALLS[::-1])
    assert all((mark(a) < mark(b)) == ascending for a, b in pairwise(met))


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("start", [None, (4.0, "x")])
async def test_index(database: Database, start: Mark | None, *, ascending: bool) -> None:
    """A page of history, and one of buttons, is found by an index in its order: nothing is sorted."""
    for table, of, at in (
        ("calls", "button_id = 'b' AND requested_at BETWEEN 0 AND 9", "requested_at"),
        ("calls", "account_id = 'a' AND requested_at BETWEEN 0 AND 9", "requested_at"),
        ("buttons", "removed_at IS NULL AND account_id = 'a'", "created_at"),
    ):
        clauses, values = Page(most=50, start=start, ascending=ascending).clauses(at)
        sql = f"EXPLAIN QUERY PLAN SELECT * FROM {table} WHERE {of}{clauses}"  # noqa: S608 - the test's own words
        plan = " ".join(str(row["detail"]) for row in await database.read(sql, values))
        assert plan.startswith(f"SEARCH {table} USING INDEX {table}_of_")
        assert "TEMP B-TREE" not in plan
