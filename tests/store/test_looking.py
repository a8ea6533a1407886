"""What a command sees of the database beside the daemon, and that it leaves all as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest
from msgspec.structs import replace

from c2cd.errors import StoreError, Unusable
from c2cd.model.call import Call
from c2cd.store.buttons import Buttons
from c2cd.store.database import NEWEST, Database
from c2cd.store.history import History
from c2cd.store.looking import Look, Wanted, looking_at
from tests.calls.examples import a_call


@pytest.fixture
def look(database: Database) -> Iterator[Look]:
    """Give a look into the test's database."""
    with looking_at(database.path) as opened:
        yield opened


async def add(database: Database, *calls: Call) -> None:
    """Have rows of calls, with what is known of them."""
    for call in calls:
        await History(database).add(call)
    await History(database).save(calls)


def ids(look: Look, most: int | None = None, **wanted: object) -> list[list[str]]:
    """Give the ids of the calls that are wanted, page by page."""
    return [[call.id for call in page] for page in look.calls(Wanted(**wanted), most)]  # type: ignore[arg-type]


def numbered(count: int) -> list[Call]:
    """Make calls a second apart, the third and the fourth in one second."""
    return [
        replace(a_call(call_id=f"c2c-b-{index:04}"), requested_at=1000.0 + index - (index == 4))
        for index in range(count)
    ]


async def test_what_the_daemon_writes_is_seen(database: Database, look: Look) -> None:
    """A row that is committed after the look was opened is seen by the next question."""
    assert look.live_calls() == []
    call = a_call()
    await add(database, call)
    assert look.live_calls() == [call]
    assert look.find_call(call.id) == call
    assert look.find_call("c2c-b-2") is None
    await add(database)
    ended = replace(call, state="ended", ended_at=2000.0, result="success")
    await History(database).save([ended])
    assert look.live_calls() == []
    assert look.find_call(call.id) == ended


async def test_live_calls_are_those_of_the_account(database: Database, look: Look) -> None:
    """With an account there are its calls alone; the newest are first."""
    older, newer = numbered(2)
    other = replace(a_call(call_id="c2c-o-1"), account_id="other", requested_at=1.0)
    await add(database, older, other, newer)
    assert look.live_calls() == [newer, older, other]
    assert look.live_calls("other") == [other]


async def test_pages_are_joined_without_a_seam(database: Database, look: Look) -> None:
    """Every call comes once, the newest first, by pages of 500; no more than are asked for."""
    rows = (  # seven have the same second
        "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 1233)"
        " INSERT INTO calls (id, account_id, button_id, contact, extension, dial_first, timeout,"
        " requested_at, switch_life, state, end_seen)"
        " SELECT printf('c2c-b-%04d', n), 'acme', 'b', '1', '1', 'extension', 30, n / 7, '', 'ended', 1"
        " FROM n"
    )
    await database.write((rows, ()))
    everyone = [f"c2c-b-{number:04}" for number in reversed(range(1234))]
    for most, sizes in [
        (None, [500, 500, 234]),
        (1234, [500, 500, 234]),
        (2000, [500, 500, 234]),
        (501, [500, 1]),
        (1000, [500, 500]),
        (3, [3]),
    ]:
        pages = ids(look, most)
        assert [len(page) for page in pages] == sizes
        assert list(chain(*pages)) == everyone[:most]


async def test_what_is_wanted_is_found(database: Database, look: Look) -> None:
    """Account, button, span, result and contacts each narrow it, and together."""
    a, b, c, d = numbered(4)
    b = replace(b, account_id="other")
    c = replace(c, contact="+44", button_id="z")
    d = replace(d, result="success", state="ended")
    await add(database, a, b, c, d)
    assert ids(look) == [[d.id, c.id, b.id, a.id]]
    assert ids(look, account_id="other") == [[b.id]]
    assert ids(look, button_id="z") == [[c.id]]
    assert ids(look, since=1001.0) == [[d.id, c.id, b.id]]
    assert ids(look, until=1001.0) == [[b.id, a.id]]
    assert ids(look, since=1001.0, until=1002.0) == [[c.id, b.id]]
    assert ids(look, result="success") == [[d.id]]
    assert ids(look, contacts=frozenset({"+44", "+45"})) == [[c.id]]
    assert ids(look, contacts=frozenset()) == []
    assert ids(look, account_id="other", button_id="z") == []


def test_no_question_reads_more_than_it_must(look: Look) -> None:
    """Pages and live calls are found by the index that knows them best, however many calls there are."""
    questions: list[str] = []
    look._connection.set_trace_callback(questions.append)
    look.live_calls("acme")
    ids(look)
    ids(look, button_id="b", since=1.0)
    ids(look, account_id="acme", button_id="b", since=1.0)
    ids(look, account_id="acme", since=1.0)
    look._connection.set_trace_callback(None)
    indices = ("open", "recent", "of_button", "of_button", "of_account")
    for question, index in zip(questions, indices, strict=True):
        question = question.replace("Inf", "9e999")  # noqa: PLW2901 - as SQL has it
        plan = look._connection.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
        assert f"USING INDEX calls_{index}" in plan[0][3], question


async def test_buttons_and_their_names(database: Database, look: Look) -> None:
    """Buttons are those that there are; names are also known of those that were removed."""
    buttons = Buttons(database)
    kept = await buttons.create("acme", {"name": "Sales", "extension": "1"}, 1.0)
    gone = await buttons.create("acme", {"name": "Gone", "extension": "1"}, 2.0)
    other = await buttons.create("other", {"name": "Other", "extension": "1"}, 0.0)
    await buttons.remove(gone, 3.0)
    assert look.buttons() == [kept, other]
    assert look.buttons("other") == [other]
    assert look.button_names() == {kept.id: "Sales", gone.id: "Gone", other.id: "Other"}


def test_nothing_can_be_written(look: Look) -> None:
    """Whatever is asked by mistake, the file stays as it is."""
    with pytest.raises(StoreError, match="readonly"):
        look._rows("DELETE FROM calls")


def test_a_file_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    """Where there is no database none is made."""
    with (
        pytest.raises(StoreError, match="can't be read"),
        looking_at(tmp_path / "no.db"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("by", "error"), [(-1, StoreError), (1, Unusable)])
def test_another_schema_is_told_and_left(tmp_path: Path, by: int, error: type[StoreError]) -> None:
    """An older schema is not changed behind the daemon's back, and a newer one not guessed at."""
    path = tmp_path / "c2cd.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + by}")
    before = path.read_bytes()
    with pytest.raises(error, match=f"schema {NEWEST + by}"), looking_at(path):
        pass
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """What is no database is told with what to do."""
    path = tmp_path / "c2cd.db"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(Unusable, match="damaged"), looking_at(path):
        pass
