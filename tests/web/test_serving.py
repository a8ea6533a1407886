"""How answers leave, whatever is in them."""

import asyncio
import time

import pytest

from tests.process import PATIENCE, eventually
from tests.web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_an_answer_leaves_at_once(site: Site) -> None:
    """On a connection that is kept no part of an answer waits for the client's acknowledgement (40 ms)."""
    took = []
    for _ in range(40):
        began = time.perf_counter()
        await site.http.get("/healthz")
        took.append(time.perf_counter() - began)
    assert min(took[20:]) < 0.03


async def test_who_sends_nothing_holds_nobody_up(site: Site) -> None:
    """Connections on which half a request came, or none, leave the others their answers."""
    opened = [await asyncio.open_connection("127.0.0.1", site.daemon.port) for _ in range(50)]
    for _, writer in opened[::2]:
        writer.write(
            b"POST /v2/accounts/acme/clicktocall/x/connect HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
        )
    assert (await site.ask("GET", "/unknown")).status_code == 404
    for _, writer in opened:
        writer.close()
        await writer.wait_closed()
    assert (await site.http.get("/readyz")).status_code == 200


async def test_who_leaves_before_the_answer_is_still_connected(site: Site) -> None:
    """A client that clicks and goes away has placed its call, and the daemon goes on."""
    button_id = await site.button()
    _, writer = await asyncio.open_connection("127.0.0.1", site.daemon.port)
    writer.write(
        f"GET /v2/accounts/acme/clicktocall/{button_id}/connect?contact=111&blocking HTTP/1.1\r\n"
        f"Host: x\r\nX-Auth-Token: {site.tokens['acme']}\r\n\r\n".encode()
    )
    await eventually(lambda: site.daemon.history(button_id), PATIENCE)
    writer.close()
    await writer.wait_closed()
    item = await site.daemon.wait_until(button_id, "ended")
    assert item["result"] == "success"
    assert len(site.orders(button_id)) == 1
