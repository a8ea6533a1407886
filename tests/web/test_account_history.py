"""The history of an account: the calls of all its buttons, with all that a button's history knows."""

from typing import Any

import httpx
import pytest

from tests.process import PATIENCE, eventually
from tests.web.site import Site, assert_refused, faults_of
from tests.web.test_history import DAY, gregorian

pytestmark = pytest.mark.asyncio(loop_scope="package")

ACCOUNT = "fenced"  # of these tests alone: what others call is not in their way
CONTACTS = ["1111", "1222", "1333"]


async def ask(site: Site, token: str = ACCOUNT, **query: Any) -> httpx.Response:
    """Ask for an account's history."""
    headers = {"x-auth-token": site.tokens[token]}
    return await site.http.get(f"/v2/accounts/{ACCOUNT}/history", headers=headers, params=query)


async def contacts(site: Site, **query: Any) -> list[str]:
    """Give the contacts in a list."""
    response = await ask(site, **query)
    assert response.status_code == 200, response.text
    return [row["contact"] for row in response.json()["data"]]


async def clicked(site: Site, name: str) -> tuple[int, list[str]]:
    """Click three buttons of a name for three contacts; give a moment before it and the buttons' ids."""
    since = gregorian(-1)
    buttons = [await site.button(ACCOUNT, name=name, extension=f"{name}-{number}") for number in range(3)]
    for button_id, contact in zip(buttons, CONTACTS, strict=True):
        assert (await site.connect(button_id, contact, account=ACCOUNT)).status_code == 200
    return since, buttons


async def test_calls_of_all_buttons_are_in_it(site: Site) -> None:
    """The newest call comes first, by whichever button, which it names; a removed one's is among them."""
    _, buttons = await clicked(site, "all")
    await site.ask("DELETE", f"/{buttons[0]}", account=ACCOUNT)
    rows = (await ask(site, search="all-")).json()["data"]
    assert [row["contact"] for row in rows] == CONTACTS[::-1]
    assert [row["clicktocall_id"] for row in rows] == buttons[::-1]


async def test_a_row_is_that_of_the_buttons_history(site: Site) -> None:
    """But for the button's id a row is what the button's own history has."""
    _, buttons = await clicked(site, "row")

    async def ended() -> Any:
        (item,) = (await site.ask("GET", f"/{buttons[2]}/history", account=ACCOUNT)).json()["data"]
        return item if item["state"] == "ended" else None

    own = await eventually(ended, PATIENCE)
    (row,) = (await ask(site, filter_clicktocall_id=buttons[2])).json()["data"]
    assert row == own | {"clicktocall_id": buttons[2]}


async def test_it_is_a_list_as_others_are(site: Site) -> None:
    """Pages, order, filters and spans are those of every list."""
    since, buttons = await clicked(site, "list")
    first = (await ask(site, search="list-", page_size=2)).json()
    assert ([row["contact"] for row in first["data"]], first["page_size"]) == (["1333", "1222"], 2)
    assert await contacts(site, search="list-", start_key=first["next_start_key"]) == ["1111"]
    assert await contacts(site, search="list-", ascending="true") == CONTACTS
    assert await contacts(site, search="list-", filter_not_clicktocall_id=buttons[1]) == ["1333", "1111"]
    assert await contacts(site, search="LIST-", created_from=since) == CONTACTS[::-1]
    assert await contacts(site, search="list-", created_to=since - 1) == []
    assert list(faults_of(await ask(site, created_from=gregorian(-32 * DAY), created_to=gregorian()))) == [
        "created_from"
    ]


async def test_an_accounts_history_is_its_own(site: Site) -> None:
    """Calls of other accounts are not in it, and a token of another account does not open it."""
    button_id = await site.button()
    await site.connect(button_id, "1444")
    assert await contacts(site, filter_clicktocall_id=button_id) == []
    assert_refused(await ask(site, token="acme"), 403, "forbidden", {"message": "forbidden"})


async def test_a_call_outlives_its_button(site: Site) -> None:
    """A call is shown by its id alone, also once its button is gone, and in its own account alone."""
    button_id = await site.button(ACCOUNT)
    call = await site.call(button_id, "1555", account=ACCOUNT)
    await site.ask("DELETE", f"/{button_id}", account=ACCOUNT)
    headers = {account: {"x-auth-token": site.tokens[account]} for account in (ACCOUNT, "acme")}
    path = f"/v2/accounts/{ACCOUNT}/history/{call['call_id']}"
    shown = (await site.http.get(path, headers=headers[ACCOUNT])).json()["data"]
    assert (shown["contact"], shown["clicktocall_id"]) == ("1555", button_id)
    for wrong, account in ((f"{path}x", ACCOUNT), (path.replace(ACCOUNT, "acme", 1), "acme")):
        response = await site.http.get(wrong, headers=headers[account])
        cause = wrong.rpartition("/")[2]
        assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": cause})
