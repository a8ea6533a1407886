"""``history.keep_days`` in a daemon: clicks go on while it deletes."""

import sqlite3
import time
from contextlib import closing

from tests.cli.host import Host
from tests.cli.scraped import watch
from tests.cli.test_serve import rewrite
from tests.process import eventually
from tests.store.test_damage import fill
from tests.web.site import CONTACT

OLD = 10_000  # some seconds of steps


def make_old(host: Host) -> None:
    """Have so many ended calls of a year ago in the database."""
    with closing(sqlite3.connect(host.daemon.database)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(calls)")]
        connection.execute("DELETE FROM calls WHERE rowid > 1")
        copied = ", ".join("'c2c-old-' || n" if name == "id" else name for name in columns)
        then = time.time() - 365 * 86_400
        connection.execute("UPDATE calls SET state = 'ended', requested_at = ?", (then,))
        connection.execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"  # noqa: S608
            f" INSERT INTO calls SELECT {copied} FROM calls, numbers",
            (OLD - 1,),
        )


async def test_clicks_go_on_while_it_deletes(host: Host) -> None:
    """From its start the daemon deletes what is too old, each click of that time is a call."""
    await fill(host.daemon.database)
    make_old(host)
    rewrite(host.daemon, "[http]\n", "[history]\nkeep_days = 2\n[http]\n")
    watched = watch(host)
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    clicks = 0

    async def is_done() -> bool:
        nonlocal clicks
        response = await host.daemon.click(button_id, CONTACT)
        assert response.json()["data"]["result"] == "success", response.text
        clicks += 1
        return "calls were deleted" in host.daemon.messages

    await eventually(is_done, 60)
    assert clicks > 1
    assert (await watched.scrape()).value("c2cd_history_deleted_calls_total") == OLD
    assert await host.daemon.stop() == 0
    assert f"{OLD} calls were deleted from the history: they were over 2 days old" in host.daemon.messages
    with closing(sqlite3.connect(host.daemon.database)) as connection:
        assert connection.execute("SELECT count(*) FROM calls").fetchone() == (clicks,)
