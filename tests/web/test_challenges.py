"""Where a challenge is asked for, who has solved one clicks once, and who needs none is not asked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from altcha import Challenge, Payload, solve_challenge

from tests.web.guarded import ANYBODY, lifted, placed, told
from tests.web.site import CONTACT, Site, assert_refused, open_site

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNTS = f"""
[[accounts]]
id = "working"
realm = "working.example"
{lifted("public")}
limits.public.challenge_required = true
limits.token.challenge_required = true
[[accounts]]
id = "narrow"
realm = "narrow.example"
{lifted("public", throttle=1)}
limits.public.challenge_required = true
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def working(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Give a daemon whose accounts ask for challenges."""
    async with open_site(tmp_path_factory.mktemp("working"), more=ACCOUNTS) as site:
        yield replace(site)


async def challenge(site: Site, button_id: str, *, token: str | None = None, account: str = "working") -> Any:
    """Ask what has to be solved."""
    response = await site.ask("GET", f"/{button_id}/connect/challenge", token=token, account=account)
    assert response.status_code == 200, response.text
    return response.json()["data"]["challenge"]


async def solve(site: Site, button_id: str, account: str = "working") -> str:
    """Get a challenge, and solve it as a browser does, with ALTCHA's own solver."""
    asked = Challenge.from_dict(await challenge(site, button_id, account=account))
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()


async def click(site: Site, button_id: str, contact: str = CONTACT, **more: Any) -> httpx.Response:
    """Click without a token."""
    account, token = more.pop("account", "working"), more.pop("token", None)
    return await site.connect(
        button_id, account=account, token=token, json={"data": {"contact": contact, **more}}
    )


def assert_challenged(response: httpx.Response) -> None:
    """Hold an answer to 403 by the rule ``challenge``."""
    message = response.json()["data"]["message"]
    assert_refused(response, 403, "click_denied", {"message": message, "rule": "challenge"})


async def test_a_click_that_was_worked_for(working: Site) -> None:
    """A click with a solved challenge is placed; the same challenge places no second one."""
    button_id = await working.button("working", **ANYBODY)
    altcha = await solve(working, button_id)
    assert (await click(working, button_id, altcha=altcha)).status_code == 200
    assert_challenged(await click(working, button_id, "+15551235", altcha=altcha))
    assert placed(working, button_id) == 1


async def test_a_click_without(working: Site) -> None:
    """A click without a challenge, or with another button's, calls nobody, and its line says why."""
    button_id, other = await working.button("working", **ANYBODY), await working.button("working", **ANYBODY)
    assert_challenged(await click(working, button_id))
    assert_challenged(await click(working, button_id, altcha=await solve(working, other)))
    assert placed(working, button_id) == 0
    assert (await told(working, button_id, 2))["rule"] == "challenge"


async def test_a_repeated_click_needs_no_second_one(working: Site) -> None:
    """Who repeats a click by its key, with a newer challenge or the same, gets the first answer."""
    button_id = await working.button("working", **ANYBODY)
    answers = []
    for altcha in [first := await solve(working, button_id), first, await solve(working, button_id)]:
        data = {"data": {"contact": CONTACT, "altcha": altcha}}
        more: dict[str, Any] = {"account": "working", "token": None, "json": data}
        answers.append(await working.connect(button_id, headers={"idempotency-key": "k"}, **more))
    assert {answer.json()["data"]["call_id"] for answer in answers} == {answers[0].json()["data"]["call_id"]}
    assert placed(working, button_id) == 1


async def test_a_throttled_click_may_come_again_with_it(working: Site) -> None:
    """A limit that is against a click leaves its challenge good."""
    button_id = await working.button("narrow", **ANYBODY)
    assert (
        await click(working, button_id, altcha=await solve(working, button_id, "narrow"), account="narrow")
    ).is_success
    altcha = await solve(working, button_id, "narrow")
    for _ in range(2):
        refused = await click(working, button_id, "+15551235", altcha=altcha, account="narrow")
        assert refused.status_code == 429


async def test_who_needs_none(working: Site) -> None:
    """A signed click, and one with a token that manages the account, need no challenge; a dry run neither."""
    button_id = await working.button("working", **ANYBODY)
    manage = working.tokens["working"]
    assert await challenge(working, button_id, token=manage) is None
    assert (await click(working, button_id, token=manage)).status_code == 200
    path = f"/{button_id}/sign"
    data = {"data": {"contact": "+15551236"}}
    signed = (await working.ask("POST", path, account="working", json=data)).json()["data"]["signed"]
    assert (await click(working, button_id, "+15551236", signed=signed)).status_code == 200
    tried = await click(working, button_id, "+15551237", dry_run="true")
    assert tried.json()["data"]["allowed"] is True
    assert placed(working, button_id) == 2


async def test_where_nothing_is_asked_for(working: Site) -> None:
    """An account that asks for no challenge says so."""
    button_id = await working.button(**ANYBODY)
    assert await challenge(working, button_id, account="acme") is None


async def test_a_form_can_not(working: Site) -> None:
    """A form without JavaScript can solve nothing, and gets a page that says so."""
    button_id = await working.button("working", **ANYBODY)
    path = f"/v2/accounts/working/clicktocall/{button_id}/connect"
    page = await working.http.post(path, data={"contact": CONTACT}, headers={"accept": "text/html"})
    assert (page.status_code, 'role="alert"' in page.text) == (403, True)
