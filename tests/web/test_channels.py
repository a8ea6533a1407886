"""The live calls of an account: listed, shown, hung up."""

import hashlib
from typing import Any

import httpx
import pytest

from tests.process import eventually
from tests.web.site import LONG_TALK, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

TALKS = f"+1555{LONG_TALK}"
RINGS = "+15550480"


async def ask(
    site: Site, verb: str, path: str = "", account: str = "acme", token: str = "acme", **more: Any
) -> httpx.Response:
    """Make a request below an account's channels."""
    headers = {"x-auth-token": site.tokens[token]}
    return await site.http.request(verb, f"/v2/accounts/{account}/channels{path}", headers=headers, **more)


async def hang_up(site: Site, call_id: str) -> httpx.Response:
    """Hang a call up."""
    return await ask(site, "POST", f"/{call_id}", json={"data": {"action": "hangup"}})


async def ended(site: Site, button_id: str, call_id: str) -> dict[str, Any]:
    """Give a call's history item once it has ended."""

    async def item() -> dict[str, Any] | None:
        response = await site.ask("GET", f"/{button_id}/history/{call_id}")
        found: dict[str, Any] = response.json()["data"]
        return found if found["state"] == "ended" else None

    return await eventually(item, 10.0)


async def test_live_calls_are_listed(site: Site) -> None:
    """A call is among its account's channels while it lives, with Kazoo's keys, and not after."""
    button_id = await site.button()
    call = await site.call(button_id, TALKS)
    rows = [row for row in (await ask(site, "GET")).json()["data"] if row["uuid"] == call["call_id"]]
    (row,) = rows
    kazoo = {key: row[key] for key in ("answered", "authorizing_id", "authorizing_type", "destination")}
    assert kazoo == {
        "answered": True,
        "authorizing_id": button_id,
        "authorizing_type": "clicktocall",
        "destination": TALKS,
    }
    assert (row["state"], row["direction"], row["elapsed_s"] >= 0) == ("bridged", "outbound", True)
    shown = (await ask(site, "GET", f"/{call['call_id']}")).json()["data"]
    assert shown | {"elapsed_s": 0} == row | {"elapsed_s": 0}
    await hang_up(site, call["call_id"])
    await ended(site, button_id, call["call_id"])
    assert call["call_id"] not in [row["uuid"] for row in (await ask(site, "GET")).json()["data"]]
    gone = await ask(site, "GET", f"/{call['call_id']}")
    assert_refused(gone, 404, "bad_identifier", {"message": "bad identifier", "cause": call["call_id"]})


async def test_a_talking_call_is_hung_up(site: Site) -> None:
    """Hanging up a call that is talked on ends it: a success, and the history says which token did it."""
    button_id = await site.button()
    call = await site.call(button_id, TALKS)
    answer = await hang_up(site, call["call_id"])
    assert answer.status_code == 200
    item = await ended(site, button_id, call["call_id"])
    sent = hashlib.sha256(site.tokens["acme"].encode()).digest()
    ((token_id,),) = site.rows("SELECT id FROM tokens WHERE hash = ?", sent)
    assert (item["result"], item["ended_by"]) == ("success", f"token {token_id}")
    last = (await site.lines("call.ended", call_id=call["call_id"]))[-1]
    assert last["ended_by"] == f"token {token_id}"


async def test_a_ringing_call_is_hung_up(site: Site) -> None:
    """Hanging up a call that still rings ends it as cancelled."""
    button_id = await site.button()
    call_id = (await site.connect(button_id, RINGS)).json()["data"]["call_id"]
    assert (await hang_up(site, call_id)).status_code == 200
    item = await ended(site, button_id, call_id)
    assert (item["result"], item["cause"]) == ("error", "ORIGINATOR_CANCEL")


async def test_a_call_that_ended_by_itself(site: Site) -> None:
    """Of a call that a phone ended, or that failed, the history names nobody who hung it up."""
    button_id = await site.button()
    call = await site.call(button_id, "+15550486")
    assert (call["cause"], call["ended_by"]) == ("USER_BUSY", None)


@pytest.mark.parametrize(
    ("data", "path", "rule"),
    [
        ({}, "action", "required"),
        ({"action": "transfer"}, "action", "enum"),
        ({"action": 1}, "action", "enum"),
    ],
)
async def test_other_actions_are_refused(site: Site, data: object, path: str, rule: str) -> None:
    """What c2cd can't do with a call is refused by name, and the call goes on."""
    button_id = await site.button()
    call = await site.call(button_id, TALKS)
    faults = faults_of(await ask(site, "POST", f"/{call['call_id']}", json={"data": data}))
    assert list(faults) == [path]
    assert rule in faults[path]
    assert (await ask(site, "GET", f"/{call['call_id']}")).json()["data"]["state"] == "bridged"
    await hang_up(site, call["call_id"])


async def test_calls_of_others(site: Site) -> None:
    """Nobody lists, sees or ends the calls of another account; a connect token opens no channel at all."""
    button_id = await site.button()
    call = await site.call(button_id, TALKS)
    path = f"/{call['call_id']}"
    assert (await ask(site, "GET", account="other", token="other")).json()["data"] == []
    for verb in ("GET", "POST"):
        refused = await ask(
            site, verb, path, account="other", token="other", json={"data": {"action": "hangup"}}
        )
        assert refused.status_code == 404
        assert (await ask(site, verb, path, token="connect")).status_code == 403
        assert (await ask(site, verb, path, token="other")).status_code == 403
    assert (await ask(site, "GET", path)).json()["data"]["state"] == "bridged"
    await hang_up(site, call["call_id"])


async def test_live_calls_come_in_pages(site: Site) -> None:
    """Live calls are a list as any other: by pages, filtered, in either direction."""
    button_id = await site.button()
    calls = [(await site.call(button_id, TALKS))["call_id"] for _ in range(3)]
    query = {"filter_authorizing_id": button_id, "page_size": 2, "ascending": "true"}
    first = (await ask(site, "GET", params=query)).json()
    query["start_key"] = first["next_start_key"]
    second = (await ask(site, "GET", params=query)).json()
    assert [row["uuid"] for page in (first, second) for row in page["data"]] == calls
    assert "next_start_key" not in second
    for call_id in calls:
        await hang_up(site, call_id)


async def test_one_call_of_the_history(site: Site) -> None:
    """One call is shown while it lives and after, by its call_id or its id, below its own button only."""
    one, two = await site.button(), await site.button()
    call = await site.call(one, TALKS)
    for name in (call["call_id"], call["id"]):
        shown = (await site.ask("GET", f"/{one}/history/{name}")).json()["data"]
        assert (shown["call_id"], shown["state"]) == (call["call_id"], "bridged")
    await hang_up(site, call["call_id"])
    item = await ended(site, one, call["call_id"])
    assert item["result"] == "success"
    for path in (f"/{two}/history/{call['call_id']}", f"/{one}/history/nothing"):
        cause = path.rpartition("/")[2]
        refused = await site.ask("GET", path)
        assert_refused(refused, 404, "bad_identifier", {"message": "bad identifier", "cause": cause})
