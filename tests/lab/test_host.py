"""The host in a box is one: what the tests in it take for granted."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.lab.host import NAME, Host, why_no_host
from tests.lab.tree import HOST, LabError, tree

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    """Give a host, booted."""
    if (reason := why_no_host()) and os.environ.get("C2CD_TEST_HOST") != "required":
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("shown")
    (folder / "word").write_text("from outside")
    async with Host(binds={"/srv/shown": folder}, files={"/etc/asterisk/own.conf": "; own\n"}) as host:
        yield host


async def test_a_host_of_its_own(host: Host) -> None:
    """It has systemd and Asterisk as services, a name, the files it was given, and a network of its own."""
    said = await host.shell(
        "hostname; systemctl is-system-running; systemctl is-active asterisk; cat /srv/shown/word;"
        "echo; stat -c %U /etc/asterisk; cat /etc/asterisk/own.conf; ls /sys/class/net"
    )
    assert said.out.split("\n") == [
        *(NAME, "running", "active", "from outside", "asterisk", "; own", "lo", ""),
    ]


async def test_a_command_that_fails(host: Host) -> None:
    """A command that fails is told with what it said, unless that was to be."""
    with pytest.raises(LabError, match=r"ended with 3: half done\n to no end"):
        await host.shell("echo half done; echo to no end >&2; exit 3")
    assert (await host.shell("exit 3", ok=False)).code == 3


async def test_a_reboot_keeps_what_is_on_the_disk(host: Host) -> None:
    """After a reboot it is another life with the same disk; the tree that it was booted from is untouched."""
    await host.shell("echo kept > /var/lib/kept; echo gone > /run/gone")
    before = host.path("/var/lib/kept").read_text()
    first = host.init
    await host.reboot()
    assert (before, host.path("/var/lib/kept").read_text()) == ("kept\n", "kept\n")
    assert not host.path("/run/gone").exists()
    assert host.init != first
    assert not (await tree(HOST) / "var/lib/kept").exists()


async def test_nothing_is_left(host: Host, tmp_path: Path) -> None:
    """A host that is over leaves no process and no folder."""
    async with Host(binds={"/srv/shown": tmp_path}, files={}) as other:
        init = other.init
        assert init != host.init
    with pytest.raises(ProcessLookupError):
        os.kill(init, 0)
    with pytest.raises(LabError, match="not up"):
        _ = other.init
