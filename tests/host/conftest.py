"""A PBX host that was booted from nothing, on which c2cd was set up as the README says."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

from tests.host.pbx import FILES, PORTS, Pbx
from tests.lab.host import Host, why_no_host
from tests.lab.phones import Phone
from tests.lab.tree import HOST, LabError, tree

PROJECT = Path(__file__).parents[2]


def _no_host(reason: str) -> NoReturn:
    if os.environ.get("C2CD_TEST_HOST") == "required":
        pytest.fail(f"C2CD_TEST_HOST=required, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the project's wheel and those that it depends on, for the host's Python 3.11."""
    folder = tmp_path_factory.mktemp("wheels")
    await _pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(PROJECT))
    own = next(folder.glob("c2cd-*.whl"))
    for_host = ("--python-version", "3.11", "--only-binary", ":all:")
    await _pip("download", *for_host, "--dest", str(folder), str(own))
    return folder


async def _pip(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pip", "-q", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def pbx(wheels: Path) -> AsyncIterator[Pbx]:
    """Give the host with c2cd set up, as the README's lines do it, once for all tests.

    Where none can be had the test is skipped with the reason, or fails with `C2CD_TEST_HOST=required`.
    """
    if reason := why_no_host():
        _no_host(reason)
    try:
        await tree(HOST)
    except (LabError, TimeoutError) as fault:
        _no_host(str(fault) or "making its tree took too long")
    async with Host(binds={"/srv/wheels": wheels}, files=FILES) as host:
        pbx = Pbx(host)
        await pbx.set_up()
        yield pbx


@pytest_asyncio.fixture(loop_scope="session")
async def extension_phone(pbx: Pbx) -> AsyncIterator[Phone]:
    """Give the phone of extension 1001."""
    async with Phone(PORTS.extension_phone, network_of=pbx.host.init) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="session")
async def contact_phone(pbx: Pbx) -> AsyncIterator[Phone]:
    """Give the phone behind the trunk."""
    async with Phone(PORTS.contact_phone, network_of=pbx.host.init) as phone:
        yield phone
