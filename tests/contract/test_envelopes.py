"""The envelopes: what stands beside the data, and what the headers of an answer say of it."""

from datetime import datetime

import pytest

from tests.web.site import CONTACT, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

EVERY = {"data", "status", "request_id", "timestamp", "node"}
STALE = {"if-match": '"stale"'}


async def test_success_keys(site: Site) -> None:
    """A document that is asked for with a token has exactly Kazoo's keys beside its data."""
    content = (await site.ask("GET", f"/{await site.button()}")).json()
    assert content.keys() == EVERY | {"revision", "version", "auth_token"}


async def test_status_is_success(site: Site) -> None:
    """The status of whatever went well is "success"."""
    assert (await site.ask("GET")).json()["status"] == "success"


async def test_timestamp_is_iso_8601(site: Site) -> None:
    """The timestamp is a moment in ISO 8601, with its zone."""
    stamp = (await site.ask("GET")).json()["timestamp"]
    assert datetime.fromisoformat(stamp).utcoffset() is not None


async def test_node_is_a_text_that_stays(site: Site) -> None:
    """The node is some text, and the same in every answer of a daemon."""
    nodes = [(await site.ask("GET", path)).json()["node"] for path in ("", "/unknown")]
    assert isinstance(nodes[0], str)
    assert nodes[0] == nodes[1] != ""


async def test_version_and_auth_token_when_a_token_was_sent(site: Site) -> None:
    """Who sends a token is told the version, and given the token back."""
    content = (await site.ask("GET")).json()
    assert content["version"]
    assert content["auth_token"] == site.tokens["acme"]


async def test_no_version_and_no_auth_token_when_none_was_sent(site: Site) -> None:
    """An anonymous click at an open button is answered with neither version nor auth_token."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    response = await site.connect(button_id, token=None)
    assert response.status_code == 200
    assert response.json().keys() == EVERY


async def test_lists_hold_page_size_and_start_keys(site: Site) -> None:
    """A page of a list that is not the last has page_size, start_key and next_start_key beside its rows."""
    for _ in range(2):
        await site.button()
    content = (await site.ask("GET", params={"page_size": 1})).json()
    assert content.keys() >= EVERY | {"page_size", "start_key", "next_start_key", "version", "auth_token"}
    assert content["page_size"] == 1


async def test_next_start_key_is_absent_on_the_last_page(site: Site) -> None:
    """A page that nothing follows has no next_start_key, not even null."""
    button_id = await site.button()
    await site.connect(button_id)
    content = (await site.ask("GET", f"/{button_id}/history")).json()
    assert len(content["data"]) == content["page_size"] == 1
    assert "next_start_key" not in content


async def test_x_request_id_is_always_sent(site: Site) -> None:
    """Successes and errors have x-request-id as a header, the same as in the envelope."""
    for path in ("", "/unknown"):
        response = await site.ask("GET", path)
        assert response.headers["x-request-id"] == response.json()["request_id"] != ""


async def test_x_request_id_is_sent_without_an_envelope_too(site: Site) -> None:
    """What has no body, and what fails before its body is read, has an x-request-id as well."""
    path = f"/{await site.button()}"
    etag = (await site.ask("GET", path)).headers["etag"]
    for response, status in (
        (await site.ask("GET", path, headers={"if-none-match": etag}), 304),
        (await site.ask("OPTIONS", path, token=None), 200),
        (await site.ask("PUT", content="x" * 100_000), 413),
        (await site.http.get("/nowhere"), 404),
    ):
        assert response.status_code == status
        assert response.headers["x-request-id"]


async def test_x_request_id_of_the_client_is_echoed(site: Site) -> None:
    """The client's own x-request-id is given back, on successes and on errors."""
    for path in ("", "/unknown"):
        response = await site.ask("GET", path, headers={"x-request-id": "mine-1"})
        assert (response.headers["x-request-id"], response.json()["request_id"]) == ("mine-1", "mine-1")


async def test_revision_is_the_documents(site: Site) -> None:
    """The revision stays while the document does, and is another one after a change."""
    path = f"/{await site.button()}"
    first, same = [(await site.ask("GET", path)).json()["revision"] for _ in range(2)]
    changed = (await site.ask("PATCH", path, json={"data": {"name": "B"}})).json()["revision"]
    assert first == same != changed == (await site.ask("GET", path)).json()["revision"]


async def test_etag_is_the_revision_in_quotes(site: Site) -> None:
    """The ETag of a document is its revision between double quotes."""
    response = await site.ask("GET", f"/{await site.button()}")
    assert response.headers["etag"] == f'"{response.json()["revision"]}"'


async def test_if_none_match_answers_304(site: Site) -> None:
    """Who has the document already is answered 304, without a body and with its ETag."""
    path = f"/{await site.button()}"
    etag = (await site.ask("GET", path)).headers["etag"]
    response = await site.ask("GET", path, headers={"if-none-match": etag})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", etag)


async def test_if_none_match_of_another_revision_answers_200(site: Site) -> None:
    """Who has an older document is given the newest."""
    response = await site.ask("GET", f"/{await site.button()}", headers={"if-none-match": '"old"'})
    assert (response.status_code, response.json()["data"]["name"]) == (200, "Sales")


@pytest.mark.parametrize("verb", ["POST", "PATCH", "DELETE"])
async def test_if_match_answers_412_where_it_is_stale(site: Site, verb: str) -> None:
    """A change of a document that has changed meanwhile is 412, and does nothing."""
    path, body = f"/{await site.button()}", {"data": {"name": "Late", "extension": "1002"}}
    response = await site.ask(verb, path, headers=STALE, json=body)
    assert (response.status_code, response.json()["error"]) == (412, "412")
    assert (await site.ask("GET", path)).json()["data"]["name"] == "Sales"


@pytest.mark.parametrize("verb", ["POST", "PATCH", "DELETE"])
async def test_if_match_of_the_newest_revision_is_done(site: Site, verb: str) -> None:
    """A change of the document that the client has seen is made."""
    path, body = f"/{await site.button()}", {"data": {"name": "New", "extension": "1002"}}
    etag = (await site.ask("GET", path)).headers["etag"]
    response = await site.ask(verb, path, headers={"if-match": etag}, json=body)
    assert response.status_code == 200, response.text


async def test_error_keys(site: Site) -> None:
    """An error has exactly data, status, error, message, request_id, timestamp and node."""
    response = await site.ask("GET", "/unknown")
    assert response.json().keys() == EVERY | {"error", "message"}
    assert response.json()["status"] == "error"


async def test_error_is_the_code_as_a_string(site: Site) -> None:
    """The code of an error is a string in the envelope, and the HTTP status."""
    button_id = await site.button()
    for response in (
        await site.connect(button_id, "nonsense"),
        await site.ask("GET", token=None),
        await site.ask("GET", token=site.tokens["other"]),
        await site.ask("GET", "/unknown"),
        await site.ask("DELETE"),
        await site.ask("DELETE", f"/{button_id}", headers=STALE),
    ):
        assert response.json()["error"] == str(response.status_code)


async def test_error_content_type_is_exactly_json(site: Site) -> None:
    """The Content-Type of an error is application/json, without a charset."""
    for response in (
        await site.connect("unknown", CONTACT),
        await site.put(name=""),
        await site.http.get("/nowhere"),
        await site.ask("PUT", content="<x/>", headers={"content-type": "text/xml"}),
    ):
        assert response.headers["content-type"] == "application/json"
