"""TERM while event streams are open: each is told all of it, and comes to its end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from c2cd.daemon import LONGEST_STOP
from tests.bench.ways.http import request, status
from tests.cli.host import Host
from tests.cli.test_stopping import ended_well, send
from tests.process import PATIENCE
from tests.web.site import LONG_TALK


@asynccontextmanager
async def stream(host: Host, path: str, headers: Mapping[str, str]) -> AsyncIterator[asyncio.StreamReader]:
    """Open a stream, read its head and its first lines, and close it in the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", host.daemon.port)
    writer.write(request("GET", f"/v2/accounts/acme{path}", b"", **headers))
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        assert status(head) == 200, head
        assert b"transfer-encoding: chunked" in head
        await reader.readuntil(b"\n\n")
        yield reader
    finally:
        writer.close()
        await writer.wait_closed()


async def test_streams_end_with_the_daemon(host: Host) -> None:
    """Each stream's body comes to its end, that of a call that lives on too, and the daemon ends well."""
    await host.daemon.start()
    await host.make_token()
    button = await host.daemon.create_button()
    contact = f"+1555{LONG_TALK}"
    placed = (await host.daemon.request("POST", f"/{button}/connect", {"contact": contact})).json()["data"]
    await host.daemon.wait_until(button, "bridged")
    call = f"/clicktocall/{button}/connect/{placed['call_id']}/events?call_token={placed['call_token']}"
    async with (
        stream(host, "/events", {"x-auth-token": host.daemon.token}) as of_account,
        stream(host, call, {}) as of_call,
    ):
        send(host)
        rest = await asyncio.wait_for(asyncio.gather(of_account.read(), of_call.read()), LONGEST_STOP)
        assert await ended_well(host)
    assert [body[-5:] for body in rest] == [b"0\r\n\r\n"] * 2
    assert "Traceback" not in host.daemon.messages
    assert placed["call_id"] in host.switch.calls


async def test_a_line_of_the_last_moment_is_told(host: Host) -> None:
    """What happens right before TERM is in the streams, before their end."""
    await host.daemon.start()
    await host.make_token()
    button = await host.daemon.create_button()
    async with stream(host, "/events", {"x-auth-token": host.daemon.token}) as reader:
        click = await host.daemon.request("POST", f"/{button}/connect", {"contact": f"+1555{LONG_TALK}"})
        send(host)
        rest = await asyncio.wait_for(reader.read(), LONGEST_STOP)
        assert await ended_well(host)
    assert b'"call.requested"' in rest
    assert click.json()["data"]["call_id"].encode() in rest
    assert rest.endswith(b"0\r\n\r\n")
