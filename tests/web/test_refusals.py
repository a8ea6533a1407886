"""What the front refuses, each with the status, message and data of the contract's table."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest

from c2cd.web.visit import LARGEST_BODY
from tests.web.site import CONTACT, Site, assert_refused, faults_of

pytestmark = pytest.mark.asyncio(loop_scope="package")

INVALID_CREDENTIALS = {"message": "invalid credentials"}
NOT_FOUND = {"message": "not found"}
NOT_ALLOWED = {"message": "method not allowed"}


async def test_an_unknown_account_comes_before_the_token(site: Site) -> None:
    """An account that is not there is a bad identifier, with a good token, a bad one and none."""
    for token in (site.tokens["acme"], "wrong", None):
        response = await site.http.get(
            "/v2/accounts/nobody/clicktocall", headers={"x-auth-token": token} if token else {}
        )
        assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": "nobody"})


async def test_an_unknown_button_is_a_bad_identifier(site: Site) -> None:
    """An id that the account does not have is told as the cause, for every resource of a button."""
    for verb, path in (("GET", ""), ("POST", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/history")):
        response = await site.ask(verb, f"/nothing{path}", json={"data": {}})
        assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": "nothing"})
    response = await site.connect("nothing")
    assert_refused(response, 404, "bad_identifier", {"message": "bad identifier", "cause": "nothing"})


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/v1/accounts/acme/clicktocall",
        "/v2/accounts",
        "/v2/accounts/acme",
        "/v2/accounts/acme/nothing",
        "/v2/accounts/acme/clicktocall/x/nothing",
        "/v2/accounts/acme/clicktocall/x/connect/x/more",
        "/v2/accounts/acme/clicktocall/",
        "/v2/accounts/acme/clicktocall/x/connect/",
        "/healthz/",
    ],
)
async def test_an_unknown_path_is_not_found(site: Site, path: str) -> None:
    """A path that leads nowhere is answered in the envelope, and never by a redirect."""
    response = await site.http.get(path, headers={"x-auth-token": site.tokens["acme"]})
    assert_refused(response, 404, "not_found", NOT_FOUND)


@pytest.mark.parametrize(
    ("verb", "path", "allowed"),
    [
        ("POST", "", "GET, PUT"),
        ("PATCH", "", "GET, PUT"),
        ("DELETE", "", "GET, PUT"),
        ("PUT", "/{id}", "GET, POST, PATCH, DELETE"),
        ("PUT", "/{id}/connect", "GET, POST"),
        ("DELETE", "/{id}/connect", "GET, POST"),
        ("POST", "/{id}/history", "GET"),
        ("TRACE", "", "GET, PUT"),
        ("MAKE", "/{id}", "GET, POST, PATCH, DELETE"),
    ],
)
async def test_a_wrong_verb_is_told_the_right_ones(site: Site, verb: str, path: str, allowed: str) -> None:
    """A verb that a resource does not know is refused with those that it knows."""
    button_id = await site.button()
    response = await site.ask(verb, path.format(id=button_id))
    assert_refused(response, 405, "invalid_method", NOT_ALLOWED)
    assert response.headers["allow"] == allowed
    assert site.orders(button_id) == []


async def test_a_wrong_verb_on_health_is_told_the_right_ones(site: Site) -> None:
    """Beside the API too a wrong verb is refused with those that are known."""
    response = await site.http.post("/healthz")
    assert_refused(response, 405, "invalid_method", NOT_ALLOWED)
    assert "GET" in response.headers["allow"]


async def test_a_body_that_is_too_large_is_refused(site: Site) -> None:
    """Over 16 KiB nobody reads on: 413, while a body of just that size is looked at."""
    filling = {"name": "Sales", "extension": "1001", "filling": ""}
    room = LARGEST_BODY - len(json.dumps({"data": filling}))
    fitting = json.dumps({"data": filling | {"filling": "x" * room}})
    assert len(fitting) == 16 * 1024
    assert (await site.ask("PUT", content=fitting)).status_code == 201
    for content in (fitting + " ", _in_pieces(fitting + " ")):
        response = await site.ask("PUT", content=content)
        data = {"message": "request entity too large"}
        assert_refused(response, 413, "request_entity_too_large", data)


async def _in_pieces(text: str) -> AsyncIterator[bytes]:
    """Give a body that does not say beforehand how large it is."""
    for start in range(0, len(text), 1000):
        yield text[start : start + 1000].encode()


@pytest.mark.parametrize("expect", ["", "Expect: 100-continue\r\n"])
async def test_a_large_body_is_not_read_at_all(site: Site, expect: str) -> None:
    """A client that announces a gigabyte is refused before it sends it or its token is judged, and closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.daemon.port)
    head = "PUT /v2/accounts/acme/clicktocall HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n"
    writer.write(f"{head}{expect}\r\n".encode())
    status = await asyncio.wait_for(reader.readline(), 10)
    assert status.split()[1] == b"413"
    await asyncio.wait_for(reader.read(), 5)
    writer.close()
    await writer.wait_closed()


async def test_who_sends_a_large_body_hears_why_it_is_refused(site: Site) -> None:
    """A client that is still sending when it is refused gets the answer, not a broken connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.daemon.port)
    writer.write(b"PUT /v2/accounts/acme/clicktocall HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n")
    for _ in range(40):
        writer.write(b"x" * 100_000)
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    assert answer.startswith(b"HTTP/1.1 413 ")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("sign", ["[", '{"a":'])
async def test_the_deepest_body_is_refused_at_once(site: Site, sign: str) -> None:
    """As many brackets as a body holds are no JSON like any other nonsense, and take no longer."""
    began = time.perf_counter()
    response = await site.ask("PUT", content=(sign * LARGEST_BODY)[:LARGEST_BODY])
    assert list(faults_of(response)) == ["json"]
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "media_type", ["text/xml", "multipart/form-data; boundary=x", "image/png", "json", "*/*"]
)
async def test_an_unknown_media_type_is_refused(site: Site, media_type: str) -> None:
    """A body of no type that is read is 415, and nobody is called."""
    button_id = await site.button()
    for path in ("", f"/{button_id}/connect"):
        verb = "POST" if path else "PUT"
        body = json.dumps({"data": {"name": "x", "extension": "1", "contact": CONTACT}})
        response = await site.ask(verb, path, content=body, headers={"content-type": media_type})
        assert_refused(response, 415, "unsupported_media_type", {"message": "unsupported media type"})
    assert site.orders(button_id) == []


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "text/json",
        "application/x-json",
        "",
    ],
)
async def test_json_is_json_by_any_of_its_names(site: Site, media_type: str) -> None:
    """The usual names of JSON, and none at all, mean JSON."""
    response = await site.ask(
        "PUT",
        content=json.dumps({"data": {"name": "Sales", "extension": "1001"}}),
        headers={"content-type": media_type} if media_type else {},
    )
    assert response.status_code == 201


async def test_the_token_is_judged_before_the_body(site: Site) -> None:
    """Who has no token learns nothing of what is wrong with the body."""
    for content, media_type in ((b"{", "application/json"), (b"x", "text/xml")):
        response = await site.ask("PUT", content=content, token=None, headers={"content-type": media_type})
        assert_refused(response, 401, "invalid_credentials", INVALID_CREDENTIALS)
