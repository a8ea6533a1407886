"""Limits that are counted, as clients meet them: 429, what its headers say, and whose limit it was."""

import asyncio
import re
import sqlite3
from contextlib import closing
from typing import Any

import httpx
import pytest

from c2cd.model.limits import PUBLIC, TOKEN
from tests.process import eventually
from tests.switch.turning import until
from tests.web.guarded import ANYBODY, COUNTED, click, placed, told
from tests.web.site import LONG_TALK, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

# draft-ietf-httpapi-ratelimit-headers: a list of one Item, a String with Integers as its parameters.
_ITEM = re.compile(r'"([a-z0-9_]+)"((?:;[a-z]+=[0-9]+)*)')


def item(response: httpx.Response, header: str) -> tuple[str, dict[str, int]]:
    """Read a RateLimit header."""
    match = _ITEM.fullmatch(response.headers[header])
    assert match, response.headers[header]
    parameters = (parameter.split("=") for parameter in match[2].split(";")[1:])
    return match[1], {key: int(value) for key, value in parameters}


def assert_over(response: httpx.Response, limit: str, many: int) -> dict[str, Any]:
    """Hold a 429 to the limit that the click is over; give its data."""
    rule, window = COUNTED[limit]
    content = response.json()
    assert (response.status_code, content["message"]) == (429, "too_many_requests"), response.text
    data: dict[str, Any] = content["data"]
    assert (data["message"], data["rule"], data["limit"]) == ("too many requests", rule, limit)
    wait = int(response.headers["retry-after"])
    assert 1 <= wait <= (window or 10)
    policy = {"q": many} if window is None else {"q": many, "w": window}
    assert item(response, "ratelimit-policy") == (limit, policy)
    assert item(response, "ratelimit") == (limit, {"r": 0, "t": wait})
    return data


@pytest.mark.parametrize("limit", COUNTED)
async def test_over_each_limit(visitor: Site, limit: str) -> None:
    """Where an account's own limit is 1 the second click is 429, which names the limit; nothing is placed.

    What lives, and whom it calls, is counted however it was clicked.
    """
    button_id = await visitor.button(limit, **ANYBODY)
    contact = f"+1555{LONG_TALK}"
    token = "" if limit.startswith("live") else None
    first = await visitor.connect(button_id, contact, account=limit, token=token)
    assert first.status_code == 200, first.text
    data = assert_over(await click(visitor, button_id, contact, account=limit), limit, 1)
    line = await told(visitor, button_id)
    assert (line["rule"], line["limit"], line["contact"]) == (COUNTED[limit][0], limit, contact)
    assert (line["client"], line["clicked_by"], line["message"]) == (visitor.address, "public", data["cause"])
    assert placed(visitor, button_id) == 1
    # Who has a token is not under these limits of the account.
    assert (await visitor.connect(button_id, contact, account=limit)).status_code == 200
    assert placed(visitor, button_id) == 2


@pytest.mark.parametrize(
    ("limit", "contact"), [("contact_per_minute", "+15550100"), ("address_per_minute", None)]
)
async def test_the_defaults_hold_for_everybody(visitor: Site, limit: str, contact: str | None) -> None:
    """Without a word in the configuration a public click is under the default limits, by whatever button."""
    many = getattr(PUBLIC, limit)
    for number in range(many):
        button_id = await visitor.button(**ANYBODY)
        response = await click(visitor, button_id, contact or f"+155502{number:02}")
        assert response.status_code == 200, response.text
        await visitor.daemon.wait_until(button_id, "ended")
    button_id = await visitor.button(**ANYBODY)
    assert_over(await click(visitor, button_id, contact or "+15550299"), limit, many)


async def test_another_address_has_a_limit_of_its_own(visitor: Site) -> None:
    """One visitor's clicks do not keep another from clicking."""
    button_id = await visitor.button("address_per_minute", **ANYBODY)
    assert (await click(visitor, button_id, "1", account="address_per_minute")).status_code == 200
    assert (await click(visitor, button_id, "2", account="address_per_minute")).status_code == 429
    way = httpx.AsyncHTTPTransport(local_address="127.2.0.1")
    async with httpx.AsyncClient(base_url=visitor.daemon.url, transport=way) as other:
        path = f"/v2/accounts/address_per_minute/clicktocall/{button_id}/connect"
        assert (await other.post(path, json={"data": {"contact": "3"}})).status_code == 200


async def test_a_token_has_no_limit_by_the_minute(visitor: Site) -> None:
    """By default clicks with a token are held back where a contact is called already, and nowhere else."""
    assert (TOKEN.throttle, TOKEN.contact_per_minute, TOKEN.address_per_minute) == (0, 0, 0)
    button_id = await visitor.button()
    for _ in range(12):
        item = await visitor.call(button_id, "+15550300")
        assert item["result"] == "success"
        await visitor.daemon.wait_until(button_id, "ended")
    calls = await asyncio.gather(*(visitor.connect(button_id, f"+1{n}{LONG_TALK}") for n in range(7)))
    assert {response.status_code for response in calls} == {200}
    repeated = {"idempotency-key": "another"}
    assert_over(await visitor.connect(button_id, f"+10{LONG_TALK}", headers=repeated), "contact_live", 1)


async def test_a_buttons_own_throttle_comes_first(visitor: Site) -> None:
    """A throttle of the button is its limit, also where that of the limits is off."""
    button_id = await visitor.button(throttle=2)
    answers = [await visitor.connect(button_id, f"+1555040{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert_over(answers[-1], "throttle", 2)


@pytest.mark.parametrize("limit", ["throttle", "contact_live", "address_per_minute", "live_per_button"])
async def test_of_many_at_once_as_many_as_the_limit(visitor: Site, limit: str) -> None:
    """Of ten clicks, no repeats of each other, that come at once past a limit of 1 one is a call."""
    button_id = await visitor.button(limit, **ANYBODY)
    answers = await asyncio.gather(
        *(
            click(visitor, button_id, "+15550500", account=limit, headers={"idempotency-key": f"k{number}"})
            for number in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [429] * 9
    assert placed(visitor, button_id) == 1


async def test_who_goes_away_leaves_no_call_counted(visitor: Site) -> None:
    """A click whose sender hangs up on the daemon is a call like others, counted until it ends."""
    limit = "live_per_button"
    button_id = await visitor.button(limit, **ANYBODY, timeout=1)
    body = b'{"data": {"contact": "+1555061480", "blocking": true}}'
    path = f"/v2/accounts/{limit}/clicktocall/{button_id}/connect"
    head = f"POST {path} HTTP/1.1\r\nHost: c2cd\r\nContent-Length: {len(body)}\r\n\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", visitor.daemon.port)
    writer.write(head.encode() + body)
    await until(lambda: visitor.orders(button_id))
    writer.transport.abort()
    assert_over(await click(visitor, button_id, "+15550601", account=limit), limit, 1)

    async def has_ended() -> bool:
        return bool(visitor.rows("SELECT 1 FROM calls WHERE button_id = ? AND state = 'ended'", button_id))

    await eventually(has_ended, 20)
    assert (await click(visitor, button_id, "+15550602", account=limit)).status_code == 200


async def test_what_the_database_refuses_costs_nothing(visitor: Site) -> None:
    """A click that could not be written down is 503 and calls nobody; the next one is within limits of 1."""
    buttons = {limit: await visitor.button(limit, **ANYBODY) for limit in ("throttle", "contact_per_day")}
    with closing(sqlite3.connect(visitor.daemon.database)) as database:
        database.execute("BEGIN IMMEDIATE")
        refused = await asyncio.gather(
            *(click(visitor, button_id, "+15550701", account=limit) for limit, button_id in buttons.items())
        )
        database.rollback()
    assert {(answer.status_code, answer.json()["message"]) for answer in refused} == {(503, "store_failed")}
    for limit, button_id in buttons.items():
        assert placed(visitor, button_id) == 0
        assert (await click(visitor, button_id, "+15550701", account=limit)).status_code == 200


async def test_more_digits_make_no_other_contact(visitor: Site) -> None:
    """A number with digits behind it rings the same phone, and is under the same limits."""
    button_id = await visitor.button(**ANYBODY)
    assert (await click(visitor, button_id, f"+1212555{LONG_TALK}1")).status_code == 200
    for more in ("0", "1", "23456"):
        response = await click(visitor, button_id, f"+1212555{LONG_TALK}1{more}")
        assert (response.status_code, response.json()["data"]["rule"]) == (429, "contact")
    assert placed(visitor, button_id) == 1
