"""What people without JavaScript see: a form's click is a page that tells the call, or why there is none."""

import re
from contextlib import AsyncExitStack
from html import unescape
from typing import Any, get_args

import httpx
import pytest

from c2cd.calls.causes import CAUSES
from c2cd.errors import (
    Closed,
    Denied,
    Fault,
    InvalidDocument,
    Quota,
    StoreError,
    SwitchBusy,
    SwitchForbids,
    SwitchSilent,
)
from c2cd.guard.doorkeeper import RULES
from c2cd.model.call import LegName
from c2cd.web.answers import StateLine
from c2cd.web.refusals import BadIdentifier, InvalidCredentials
from c2cd.web.words import key_of_refusal, language_of, languages, said_of
from tests.web.guarded import ANYBODY, opening
from tests.web.site import CONTACT, LONG_TALK, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
EN = languages()["en"]


async def post(
    site: Site, button_id: str, *, account: str = "acme", language: str = "en", **form: str
) -> Any:
    """Post a form as a browser does, and stay on what it is answered."""
    path = f"/v2/accounts/{account}/clicktocall/{button_id}/connect"
    return await site.http.post(path, data=form, headers={**BROWSER, "accept-language": language})


async def follow(site: Site, answer: httpx.Response) -> httpx.Response:
    """Go where a form has led, and read the page to its end."""
    assert answer.status_code == 303, answer.text
    return await site.http.get(answer.url.join(answer.headers["location"]), headers=BROWSER)


def states(page: httpx.Response) -> list[str]:
    """Give what a page tells of a call."""
    assert page.status_code == 200
    return [unescape(text) for text in re.findall(r"<li.*?>(.*?)</li>", page.text)]


def alert(page: httpx.Response) -> str:
    """Give what a page says of a click that became no call."""
    found = re.search(r'<p role="alert">(.*?)</p>', page.text)
    assert found is not None, page.text
    return unescape(found[1])


async def test_a_form_rings_both_and_tells_it(site: Site) -> None:
    """A form's click leads to a page that tells each state in words, to the end."""
    button_id = await site.button(**ANYBODY)
    page = await follow(site, await post(site, button_id, contact=CONTACT))
    assert states(page) == [
        EN["requested"],
        EN["ringing-extension"].format(name="Sales"),
        EN["answered-extension"].format(name="Sales"),
        EN["ringing-contact"],
        EN["connecting"].format(name="Sales"),
        EN["bridged"].format(name="Sales"),
        EN["ended"],
    ]
    assert len(site.orders(button_id)) == 1


async def test_a_page_that_cannot_go_on_tells_how_far_the_call_has_come(site: Site) -> None:
    """Where as many pages of a call are open as may be another one has the states so far, and no refusal."""
    answer = await post(site, await site.button(**ANYBODY), contact=f"+1555{LONG_TALK}")
    url = answer.url.join(answer.headers["location"])
    async with AsyncExitStack() as opened:
        for _ in range(5):
            page = await opened.enter_async_context(site.http.stream("GET", url, headers=BROWSER))
            assert page.status_code == 200
        assert states(await follow(site, answer))[0] == EN["requested"]


async def test_reading_the_page_again_dials_nobody(site: Site) -> None:
    """The page that a form leads to may be loaded anew: it is no second click."""
    button_id = await site.button(**ANYBODY)
    answer = await post(site, button_id, contact=CONTACT)
    pages = [await follow(site, answer) for _ in range(2)]
    assert states(pages[0]) == states(pages[1])
    assert len(site.orders(button_id)) == 1


async def test_whose_phone_failed(site: Site) -> None:
    """A page says which of the two did not come to the phone."""
    theirs = await site.button(**ANYBODY, extension="1486")
    ours = await site.button(**ANYBODY)
    page = await follow(site, await post(site, theirs, contact=CONTACT))
    assert states(page)[-1] == EN["busy"].format(name="Sales")
    page = await follow(site, await post(site, ours, contact="+15551486"))
    assert states(page)[-1] == EN["busy"].format(name=EN["you"])


async def test_a_call_is_ended_by_its_form(site: Site) -> None:
    """The page's own form hangs up, and leads back to the page, which says so."""
    button_id = await site.button(**ANYBODY)
    answer = await post(site, button_id, contact=f"+1555{LONG_TALK}")
    where = answer.url.join(answer.headers["location"])
    ended = await site.http.post(where, data={"action": "hangup"}, headers=BROWSER)
    page = await follow(site, ended)
    assert states(page)[-1] in {EN["cancelled"], EN["ended"]}
    assert (await site.daemon.wait_until(button_id, "ended"))["ended_by"] == "clicker"


async def test_the_page_is_harmless(site: Site) -> None:
    """Nothing of a button or request is markup there; it loads nothing, and tells nobody its address."""
    button_id = await site.button(**ANYBODY, name="<b onclick='x'>&\"Sales\"</b>")
    page = await follow(site, await post(site, button_id, contact=CONTACT))
    assert "<b " not in page.text
    assert any("<b onclick='x'>&\"Sales\"</b>" in text for text in states(page))
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert (page.headers["referrer-policy"], page.headers["cache-control"]) == ("no-referrer", "no-store")


@pytest.mark.parametrize(
    ("document", "form", "status", "key"),
    [
        (ANYBODY, {"contact": "12"}, 303, None),
        (ANYBODY, {"contact": "no number"}, 400, "invalid"),
        (ANYBODY, {"contact": ""}, 400, "invalid"),
        ({**ANYBODY, "whitelist": ["^9"]}, {"contact": CONTACT}, 400, "refused"),
        ({**ANYBODY, "signature_required": True}, {"contact": CONTACT}, 403, "link"),
        ({**ANYBODY, "allowed_origins": ["https://a.example"]}, {"contact": CONTACT}, 403, "page"),
        ({}, {"contact": CONTACT}, 401, "page"),
    ],
)
async def test_why_a_click_is_none(
    site: Site, document: dict[str, Any], form: dict[str, str], status: int, key: str | None
) -> None:
    """A click that is refused is a page with the same status, and the reason in the visitor's language."""
    button_id = await site.button(**document)
    path = f"/v2/accounts/acme/clicktocall/{button_id}/connect"
    headers = {**BROWSER, "accept-language": "de-CH,de;q=0.9", "origin": "https://b.example"}
    page = await site.http.post(path, data=form, headers=headers)
    assert page.status_code == status
    if key is not None:
        assert alert(page) == languages()["de"][key]
        assert page.headers["content-type"].startswith("text/html")


async def test_closed_says_when_it_opens(guarded: Site) -> None:
    """Outside of the opening hours the page says until when."""
    button_id = await guarded.button("closed", **ANYBODY)
    page = await post(guarded, button_id, account="closed", contact=CONTACT)
    assert alert(page) == EN["closed"].format(when=f"{opening():%Y-%m-%d %H:%M} (UTC)")


async def test_throttled_says_when_again(visitor: Site) -> None:
    """A click that is one too many is told in how many minutes to come again, and keeps Retry-After."""
    button_id = await visitor.button(**ANYBODY, throttle=1)
    assert (await post(visitor, button_id, contact="+15554001")).status_code == 303
    page = await post(visitor, button_id, contact="+15554002")
    assert (page.status_code, alert(page)) == (429, EN["throttled"].format(when=f"{EN['later']} (1 min)"))
    assert int(page.headers["retry-after"]) <= 60


async def test_programs_get_what_they_ever_got(site: Site) -> None:
    """Who does not ask for HTML gets JSON, by a form too, and so does who asks for another resource."""
    button_id = await site.button(**ANYBODY)
    path = f"/v2/accounts/acme/clicktocall/{button_id}"
    for headers in ({}, {"accept": "*/*"}, {"accept": "application/json"}):
        answer = await site.http.post(f"{path}/connect", data={"contact": CONTACT}, headers=headers)
        assert answer.json()["data"]["application_name"] == "transfer"
    assert (await site.http.get(path, headers=BROWSER)).json()["message"] == "invalid_credentials"


async def test_a_page_that_is_read_too_late(site: Site) -> None:
    """Once a call's token opens nothing any more its page does not say that nobody was called."""
    button_id = await site.button(**ANYBODY)
    path = f"/v2/accounts/acme/clicktocall/{button_id}/connect/c2c-x?call_token=old"
    page = await site.http.get(path, headers=BROWSER)
    assert (page.status_code, alert(page)) == (401, EN["unknown"])


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("pt-BR,fr-CA;q=0.8,de;q=0.7", "fr"),
        ("de;q=0.5, es-419;q=0.9", "es"),
        ("ar-EG", "ar"),
        ("fr;q=0, de;q=0.1", "de"),
        ("xx;q=nan,de;q=9,,;", "en"),
    ],
)
async def test_the_language_that_is_wanted_most(accepted: str, language: str) -> None:
    """Of the languages that there are it is the one that the browser prefers, else English."""
    assert language_of(accepted) == language


ERRORS = [
    *(Denied(rule, "no") for rule in RULES),
    Denied("contact", "no", quota=Quota("contact_live", 1)),
    Closed("hours", "no", opens="…", retry_after=1.0),
    InvalidDocument(Fault("contact", "required", "no")),
    *(StoreError("no"), SwitchBusy("no"), SwitchSilent("no"), SwitchForbids("no")),
    *(InvalidCredentials(), BadIdentifier("x"), RuntimeError("no")),
]


@pytest.mark.parametrize("language", list(languages()))
async def test_there_is_a_word_for_everything(language: str) -> None:
    """In each language there is a word for every refusal, state and cause, with nothing left to fill in."""
    words = languages()[language]
    said = [words[key_of_refusal(error)].replace("{when}", "") for error in ERRORS]
    lines = [StateLine(state=state, time="…") for state in ("requested", "bridged")]
    lines += [
        StateLine(state=state, time="…", leg=leg)
        for state in ("ringing", "answered")
        for leg in get_args(LegName)
    ]
    lines += [StateLine(state="ended", time="…", result="error", cause=cause) for cause in CAUSES]
    lines += [StateLine(state="ended", time="…", result=result) for result in ("success", "unknown")]
    said += [
        said_of(line, words, "Sales", first, answered)
        for line in lines
        for first in get_args(LegName)
        for answered in ([], [first])
    ]
    assert [text for text in said if not text.strip() or re.search(r"[{}]", text)] == []
