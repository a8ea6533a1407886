"""The envelopes of all answers, and what stands in their headers."""

import re

import httpx
import pytest

from tests.web.site import CONTACT, Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
COMMON = {"data", "status", "request_id", "timestamp", "node"}


def check_common(response: httpx.Response) -> None:
    """Hold an answer to what all of them have."""
    content = response.json()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"] == content["request_id"]
    assert TIMESTAMP.fullmatch(content["timestamp"])
    assert content["node"]


async def test_a_document_comes_in_the_envelope_of_success(site: Site) -> None:
    """Beside the document stand status, revision and who was asked when, and the token with our version."""
    response = await site.ask("GET", f"/{await site.button()}")
    content = response.json()
    assert content.keys() == COMMON | {"revision", "version", "auth_token"}
    assert (content["status"], content["auth_token"]) == ("success", site.tokens["acme"])
    check_common(response)


async def test_a_list_says_how_many(site: Site) -> None:
    """A list's envelope holds how many rows are in it."""
    await site.button()
    response = await site.ask("GET")
    content = response.json()
    assert content.keys() >= COMMON | {"page_size", "version", "auth_token"}
    assert content["page_size"] == len(content["data"]) > 0
    check_common(response)


async def test_without_a_token_there_is_no_version(site: Site) -> None:
    """An anonymous click is answered without what is for those who are known."""
    button_id = await site.button(auth_required=False, whitelist=["^"])
    response = await site.connect(button_id, token=None)
    assert response.json().keys() == COMMON
    check_common(response)


async def test_errors_come_in_their_own_envelope(site: Site) -> None:
    """A refusal holds its code as a string, a message, and data, and nothing of the successes."""
    for response, status in (
        (await site.ask("GET", token=None), "401"),
        (await site.ask("GET", "/unknown"), "404"),
        (await site.put(name=""), "400"),
        (await site.ask("DELETE"), "405"),
        (await site.http.get("/nowhere"), "404"),
    ):
        content = response.json()
        assert content.keys() == COMMON | {"error", "message"}
        assert (content["status"], content["error"]) == ("error", status)
        assert str(response.status_code) == status
        check_common(response)


@pytest.mark.parametrize("sent", ["mine-1", "x", "y" * 128, "a b/c?d=e"])
async def test_a_request_id_is_echoed(site: Site, sent: str) -> None:
    """The client's request id is given back in header and envelope, on success and on errors."""
    for path in ("", "/unknown"):
        response = await site.ask("GET", path, headers={"x-request-id": sent})
        assert response.headers["x-request-id"] == sent
        assert response.json()["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "y" * 129, "\xe9", "tab\there"])
async def test_a_request_id_that_cant_be_echoed_is_replaced(site: Site, sent: str) -> None:
    """An id that is too long or not printable ASCII is replaced by one of ours."""
    response = await site.ask("GET", headers={b"x-request-id": sent.encode("latin-1")})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])
    check_common(response)


async def test_request_ids_differ(site: Site) -> None:
    """Two requests without an id get two different ones."""
    answers = [await site.ask("GET") for _ in range(2)]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 2


async def test_answers_are_not_for_caches(site: Site) -> None:
    """No cache keeps what an authenticated client was told."""
    for response in (await site.ask("GET"), await site.ask("GET", token=None)):
        assert response.headers["cache-control"] == "no-store"


async def test_a_token_in_the_answer_is_the_clients_own(site: Site) -> None:
    """What the envelope calls auth_token is what the client has just sent, wherever it sent it."""
    response = await site.ask("GET", f"?auth_token={site.tokens['acme']}", token=None)
    assert response.json()["auth_token"] == site.tokens["acme"]


async def test_a_click_has_no_revision(site: Site) -> None:
    """What is no document has neither revision nor ETag."""
    response = await site.connect(await site.button(), CONTACT)
    assert "revision" not in response.json()
    assert "etag" not in response.headers
