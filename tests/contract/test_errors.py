"""The table of errors: status, message and data of each case."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.web.site import CONTACT, Site, assert_refused, faults_of, open_site

pytestmark = pytest.mark.asyncio(loop_scope="package")

REQUIRED = {"required": {"message": "Field is required but missing"}}


@pytest_asyncio.fixture(loop_scope="package")
async def cut_off(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Give a daemon whose switch has gone away, and which knows it."""
    async with open_site(tmp_path_factory.mktemp("cut_off"), more="") as site:
        site.proxy.refusing = True
        site.proxy.cut()
        await site.daemon.wait_for("/readyz", 503)
        yield site


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_no_or_wrong_token(site: Site, token: str | None) -> None:
    """Without a token that is known: 401 invalid_credentials."""
    response = await site.ask("GET", token=token)
    assert_refused(response, 401, "invalid_credentials", {"message": "invalid credentials"})


async def test_token_of_another_account(site: Site) -> None:
    """With a good token of another account: 403 forbidden."""
    response = await site.ask("GET", token=site.tokens["other"])
    assert_refused(response, 403, "forbidden", {"message": "forbidden"})


async def test_unknown_id(site: Site) -> None:
    """An id that the account does not have: 404 bad_identifier, with the id as cause."""
    response = await site.ask("GET", "/unknown")
    assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": "unknown"})


async def test_unknown_account(site: Site) -> None:
    """An account that is not there is an unknown id: 404 bad_identifier, with the account as cause."""
    response = await site.ask("GET", account="nobody", token=site.tokens["acme"])
    assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": "nobody"})


async def test_unknown_path(site: Site) -> None:
    """A path that leads nowhere: 404 not_found."""
    response = await site.http.get("/v2/accounts/acme/nothing", headers={"x-auth-token": site.tokens["acme"]})
    assert_refused(response, 404, "not_found", {"message": "not found"})


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("DELETE", "", {"GET", "PUT"}),
        ("PUT", "/{id}", {"GET", "POST", "PATCH", "DELETE"}),
        ("POST", "/{id}/history", {"GET"}),
        ("PUT", "/{id}/connect", {"GET", "POST"}),
    ],
)
async def test_wrong_verb(site: Site, verb: str, path: str, allowed: set[str]) -> None:
    """A verb that a resource does not know: 405 invalid_method, with Allow for those that it knows."""
    response = await site.ask(verb, path.format(id=await site.button()))
    assert_refused(response, 405, "invalid_method", {"message": "method not allowed"})
    assert set(response.headers["allow"].split(", ")) == allowed


async def test_validation(site: Site) -> None:
    """A faulty document: 400 validation error, by dotted path, rule, message and the rule's own facts."""
    fault = faults_of(await site.put(name="Sales", extension="1001", whitelist=[""]))["whitelist.0"]
    assert list(fault) == ["minLength"]
    assert fault["minLength"]["message"] == "String must be at least 1 characters"
    assert fault["minLength"]["target"] == 1


RULES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "type": (
        {"timeout": "soon"},
        "timeout",
        {"message": "Value did not match type(s): integer", "target": "integer", "value": "soon"},
    ),
    "minLength": (
        {"name": ""},
        "name",
        {"message": "String must be at least 1 characters", "target": 1, "value": ""},
    ),
    "maxLength": (
        {"name": "n" * 129},
        "name",
        {"message": "String must not be more than 128 characters", "target": 128, "value": "n" * 129},
    ),
}


@pytest.mark.parametrize("rule", RULES)
async def test_rules_of_validation(site: Site, rule: str) -> None:
    """Each rule has Kazoo's words, its target and the value that broke it."""
    changes, path, facts = RULES[rule]
    faults = faults_of(await site.put(**{"name": "Sales", "extension": "1001", **changes}))
    assert faults == {path: {rule: facts}}


async def test_rule_enum(site: Site) -> None:
    """A value that is not in the enumeration is told with those that are, in any order."""
    faults = faults_of(await site.put(name="Sales", extension="1001", dial_first="nobody"))
    fault = faults["dial_first"]["enum"]
    assert fault["message"] == "Value not found in enumerated list of values"
    assert (sorted(fault["target"]), fault["value"]) == (["contact", "extension"], "nobody")


async def test_every_fault_is_told_at_once(site: Site) -> None:
    """A document with several faults is told all of them."""
    faults = faults_of(await site.put(timeout="soon", whitelist=[""]))
    assert {path: list(rules) for path, rules in faults.items()} == {
        "name": ["required"],
        "extension": ["required"],
        "timeout": ["type"],
        "whitelist.0": ["minLength"],
    }


async def test_missing_field(site: Site) -> None:
    """A required field that is not there: 400 with the rule "required" of that field."""
    assert_refused(await site.put(extension="1001"), 400, "validation error", {"name": REQUIRED})


@pytest.mark.parametrize("body", ["{}", '{"name": "Sales", "extension": "1001"}'])
async def test_no_data_in_the_body(site: Site, body: str) -> None:
    """A body without data: 400 with the rule "required" of data."""
    assert_refused(await site.ask("PUT", content=body), 400, "validation error", {"data": REQUIRED})


async def test_malformed_json(site: Site) -> None:
    """A body that is no JSON: 400 with the rule "invalid" of json, whose target is the body."""
    faults = faults_of(await site.ask("PUT", content='{"data": '))
    assert list(faults) == ["json"]
    assert list(faults["json"]) == ["invalid"]
    assert faults["json"]["invalid"]["target"] == "body"
    assert faults["json"]["invalid"]["message"]


async def test_body_too_large(site: Site) -> None:
    """A body larger than anybody needs: 413, in the envelope of errors."""
    body = {"data": {"name": "Sales", "extension": "1001", "filling": "x" * 2_000_000}}
    response = await site.ask("PUT", json=body)
    assert (response.status_code, response.json()["status"], response.json()["error"]) == (
        413,
        "error",
        "413",
    )


async def test_unsupported_media_type(site: Site) -> None:
    """A body of a type that is not read: 415, in the envelope of errors."""
    body = json.dumps({"data": {"name": "Sales", "extension": "1001"}})
    response = await site.ask("PUT", content=body, headers={"content-type": "text/xml"})
    assert (response.status_code, response.json()["status"], response.json()["error"]) == (
        415,
        "error",
        "415",
    )


async def test_throttled(site: Site) -> None:
    """A click beyond the button's rate: 429 too_many_requests, with Retry-After, and no call."""
    button_id = await site.button(throttle=1)
    await site.connect(button_id)
    response = await site.connect(button_id)
    assert (response.status_code, response.json()["error"]) == (429, "429")
    assert response.json()["message"] == "too_many_requests"
    assert response.json()["data"]["message"] == "too many requests"
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert len(site.orders(button_id)) == 1


async def test_switch_not_reachable(cut_off: Site) -> None:
    """A click while the switch is away: 503 switch_unreachable, with Retry-After."""
    response = await cut_off.connect(await cut_off.button())
    assert (response.status_code, response.json()["error"]) == (503, "503")
    assert response.json()["message"] == "switch_unreachable"
    assert int(response.headers["retry-after"]) >= 1


async def test_nothing_is_queued_for_later(cut_off: Site) -> None:
    """A click that was 503 is no call once the switch is back: the next one is the first."""
    button_id = await cut_off.button()
    await cut_off.connect(button_id)
    cut_off.proxy.refusing = False
    cut_off.proxy.flow()
    await cut_off.daemon.wait_for("/readyz")
    item = await cut_off.call(button_id)
    assert [order["channelid"] for order in cut_off.orders(button_id)] == [item["call_id"]]


async def test_account_is_looked_up_before_the_token(site: Site) -> None:
    """An account that is not there is 404 without a token too."""
    response = await site.ask("GET", account="nobody", token=None)
    assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": "nobody"})


async def test_unknown_id_without_a_token_is_401(site: Site) -> None:
    """Who has no token does not learn which ids there are, on connect either."""
    for verb, path in (("GET", "/unknown"), ("POST", "/unknown/connect")):
        response = await site.ask(verb, path, token=None, json={"data": {"contact": CONTACT}})
        assert_refused(response, 401, "invalid_credentials", {"message": "invalid credentials"})
