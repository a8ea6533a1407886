"""A PBX host that was booted from nothing, on which c2cd was set up as the README says."""

import asyncio
import os
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

from tests.host.pbx import FILES, PROJECT, Pbx, Phones
from tests.lab.host import Host, why_no_host
from tests.lab.tree import HOST, LabError, tree


def _no_host(reason: str) -> NoReturn:
    if os.environ.get("C2CD_TEST_HOST") == "required":
        pytest.fail(f"C2CD_TEST_HOST=required, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what the project depends on, and is built with, for the host's Python 3.11."""
    folder = tmp_path_factory.mktemp("wheels")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    wanted = (*project["project"]["dependencies"], *project["build-system"]["requires"])
    for_host = ("--python-version", "3.11", "--only-binary", ":all:")
    await _pip("download", *for_host, "--dest", str(folder), *wanted)
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
    async with Host(binds={"/srv/wheels": wheels, "/srv/checkout": PROJECT}, files=FILES) as host:
        pbx = Pbx(host)
        await pbx.set_up()
        yield pbx


@pytest_asyncio.fixture(loop_scope="session")
async def phones(pbx: Pbx) -> AsyncIterator[Phones]:
    """Give the phones of extension 1001 and behind the trunk."""
    async with Phones.of(pbx) as phones:
        yield phones
