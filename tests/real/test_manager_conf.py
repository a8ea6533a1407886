"""Set-up reads manager.conf as Asterisk does, and an included file can turn on AMI that is off."""

from pathlib import Path

import pytest

from c2cd.setup.plan import carry_out, to_make
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import SECTIONS, VERSIONS, require_switch
from tests.setup.machine import Machine
from tests.setup.test_manager_conf import GENERAL, GENERALS, INCLUDING, NOT_INCLUDING, reading

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def settings(asterisk: Asterisk, manager: str, own: str) -> tuple[bool, str]:
    """Have Asterisk read a manager.conf with one file in manager.d; tell whether AMI is on, and where."""
    assert asterisk.home is not None
    etc = asterisk.home / "etc"
    (etc / "manager.d").mkdir(exist_ok=True)
    (etc / "manager.d" / "a.conf").write_text(own)
    here = f"[general]\nbindaddr = 127.0.0.1\nport = {asterisk.ports.ami}\n"
    (etc / "manager.conf").write_text(
        manager.replace("[general]\n", here).replace("/etc/asterisk", "/mnt/etc")
    )
    await asterisk.cli("manager reload")
    said = await asterisk.cli("manager show settings")
    found = dict(line.strip().split(":", 1) for line in said.splitlines() if ": " in line)
    return found["Manager (AMI)"].strip() == "Yes", found["TCP Bindaddress"].strip()


@pytest.mark.parametrize("suite", VERSIONS)
async def test_asterisk_reads_it_so(suite: str, tmp_path: Path) -> None:
    """Of each example Asterisk and set-up have the same opinion."""
    await require_switch(suite)
    own = "[of-a]\nsecret = a\n[general](+)\nenabled = yes\n"
    including = [f"{GENERAL}{line}\n" for line in (*INCLUDING.values(), *NOT_INCLUDING.values())]
    texts = [*including, *(text for text, _ in GENERALS.values())]
    async with Asterisk(suite, section=SECTIONS[suite].read_text()) as asterisk:
        theirs = [(await settings(asterisk, text, own))[0] for text in texts]
    ours = [reading(tmp_path / str(number), text).is_enabled for number, text in enumerate(texts)]
    assert dict(zip(texts, ours, strict=True)) == dict(zip(texts, theirs, strict=True))
    assert {True, False} <= set(ours)


@pytest.mark.parametrize("suite", VERSIONS)
async def test_ami_is_turned_on(suite: str, tmp_path: Path) -> None:
    """What set-up writes where AMI is off has Asterisk listen, at loopback alone, and know the user."""
    await require_switch(suite)
    off = '[general]\nenabled = no\nbindaddr = 0.0.0.0\n#include "manager.d/*.conf"\n'
    machine = Machine(tmp_path, off)
    carry_out(to_make(machine.steps()))
    own = machine.text("/etc/asterisk/manager.d/c2cd.conf")
    async with Asterisk(suite, section=SECTIONS[suite].read_text()) as asterisk:
        assert not (await settings(asterisk, off, ""))[0]
        assert await settings(asterisk, off, own) == (True, f"127.0.0.1:{asterisk.ports.ami}")
        assert "username: c2cd" in await asterisk.cli("manager show user c2cd")
