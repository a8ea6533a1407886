"""A call for who clicked: by its own token each state, how it ended, and its end; and no number."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any

import httpx
import pytest

from tests.web.guarded import ANYBODY
from tests.web.site import CONTACT, LONG_TALK, Site, assert_refused
from tests.web.streams import stream

pytestmark = pytest.mark.asyncio(loop_scope="package")

DENIED: dict[str, Any] = {"message": "invalid credentials"}
RINGS_FOR_LONG = "+1555480"
NUMBERS = (CONTACT, "1001", RINGS_FOR_LONG)


async def click(site: Site, contact: str = CONTACT, **document: Any) -> tuple[str, str]:
    """Click without a token, and give the call's path and its token."""
    button_id = await site.button(**{**ANYBODY, **document})
    data = (await site.connect(button_id, contact, token=None)).json()["data"]
    return f"/v2/accounts/acme/clicktocall/{button_id}/connect/{data['call_id']}", data["call_token"]


def spoken(states: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    """Give states and legs."""
    return [(state["state"], state.get("leg")) for state in states]


async def progress(site: Site, path: str, token: str) -> dict[str, Any]:
    """Ask how far a call has come."""
    response = await site.http.get(path, params={"call_token": token})
    assert response.status_code == 200, response.text
    assert not any(number in response.text for number in NUMBERS)
    data: dict[str, Any] = response.json()["data"]
    return data


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_the_states_of_a_call(site: Site, dial_first: str) -> None:
    """Each state comes, with the phone that it is of, and then the end of the stream; and no number."""
    path, token = await click(site, dial_first=dial_first)
    async with stream(site, f"{path}/events", call_token=token) as opened:
        states = await opened.rest()
    first, second = ("extension", "contact") if dial_first == "extension" else ("contact", "extension")
    assert spoken(states) == [
        ("requested", None),
        *(("ringing", first), ("answered", first), ("ringing", second), ("answered", second)),
        *(("bridged", None), ("ended", None)),
    ]
    assert (states[-1]["result"], "cause" in states[-1]) == ("success", False)
    assert states[-1]["talk_seconds"] > 0
    assert not any(number in str(states) for number in NUMBERS)
    assert all(state.keys() <= {"state", "time", "leg", "result", "talk_seconds"} for state in states)


async def test_the_cause_of_a_failure(site: Site) -> None:
    """A call that fails ends with its cause, which who comes late is told as well."""
    path, token = await click(site, "+1555486")
    for _ in range(2):
        async with stream(site, f"{path}/events", call_token=token) as opened:
            states = await opened.rest()
        assert (states[-1]["state"], states[-1]["result"], states[-1]["cause"]) == (
            "ended",
            "error",
            "USER_BUSY",
        )
    assert (await progress(site, path, token))["cause"] == "USER_BUSY"


async def test_who_comes_in_the_midst_hears_all(site: Site) -> None:
    """A stream that is opened while the two talk begins with the first state, and goes on."""
    path, token = await click(site, f"+1555{LONG_TALK}")
    async with stream(site, f"{path}/events", call_token=token) as opened:
        await opened.until(state="bridged")
    async with stream(site, f"{path}/events", call_token=token) as late:
        assert await late.until(state="bridged") == opened.messages
        await site.http.delete(path, params={"call_token": token})
        assert spoken((await late.rest())[-1:]) == [("ended", None)]


async def test_how_far_it_has_come(site: Site) -> None:
    """GET tells at once how far the call is, and after its end how it ended."""
    path, token = await click(site, f"+1555{LONG_TALK}")
    async with stream(site, f"{path}/events", call_token=token) as opened:
        await opened.until(state="bridged")
    told = await progress(site, path, token)
    assert (told["state"], told["dial_first"], told["result"]) == ("bridged", "extension", "success")
    assert told["legs"].keys() == {"extension", "contact"}
    assert all(leg["answered_at"] is not None for leg in told["legs"].values())
    assert path.endswith(told["call_id"])


@pytest.mark.parametrize("how", ["DELETE", "POST", "a form"])
async def test_who_clicked_may_end_it(site: Site, how: str) -> None:
    """With its token a call that rings is hung up, once; history and stream say that who clicked did it."""
    path, token = await click(site, RINGS_FOR_LONG, timeout=20)
    async with stream(site, f"{path}/events", call_token=token) as opened:
        await opened.until(state="ringing", leg="contact")
        for _ in range(2):
            assert (await end(site, how, path, token)).status_code == 200
        states = await opened.rest()
    assert (states[-1]["cause"], states[-1]["ended_by"]) == ("ORIGINATOR_CANCEL", "clicker")
    told = await progress(site, path, token)
    assert (told["state"], told["ended_by"], told["talk_seconds"]) == ("ended", "clicker", 0.0)
    (row,) = site.rows("SELECT ended_by FROM calls WHERE id = ?", path.rpartition("/")[2])
    assert row == ("clicker",)


async def end(site: Site, how: str, path: str, token: str) -> httpx.Response:
    """Hang up in one of the ways that there are."""
    params = {"call_token": token}
    if how == "DELETE":
        return await site.http.delete(path, params=params)
    if how == "POST":
        return await site.http.post(path, json={"data": {"action": "hangup", **params}})
    return await site.http.post(path, params=params, data={"action": "hangup"})


async def test_what_else_is_asked_for_is_refused(site: Site) -> None:
    """A POST that asks for anything but the end of the call is 400, and the call goes on."""
    path, token = await click(site, RINGS_FOR_LONG, timeout=20)
    for data in ({}, {"action": "transfer"}, {"action": 1}):
        response = await site.http.post(path, params={"call_token": token}, json={"data": data})
        assert (response.status_code, response.json()["message"]) == (400, "validation error")
    assert (await progress(site, path, token))["state"] != "ended"


async def test_an_owner_is_not_named(site: Site) -> None:
    """Who clicked is told that the owner ended the call, and not by which token."""
    path, token = await click(site, f"+1555{LONG_TALK}")
    async with stream(site, f"{path}/events", call_token=token) as opened:
        await opened.until(state="bridged")
        channel = f"/v2/accounts/acme/channels/{path.rpartition('/')[2]}"
        headers = {"x-auth-token": site.tokens["acme"]}
        await site.http.post(channel, json={"data": {"action": "hangup"}}, headers=headers)
        assert (await opened.rest())[-1]["ended_by"] == "owner"


@pytest.mark.parametrize("below", ["", "/events"])
@pytest.mark.parametrize("verb", ["GET", "DELETE"])
async def test_no_other_token_opens_it(site: Site, below: str, verb: str) -> None:
    """Neither another call's token, nor a changed one, nor one that manages the account opens a call."""
    (path, token), (_, other) = await asyncio.gather(click(site), click(site))
    for wrong in (None, "", other, token[:-1], f"{token}a", token.swapcase(), "é", site.tokens["acme"]):
        params = {} if wrong is None else {"call_token": wrong}
        headers = {"x-auth-token": site.tokens["acme"]}
        response = await site.http.request(verb, path + below, params=params, headers=headers)
        assert_refused(response, 401, "invalid_credentials", DENIED)


async def test_it_is_a_call_of_that_button_and_account(site: Site) -> None:
    """A call's token opens it under its own button and account alone."""
    path, token = await click(site)
    other = await site.button()
    button_id, call_id = path.split("/")[5::2]
    for wrong, status in (
        (path.replace(button_id, other, 1), 401),
        (path.replace("acme", "other", 1), 401),
        (path.replace("acme", "nobody", 1), 404),
        (path.replace(call_id, "c2c-x-1"), 401),
    ):
        response = await site.http.get(wrong, params={"call_token": token})
        assert response.status_code == status, wrong


async def test_a_minute_after_its_end_it_opens_nothing(site: Site) -> None:
    """A call's token is good for a minute after the call has ended, and then no more."""
    path, token = await click(site)
    async with stream(site, f"{path}/events", call_token=token) as opened:
        await opened.rest()
    assert (await progress(site, path, token))["state"] == "ended"
    with closing(sqlite3.connect(site.daemon.database)) as database, database:
        sql = "UPDATE calls SET ended_at = ended_at - 61 WHERE id = ?"
        database.execute(sql, (path.rpartition("/")[2],))
    for below in ("", "/events"):
        response = await site.http.get(path + below, params={"call_token": token})
        assert_refused(response, 401, "invalid_credentials", DENIED)


async def test_a_repeated_click_has_the_same_token(site: Site) -> None:
    """Who repeats a click by its key gets the first one's token, which is nowhere in the database."""
    button_id = await site.button(**ANYBODY)
    headers = {"idempotency-key": "a key"}
    clicks = [await site.connect(button_id, token=None, headers=headers) for _ in range(2)]
    answers = [click.json()["data"] for click in clicks]
    assert answers[0] == answers[1]
    (kept,) = site.rows("SELECT answer FROM answers WHERE button_id = ?", button_id)
    assert "call_token" not in kept[0]
    assert answers[0]["call_token"].encode() not in site.daemon.database.read_bytes()
    assert answers[0]["call_token"] not in site.daemon.events_file.read_text() + site.daemon.messages


async def test_who_waits_has_it_too(site: Site) -> None:
    """A click that waits for its call is answered with the token by which the call can be ended."""
    item = await site.call(button_id := await site.button(), f"+1555{LONG_TALK}")
    path = f"/v2/accounts/acme/clicktocall/{button_id}/connect/{item['call_id']}"
    response = await site.http.delete(path, params={"call_token": item["call_token"]})
    assert response.status_code == 200
    assert (await site.daemon.wait_until(button_id, "ended"))["ended_by"] == "clicker"


async def test_streams_that_are_opened_together_are_each_counted(site: Site) -> None:
    """Of streams that are asked for at the same moment no more are opened than of those one after another."""
    path, token = await click(site, RINGS_FOR_LONG, timeout=20)

    async with AsyncExitStack() as opened:
        clients = [await opened.enter_async_context(connected(site)) for _ in range(30)]
        for _, writer in clients:
            writer.write(f"GET {path}/events?call_token={token} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        statuses = [(await reader.readline()).split()[1] for reader, _ in clients]
    assert sorted(statuses) == [b"200"] * 5 + [b"503"] * 25


@asynccontextmanager
async def connected(site: Site) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect, without asking for anything yet."""
    reader, writer = await asyncio.open_connection(site.address, site.daemon.port)
    with closing(writer):
        yield reader, writer
