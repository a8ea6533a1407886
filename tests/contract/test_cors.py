"""CORS: what lets pages of other origins use the API, on whatever is answered."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.process import Daemon, free_port, running
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="package")

NAMED = "https://shop.example"
BUTTONS = "/v2/accounts/acme/clicktocall"
PREFLIGHT = {"origin": NAMED, "access-control-request-method": "POST"}


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def strict(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a daemon whose configuration names one origin; it has no switch."""
    daemon = Daemon(tmp_path_factory.mktemp("strict"), free_port())
    written = daemon.config.read_text()
    daemon.config.write_text(written.replace("[http]", f'[http]\ncors_origins = ["{NAMED}"]', 1))
    async with (
        running(daemon, ready=False),
        httpx.AsyncClient(base_url=daemon.url, headers={"x-auth-token": daemon.token}) as http,
    ):
        yield http


def words(response: httpx.Response, header: str) -> set[str]:
    """Give the words of a list in a header, in lower case."""
    return {word.strip().lower() for word in response.headers[header].split(",")}


def check(response: httpx.Response) -> None:
    """Hold an answer to all of the headers."""
    assert response.headers["access-control-allow-origin"] == "*"
    assert words(response, "access-control-allow-methods") >= {"get", "put", "post", "patch", "delete"}
    assert words(response, "access-control-allow-headers") >= {
        "content-type",
        "x-auth-token",
        "if-match",
        "cache-control",
        "x-requested-with",
        "idempotency-key",
    }
    assert words(response, "access-control-expose-headers") >= {
        "x-auth-token",
        "x-request-id",
        "location",
        "etag",
        "retry-after",
    }
    assert response.headers["access-control-max-age"] == "86400"


async def test_cors_on_success(site: Site) -> None:
    """A success has all of the headers, whoever asks."""
    check(await site.ask("GET"))
    check(await site.ask("GET", headers={"origin": "https://any.example"}))


async def test_cors_on_errors(site: Site) -> None:
    """Errors have them as well, else a page could not read what is wrong."""
    for response, status in (
        (await site.ask("GET", token=None), 401),
        (await site.ask("GET", token=site.tokens["other"]), 403),
        (await site.ask("GET", "/unknown"), 404),
        (await site.http.get("/nowhere"), 404),
        (await site.ask("DELETE"), 405),
        (await site.put(name=""), 400),
        (await site.ask("PUT", content="x" * 100_000), 413),
        (await site.ask("PUT", content="x", headers={"content-type": "text/xml"}), 415),
    ):
        assert response.status_code == status
        check(response)


@pytest.mark.parametrize("path", ["", "/some", "/some/connect", "/some/history"])
async def test_cors_on_options_without_a_token(site: Site, path: str) -> None:
    """A browser's preflight, which has no token, is answered with them."""
    response = await site.http.options(f"{BUTTONS}{path}", headers=PREFLIGHT)
    assert response.is_success
    check(response)


async def test_cors_names_a_configured_origin(strict: httpx.AsyncClient) -> None:
    """Where the configuration names origins, a page of one of them is told its own, and no *."""
    for response in (
        await strict.get(BUTTONS, headers={"origin": NAMED}),
        await strict.get("/nowhere", headers={"origin": NAMED}),
        await strict.options(BUTTONS, headers=PREFLIGHT),
    ):
        assert response.headers["access-control-allow-origin"] == NAMED


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", f"{NAMED}.evil.example"])
async def test_cors_names_no_other_origin(strict: httpx.AsyncClient, origin: str) -> None:
    """Where the configuration names origins, a page of another one gets no leave."""
    for response in (
        await strict.get(BUTTONS, headers={"origin": origin}),
        await strict.options(BUTTONS, headers={**PREFLIGHT, "origin": origin}),
    ):
        assert "access-control-allow-origin" not in response.headers
