"""``connect?dry_run=true``: what a click would come to, without a call, a trace or a cost."""

import asyncio
from typing import Any

import pytest

from tests.web.guarded import ANYBODY, click, placed
from tests.web.site import LONG_TALK, Site, faults_of
from tests.web.test_signed_clicks import sign

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def dry_run(
    visitor: Site, button_id: str, contact: str = "+15553001", *, verb: str = "POST", **more: Any
) -> dict[str, Any]:
    """Try a click, and give what is said of it without what is null."""
    params = {"contact": contact, "dry_run": "true", **more.pop("params", {})}
    response = await visitor.ask(
        verb, f"/{button_id}/connect", params=params, **{"token": None, "account": "acme", **more}
    )
    assert response.status_code == 200, response.text
    return {key: value for key, value in response.json()["data"].items() if value is not None}


@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_what_would_be_answered(visitor: Site, verb: str) -> None:
    """Of a click that is allowed it gives the contact as it is dialled, and what connect would answer."""
    button_id, number = await visitor.button("us", **ANYBODY), 3010 + len(verb)
    tried = await dry_run(visitor, button_id, f"(212) 555-{number}", verb=verb, account="us")
    assert tried.keys() == {"allowed", "contact", "originate"}
    assert (tried["allowed"], tried["contact"]) == (True, f"+1212555{number}")
    assert placed(visitor, button_id) == 0
    answered = (await click(visitor, button_id, f"212.555.{number}", account="us")).json()["data"]
    own = {key: answered[key] for key in ("call_id", "outbound_call_id", "call_token", "can_hang_up")}
    assert tried["originate"] | own == answered
    assert tried["originate"]["call_id"] != answered["call_id"]


async def test_the_order_is_for_who_manages(visitor: Site) -> None:
    """What would be sent to the switch is shown to a manage token alone, and is what a click sends."""
    button_id = await visitor.button(**ANYBODY)
    for token in (None, visitor.tokens["connect"]):
        assert "order" not in await dry_run(visitor, button_id, token=token)
    shown = {
        key.lower(): value for key, value in (await dry_run(visitor, button_id, token=""))["order"].items()
    }
    await visitor.connect(button_id, "+15553001")
    (order,) = visitor.orders(button_id)
    own = {"actionid", "channelid", "otherchannelid"}
    assert {key: value for key, value in shown.items() if key not in own} == {
        key: value for key, value in order.items() if key not in own
    }


DENIED: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    "number": ("acme", {}, {"contact": "nobody"}, ""),
    "whitelist": ("acme", {"whitelist": ["^44"]}, {}, "+15553001"),
    "country": ("us", {}, {"contact": "+442071838750"}, "+442071838750"),
    "kind": ("us", {}, {"contact": "911"}, "911"),
    "hours": ("closed", {}, {}, "+15553001"),
    "origin": ("acme", {"allowed_origins": ["https://www.example"]}, {"origin": "https://evil.example"}, ""),
    "prefetch": ("acme", {}, {"purpose": "prefetch"}, ""),
    "get": ("post", {}, {}, ""),
    "signature": ("signing", {}, {}, ""),
}


@pytest.mark.parametrize("rule", DENIED)
async def test_what_is_against_it(visitor: Site, rule: str) -> None:
    """Of a click that is not allowed it names the rule in a 200, and in no line of the event log."""
    account, document, asked, contact = DENIED[rule]
    button_id = await visitor.button(account, **{**ANYBODY, **document})
    asked = dict(asked)
    params = {"contact": asked.pop("contact")} if "contact" in asked else {}
    tried = await dry_run(visitor, button_id, verb="GET", account=account, params=params, headers=asked)
    assert (tried["allowed"], tried["rule"], tried.get("contact", "")) == (False, rule, contact)
    assert tried["message"]
    assert not {"originate", "order"} & tried.keys()
    assert ("retry_after" in tried) == (rule == "hours")
    assert placed(visitor, button_id) == 0
    # Lines come in their order: that of a click would stand before the next one's.
    await click(visitor, button_id, "what is no number", account=account, headers={"purpose": "prefetch"})
    lines = await visitor.lines("click.denied", clicktocall_id=button_id)
    assert [line["contact"] for line in lines] == ["what is no number"]


async def test_it_costs_nothing(visitor: Site) -> None:
    """After fifty of them the one click that button, contact and address have is still there."""
    button_id = await visitor.button("address_per_minute", **ANYBODY, throttle=1)
    contact, account = f"+155530{LONG_TALK}", "address_per_minute"
    tried = await asyncio.gather(*(dry_run(visitor, button_id, contact, account=account) for _ in range(50)))
    assert all(each["allowed"] for each in tried)
    assert (await click(visitor, button_id, contact, account=account)).status_code == 200
    refused = await dry_run(visitor, button_id, contact, account=account)
    assert (refused["allowed"], refused["rule"], refused["limit"]) == (False, "throttle", "throttle")
    assert 50 < refused["retry_after"] <= 60
    assert placed(visitor, button_id) == 1


async def test_a_link_stays_good(visitor: Site) -> None:
    """A signed link is not used up by it; one that was used is told."""
    button_id = await visitor.button(**ANYBODY, signature_required=True)
    params = {"signed": sign(visitor, button_id, contact="+15553004"), "contact": ""}
    for _ in range(2):
        tried = await dry_run(visitor, button_id, params=params)
        assert (tried["allowed"], tried["contact"]) == (True, "+15553004")
    assert (await click(visitor, button_id, json={"data": params})).status_code == 200
    assert (await dry_run(visitor, button_id, params=params))["rule"] == "signature"


async def test_it_is_no_way_around_a_token(visitor: Site) -> None:
    """Where a click needs a token, so does trying it."""
    button_id = await visitor.button()
    response = await visitor.ask(
        "POST", f"/{button_id}/connect", token=None, params={"contact": "1", "dry_run": "true"}
    )
    assert response.status_code == 401


@pytest.mark.parametrize("word", ["yes", "on", "2", "tru", "no"])
async def test_a_word_that_may_mean_it_calls_nobody(visitor: Site, word: str) -> None:
    """What is neither true nor false is 400: who wants no call gets none by a slip."""
    button_id = await visitor.button(**ANYBODY)
    response = await click(visitor, button_id, params={"dry_run": word})
    assert list(faults_of(response)) == ["dry_run"]
    assert placed(visitor, button_id) == 0


@pytest.mark.parametrize(
    ("params", "data", "beside"),
    [("true", False, {}), ("false", True, {}), ("0", False, {"dry_run": "1"})],
    ids=["query", "data", "envelope"],
)
async def test_one_word_for_it_is_enough(
    visitor: Site, params: str, data: object, beside: dict[str, object]
) -> None:
    """Where one place of a request says that it is a dry run, whatever another says, nobody is called."""
    button_id = await visitor.button(**ANYBODY)
    content = {"data": {"contact": "+15553002", "dry_run": data}, **beside}
    response = await click(visitor, button_id, params={"dry_run": params}, json=content)
    assert response.json()["data"]["allowed"] is True
    assert placed(visitor, button_id) == 0


@pytest.mark.parametrize(("number", "word"), [(1, "false"), (2, "0"), (3, "False")])
async def test_a_click_that_is_meant(visitor: Site, number: int, word: str) -> None:
    """With ``dry_run=false`` the click is one as any other."""
    button_id = await visitor.button(**ANYBODY)
    response = await click(visitor, button_id, f"+1555302{number}", params={"dry_run": word})
    assert response.status_code == 200
    assert placed(visitor, button_id) == 1


async def test_nobody_tries_for_ever(visitor: Site) -> None:
    """An address that tries too often is 429, since a dry run tells of other people's calls."""
    button_id = await visitor.button(**ANYBODY)
    params = {"contact": "+15553002", "dry_run": "true"}
    tries = [click(visitor, button_id, params=params) for _ in range(100)]
    refused = [answer for answer in await asyncio.gather(*tries) if answer.status_code != 200]
    assert {answer.status_code for answer in refused} == {429}
    assert refused[0].json()["data"]["limit"] == "dry_runs_per_minute"
    assert placed(visitor, button_id) == 0
