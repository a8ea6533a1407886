"""``/v2/api_auth``: a token for an API key."""

from typing import Any

import httpx
import pytest

from c2cd.store.api_keys import ApiKeys
from c2cd.store.database import open_database
from tests.process import run_command
from tests.web.site import Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

PATH = "/v2/api_auth"
BAD_IDENTIFIER = {"message": "bad identifier"}
REQUIRED = {"required": {"message": "Field is required but missing"}}


async def make_key(site: Site, account: str = "acme") -> str:
    """Make a key beside the running daemon."""
    async with open_database(site.daemon.database) as database:
        return await ApiKeys(database).create(account, 1.0)


async def give(site: Site, key: object, **more: Any) -> httpx.Response:
    """Ask for a token for a key."""
    return await site.http.put(PATH, json={"data": {"api_key": key}}, **more)


async def test_a_key_gets_a_token_that_works(site: Site) -> None:
    """The answer has the token beside its data; it manages the key's account, and no other."""
    response = await give(site, await make_key(site))
    content = response.json()
    assert (response.status_code, content["status"]) == (201, "success")
    assert content["data"] == {"account_id": "acme"}
    common = {"data", "status", "request_id", "timestamp", "node"}
    assert content.keys() == common | {"version", "auth_token"}
    assert (await site.ask("GET", token=content["auth_token"])).status_code == 200
    assert (await site.ask("GET", token=content["auth_token"], account="other")).status_code == 403


async def test_a_token_holds_for_an_hour(site: Site) -> None:
    """A token that is given for a key has the end that the configuration says."""
    await give(site, await make_key(site))
    sql = "SELECT expires_at - created_at FROM tokens WHERE api_key_id IS NOT NULL"
    assert {row[0] for row in site.rows(sql)} == {3600.0}


@pytest.mark.parametrize("token", ["", "stale", "undefined", "null"])
async def test_a_token_that_is_sent_is_not_looked_at(site: Site, token: str) -> None:
    """Who comes for a new token may still send an old one."""
    response = await give(site, await make_key(site), headers={"x-auth-token": token})
    assert response.status_code == 201


@pytest.mark.parametrize("key", ["", "c2cdkey_wrong", "c2cdkey_" + "x" * 4000, "' OR 1=1 --"])
async def test_an_unknown_key_is_a_bad_identifier(site: Site, key: str) -> None:
    """A key that is not known is refused, and not said again."""
    assert_refused(await give(site, key), 404, "bad_identifier", BAD_IDENTIFIER)


async def test_what_is_no_key_is_a_bad_identifier(site: Site) -> None:
    """A token is no key, nor does a key open what a token opens; a key needs its account configured."""
    assert_refused(await give(site, site.tokens["acme"]), 404, "bad_identifier", BAD_IDENTIFIER)
    assert (await site.ask("GET", token=await make_key(site))).status_code == 401
    assert_refused(await give(site, await make_key(site, "gone")), 404, "bad_identifier", BAD_IDENTIFIER)


async def test_a_revoked_key_closes_its_tokens(site: Site) -> None:
    """A key that is revoked beside the daemon gets nothing more, and its tokens open nothing at once."""
    key = await make_key(site)
    token = (await give(site, key)).json()["auth_token"]
    assert (await site.ask("GET", token=token)).status_code == 200
    (key_id,) = site.rows("SELECT api_key_id FROM tokens WHERE api_key_id <> '' ORDER BY created_at DESC")[0]
    code, _, err = await run_command("apikey", "revoke", "--config", str(site.daemon.config), key_id)
    assert code == 0, err
    assert (await site.ask("GET", token=token)).status_code == 401
    assert_refused(await give(site, key), 404, "bad_identifier", BAD_IDENTIFIER)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"data": REQUIRED}),
        ({"data": {}}, {"api_key": REQUIRED}),
        ({"data": {"api_key": None}}, {"api_key": REQUIRED}),
        (
            {"data": {"api_key": 4711}},
            {"api_key": {"type": {"message": "Value did not match type(s): string", "target": "string"}}},
        ),
    ],
)
async def test_a_body_without_a_key_is_told(site: Site, body: object, faults: object) -> None:
    """What is missing or of a wrong type is told by path and rule, without what was sent."""
    assert faults_of(await site.http.put(PATH, json=body)) == faults


async def test_no_body_is_told(site: Site) -> None:
    """A request without a body lacks its data; broken JSON and other media types are as elsewhere."""
    assert faults_of(await site.http.put(PATH)) == {"data": REQUIRED}
    broken = await site.http.put(PATH, content=b"{", headers={"content-type": "application/json"})
    assert list(faults_of(broken)) == ["json"]
    response = await site.http.put(PATH, content=b"x", headers={"content-type": "text/xml"})
    assert_refused(response, 415, "unsupported_media_type", {"message": "unsupported media type"})


@pytest.mark.parametrize("verb", ["GET", "POST", "PATCH", "DELETE"])
async def test_another_verb_is_told_the_right_one(site: Site, verb: str) -> None:
    """Nothing but PUT is known here."""
    response = await site.http.request(verb, PATH)
    assert_refused(response, 405, "invalid_method", {"message": "method not allowed"})
    assert response.headers["allow"] == "PUT"


async def test_keys_stand_in_no_log(site: Site) -> None:
    """Neither a key, known or not, nor the token given for it stands in a log of the daemon."""
    key = await make_key(site)
    token = (await give(site, key)).json()["auth_token"]
    await give(site, key + "x")
    await site.call(button_id := await site.button())
    await site.lines("call.bridged", clicktocall_id=button_id)
    logs = site.daemon.messages + site.daemon.events_file.read_text()
    assert button_id in logs
    assert key not in logs
    assert token not in logs
