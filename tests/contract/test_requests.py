"""Requests: how a body is read, where values and tokens are looked for, and which fault comes first."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.web.site import CONTACT, Site, assert_refused

pytestmark = pytest.mark.asyncio(loop_scope="package")

INVALID_CREDENTIALS = {"message": "invalid credentials"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
CLICK = json.dumps({"data": {"contact": CONTACT}})


async def expired_token(site: Site) -> str:
    """Make a token, and let it have ended long ago."""
    token = await site.daemon.make_token()
    ((token_id,),) = site.rows("SELECT id FROM tokens ORDER BY created_at DESC LIMIT 1")
    assert (await site.ask("GET", token=token)).status_code == 200
    with closing(sqlite3.connect(site.daemon.database, timeout=10)) as database, database:
        database.execute("UPDATE tokens SET expires_at = created_at - 1 WHERE id = ?", (token_id,))
    return token


async def route(site: Site, path: str, **more: Any) -> str:
    """Click, and give the number that the contact was read as."""
    response = await site.ask("POST", path, **more)
    assert response.status_code == 200, response.text
    number: str = response.json()["data"]["application_data"]["route"]
    return number


async def test_a_body_is_an_object_with_data(site: Site) -> None:
    """A document is read from the data of the body."""
    response = await site.ask("PUT", json={"data": {"name": "Sales", "extension": "1001"}})
    assert response.status_code == 201


async def test_an_empty_body_is_fine_where_nothing_is_needed(site: Site) -> None:
    """A click whose contact is in the query string, and a removal, need no body."""
    path = f"/{await site.button()}"
    assert (await site.ask("POST", f"{path}/connect?contact=1234", content="")).status_code == 200
    assert (await site.ask("DELETE", path, content="")).status_code == 200


async def test_no_content_type_means_json(site: Site) -> None:
    """A body without a Content-Type is read as JSON."""
    assert await route(site, f"/{await site.button()}/connect", content=CLICK) == CONTACT


async def test_json_under_curls_default_type_parses_as_json(site: Site) -> None:
    """JSON under application/x-www-form-urlencoded is read as JSON, for clicks and for documents."""
    assert await route(site, f"/{await site.button()}/connect", content=CLICK, headers=FORM) == CONTACT
    body = json.dumps({"data": {"name": "By curl", "extension": "1001"}})
    response = await site.ask("PUT", content=body, headers=FORM)
    assert (response.status_code, response.json()["data"]["name"]) == (201, "By curl")


async def test_a_true_form_works_on_connect(site: Site) -> None:
    """What an HTML form sends is a click too."""
    path = f"/{await site.button()}/connect"
    assert await route(site, path, content="contact=%2B15551234", headers=FORM) == CONTACT


async def test_a_value_is_looked_for_in_data_then_query_then_envelope(site: Site) -> None:
    """A contact that stands in several places is taken from data, else the query, else the envelope."""
    path = f"/{await site.button()}/connect"
    asked = f"{path}?contact=222"
    assert await route(site, asked, json={"data": {"contact": "111"}, "contact": "333"}) == "111"
    assert await route(site, asked, json={"data": {}, "contact": "333"}) == "222"
    assert await route(site, path, json={"data": {}, "contact": "333"}) == "333"


@pytest.mark.parametrize("place", ["header", "data", "query", "envelope", "bearer"])
async def test_the_token_may_stand_in_each_place(site: Site, place: str) -> None:
    """A good token opens from X-Auth-Token, data, query string, envelope and Authorization: Bearer."""
    token, click = site.tokens["acme"], {"contact": CONTACT}
    ways: dict[str, dict[str, Any]] = {
        "header": {"headers": {"x-auth-token": token}, "json": {"data": click}},
        "data": {"json": {"data": {**click, "auth_token": token}}},
        "query": {"params": {"auth_token": token}, "json": {"data": click}},
        "envelope": {"json": {"data": click, "auth_token": token}},
        "bearer": {"headers": {"authorization": f"Bearer {token}"}, "json": {"data": click}},
    }
    assert await route(site, f"/{await site.button()}/connect", token=None, **ways[place]) == CONTACT


@pytest.mark.parametrize("place", ["header before data", "data before bearer", "query before bearer"])
async def test_the_token_is_looked_for_in_order(site: Site, place: str) -> None:
    """A wrong token in an earlier place is not made good by a right one in a later place."""
    good, bad = site.tokens["acme"], "wrong"
    ways: dict[str, dict[str, Any]] = {
        "header before data": {"headers": {"x-auth-token": bad}, "json": {"data": {"auth_token": good}}},
        "data before bearer": {
            "headers": {"authorization": f"Bearer {good}"},
            "json": {"data": {"auth_token": bad}},
        },
        "query before bearer": {
            "headers": {"authorization": f"Bearer {good}"},
            "params": {"auth_token": bad},
        },
    }
    response = await site.ask("GET", token=None, **ways[place])
    assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)


async def test_an_unknown_token_is_401_on_an_open_button(site: Site) -> None:
    """A token that nobody made is refused, also where none is needed."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    response = await site.connect(button_id, token="unknown")
    assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)
    assert site.orders(button_id) == []


async def test_an_expired_token_is_401_on_an_open_button(site: Site) -> None:
    """A token whose time is over is refused, also where none is needed."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    response = await site.connect(button_id, token=await expired_token(site))
    assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)
    assert site.orders(button_id) == []


async def test_the_first_fault_in_kazoos_order_is_told(site: Site) -> None:
    """Account (404), token (401), its account (403), verb (405), type (415), id (404), document (400)."""
    known, stranger, own = f"/{await site.button()}", site.tokens["other"], site.tokens["acme"]
    xml, bad = {"content-type": "text/xml"}, {"content-type": "application/json"}
    steps = [
        ("PUT", "/unknown", "nobody", None, xml, 404),
        ("PUT", "/unknown", "acme", None, xml, 401),
        ("PUT", "/unknown", "acme", stranger, xml, 403),
        ("PUT", "/unknown", "acme", own, xml, 405),
        ("POST", "/unknown", "acme", own, xml, 415),
        ("POST", "/unknown", "acme", own, bad, 404),
        ("POST", known, "acme", own, bad, 400),
    ]
    for verb, path, account, token, headers, status in steps:
        body = '{"data": {"name": ""}}'
        response = await site.ask(verb, path, account=account, token=token, headers=headers, content=body)
        assert response.status_code == status, (verb, path, account, response.text)
