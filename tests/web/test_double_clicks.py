"""Clicks without a key that come again within a moment: they are the first one."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from tests.web.guarded import ANYBODY, click, placed
from tests.web.site import LONG_TALK, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.mark.parametrize("token", [None, ""], ids=["public", "token"])
@pytest.mark.parametrize("blocking", [(False, False), (True, True), (False, True), (True, False)])
@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
async def test_a_second_click_is_the_first(
    visitor: Site,
    blocking: tuple[bool, bool],
    at_once: bool,  # noqa: FBT001 - a column of the table
    token: str | None,
) -> None:
    """The same contact by the same button again within 2 s is one call, whoever waits for it."""
    button_id = await visitor.button(**ANYBODY)
    contact = f"+1555{int(button_id[:8], 16)}1"
    clicks = [
        visitor.connect(button_id, token=token, json={"data": {"contact": contact, "blocking": waits}})
        for waits in blocking
    ]
    answers = await asyncio.gather(*clicks) if at_once else [await each for each in clicks]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["data"]["call_id"] for answer in answers}) == 1
    assert placed(visitor, button_id) == 1


async def test_another_contact_or_button_is_another_click(visitor: Site) -> None:
    """Only the same contact by the same button is the same click."""
    one, two = await visitor.button(), await visitor.button()
    clicks = [(one, f"+155520{LONG_TALK}"), (one, f"+155521{LONG_TALK}"), (two, f"+155522{LONG_TALK}")]
    answers = [await visitor.connect(button_id, contact) for button_id, contact in clicks]
    assert len({answer.json()["data"]["call_id"] for answer in answers}) == 3
    by_another_button = await visitor.connect(two, clicks[0][1])
    assert by_another_button.json()["data"]["limit"] == "contact_live"
    assert (placed(visitor, one), placed(visitor, two)) == (2, 1)


async def test_a_contact_may_be_written_otherwise(visitor: Site) -> None:
    """The contact is the same where it is dialled the same."""
    button_id = await visitor.button("us", **ANYBODY)
    written = ["(212) 555-2100", "+12125552100"]
    answers = [await click(visitor, button_id, contact, account="us") for contact in written]
    assert len({answer.json()["data"]["call_id"] for answer in answers}) == placed(visitor, button_id) == 1


async def test_what_is_refused_is_refused_again(visitor: Site) -> None:
    """Only a click that was placed has a second: a refused one is judged anew."""
    button_id = await visitor.button(auth_required=False, whitelist=["^44$"])
    assert (await click(visitor, button_id, "+15552200")).status_code == 400
    await visitor.ask("PATCH", f"/{button_id}", json={"data": {"whitelist": ["^[+]1"]}})
    assert (await click(visitor, button_id, "+15552200")).status_code == 200


async def test_somebody_elses_click_is_no_repeat(visitor: Site) -> None:
    """Nobody is told of a call that another one clicked: the same is a new click, and here one too many."""
    button_id = await visitor.button(**ANYBODY)
    contact = f"+155523{LONG_TALK}"
    first = await click(visitor, button_id, contact)
    assert first.status_code == 200
    call_id = first.json()["data"]["call_id"]
    way = httpx.AsyncHTTPTransport(local_address="127.2.0.2")
    async with httpx.AsyncClient(base_url=visitor.daemon.url, transport=way) as http:
        neighbour = replace(visitor, http=http)
        for who, token in ((neighbour, None), (visitor, ""), (visitor, visitor.tokens["connect"])):
            answer = await who.connect(button_id, contact, token=token)
            assert (answer.status_code, answer.json()["data"].get("limit")) == (429, "contact_live")
            assert call_id not in answer.text
    assert (await click(visitor, button_id, contact)).json()["data"]["call_id"] == call_id


async def test_few_wait_for_one_call(visitor: Site) -> None:
    """Of those who wait for one call at once all but a few are sent away: each holds a connection."""
    button_id = await visitor.button(**ANYBODY, timeout=2)
    body = {"data": {"contact": "+15552480", "blocking": True}}  # nobody ever answers there
    asking = [visitor.connect(button_id, token=None, json=body) for _ in range(12)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*asking))
    assert statuses == [200] * 5 + [409] * 7
    assert placed(visitor, button_id) == 1
