"""What browsers are given: the button's script to every page, the console where it is to be."""

import gzip
from pathlib import Path

import httpx
import pytest

from tests.process import free_port
from tests.web.site import Site, assert_refused, open_site

pytestmark = pytest.mark.asyncio(loop_scope="package")

LARGEST_BUTTON = 10_000


async def test_the_script_is_for_every_page(site: Site) -> None:
    """The button's script is given to anybody, as a script, to pages of whatever origin."""
    response = await site.http.get("/button.js", headers={"origin": "https://www.example"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["access-control-allow-origin"] == "*"


async def test_it_is_small(site: Site) -> None:
    """On the wire it is compressed, and then no more than 10 KB; who takes no gzip gets the same, plain."""
    async with site.http.stream("GET", "/button.js", headers={"accept-encoding": "br, gzip"}) as response:
        packed = b"".join([chunk async for chunk in response.aiter_raw()])
    assert response.headers["content-encoding"] == "gzip"
    assert len(packed) < LARGEST_BUTTON
    plain = await site.http.get("/button.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content
    assert response.headers["vary"] == plain.headers["vary"] == "accept-encoding"


async def test_who_has_it_is_told_so(site: Site) -> None:
    """With the ETag of what it has a browser gets 304, and it asks each time: an update shows at once."""
    first = await site.http.get("/button.js")
    assert first.headers["cache-control"] == "no-cache"
    tag = first.headers["etag"]
    again = await site.http.get("/button.js", headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await site.http.get("/button.js", headers={"if-none-match": '"other"'})
    assert other.content == first.content


async def test_the_console_is_not_where_the_public_is(site: Site) -> None:
    """The public listener knows no console, if it is not told to."""
    for path in ("/console", "/console/", "/console/index.html", "/console/main.js"):
        assert_refused(await site.http.get(path), 404, "not_found", {"message": "not found"})


@pytest.mark.parametrize("is_shared", [False, True], ids=["a listener of its own", "the public one"])
async def test_the_console_is_where_it_is_told_to_be(tmp_path: Path, *, is_shared: bool) -> None:
    """Where console_listen says there is the console, which loads nothing of others', and the API."""
    async with open_site(tmp_path) as site:
        await site.daemon.stop()
        port = site.daemon.port if is_shared else free_port()
        text = site.daemon.config.read_text()
        key = f'[http]\nconsole_listen = "127.0.0.1:{port}"\n'
        site.daemon.config.write_text(text.replace("[http]\n", key, 1))
        await site.daemon.start()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            page = await http.get("/console", follow_redirects=True)
            assert (page.status_code, page.url.path) == (200, "/console/")
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert (await http.get("/button.js")).status_code == 200
            token = {"x-auth-token": site.tokens["acme"]}
            assert (await http.get("/v2/token_auth", headers=token)).json()["data"]["account_id"] == "acme"
        public = await site.http.get("/console/")
        assert public.status_code == (200 if is_shared else 404)
