"""A full disk: nobody is called, what lives is written once there is room, and nothing needs a restart."""

import httpx
import pytest

from tests.cli.host import Host
from tests.cli.test_restart import _forget, hang_up
from tests.lab.disk import Disk
from tests.process import eventually, run_command
from tests.web.site import CONTACT, LONG_TALK

FULL = "database or disk is full"


async def begin(host: Host, contact: str = CONTACT) -> str:
    """Start the daemon and have it call somebody; give the button's id."""
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    item = (await host.daemon.click(button_id, contact)).json()["data"]
    assert item["result"] == "success"
    return button_id


async def refuse(host: Host, button_id: str) -> None:
    """Click a few times, and have each click refused in clear words."""
    for number in range(5):
        answer = await host.daemon.click(button_id, f"+1555123{number}")
        assert (answer.status_code, answer.json()["message"]) == (503, "store_failed")
        assert "retry-after" in answer.headers


async def test_a_disk_fills_up(on_disk: Host, disk: Disk) -> None:
    """Clicks are 503 and call nobody, /readyz says why, and two lines tell it; with room all is well."""
    daemon = on_disk.daemon
    button_id = await begin(on_disk, f"+1555{LONG_TALK}")
    disk.fill()
    before = daemon.messages
    hang_up(on_disk)
    await refuse(on_disk, button_id)
    async with httpx.AsyncClient(base_url=daemon.url) as client:
        ready, healthy = await client.get("/readyz"), await client.get("/healthz")
    assert (ready.status_code, ready.json()["database"]) == (503, f"{daemon.database}: {FULL}")
    assert healthy.status_code == 200
    (item,) = await daemon.history(button_id)  # what was written can be read
    assert item["state"] == "bridged"

    async def told() -> bool:
        return "the history can't be written" in daemon.messages

    await eventually(told, 10)
    disk.free()
    item = await daemon.wait_until(button_id, "ended")
    assert item["result"] == "success"
    assert (await daemon.click(button_id, CONTACT)).json()["data"]["result"] == "success"
    assert len(on_disk.switch.orders) == 2
    assert len(await daemon.history(button_id)) == 2
    lines = daemon.messages.removeprefix(before).splitlines()
    assert sorted(line.partition(": ")[2] for line in lines) == [
        f"{daemon.database}: {FULL}",
        "the history can be written again",
        f"the history can't be written: {daemon.database}: {FULL}; c2cd keeps trying",
    ]


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_daemon_that_ends_on_a_full_disk(on_disk: Host, disk: Disk, end: str) -> None:
    """It can be started there, and refuses clicks; what it could not write is settled once there is room."""
    daemon = on_disk.daemon
    button_id = await begin(on_disk, f"+1555{LONG_TALK}")
    disk.fill()
    _forget(on_disk)
    await refuse(on_disk, button_id)
    await getattr(daemon, end)()
    await daemon.start(ready=False)
    await daemon.wait_for("/readyz", 503)
    await refuse(on_disk, button_id)
    assert FULL in daemon.messages
    await daemon.kill()
    disk.free()
    await daemon.start()
    item = await daemon.wait_until(button_id, "ended")
    assert (item["result"], len(await daemon.history(button_id))) == ("success", 1)
    assert (await daemon.click(button_id, CONTACT)).json()["data"]["result"] == "success"
    assert len(on_disk.switch.orders) == 2


async def test_a_first_start_on_a_full_disk(on_disk: Host, disk: Disk) -> None:
    """Where there is no room for a database the daemon says so and ends; the next start makes it."""
    disk.fill()
    code, _, err = await run_command("serve", "--config", str(on_disk.daemon.config))
    assert code == 1
    assert err.startswith(f"c2cd: {on_disk.daemon.database}: ")
    assert "Traceback" not in err
    disk.free()
    await begin(on_disk)


async def test_no_room_for_a_backup(on_disk: Host, disk: Disk) -> None:
    """A backup that does not fit says so, and leaves nothing."""
    await begin(on_disk)
    disk.fill()
    copy = disk.folder / "copy.db"
    code, _, err = await run_command("backup", "--config", str(on_disk.daemon.config), str(copy))
    assert (code, FULL in err) == (1, True)
    assert not list(disk.folder.glob("copy*"))
