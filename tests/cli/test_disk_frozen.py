"""A disk that hangs: every request is answered in time, and no click of that time calls anybody later."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any, TypeVar

import httpx
import pytest

from c2cd.calls.placing import TOO_LATE
from c2cd.store.reading import LONGEST_WAIT
from tests.cli.host import Host
from tests.cli.test_restart import _forget, hang_up
from tests.lab.disk import Disk
from tests.process import Daemon, eventually
from tests.web.site import CONTACT, LONG_TALK

AT_ONCE = 1.0  # seconds, of a machine that has other things to do
SILENT = "its disk has not answered for 5 s"
CLICKS = 10

T = TypeVar("T")


async def begin(host: Host) -> str:
    """Start the daemon and have it call somebody who talks on; give the button's id."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    item = (await host.daemon.click(button_id, f"+1555{LONG_TALK}")).json()["data"]
    assert item["result"] == "success"
    return button_id


async def timed(request: Awaitable[httpx.Response]) -> tuple[httpx.Response, float]:
    """Give an answer, and in how many seconds it came."""
    began = time.monotonic()
    answer = await request
    return answer, time.monotonic() - began


async def slowest_healthz(daemon: Daemon, until: "asyncio.Future[T]") -> float:
    """Ask again and again whether the process turns; give the longest that it took to say so."""
    slowest = 0.0
    async with httpx.AsyncClient(base_url=daemon.url) as client:
        while not until.done():
            answer, seconds = await timed(client.get("/healthz"))
            assert answer.status_code == 200
            slowest = max(slowest, seconds)
            await asyncio.wait([until], timeout=0.05)
    return slowest


async def ready(daemon: Daemon) -> httpx.Response:
    """Ask whether a click would be placed."""
    async with httpx.AsyncClient(base_url=daemon.url, timeout=60) as client:
        return await client.get("/readyz")


async def test_a_short_hang(on_disk: Host, disk: Disk) -> None:
    """A click that comes while the disk hangs for a second is a call, a second late."""
    button_id = await begin(on_disk)
    await disk.freeze()
    clicking = asyncio.create_task(on_disk.daemon.click(button_id, CONTACT))
    done, _ = await asyncio.wait([clicking], timeout=1.0)
    assert not done
    await disk.thaw()
    assert (await clicking).json()["data"]["result"] == "success"
    assert len(on_disk.switch.orders) == 2


@pytest.mark.parametrize("reads", ["reads-go-on", "reads-hang"])
async def test_a_long_hang(on_disk: Host, disk: Disk, reads: str) -> None:
    """All is answered in time, at once after the first, and nothing of it is dialled later."""
    daemon = on_disk.daemon
    button_id = await begin(on_disk)
    if reads == "reads-go-on":  # the first one after a write itself writes, into the index of SQLite's log
        await daemon.history(button_id)
    before = daemon.messages
    await disk.freeze()
    key = {"headers": {"idempotency-key": "k"}}
    first = asyncio.create_task(timed(daemon.click(button_id, CONTACT, **key)))
    await asyncio.wait([first], timeout=0.3)  # its row is being written, if it can be read whose it is
    hang_up(on_disk)
    clicks = [daemon.click(button_id, f"+1555123{number}") for number in range(CLICKS)]
    body = {"name": "Late", "extension": "1002"}
    requests = [*clicks, daemon.request("PUT", "", body), ready(daemon)]
    answering = asyncio.gather(first, *(timed(request) for request in requests))
    assert await slowest_healthz(daemon, answering) < AT_ONCE
    for answer, seconds in await answering:
        assert answer.status_code == 503, answer.text
        assert seconds < TOO_LATE + AT_ONCE
    for request in (daemon.click(button_id, CONTACT, **key), daemon.request("PUT", "", body), ready(daemon)):
        answer, seconds = await timed(request)
        assert answer.status_code == 503, answer.text
        assert seconds < AT_ONCE
    assert answer.json()["database"] == f"{daemon.database}: {SILENT}"
    await disk.thaw()
    await daemon.wait_for("/readyz")

    async def all_over() -> list[dict[str, Any]] | None:
        rows = await daemon.history(button_id)
        return rows if all(row["state"] == "ended" for row in rows) else None

    *called_off, talked = await eventually(all_over, 10)
    assert talked["result"] == "success"
    assert {row["result"] for row in called_off} <= {"error"}
    assert bool(called_off) is (reads == "reads-go-on")
    assert len(on_disk.switch.orders) == 1
    item = (await daemon.click(button_id, CONTACT, **key)).json()["data"]
    assert item["result"] == "success"
    assert len(on_disk.switch.orders) == 2
    lines = daemon.messages.removeprefix(before).splitlines()
    assert len(lines) == len({line.partition(": ")[2] for line in lines})
    assert len(lines) <= 4, lines


async def test_a_button_that_may_be_saved(on_disk: Host, disk: Disk) -> None:
    """Where nobody knows yet whether a button is saved the answer says so; here it is, later."""
    daemon = on_disk.daemon
    await daemon.history(await begin(on_disk))
    await disk.freeze()
    answer, seconds = await timed(daemon.request("PUT", "", {"name": "Late", "extension": "1002"}))
    assert (answer.status_code, answer.json()["message"]) == (503, "store_silent")
    assert "look whether it was done before you ask again" in answer.json()["data"]["message"]
    assert seconds < LONGEST_WAIT + AT_ONCE
    await disk.thaw()

    async def saved() -> bool:
        buttons = (await daemon.request("GET", "")).json()["data"]
        return "Late" in {button["name"] for button in buttons}

    await eventually(saved, 10)


async def test_a_stop_while_the_disk_hangs(on_disk: Host, disk: Disk) -> None:
    """The daemon does not wait for the disk to stop; a call is settled by the next start."""
    daemon = on_disk.daemon
    button_id = await begin(on_disk)
    await disk.freeze()
    _forget(on_disk)
    assert (await daemon.click(button_id, CONTACT)).status_code == 503
    process = daemon._process
    assert process is not None
    process.terminate()

    async def stopped() -> bool:
        return "stopped without having closed everything" in daemon.messages

    await eventually(stopped, 15)
    await disk.thaw()  # only then can the kernel end a thread of it
    assert await process.wait() == 0
    assert "Traceback" not in daemon.messages
    await daemon.start()
    talked = (await daemon.history(button_id))[-1]
    await daemon.wait_for("/readyz")
    assert talked["call_id"]

    async def all_over() -> bool:
        return all(row["state"] == "ended" for row in await daemon.history(button_id))

    await eventually(all_over, 10)
    assert len(on_disk.switch.orders) == 1


async def test_logs_on_the_disk_that_hangs(on_disk: Host, disk: Disk) -> None:
    """The event log may hang too: the daemon still answers, and the lines come once the disk is back."""
    daemon = on_disk.daemon
    events = disk.folder / "events.log"
    daemon.config.write_text(daemon.config.read_text().replace(str(daemon.events_file), str(events)))
    daemon.events_file = events
    button_id = await begin(on_disk)
    await disk.freeze()
    hang_up(on_disk)
    answering = asyncio.ensure_future(daemon.click(button_id, CONTACT))
    assert await slowest_healthz(daemon, answering) < AT_ONCE
    assert (await answering).status_code == 503
    await disk.thaw()
    await daemon.wait_until(button_id, "ended")
    assert await daemon.lines("call.ended")
