"""Lists and history: pages and how to walk them, order, spans of time, and filters."""

import asyncio
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio

from tests.web.site import Site, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

GREGORIAN = 62_167_219_200
DAY = 86_400
MANY = 120
PAGING_KEYS = {"page_size", "start_key", "next_start_key"}


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def many(site: Site) -> list[str]:
    """Give the ids of 120 buttons that are all of an account, from the oldest to the newest."""
    return [await site.button("other", name=f"Button {number}") for number in range(MANY)]


async def listed(site: Site, **query: object) -> dict[str, Any]:
    """Give a page of the account of many buttons."""
    response = await site.ask("GET", account="other", params=query)
    assert response.status_code == 200, response.text
    content: dict[str, Any] = response.json()
    return content


def ids(content: dict[str, Any]) -> list[str]:
    """Give the ids in a page."""
    return [row["id"] for row in content["data"]]


async def walk(site: Site, **query: object) -> list[list[str]]:
    """Give the ids of every page, following next_start_key to the end."""
    content = await listed(site, **query)
    pages = [ids(content)]
    while "next_start_key" in content:
        assert len(pages) <= MANY
        content = await listed(site, **query, start_key=content["next_start_key"])
        pages.append(ids(content))
    return pages


async def contacts(site: Site, button_id: str, **query: object) -> list[str]:
    """Give the contacts in a button's history."""
    response = await site.ask("GET", f"/{button_id}/history", params=query)
    assert response.status_code == 200, response.text
    return [item["contact"] for item in response.json()["data"]]


async def matching(site: Site, **query: object) -> set[str]:
    """Give the names of the buttons that pass filters."""
    response = await site.ask("GET", params={"paginate": "false", **query})
    assert response.status_code == 200, response.text
    return {row["name"] for row in response.json()["data"]}


async def set_back(site: Site, button_id: str, seconds: int) -> None:
    """Let the one call of a button, which must have ended, have been made earlier."""
    await site.daemon.wait_until(button_id, "ended")
    with closing(sqlite3.connect(site.daemon.database, timeout=10)) as database, database:
        database.execute(
            "UPDATE calls SET requested_at = requested_at - ? WHERE button_id = ?", (seconds, button_id)
        )


def now() -> int:
    """Give this moment in Gregorian seconds."""
    return int(time.time()) + GREGORIAN


async def test_50_rows_a_page(site: Site, many: list[str]) -> None:
    """Unless the client says otherwise a page has 50 rows, and says so."""
    content = await listed(site)
    assert len(content["data"]) == content["page_size"] == 50 < len(many)


@pytest.mark.parametrize("size", [1, 7, 60])
async def test_page_size(site: Site, many: list[str], size: int) -> None:
    """A page has as many rows as page_size asks for."""
    content = await listed(site, page_size=size)
    assert len(content["data"]) == content["page_size"] == size < len(many)


@pytest.mark.parametrize("size", [50, 40, 7])
async def test_start_key_walks_all_pages(site: Site, many: list[str], size: int) -> None:
    """Each next_start_key leads to the next page: together they hold every row once, in order."""
    pages = await walk(site, page_size=size)
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert [button_id for page in pages for button_id in page] == many[::-1]


async def test_next_start_key_is_absent_on_the_last_page(site: Site, many: list[str]) -> None:
    """The page that holds the last row has no next_start_key, also where it is just full."""
    content = await listed(site, page_size=len(many))
    assert len(content["data"]) == len(many)
    assert "next_start_key" not in content
    assert "start_key" in content


async def test_paginate_false_gives_all_rows(site: Site, many: list[str]) -> None:
    """With paginate=false all rows come at once, in the same order."""
    assert ids(await listed(site, paginate="false")) == many[::-1]


async def test_paginate_false_drops_the_paging_keys(site: Site, many: list[str]) -> None:
    """With paginate=false the envelope is that of a success without page_size and start keys."""
    content = await listed(site, paginate="false")
    assert len(content["data"]) == len(many)
    assert not content.keys() & PAGING_KEYS
    assert content.keys() >= {"data", "status", "request_id", "timestamp", "node", "version", "auth_token"}


async def test_paginate_false_of_a_short_list_drops_the_paging_keys(site: Site) -> None:
    """A list that would fit on a page has no paging keys either with paginate=false."""
    button_id = await site.button()
    await site.connect(button_id)
    content = (await site.ask("GET", f"/{button_id}/history?paginate=false")).json()
    assert len(content["data"]) == 1
    assert not content.keys() & PAGING_KEYS


async def test_descending_unless_ascending(site: Site, many: list[str]) -> None:
    """The newest row comes first, or the oldest with ascending=true."""
    assert ids(await listed(site)) == many[:-51:-1]
    assert ids(await listed(site, ascending="true")) == many[:50]


async def test_start_key_walks_ascending_pages(site: Site, many: list[str]) -> None:
    """Pages are walked from the oldest row just as from the newest."""
    pages = await walk(site, ascending="true")
    assert [button_id for page in pages for button_id in page] == many


async def test_start_key_walks_filtered_pages(site: Site, many: list[str]) -> None:
    """Pages hold rows that pass the filters alone, and are full of them."""
    pages = await walk(site, page_size=50, filter_not_name="Button 0")
    assert [len(page) for page in pages] == [50, 50, 19]
    assert [button_id for page in pages for button_id in page] == many[:0:-1]


@pytest.mark.parametrize("key", ["!", "nonsense", "bnVsbA", "e30"])
async def test_a_bad_start_key_is_refused(site: Site, key: str) -> None:
    """A start_key that c2cd never gave is 400, by its name."""
    assert list(faults_of(await site.ask("GET", params={"start_key": key}))) == ["start_key"]


@pytest.mark.parametrize("size", ["0", "-1", "many", "1.5"])
async def test_a_bad_page_size_is_refused(site: Site, size: str) -> None:
    """A page_size that is no number of rows is 400, by its name."""
    assert list(faults_of(await site.ask("GET", params={"page_size": size}))) == ["page_size"]


async def test_history_is_newest_first(site: Site) -> None:
    """A history begins with the newest call, or with the oldest where ascending=true."""
    button_id = await site.button()
    for contact in ("111", "222", "333"):
        await site.connect(button_id, contact)
    assert await contacts(site, button_id) == ["333", "222", "111"]
    assert await contacts(site, button_id, ascending="true") == ["111", "222", "333"]


async def test_history_is_paged(site: Site) -> None:
    """A history has pages too, and its start_key leads on."""
    button_id = await site.button()
    for contact in ("111", "222", "333"):
        await site.connect(button_id, contact)
    path = f"/{button_id}/history"
    first = (await site.ask("GET", path, params={"page_size": 2})).json()
    assert ([item["contact"] for item in first["data"]], first["page_size"]) == (["333", "222"], 2)
    assert await contacts(site, button_id, page_size=2, start_key=first["next_start_key"]) == ["111"]


async def test_history_created_from_and_created_to(site: Site) -> None:
    """Bounds in Gregorian seconds leave out the calls that were made before and after them."""
    button_id = await site.button()
    await site.connect(button_id, "111")
    assert await contacts(site, button_id, created_from=now() - 60, created_to=now() + 60) == ["111"]
    assert await contacts(site, button_id, created_from=now() + 60) == []
    assert await contacts(site, button_id, created_to=now() - 60) == []


async def test_history_is_the_last_31_days_by_default(site: Site) -> None:
    """Without bounds a call of 30 days ago is listed, and one of 32 days ago is not."""
    recent, old = await asyncio.gather(site.button(), site.button())
    await asyncio.gather(site.connect(recent, "30"), site.connect(old, "32"))
    await set_back(site, recent, 30 * DAY)
    await set_back(site, old, 32 * DAY)
    assert (await contacts(site, recent), await contacts(site, old)) == (["30"], [])
    span = {"created_from": now() - 33 * DAY, "created_to": now() - 31 * DAY}
    assert await contacts(site, old, **span) == ["32"]


@pytest.mark.parametrize(("since", "until"), [(-32 * DAY, 0), (60, -60)], ids=["wider", "reversed"])
async def test_history_of_a_wider_or_reversed_range_is_refused(site: Site, since: int, until: int) -> None:
    """A range of more than 31 days, or backwards, is 400 by the rule date_range of created_from."""
    response = await site.ask(
        "GET",
        f"/{await site.button()}/history",
        params={"created_from": now() + since, "created_to": now() + until},
    )
    faults = faults_of(response)
    assert list(faults) == ["created_from"]
    assert list(faults["created_from"]) == ["date_range"]


async def test_filter_key(site: Site) -> None:
    """filter_KEY leaves the rows whose KEY is that value, text or number."""
    await site.button(name="red one", mark="m1", size=1)
    await site.button(name="red two", mark="m1", size=2)
    assert await matching(site, filter_mark="m1") == {"red one", "red two"}
    assert await matching(site, filter_mark="m1", filter_size="2") == {"red two"}


async def test_filter_key_dotted(site: Site) -> None:
    """A dotted KEY leads into the document."""
    await site.button(name="red", mark="m2", ui={"color": {"front": "red"}})
    await site.button(name="blue", mark="m2", ui={"color": {"front": "blue"}})
    assert await matching(site, **{"filter_mark": "m2", "filter_ui.color.front": "red"}) == {"red"}


async def test_filter_not_key(site: Site) -> None:
    """filter_not_KEY leaves out the rows whose KEY is that value."""
    await site.button(name="red", mark="m3", color="red")
    await site.button(name="blue", mark="m3", color="blue")
    assert await matching(site, filter_mark="m3", filter_not_color="red") == {"blue"}


async def test_filter_not_key_dotted(site: Site) -> None:
    """A dotted KEY leads into the document for filter_not_ as well."""
    await site.button(name="red", mark="m4", ui={"color": "red"})
    await site.button(name="blue", mark="m4", ui={"color": "blue"})
    assert await matching(site, **{"filter_mark": "m4", "filter_not_ui.color": "red"}) == {"blue"}


async def test_has_key(site: Site) -> None:
    """has_key leaves the rows that have the key, dotted too."""
    await site.button(name="with", mark="m5", ui={"color": "red"})
    await site.button(name="without", mark="m5")
    assert await matching(site, filter_mark="m5", has_key="ui") == {"with"}
    assert await matching(site, filter_mark="m5", has_key="ui.color") == {"with"}


async def test_key_missing(site: Site) -> None:
    """key_missing leaves the rows that do not have the key, dotted too."""
    await site.button(name="with", mark="m6", ui={"color": "red"})
    await site.button(name="without", mark="m6")
    assert await matching(site, filter_mark="m6", key_missing="ui") == {"without"}
    assert await matching(site, filter_mark="m6", key_missing="ui.color") == {"without"}


async def test_history_is_filtered(site: Site) -> None:
    """The filters work on a history too."""
    button_id = await site.button()
    for contact in ("111", "222"):
        await site.connect(button_id, contact)
    assert await contacts(site, button_id, filter_contact="111") == ["111"]
    assert await contacts(site, button_id, filter_not_contact="111") == ["222"]
