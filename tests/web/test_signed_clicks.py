"""Buttons that take signed links only: which text opens them, for whom, and how often."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from c2cd.guard.signing import Signer, make_link
from c2cd.model.contact import Contact
from c2cd.store.signing_key import load_signing_key
from tests.web.guarded import ANYBODY, click, placed, told
from tests.web.site import Site, assert_refused

pytestmark = pytest.mark.asyncio(loop_scope="package")

SIGNED_ONLY = {**ANYBODY, "signature_required": True}


def sign(site: Site, button_id: str, *, seconds: float = 60, account: str = "acme", **link: Any) -> str:
    """Sign a link as the daemon would."""
    if "contact" in link:
        link["contact"] = Contact(link["contact"])
    expires_at = datetime.now(UTC).timestamp() + seconds
    key = load_signing_key(site.daemon.folder / "signing.key")
    return Signer(key).sign(make_link(account, button_id, expires_at, **link))


async def assert_unsigned(visitor: Site, button_id: str, response: Any, words: str) -> None:
    """Hold an answer to 403 by the rule ``signature``, told in the event log, without a call."""
    data = response.json()["data"]
    assert words in data["message"]
    assert_refused(response, 403, "click_denied", {"message": data["message"], "rule": "signature"})
    line = await told(visitor, button_id)
    assert (line["rule"], line["message"], line["clicked_by"]) == ("signature", data["message"], "public")
    assert placed(visitor, button_id) == 0


@pytest.mark.parametrize(
    ("number", "how", "words"),
    [
        (1, "none", "signed links only"),
        (2, "empty", "signed links only"),
        (3, "another button's", "another button"),
        (4, "another contact's", "another contact"),
        (5, "expired", "expired"),
        (6, "changed", "not signed by this c2cd"),
        (7, "made up", "not signed by this c2cd"),
    ],
)
async def test_links_that_open_nothing(visitor: Site, number: int, how: str, words: str) -> None:
    """Without a link that was signed for this button and contact, and holds, a click is 403."""
    button_id, other = await visitor.button(**SIGNED_ONLY), await visitor.button()
    contact = f"+1555060{number}"
    texts = {
        "none": None,
        "empty": "",
        "another button's": sign(visitor, other, contact=contact),
        "another contact's": sign(visitor, button_id, contact="+15559999"),
        "expired": sign(visitor, button_id, contact=contact, seconds=-1),
        "changed": sign(visitor, button_id, contact=contact)[:-1] + "!",
        "made up": "c2cds_e30.AAAA",
    }
    said = {"contact": contact} | ({} if texts[how] is None else {"signed": texts[how]})
    response = await click(visitor, button_id, json={"data": said})
    await assert_unsigned(visitor, button_id, response, words)


@pytest.mark.parametrize(
    ("number", "verb", "link", "named"),
    [
        (1, "POST", "contact", True),
        (2, "POST", "contact", False),
        (3, "GET", "contact", True),
        (4, "GET", "contact", False),
        (5, "POST", "pattern", True),
        (6, "GET", "pattern", True),
    ],
)
async def test_a_link_makes_one_call(visitor: Site, number: int, verb: str, link: str, named: bool) -> None:  # noqa: FBT001 - a column of the table
    """A good link calls whom it names, or who matches its pattern: once, in the query or the body."""
    contact = f"+1555070{number}"
    button_id = await visitor.button(**SIGNED_ONLY)
    signs: dict[str, Any] = {"contact": contact} if link == "contact" else {"pattern": r"^\+155507"}
    said = {"signed": sign(visitor, button_id, **signs)} | ({"contact": contact} if named else {})
    way = {"params": said} if verb == "GET" else {"json": {"data": said}}
    first = await visitor.ask(verb, f"/{button_id}/connect", token=None, **way)
    assert first.status_code == 200, first.text
    (order,) = visitor.orders(button_id)
    assert contact in order["data"] + order["channel"]
    other = {"contact": "+15550799"} if link == "pattern" else {}
    again = await click(
        visitor, button_id, json={"data": {**said, **other}}, headers={"idempotency-key": "another"}
    )
    assert (again.status_code, again.json()["data"]["rule"]) == (403, "signature")
    assert "has been used" in again.json()["data"]["message"]
    assert (await told(visitor, button_id))["rule"] == "signature"
    assert placed(visitor, button_id) == 1


async def test_a_double_click_on_a_link_is_one_click(visitor: Site) -> None:
    """Who clicks a link twice, as people do, gets the first answer twice; later it is a used one."""
    button_id = await visitor.button(**SIGNED_ONLY)
    said = {"signed": sign(visitor, button_id, contact="+15550801")}
    answers = [await click(visitor, button_id, json={"data": said}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["data"]["call_id"] for answer in answers}) == placed(visitor, button_id) == 1


async def test_a_pattern_used_at_once_for_many_makes_one_call(visitor: Site) -> None:
    """Of clicks that come at once with one link, for two contacts, one is a call; the other costs nothing."""
    button_id = await visitor.button(**SIGNED_ONLY, throttle=2)
    text = sign(visitor, button_id, pattern="^1")
    answers = await asyncio.gather(
        *(
            click(visitor, button_id, json={"data": {"signed": text, "contact": f"1{number}"}})
            for number in range(2)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 403]
    assert placed(visitor, button_id) == 1
    more = {"signed": sign(visitor, button_id, contact="19")}
    assert (await click(visitor, button_id, json={"data": more})).status_code == 200


async def test_a_refused_click_leaves_its_link_good(visitor: Site) -> None:
    """A link whose click another guard refuses has not been used."""
    button_id = await visitor.button(**SIGNED_ONLY | {"whitelist": ["^44$"]})
    link = {"signed": sign(visitor, button_id, contact="+15550901")}
    assert (await click(visitor, button_id, json={"data": link})).status_code == 400
    await visitor.ask("PATCH", f"/{button_id}", json={"data": {"whitelist": ["^[+]1"]}})
    assert (await click(visitor, button_id, json={"data": link})).status_code == 200


async def test_who_needs_no_link(visitor: Site) -> None:
    """A manage token could sign one itself; a connect token, as everybody else, needs a link."""
    button_id = await visitor.button(**SIGNED_ONLY)
    assert (await visitor.connect(button_id, "+15551001")).status_code == 200
    connecting = visitor.tokens["connect"]
    response = await visitor.connect(button_id, "+15551002", token=connecting)
    assert (response.status_code, response.json()["data"]["rule"]) == (403, "signature")
    link = {"signed": sign(visitor, button_id, contact="+15551002")}
    assert (await visitor.connect(button_id, token=connecting, json={"data": link})).status_code == 200


async def test_an_account_may_demand_links_of_every_visitor(visitor: Site) -> None:
    """With limits.public.signature_required every public click needs a link, whatever its button says."""
    button_id = await visitor.button("signing", **ANYBODY)
    response = await click(visitor, button_id, account="signing")
    await assert_unsigned(visitor, button_id, response, "signed links only")
    link = {"signed": sign(visitor, button_id, account="signing", contact="+15551101")}
    answer = await click(visitor, button_id, account="signing", json={"data": link})
    assert answer.status_code == 200
