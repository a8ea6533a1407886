"""Clicks that are refused for whom they call, from where, or when: each guard's answer, and its trace."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.process import run_command
from tests.web.guarded import ANYBODY, click, placed, told
from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

OUR_PAGE = "https://www.example"
FENCED = {**ANYBODY, "allowed_origins": [OUR_PAGE]}


async def assert_told(visitor: Site, button_id: str, rule: str, contact: str | None, message: str) -> None:
    """Hold a refused public click to its line in the event log; nobody was called."""
    line = await told(visitor, button_id)
    shown = {key: line.get(key) for key in ("rule", "limit", "contact", "call_id", "client", "clicked_by")}
    assert shown == {
        "rule": rule,
        "limit": None,
        "contact": contact,
        "call_id": None,
        "client": visitor.address,
        "clicked_by": "public",
    }
    assert line["message"] == message
    assert placed(visitor, button_id) == 0


async def test_the_whitelist_in_kazoos_words(visitor: Site) -> None:
    """A contact that no pattern is found in is 400, with Kazoo's message and the contact as its data."""
    button_id = await visitor.button(auth_required=False, whitelist=["^44"])
    response = await click(visitor, button_id, "+1 555 1234")
    assert_refused(response, 400, "Contact doesn't match whitelist", CONTACT)
    await assert_told(visitor, button_id, "whitelist", CONTACT, "Contact doesn't match whitelist")


@pytest.mark.parametrize(
    ("contact", "rule", "fault", "read"),
    [
        ("nobody", "number", "invalid", "nobody"),
        ("sip:a@b", "number", "invalid", "sip:a@b"),
        ("+442071838750", "country", "country", "+442071838750"),
        ("0044 20 7183 8750", "country", "country", "00442071838750"),
        ("+1 900 555 0100", "kind", "kind", "+19005550100"),
        ("+881 612345678", "kind", "kind", "+881612345678"),
        ("911", "kind", "kind", "911"),
    ],
)
async def test_a_contact_that_is_not_called(
    visitor: Site, contact: str, rule: str, fault: str, read: str
) -> None:
    """What is no number, of a country or of a kind that is not allowed, is 400 at ``contact``."""
    button_id = await visitor.button("us", **ANYBODY)
    response = await click(visitor, button_id, contact, account="us")
    ((path, rules),) = faults_of(response).items()
    assert (path, list(rules)) == ("contact", [fault])
    await assert_told(visitor, button_id, rule, read, rules[fault]["message"])


async def test_who_has_a_token_may_call_other_countries(visitor: Site) -> None:
    """By default a click with a token calls any country, and only the dear kinds are refused it."""
    button_id = await visitor.button("us")
    assert (await visitor.connect(button_id, "+442071838750", account="us")).status_code == 200
    assert list(faults_of(await visitor.connect(button_id, "+1 900 555 0100", account="us"))) == ["contact"]
    assert placed(visitor, button_id) == 1


async def test_a_block_holds_at_once_and_no_longer_than_it_is_there(visitor: Site) -> None:
    """A number that is blocked while the daemon runs is 403 from the next click on, until it is removed."""
    button_id, contact, config = (
        await visitor.button(**ANYBODY),
        "+12125550001",
        str(visitor.daemon.config),
    )
    code, out, err = await run_command("block", "add", "--config", config, "--account", "acme", contact)
    assert code == 0, err
    block_id = out.strip()
    message = f"The contact is on the blocklist (block {block_id})"
    response = await click(visitor, button_id, "+1 (212) 555-0001")
    assert_refused(response, 403, "click_denied", {"message": message, "rule": "blocklist"})
    await assert_told(visitor, button_id, "blocklist", contact, message)
    for written in (contact, f"{contact}0", f"{contact} 12345"):  # networks ignore what is behind the number
        assert (await visitor.connect(button_id, written)).status_code == 403
    assert (await run_command("block", "remove", "--config", config, block_id))[0] == 0
    assert (await click(visitor, button_id, contact)).status_code == 200


@pytest.mark.parametrize("token", [None, ""], ids=["public", "token"])
@pytest.mark.parametrize("whose", ["account", "button"])
async def test_outside_of_the_hours(visitor: Site, whose: str, token: str | None) -> None:
    """Where account or button is closed every click is 403, and told when it opens again."""
    day = datetime.now(UTC) + timedelta(days=2)
    hours = {"timezone": "UTC", "open": [f"{day:%a} 09:30-18:00".lower()]}
    account, more = ("closed", {}) if whose == "account" else ("acme", {"hours": hours})
    button_id = await visitor.button(account, **ANYBODY, **more)
    response = await click(visitor, button_id, account=account, token=token)
    wait = timedelta(seconds=int(response.headers["retry-after"]))
    opens = (datetime.now(UTC) + wait + timedelta(seconds=30)).replace(second=0)
    assert timedelta(days=1) < wait < timedelta(days=3)
    assert (opens.hour, opens.minute) == (9, 30)
    message = f"Closed; opens again on {opens:%A, %Y-%m-%d at %H:%M} (UTC)"
    assert_refused(response, 403, "click_denied", {"message": message, "rule": "hours"})
    line = await told(visitor, button_id)
    assert (line["rule"], line["message"]) == ("hours", message)
    assert placed(visitor, button_id) == 0


async def test_open_hours_let_through(visitor: Site) -> None:
    """A button that is open at this moment is clicked as any other."""
    hours = {"timezone": "Pacific/Auckland", "open": ["mon-sun 00:00-24:00"]}
    button_id = await visitor.button(**ANYBODY, hours=hours)
    assert (await click(visitor, button_id, "+15550002")).status_code == 200


FOREIGN: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "another page": ({"origin": "https://evil.example"}, FENCED, "origin"),
    "no page": ({"origin": "null"}, FENCED, "origin"),
    "another referer": ({"referer": "https://evil.example/www.example"}, FENCED, "origin"),
    "another page that hides": ({"sec-fetch-site": "cross-site"}, FENCED, "origin"),
    "a prefetch": ({"sec-purpose": "prefetch"}, ANYBODY, "prefetch"),
    "a prerender": ({"sec-purpose": "prefetch;prerender"}, ANYBODY, "prefetch"),
    "an old prefetch": ({"x-moz": "prefetch"}, ANYBODY, "prefetch"),
}


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize(("headers", "document", "rule"), FOREIGN.values(), ids=FOREIGN)
async def test_where_a_click_may_not_come_from(
    visitor: Site, verb: str, headers: dict[str, str], document: dict[str, Any], rule: str
) -> None:
    """Another page's click, and a browser that only looks ahead, are 403 by whatever verb."""
    button_id = await visitor.button(**document)
    path = f"/{button_id}/connect"
    response = await visitor.ask(verb, path, token=None, params={"contact": CONTACT}, headers=headers)
    content = response.json()
    assert (response.status_code, content["message"], content["data"]["rule"]) == (403, "click_denied", rule)
    await assert_told(visitor, button_id, rule, CONTACT, content["data"]["message"])


@pytest.mark.parametrize(
    ("number", "headers"),
    [
        (1, {"origin": OUR_PAGE}),
        (2, {"origin": "HTTPS://WWW.EXAMPLE:443"}),
        (3, {"referer": f"{OUR_PAGE}/contact?x=1"}),
        (4, {"sec-fetch-site": "same-origin"}),
        (5, {}),
    ],
)
async def test_where_a_click_may_come_from(visitor: Site, number: int, headers: dict[str, str]) -> None:
    """An allowed page's click is taken, and so is one of what is no browser and names no page."""
    button_id = await visitor.button(**FENCED)
    assert (await click(visitor, button_id, f"+155501{number}", headers=headers)).status_code == 200


async def test_a_click_must_be_a_post_where_it_is_said(visitor: Site) -> None:
    """With allow_get = false a public GET is 403, while POST, and GET with a token, go on."""
    button_id = await visitor.button("post", **ANYBODY)
    path, asked = f"/{button_id}/connect", {"contact": CONTACT}
    response = await visitor.ask("GET", path, account="post", token=None, params=asked)
    message = "A click must be a POST here: allow_get is false"
    assert_refused(response, 403, "click_denied", {"message": message, "rule": "get"})
    await assert_told(visitor, button_id, "get", CONTACT, message)
    assert (await visitor.ask("POST", path, account="post", token=None, params=asked)).status_code == 200
    other = {"contact": "+15550003"}
    assert (await visitor.ask("GET", path, account="post", params=other)).status_code == 200


async def test_head_never_dials(visitor: Site) -> None:
    """A HEAD is 405, with or without a token, and places no call."""
    button_id = await visitor.button(**ANYBODY)
    for token in (None, ""):
        path = f"/{button_id}/connect?contact=%2B15551234"
        response = await visitor.ask("HEAD", path, token=token)
        assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
    assert placed(visitor, button_id) == 0


async def test_what_is_refused_costs_nothing(visitor: Site) -> None:
    """However many clicks a guard refuses, the next good one is within the limits of button and address."""
    button_id = await visitor.button(throttle=1, auth_required=False, whitelist=["^[+]1"])
    refused = await asyncio.gather(*(click(visitor, button_id, "44") for _ in range(20)))
    assert {response.status_code for response in refused} == {400}
    assert (await click(visitor, button_id, "+15550004")).status_code == 200
