"""The click: in which forms it may come, what it orders, and what it is answered."""

import json
import re

import pytest

from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

REQUIRED = {"contact": {"required": {"message": "Field is required but missing"}}}


async def contact_dialled(site: Site, button_id: str) -> str:
    """Tell whom the one order of a button calls."""
    (order,) = site.orders(button_id)
    return order["data"].partition("@")[0].removeprefix("Local/")


FORM = {"content-type": "application/x-www-form-urlencoded"}
WAYS: dict[str, tuple[str, str, bytes | None, dict[str, str]]] = {
    "POST JSON": ("POST", "", b'{"data": {"contact": "+15551234"}}', {"content-type": "application/json"}),
    "POST JSON without a type": ("POST", "", b'{"data": {"contact": "+15551234"}}', {}),
    "POST JSON as curl sends it": ("POST", "", b'{"data": {"contact": "+15551234"}}', FORM),
    "GET with a query": ("GET", "?contact=%2B15551234", None, {}),
    "GET with a raw plus": ("GET", "?contact=+15551234", None, {}),
    "POST with a query and no body": ("POST", "?contact=%2B15551234", None, {}),
    "POST with a query and an empty document": ("POST", "?contact=+15551234", b'{"data": {}}', {}),
    "POST a form": ("POST", "", b"contact=%2B15551234", FORM),
    "POST a form with a raw plus": ("POST", "", b"contact=+15551234", FORM),
    "POST a form with more in it": ("POST", "", b"a=b&contact=%2B1+555-1234&submit=Call", FORM),
    "POST in the envelope": ("POST", "", b'{"contact": "+15551234"}', {}),
    "GET with a body": ("GET", "", b'{"data": {"contact": "+15551234"}}', {}),
    "POST with separators": ("POST", "", b'{"data": {"contact": "+1 [555] (12).3-4 "}}', {}),
}


@pytest.mark.parametrize(("verb", "query", "body", "headers"), WAYS.values(), ids=WAYS)
async def test_a_click_comes_in_many_forms(
    site: Site, verb: str, query: str, body: bytes | None, headers: dict[str, str]
) -> None:
    """Whichever way a client sends the contact, the same number is dialled, once."""
    button_id = await site.button()
    response = await site.ask(verb, f"/{button_id}/connect{query}", content=body, headers=headers)
    assert response.status_code == 200, response.text
    assert await contact_dialled(site, button_id) == CONTACT


async def test_a_contact_may_be_a_number(site: Site) -> None:
    """A contact that JSON holds as a number is its digits."""
    button_id = await site.button()
    assert (await site.connect(button_id, 15551234)).status_code == 200
    assert await contact_dialled(site, button_id) == "15551234"


async def test_the_data_come_before_the_query_before_the_envelope(site: Site) -> None:
    """A contact that stands in several places is taken from the first of them."""
    button_id = await site.button()
    path = f"/{button_id}/connect"
    await site.ask("POST", f"{path}?contact=222", json={"data": {"contact": "111"}, "contact": "333"})
    await site.ask("POST", f"{path}?contact=222", json={"data": {}, "contact": "333"})
    await site.ask("POST", path, json={"data": {}, "contact": "333"})
    dialled = [order["data"].partition("@")[0] for order in site.orders(button_id)]
    assert dialled == ["Local/111", "Local/222", "Local/333"]


@pytest.mark.parametrize("body", [{"data": {}}, {"data": {"contact": ""}}, {"data": {"contact": None}}, {}])
async def test_a_click_needs_a_contact(site: Site, body: object) -> None:
    """Without a contact the click is refused with the fault that Kazoo's clients know."""
    button_id = await site.button()
    response = await site.ask("POST", f"/{button_id}/connect", json=body)
    assert_refused(response, 400, "validation error", REQUIRED)
    assert_refused(await site.ask("GET", f"/{button_id}/connect"), 400, "validation error", REQUIRED)


@pytest.mark.parametrize("contact", [True, [], ["1"], {}, {"a": 1}, 1.5])
async def test_a_contact_is_a_text(site: Site, contact: object) -> None:
    """A contact of another type is refused as such."""
    response = await site.connect(await site.button(), contact)
    assert list(faults_of(response)["contact"]) == ["type"]


YES = {
    "true": ('{"data": {"contact": "1", "blocking": true}}', ""),
    '"true"': ('{"data": {"contact": "1", "blocking": "true"}}', ""),
    "1": ('{"data": {"contact": "1", "blocking": 1}}', ""),
    "?blocking": ('{"data": {"contact": "1"}}', "?blocking"),
    "?blocking=true": ('{"data": {"contact": "1"}}', "?blocking=true"),
    "?blocking=1": ('{"data": {"contact": "1"}}', "?blocking=1"),
    "envelope": ('{"data": {"contact": "1"}, "blocking": true}', ""),
}


@pytest.mark.parametrize(("body", "query"), YES.values(), ids=YES)
async def test_blocking_may_be_said_in_many_ways(site: Site, body: str, query: str) -> None:
    """However a client says that it waits, it is answered once the two talk."""
    response = await site.ask("POST", f"/{await site.button()}/connect{query}", content=body)
    assert response.status_code == 200
    assert response.json()["data"]["result"] == "success"


NO = {
    "absent": ('{"data": {"contact": "1"}}', ""),
    "false": ('{"data": {"contact": "1", "blocking": false}}', ""),
    '"false"': ('{"data": {"contact": "1", "blocking": "false"}}', ""),
    "0": ('{"data": {"contact": "1", "blocking": 0}}', ""),
    "?blocking=false": ('{"data": {"contact": "1"}}', "?blocking=false"),
}


@pytest.mark.parametrize(("body", "query"), NO.values(), ids=NO)
async def test_who_does_not_wait_is_answered_at_once(site: Site, body: str, query: str) -> None:
    """Without blocking the answer is the originate request, and the call has its row by then."""
    button_id = await site.button()
    response = await site.ask("POST", f"/{button_id}/connect{query}", content=body)
    assert response.status_code == 200
    assert response.json()["data"]["application_name"] == "transfer"
    assert site.calls(button_id) == 1


async def test_the_originate_request_is_exactly_this(site: Site) -> None:
    """What a click without blocking is answered has Kazoo's keys, how to follow the call, and no others."""
    button_id = await site.button(
        name="Acme Sales",
        outbound_callee_id_name="Acme Support",
        outbound_callee_id_number="15550000",
        timeout=12,
    )
    data = (await site.connect(button_id)).json()["data"]
    call_id = data["call_id"]
    assert re.fullmatch(rf"c2c-{button_id}-[0-9a-f]{{32}}", call_id)
    assert data == {
        "call_id": call_id,
        "call_token": data["call_token"],
        "can_hang_up": True,
        "application_name": "transfer",
        "application_data": {"route": CONTACT},
        "endpoints": [
            {"invite_format": "loopback", "route": "1001", "to_did": "1001", "to_realm": "acme.example"}
        ],
        "outbound_call_id": call_id,
        "outbound_callee_id_name": "Acme Support",
        "outbound_callee_id_number": "15550000",
        "outbound_caller_id_name": "Acme Sales",
        "outbound_caller_id_number": CONTACT,
        "custom_channel_vars": {
            "account_id": "acme",
            "authorizing_id": button_id,
            "authorizing_type": "clicktocall",
            "auto_answer_loopback": False,
            "from_uri": f"{CONTACT}@acme.example",
            "request_uri": f"{CONTACT}@acme.example",
            "loopback_request_uri": "1001@acme.example",
            "inherit_codec": False,
            "retain_cid": True,
        },
        "custom_application_vars": {},
        "export_custom_channel_vars": ["account_id", "authorizing_id", "authorizing_type", "retain_cid"],
        "continue_on_fail": False,
        "dial_endpoint_method": "single",
        "ignore_early_media": True,
        "timeout": 12,
        "simplify_loopback": "false",
        "loopback_bowout": "false",
        "start_control_process": "false",
    }


async def test_an_account_without_a_way_to_uris_refuses_them(site: Site) -> None:
    """Where the configuration has no template for SIP URIs a contact that is one is refused."""
    button_id = await site.button("other")
    response = await site.connect(button_id, "sip:bob@pbx.example", account="other")
    assert "sip_uri_channel" in faults_of(response)["contact"]["invalid"]["message"]
    assert site.orders(button_id) == []


async def test_a_contact_becomes_e164_where_a_region_is_known(site: Site) -> None:
    """With a region a national number is dialled and shown in international form."""
    button_id = await site.button("fenced")
    data = (await site.connect(button_id, "(212) 555-0123", account="fenced")).json()["data"]
    assert data["application_data"]["route"] == "+12125550123"
    assert (await contact_dialled(site, button_id)) == "+12125550123"


async def test_a_click_answers_json(site: Site) -> None:
    """What the switch is told of a call is in no answer: the order's own headers stay inside."""
    response = await site.connect(await site.button())
    assert "Local/" not in json.dumps(response.json())
