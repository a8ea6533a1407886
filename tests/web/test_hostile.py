"""Requests that nobody means well with: none is answered by an error of ours, or harms a later one."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile import bodies, contacts, fields, headers, names, queries, values
from tests.readings import reads_as
from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

bounded = settings(max_examples=100, deadline=None)


def is_fine(status: int) -> bool:
    """Tell whether an answer is a success or the client's own fault."""
    return status in {200, 201} or 400 <= status < 500


@bounded
@given(contact=contacts | values)
async def test_any_contact_is_called_or_refused(site: Site, contact: object) -> None:
    """Whatever the contact is, the click is placed or refused with a reason."""
    button_id = await site.button()
    response = await site.connect(button_id, contact)
    assert is_fine(response.status_code), response.text
    assert (response.status_code == 200) == (len(site.orders(button_id)) == 1)
    assert response.status_code != 200 or reads_as(contact) is not None


@bounded
@given(name=names)
async def test_any_name_is_saved_and_called_or_refused(site: Site, name: str) -> None:
    """Whatever a button is named, it is refused, or can be read back and clicked."""
    response = await site.put(name=name, extension="1001", outbound_callee_id_name=name)
    assert response.status_code == (201 if 1 <= len(name) <= 128 else 400)
    if response.status_code == 201:
        document = response.json()["data"]
        assert document["name"] == name
        assert (await site.connect(document["id"])).status_code == 200
        assert len(site.orders(document["id"])) == 1


@bounded
@given(more=st.dictionaries(st.text(max_size=20) | fields, values, max_size=5))
async def test_any_document_is_saved_or_refused(site: Site, more: dict[str, Any]) -> None:
    """Whatever a document holds, it is refused, or can be read back as often as one likes."""
    response = await site.put(**{"name": "Sales", "extension": "1001", **more})
    assert is_fine(response.status_code), response.text
    if response.status_code == 201:
        document = response.json()["data"]
        assert (await site.ask("GET", f"/{document['id']}")).json()["data"] == document
        assert (await site.ask("GET")).status_code == 200


@bounded
@given(sent=headers, body=bodies({"contact": CONTACT}))
async def test_any_headers_and_body_are_answered(site: Site, sent: dict[str, bytes], body: bytes) -> None:
    """Whatever stands in the headers and the body, the request is answered, and not by an error of ours."""
    button_id = await site.button()
    token = None if "x-auth-token" in sent else site.tokens["acme"]
    for verb, path in (("PUT", ""), ("PATCH", f"/{button_id}"), ("POST", f"/{button_id}/connect")):
        response = await site.ask(verb, path, token=token, headers=sent, content=body)
        assert is_fine(response.status_code), response.text
        assert response.headers["x-request-id"] == response.json()["request_id"]


@bounded
@given(query=queries, data=st.binary(max_size=40))
async def test_any_query_and_form_are_answered(site: Site, query: str, data: bytes) -> None:
    """Whatever the query string and a form hold, the click is answered, and not by an error of ours."""
    button_id = await site.button()
    url = f"{site.daemon.url}/v2/accounts/acme/clicktocall/{button_id}"
    headers = {"x-auth-token": site.tokens["acme"], "content-type": "application/x-www-form-urlencoded"}
    for verb, path in (("POST", "/connect"), ("GET", "/history"), ("GET", "")):
        response = await site.http.request(verb, f"{url}{path}?{query}", headers=headers, content=data)
        assert is_fine(response.status_code), response.text


UNKEEPABLE = {
    "a number beyond all floats": "1e400",
    "a negative one": "-1e400",
    "an integer of 25 digits": "1" * 25,
    "an integer of 400 digits": "1" * 400,
    "an integer of 5000 digits": "1" * 5000,
    "half a character": '"\\ud800"',
    "half a character as a key": '{"\\udfff": 1}',
    "half a character in a list": '["\\ud800"]',
}


@pytest.mark.parametrize("value", UNKEEPABLE.values(), ids=UNKEEPABLE)
@pytest.mark.parametrize("field", ["shade", "name", "timeout", "whitelist", "outbound_callee_id_name"])
async def test_what_json_cant_carry_on_is_refused_or_kept(site: Site, field: str, value: str) -> None:
    """A value that can be read and not written again is refused, or kept so that it does no harm later."""
    document = {"name": '"Sales"', "extension": '"1001"', field: value}
    body = ", ".join(f'"{key}": {text}' for key, text in document.items())
    response = await site.ask("PUT", content=f'{{"data": {{{body}}}}}'.encode())
    listed = await site.ask("GET")
    if listed.status_code != 200:  # so that the other tests have a list again
        await _drop_newest_button(site)
    assert listed.status_code == 200, f"after {response.status_code} the list is {listed.text}"
    assert response.status_code in {201, 400}, response.text
    if response.status_code == 201:
        button_id = response.json()["data"]["id"]
        assert (await site.ask("GET", f"/{button_id}")).status_code == 200
        assert (await site.connect(button_id)).status_code == 200


async def _drop_newest_button(site: Site) -> None:
    sql = (
        "UPDATE buttons SET removed_at = 1 WHERE id ="
        " (SELECT id FROM buttons WHERE removed_at IS NULL ORDER BY created_at DESC LIMIT 1)"
    )
    with closing(sqlite3.connect(site.daemon.database)) as database, database:
        database.execute(sql)


@pytest.mark.parametrize("value", UNKEEPABLE.values(), ids=UNKEEPABLE)
@pytest.mark.parametrize("field", ["contact", "auth_token", "blocking"])
async def test_a_click_with_what_json_cant_carry_on_is_answered(site: Site, field: str, value: str) -> None:
    """Such a value in a click is refused or without effect, and never an error of ours."""
    button_id = await site.button()
    data = {"contact": f'"{CONTACT}"', field: value}
    body = ", ".join(f'"{key}": {text}' for key, text in data.items())
    token = None if field == "auth_token" else site.tokens["acme"]
    response = await site.ask(
        "POST", f"/{button_id}/connect", token=token, content=f'{{"data": {{{body}}}}}'.encode()
    )
    assert is_fine(response.status_code), response.text


@pytest.mark.parametrize(
    "path", ["%ff%fe", "%00", "%0d%0a", "..%2f..%2fetc", "x" * 8000, "%ud800", "é", "a%20b"]
)
async def test_any_id_in_the_path_is_unknown(site: Site, path: str) -> None:
    """An id of any bytes is one that is not known."""
    for account, rest in ((path, ""), ("acme", f"/{path}")):
        response = await site.http.get(
            f"{site.daemon.url}/v2/accounts/{account}/clicktocall{rest}",
            headers={"x-auth-token": site.tokens["acme"]},
        )
        assert response.status_code == 404
        assert response.json()["error"] == "404"


async def test_a_pattern_made_to_hang_hangs_nothing(site: Site) -> None:
    """A pattern that takes others exponential time is matched at once, and the daemon goes on."""
    button_id = await site.button(whitelist=["^(([0-9])+)+$", "(.*)*x", "(a|a)*b"])
    response = await site.connect(button_id, "+" + "1" * 32)
    assert_refused(response, 400, "Contact doesn't match whitelist", "+" + "1" * 32)
    assert (await site.http.get("/healthz", timeout=2)).status_code == 200


async def test_the_longest_whitelist_is_searched(site: Site) -> None:
    """As many patterns as a button may have are kept and searched, one more is refused."""
    patterns = [f"^[+]2{number:04d}" for number in range(201)]
    assert list(faults_of(await site.put(name="x", extension="1", whitelist=patterns))) == ["whitelist"]
    button_id = await site.button(whitelist=patterns[:200])
    assert (await site.connect(button_id, "+20199")).status_code == 200
    assert (await site.connect(button_id, "+20200")).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b'{"data": {"contact\xff": "+15551234"}}',
        b'{"data": {"contact": "+1555\xe2\x81"}}',
        b'"\x80"',
        b"\xff\xfe{",
    ],
    ids=["a key", "a value", "a text", "all of it"],
)
async def test_a_body_that_is_not_utf_8_is_no_json(site: Site, body: bytes) -> None:
    """JSON is UTF-8; what is not is refused as any other body that is no JSON."""
    response = await site.ask("POST", f"/{await site.button()}/connect", content=body)
    assert list(faults_of(response)) == ["json"]
