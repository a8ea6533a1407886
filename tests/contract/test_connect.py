"""Connect: the click, the originate request that answers it, and the history item of one that waits."""

import json
import re
import time
from typing import Any

import pytest

from tests.web.site import CONTACT, Site, assert_refused

pytestmark = pytest.mark.asyncio(loop_scope="package")

GREGORIAN = 62_167_219_200
KEYS = {
    "application_name",
    "application_data",
    "endpoints",
    "outbound_call_id",
    "outbound_callee_id_name",
    "outbound_callee_id_number",
    "outbound_caller_id_name",
    "outbound_caller_id_number",
    "custom_channel_vars",
    "custom_application_vars",
    "export_custom_channel_vars",
    "continue_on_fail",
    "dial_endpoint_method",
    "ignore_early_media",
    "timeout",
    "simplify_loopback",
    "loopback_bowout",
    "start_control_process",
}
CHANNEL_KEYS = {
    "account_id",
    "authorizing_id",
    "authorizing_type",
    "auto_answer_loopback",
    "from_uri",
    "request_uri",
    "loopback_request_uri",
    "inherit_codec",
    "retain_cid",
}


async def originate(site: Site, query: str = "", **document: Any) -> dict[str, Any]:
    """Click a new button without waiting, and give the originate request that answers it."""
    response = await site.connect(await site.button(**document), params=query)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


async def test_contact_missing(site: Site) -> None:
    """A click without a contact is 400 with the rule "required" of contact."""
    response = await site.ask("POST", f"/{await site.button()}/connect", json={"data": {}})
    fault = {"required": {"message": "Field is required but missing"}}
    assert_refused(response, 400, "validation error", {"contact": fault})


async def test_status_is_200(site: Site) -> None:
    """A click is answered 200, whether it waits or not."""
    button_id = await site.button()
    for blocking in (False, True):
        response = await site.connect(button_id, json={"data": {"contact": CONTACT, "blocking": blocking}})
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"blocking": True}, ""),
        ({"blocking": "true"}, ""),
        ({"blocking": 1}, ""),
        ({}, "?blocking"),
        ({}, "?blocking=true"),
        ({}, "?blocking=1"),
    ],
    ids=["true", "text true", "1", "bare in query", "true in query", "1 in query"],
)
async def test_blocking_yes(site: Site, body: dict[str, Any], query: str) -> None:
    """true, "true", 1 and the bare ?blocking all wait, and are answered with a history item."""
    path = f"/{await site.button()}/connect{query}"
    response = await site.ask("POST", path, json={"data": {"contact": CONTACT, **body}})
    assert (response.status_code, response.json()["data"]["result"]) == (200, "success")


@pytest.mark.parametrize("body", [{}, {"blocking": False}, {"blocking": "false"}], ids=json.dumps)
async def test_blocking_no(site: Site, body: dict[str, Any]) -> None:
    """Who does not ask to wait is answered with the originate request."""
    path = f"/{await site.button()}/connect"
    response = await site.ask("POST", path, json={"data": {"contact": CONTACT, **body}})
    assert response.json()["data"]["application_name"] == "transfer"


@pytest.mark.parametrize(("said", "expected"), [("true", True), ("false", False)])
async def test_auto_answer_is_in_the_query_string(site: Site, *, said: str, expected: bool) -> None:
    """What the query string says of auto_answer is in the originate request."""
    data = await originate(site, f"auto_answer={said}")
    assert data["custom_channel_vars"]["auto_answer_loopback"] is expected


async def test_a_raw_plus_in_a_query_string_is_a_plus(site: Site) -> None:
    """A + that was not escaped decodes to a space, and that leading space is read as the + again."""
    response = await site.ask("GET", f"/{await site.button()}/connect?contact=+15551234")
    assert response.json()["data"]["application_data"]["route"] == CONTACT


async def test_originate_keys(site: Site) -> None:
    """The originate request has exactly Kazoo's keys, our call_id, and how to follow the call."""
    data = await originate(site)
    assert data.keys() == KEYS | {"call_id", "call_token", "can_hang_up"}


async def test_originate_custom_channel_vars_keys(site: Site) -> None:
    """The custom_channel_vars have exactly Kazoo's keys."""
    assert (await originate(site))["custom_channel_vars"].keys() == CHANNEL_KEYS


async def test_originate_endpoints_keys(site: Site) -> None:
    """There is one endpoint, with exactly four keys, of which invite_format is loopback."""
    (endpoint,) = (await originate(site))["endpoints"]
    assert endpoint.keys() == {"invite_format", "route", "to_did", "to_realm"}
    assert (endpoint["invite_format"], endpoint["to_realm"]) == ("loopback", "acme.example")


async def test_originate_application_is_a_transfer(site: Site) -> None:
    """The application is a transfer, and its data are the route alone."""
    data = await originate(site)
    assert data["application_name"] == "transfer"
    assert data["application_data"].keys() == {"route"}


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_originate_routes(site: Site, dial_first: str) -> None:
    """The endpoint is the leg that rings first, and the application's route is the other one."""
    data = await originate(site, dial_first=dial_first)
    (endpoint,) = data["endpoints"]
    first, second = ("1001", CONTACT) if dial_first == "extension" else (CONTACT, "1001")
    assert (endpoint["route"], endpoint["to_did"]) == (first, first)
    assert data["application_data"]["route"] == second


async def test_originate_outbound_call_id(site: Site) -> None:
    """The outbound_call_id is made of the button's id and something random, and call_id is the same."""
    button_id = await site.button()
    one, two = [(await site.connect(button_id)).json()["data"] for _ in range(2)]
    assert re.fullmatch(rf"c2c-{button_id}-[^-]+", one["outbound_call_id"])
    assert one["outbound_call_id"] != two["outbound_call_id"]
    assert one["call_id"] == one["outbound_call_id"]


async def test_originate_caller_and_callee_ids(site: Site) -> None:
    """The caller ID is what the extension is shown, the callee ID what the contact is shown."""
    data = await originate(
        site,
        caller_id_number="15559999",
        outbound_callee_id_name="Acme",
        outbound_callee_id_number="15550000",
    )
    assert (data["outbound_caller_id_name"], data["outbound_caller_id_number"]) == ("Sales", "15559999")
    assert (data["outbound_callee_id_name"], data["outbound_callee_id_number"]) == ("Acme", "15550000")


async def test_originate_custom_channel_vars(site: Site) -> None:
    """The custom_channel_vars name the account, the button and what it is, and hold URIs and booleans."""
    data = await originate(site)
    variables = data["custom_channel_vars"]
    assert (variables["account_id"], variables["authorizing_type"]) == ("acme", "clicktocall")
    assert data["outbound_call_id"].startswith(f"c2c-{variables['authorizing_id']}-")
    for key in ("from_uri", "request_uri", "loopback_request_uri"):
        assert variables[key].endswith("@acme.example")
    for key in ("inherit_codec", "retain_cid"):
        assert isinstance(variables[key], bool | str)


async def test_originate_fixed_values(site: Site) -> None:
    """One endpoint is dialled by the method "single", and the timeout is the button's."""
    data = await originate(site, timeout=12)
    assert (data["dial_endpoint_method"], data["timeout"]) == ("single", 12)
    assert isinstance(data["export_custom_channel_vars"], list)
    assert isinstance(data["continue_on_fail"], bool)
    assert isinstance(data["ignore_early_media"], bool)


@pytest.mark.parametrize("key", ["simplify_loopback", "loopback_bowout", "start_control_process"])
async def test_originate_string_false(site: Site, key: str) -> None:
    """Three of the switches are the string "false", not the boolean."""
    assert (await originate(site))[key] == "false"


async def test_blocking_success(site: Site) -> None:
    """A click that waits is answered with the history item of its call, which has no cause."""
    item = await site.call(await site.button())
    assert item.keys() >= {"id", "timestamp", "contact", "call_id", "result"}
    assert (item["contact"], item["result"]) == (CONTACT, "success")
    assert "cause" not in item


async def test_blocking_failure(site: Site) -> None:
    """A call that fails is 200 as well, with the result "error" and the cause."""
    item = await site.call(await site.button(), "+1555486")
    assert item.keys() >= {"id", "timestamp", "contact", "call_id", "result", "cause"}
    assert (item["contact"], item["result"]) == ("+1555486", "error")
    assert isinstance(item["cause"], str)
    assert item["cause"]


async def test_blocking_answers_what_the_history_holds(site: Site) -> None:
    """The history lists the call by the same id, timestamp, contact, call_id and result."""
    button_id = await site.button()
    item = await site.call(button_id)
    (listed,) = (await site.ask("GET", f"/{button_id}/history")).json()["data"]
    for key in ("id", "timestamp", "contact", "call_id", "result"):
        assert listed[key] == item[key]


async def test_timestamp_is_gregorian(site: Site) -> None:
    """The timestamp of a call counts whole seconds from year 0."""
    stamp = (await site.call(await site.button()))["timestamp"]
    assert isinstance(stamp, int)
    assert abs(stamp - GREGORIAN - time.time()) < 60


@pytest.mark.parametrize(("pattern", "status"), [("555", 200), ("1234$", 200), ("^555", 400), ("777", 400)])
async def test_whitelist_is_a_search(site: Site, pattern: str, status: int) -> None:
    """A pattern may be found anywhere in the contact, unless it is anchored."""
    assert (await site.connect(await site.button(whitelist=[pattern]))).status_code == status


async def test_whitelist_is_matched_against_the_normalised_contact(site: Site) -> None:
    """Separators in what was sent are gone before the whitelist is matched."""
    button_id = await site.button(whitelist=[r"^\+15551234$"])
    assert (await site.connect(button_id, "+1 (555) 12-34")).status_code == 200


async def test_whitelist_miss(site: Site) -> None:
    """A miss is 400 in Kazoo's words, with the contact as a string for its data, and no call."""
    button_id = await site.button(whitelist=["^777"])
    assert_refused(await site.connect(button_id), 400, "Contact doesn't match whitelist", CONTACT)
    assert site.orders(button_id) == []
