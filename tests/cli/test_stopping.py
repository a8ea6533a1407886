"""TERM: what is under way is finished, calls stay up, and it is over within seconds whatever goes on."""

import asyncio
import resource
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest

from c2cd.daemon import LONGEST_STOP
from tests.bench.history import fill
from tests.cli.host import Host
from tests.process import C2CD, eventually
from tests.switch.proxy import Proxy
from tests.web.site import LONG_TALK

# What LONGEST_STOP is allowed on a machine that has other work.
PATIENCE = LONGEST_STOP + 3
RINGS_FOR_LONG = "+1555480"


def send(host: Host, number: signal.Signals = signal.SIGTERM) -> None:
    """Send a signal, and leave it to the daemon what to make of it."""
    assert host.daemon._process is not None
    host.daemon._process.send_signal(number)


async def ended(host: Host, within: float = PATIENCE) -> int:
    """Wait until the daemon ends by itself, and give its exit code."""
    assert host.daemon._process is not None
    return await asyncio.wait_for(host.daemon._process.wait(), within)


async def ended_well(host: Host) -> bool:
    """Wait until the daemon ends by itself, with 0 and all that it has open closed."""
    return await ended(host) == 0 and host.daemon.messages.endswith(" INFO c2cd.daemon: stopped\n")


async def said(host: Host, words: str) -> bool:
    """Wait until the daemon has said this."""

    async def found() -> bool:
        return words in host.daemon.messages

    return await eventually(found, 10)


@asynccontextmanager
async def behind_a_proxy(host: Host) -> AsyncIterator[Proxy]:
    """Put a proxy before the switch, and start the daemon there."""
    proxy = Proxy(host.ami_port)
    async with proxy.listening() as port:
        text = host.daemon.config.read_text()
        host.daemon.config.write_text(text.replace(f"port = {host.ami_port}", f"port = {port}"))
        await host.daemon.start()
        await host.make_token()
        yield proxy


async def click_unanswered(
    host: Host, proxy: Proxy, contact: str = RINGS_FOR_LONG
) -> tuple[str, asyncio.Task[httpx.Response]]:
    """Click where the switch takes the order and its answer does not come."""
    button_id = await host.daemon.create_button(timeout=20)
    proxy.stall(answers_only=True)
    data = {"contact": contact}
    clicking = asyncio.create_task(host.daemon.request("POST", f"/{button_id}/connect", data))

    async def ordered() -> bool:
        return bool(host.switch.orders)

    await eventually(ordered, 10)
    return button_id, clicking


async def test_who_waits_for_a_call_is_sent_away(host: Host) -> None:
    """A click that waits for its call is 503 at once, with the call's id, and the call goes on."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(timeout=20)
    clicking = asyncio.create_task(host.daemon.click(button_id, RINGS_FOR_LONG))
    await host.daemon.wait_until(button_id, "answered")
    send(host)
    response = await clicking
    assert await ended_well(host)
    content = response.json()
    assert (response.status_code, content["error"], content["message"]) == (503, "503", "stopping")
    assert content["data"]["call_id"] in host.switch.calls


async def test_who_does_not_finish_is_not_waited_for(host: Host) -> None:
    """A client that never sends the rest of its request is told to go, and the daemon ends well."""
    await host.daemon.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", host.daemon.port)
    writer.write(b"PUT /v2/accounts/acme/clicktocall HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    await writer.drain()
    await host.daemon.wait_for("/healthz")
    send(host)
    assert (await asyncio.wait_for(reader.read(), PATIENCE)).startswith(b"HTTP/1.1 503 ")
    assert await ended_well(host)
    assert "WARNING" not in host.daemon.messages
    writer.close()


async def test_an_answer_that_comes_in_time_is_given(host: Host) -> None:
    """A click that the switch answers a little after TERM is placed as ever, and its call goes on."""
    async with behind_a_proxy(host) as proxy:
        _, clicking = await click_unanswered(host, proxy)
        send(host)
        await said(host, "stopping:")
        proxy.flow()
        assert (await clicking).status_code == 200
        assert await ended_well(host)
        assert "WARNING" not in host.daemon.messages
    assert len(host.switch.calls) == 1


async def test_a_silent_switch_is_not_waited_for(host: Host) -> None:
    """A click whose order is not answered is 504 in the end; the next start finds out what became of it."""
    async with behind_a_proxy(host) as proxy:
        button_id, clicking = await click_unanswered(host, proxy, f"+1555{LONG_TALK}")
        send(host)
        response = await clicking
        assert (response.status_code, response.json()["message"]) == (504, "switch_silent")
        assert await ended_well(host)
        assert "1 calls were ordered and the switch has not answered" in host.daemon.messages
        assert "Traceback" not in host.daemon.messages
        proxy.flow()
        await host.daemon.start()
        item = await host.daemon.wait_until(button_id, "bridged")
        assert item["result"] == "success"
        assert len(host.switch.orders) == 1


async def test_a_second_signal_ends_it_at_once(host: Host) -> None:
    """While one TERM waits for the switch, a second ends the process where it stands."""
    async with behind_a_proxy(host) as proxy:
        _, clicking = await click_unanswered(host, proxy)
        send(host)
        await said(host, "stopping:")
        send(host)
        assert await ended(host) == 1
        with pytest.raises(httpx.TransportError):
            await clicking


async def test_a_locked_database_is_not_waited_for(host: Host) -> None:
    """What can't be written while another process holds the database is told; the next start settles it."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(timeout=2)
    await host.daemon.request("POST", f"/{button_id}/connect", {"contact": RINGS_FOR_LONG})
    await host.daemon.wait_until(button_id, "answered")
    with closing(sqlite3.connect(host.daemon.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await said(host, "the history can't be written")
        clicking = asyncio.create_task(host.daemon.click(button_id, "+15551234"))
        await asyncio.sleep(0)
        await host.daemon.wait_for("/healthz")
        send(host)
        assert (await clicking).status_code == 503
        assert await ended(host) == 0
        assert "1 calls could not be written; the next start settles them" in host.daemon.messages
        assert "Traceback" not in host.daemon.messages
        other.execute("ROLLBACK")
    await host.daemon.start()
    assert (await host.daemon.wait_until(button_id, "ended"))["result"] in {"error", "unknown"}
    assert len(host.switch.orders) == 1


async def test_a_full_disk_is_not_waited_for(host: Host) -> None:
    """What can't be written since there is no room is told, and settled by the next start."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(timeout=2)
    await host.daemon.request("POST", f"/{button_id}/connect", {"contact": RINGS_FOR_LONG})
    await host.daemon.wait_until(button_id, "answered")
    assert host.daemon._process is not None
    log = host.daemon.database.with_name("c2cd.db-wal")
    room = log.stat().st_size
    resource.prlimit(host.daemon._process.pid, resource.RLIMIT_FSIZE, (room, room))
    await said(host, "the history can't be written")
    send(host)
    assert await ended_well(host)
    assert "1 calls could not be written; the next start settles them" in host.daemon.messages
    await host.daemon.start()
    assert (await host.daemon.wait_until(button_id, "ended"))["result"] in {"error", "unknown"}


async def test_who_does_not_read_is_not_waited_for(host: Host) -> None:
    """Neither a client that does not read a long list keeps it, nor one that keeps its connection open."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    await fill(host.daemon.database, button_id, 20_000)
    async with httpx.AsyncClient(base_url=host.daemon.url) as idle:
        assert (await idle.get("/healthz")).status_code == 200
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", host.daemon.port))
            path = f"/v2/accounts/acme/clicktocall/{button_id}/history?paginate=false"
            head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: {host.daemon.token}\r\n\r\n"
            deaf.sendall(head.encode())
            assert deaf.recv(12) == b"HTTP/1.1 200"
            send(host)
            assert await ended_well(host)
    assert "Traceback" not in host.daemon.messages


BROKEN = """
import sys, time
from c2cd.calls.ledger import Ledger
from c2cd.cli import main
{fault}
main(prog_name="c2cd")
"""
FAULTS = {
    "waits for ever": """
import asyncio
async def drain(self, seconds):
    await asyncio.Event().wait()
Ledger.drain = drain
""",
    "stops the loop": "Ledger.stop_waiting = lambda self: time.sleep(60)",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_it_ends_whatever_holds_it(host: Host, tmp_path: Path, fault: str) -> None:
    """Where its end hangs, or its loop does, it ends all the same, with 0 and a word about it."""
    program = tmp_path / "broken.py"
    program.write_text(BROKEN.format(fault=fault))
    host.daemon.command = [sys.executable, str(program)]
    await host.daemon.start()
    send(host)
    assert await ended(host) == 0
    assert "stopped without having closed everything" in host.daemon.messages
    host.daemon.command = C2CD
