"""The lab as pytest fixtures; a conftest takes them in with `pytest_plugins = ["tests.lab.fixtures"]`.

A test that uses them, or a module of such tests, runs in the session's loop:
`pytestmark = pytest.mark.asyncio(loop_scope="session")`. It runs once for each version of Asterisk. Where
no real switch can be had it is skipped with the reason, or fails with `C2CD_TEST_SWITCH=required`.
"""

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

from tests.lab.ami import Session
from tests.lab.asterisk import Asterisk
from tests.lab.configuration import Manager
from tests.lab.disk import Disk, DiskError, why_no_disk
from tests.lab.phones import Phone
from tests.lab.tree import LabError, tree, why_no_switch

# What the project ships for the daemon's manager user: the form of its filters depends on the version.
_SHIPPED = Path(__file__).parents[2] / "config" / "asterisk"
SECTIONS = {"testing": _SHIPPED / "c2cd.conf", "bullseye": _SHIPPED / "c2cd-older.conf"}


# The same user with the one right more that hanging up needs.
HANGS_UP = "hangs-up"
# One that may do and hear everything, and one whose event filters are of the new form, whatever the version.
MAY_ALL = "may-all"
NEW_FORM = "new-form"


def _no_switch(reason: str) -> NoReturn:
    if os.environ.get("C2CD_TEST_SWITCH") == "required":
        pytest.fail(f"C2CD_TEST_SWITCH=required, but {reason}", pytrace=False)
    pytest.skip(reason)


def _no_disk(reason: str) -> NoReturn:
    if os.environ.get("C2CD_TEST_DISK") == "required":
        pytest.fail(f"C2CD_TEST_DISK=required, but {reason}", pytrace=False)
    pytest.skip(reason)


async def require_switch(suite: str) -> None:
    """Skip the test, or fail it, where the Asterisk of this suite can't be had."""
    if reason := why_no_switch():
        _no_switch(reason)
    try:
        await tree(suite)
    except (LabError, TimeoutError) as fault:
        _no_switch(str(fault) or "making its tree took too long")


VERSIONS = [pytest.param("bullseye", id="asterisk16"), pytest.param("testing", id="asterisk22")]


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=VERSIONS)
async def lab_switch(request: pytest.FixtureRequest) -> AsyncIterator[Asterisk]:
    """Give one switch per version for the whole run; tests ask for `asterisk` instead."""
    suite: str = request.param
    await require_switch(suite)
    section = SECTIONS[suite].read_text()
    more_rights = section.replace("[c2cd]", f"[{HANGS_UP}]").replace("reporting\n", "reporting,call\n")
    hanger = Manager(secret=secrets.token_hex(16), section=more_rights)
    managers = {
        HANGS_UP: hanger,
        MAY_ALL: Manager(secret=secrets.token_hex(16), read="all", write="all"),
        NEW_FORM: Manager(
            secret=secrets.token_hex(16),
            section=SECTIONS["testing"].read_text().replace("[c2cd]", f"[{NEW_FORM}]"),
        ),
    }
    async with Asterisk(suite, section=section, managers=managers) as switch:
        yield switch


@pytest_asyncio.fixture(loop_scope="session")
async def asterisk(lab_switch: Asterisk) -> AsyncIterator[Asterisk]:
    """Give a switch that is up and idle, whatever the test before did to it.

    A test may stop, kill or pause it. One with SIP calls still up is killed afterwards, since a new one
    is ready sooner than those calls are gone.
    """
    if not lab_switch.running:
        await lab_switch.start()
    yield lab_switch
    if lab_switch.running:
        lab_switch.resume()
        if await lab_switch.channels():
            await lab_switch.kill()


@pytest_asyncio.fixture(loop_scope="session")
async def recorder(asterisk: Asterisk) -> AsyncIterator[Session]:
    """Give an AMI session that sees every event of the switch."""
    async with asterisk.recorder() as session:
        yield session


@pytest_asyncio.fixture(loop_scope="session")
async def extension_phone(asterisk: Asterisk) -> AsyncIterator[Phone]:
    """Give the phone of extension 1001, which is answered after a short ringing until told otherwise."""
    async with Phone(asterisk.ports.extension_phone) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="session")
async def contact_phone(asterisk: Asterisk) -> AsyncIterator[Phone]:
    """Give the phone behind the trunk, whatever number was dialled."""
    async with Phone(asterisk.ports.contact_phone) as phone:
        yield phone


@pytest_asyncio.fixture
async def disk() -> AsyncIterator[Disk]:
    """Give a file system that the test may fill and freeze.

    Where none can be had the test is skipped, or fails with `C2CD_TEST_DISK=required`.
    """
    if reason := why_no_disk():
        _no_disk(reason)
    try:
        async with Disk() as disk:
            yield disk
    except DiskError as fault:
        _no_disk(str(fault))
