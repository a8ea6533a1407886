"""Signed links over HTTP: who may have one made, for whom, and for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from c2cd.guard.signing import Signer
from c2cd.store.signing_key import load_signing_key
from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def signed(site: Site, button_id: str, *, account: str = "acme", **data: Any) -> dict[str, Any]:
    """Have a link signed, and give the answer's data."""
    response = await site.ask("POST", f"/{button_id}/sign", account=account, json={"data": data})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()["data"]
    return answer


def key_of(site: Site) -> bytes:
    """Give the daemon's key."""
    return load_signing_key(site.daemon.folder / "signing.key")


def now() -> float:
    """Give the time as the daemon has it."""
    return datetime.now(UTC).timestamp()


async def test_a_link_for_a_contact(site: Site) -> None:
    """The answer has the text, signed with the daemon's key, whom and until when, and where to click."""
    button_id = await site.button()
    answer = await signed(site, button_id, contact="+1 (555) 1234")
    link = Signer(key_of(site)).read(answer["signed"], "acme", button_id, now())
    assert (link.contact, link.pattern) == (CONTACT, None)
    expires_at = datetime.fromisoformat(answer["expires_at"])
    assert expires_at.timestamp() == pytest.approx(link.expires_at, abs=0.001)
    assert expires_at.utcoffset() == timedelta(0)
    assert answer == {
        "signed": answer["signed"],
        "expires_at": answer["expires_at"],
        "contact": CONTACT,
        "pattern": None,
        "path": f"/v2/accounts/acme/clicktocall/{button_id}/connect?signed={answer['signed']}",
    }


async def test_a_link_for_a_pattern(site: Site) -> None:
    """A link may be for whoever matches a pattern, which is signed as it was written."""
    button_id = await site.button()
    answer = await signed(site, button_id, pattern=r"^\+1", contact=None)
    link = Signer(key_of(site)).read(answer["signed"], "acme", button_id, now())
    assert (link.contact, link.pattern) == (None, r"^\+1")
    assert (answer["contact"], answer["pattern"]) == (None, r"^\+1")


async def test_each_answer_is_a_link_of_its_own(site: Site) -> None:
    """The same asked for twice gives two links, each good once."""
    button_id = await site.button()
    texts = [(await signed(site, button_id, contact=CONTACT))["signed"] for _ in range(2)]
    one, two = (Signer(key_of(site)).read(text, "acme", button_id, now()) for text in texts)
    assert one.nonce != two.nonce


@pytest.mark.parametrize(
    ("data", "seconds"), [({}, 3600), ({"seconds": 1}, 1), ({"seconds": "2678400"}, 2678400)]
)
async def test_how_long_it_holds(site: Site, data: dict[str, Any], seconds: int) -> None:
    """A link holds for as many seconds as were asked for, an hour if none were."""
    before = now()
    answer = await signed(site, await site.button(), contact=CONTACT, **data)
    expires_at = datetime.fromisoformat(answer["expires_at"]).timestamp()
    assert before + seconds - 0.001 <= expires_at <= now() + seconds


async def test_the_contact_is_read_as_the_account_reads_it(site: Site) -> None:
    """A national number of an account with a region is signed, and shown, as E.164."""
    button_id = await site.button("fenced")
    answer = await signed(site, button_id, account="fenced", contact="(212) 555-1234")
    assert answer["contact"] == "+12125551234"


async def test_a_form_may_ask(site: Site) -> None:
    """What an HTML form sends is read too, a raw + included."""
    button_id = await site.button()
    for body in ("contact=+15551234&seconds=60", "contact=%2B15551234"):
        response = await site.ask("POST", f"/{button_id}/sign", content=body, headers=FORM)
        assert response.json()["data"]["contact"] == CONTACT


@pytest.mark.parametrize(
    ("data", "path", "rule"),
    [
        ({}, "contact", "oneOf"),
        ({"contact": None, "pattern": None}, "contact", "oneOf"),
        ({"contact": CONTACT, "pattern": "1"}, "contact", "oneOf"),
        ({"contact": ""}, "contact", "invalid"),
        ({"contact": "nobody"}, "contact", "invalid"),
        ({"contact": ["1"]}, "contact", "type"),
        ({"pattern": ""}, "pattern", "minLength"),
        ({"pattern": "1" * 1025}, "pattern", "maxLength"),
        ({"pattern": "(?=1)"}, "pattern", "pattern"),
        ({"contact": CONTACT, "seconds": 0}, "seconds", "minimum"),
        ({"contact": CONTACT, "seconds": 2678401}, "seconds", "maximum"),
        ({"contact": CONTACT, "seconds": 1.5}, "seconds", "type"),
        ({"contact": CONTACT, "seconds": "soon"}, "seconds", "type"),
    ],
)
async def test_faults_are_told(site: Site, data: dict[str, object], path: str, rule: str) -> None:
    """What can't be signed is refused by path and rule."""
    response = await site.ask("POST", f"/{await site.button()}/sign", json={"data": data})
    assert [(where, list(rules)) for where, rules in faults_of(response).items()] == [(path, [rule])]


async def test_a_sip_uri_needs_a_channel(site: Site) -> None:
    """No link is signed for a contact that the account could not call."""
    response = await site.ask(
        "POST", f"/{await site.button('other')}/sign", account="other", json={"data": {"contact": "sip:a@b"}}
    )
    assert "sip_uri_channel" in faults_of(response)["contact"]["invalid"]["message"]


async def test_only_who_manages_may_sign(site: Site) -> None:
    """A link is made by a manage token of the button's account alone, whatever the button allows."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    path, body = f"/{button_id}/sign", {"data": {"contact": CONTACT}}
    forbidden = {"message": "forbidden"}
    for token, status, message, data in (
        (None, 401, "invalid_credentials", {"message": "invalid credentials"}),
        (site.tokens["connect"], 403, "forbidden", forbidden),
        (site.tokens["other"], 403, "forbidden", forbidden),
    ):
        assert_refused(await site.ask("POST", path, token=token, json=body), status, message, data)


async def test_an_unknown_button(site: Site) -> None:
    """A button that is not there, is another account's or was removed has no links."""
    removed = await site.button()
    await site.ask("DELETE", f"/{removed}")
    for button_id in ("nothing", await site.button("other"), removed):
        response = await site.ask("POST", f"/{button_id}/sign", json={"data": {"contact": CONTACT}})
        assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": button_id})


async def test_it_is_post_alone(site: Site) -> None:
    """A link is never made by only looking."""
    button_id = await site.button()
    for verb in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        response = await site.ask(verb, f"/{button_id}/sign", json={"data": {"contact": CONTACT}})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_it_calls_nobody(site: Site) -> None:
    """Signing a link places no call, and leaves neither link nor key in a log."""
    button_id = await site.button()
    answer = await signed(site, button_id, contact=CONTACT)
    await site.call(button_id)
    assert len(site.orders(button_id)) == 1
    logs = site.daemon.messages + site.daemon.events_file.read_text()
    assert button_id in logs
    for secret in (answer["signed"], answer["signed"].partition(".")[2], key_of(site).hex()):
        assert secret not in logs
