"""Hanging up, on real phones: ringing or talking, and without the right to."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import HANGS_UP
from tests.lab.phones import Phone
from tests.lab.scenario import NEVER_ANSWERS
from tests.process import Daemon, running

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"


@pytest_asyncio.fixture(loop_scope="session")
async def able(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[Daemon]:
    """Give a daemon whose AMI user may hang up."""
    secret = asterisk.managers[HANGS_UP].secret
    async with running(Daemon(tmp_path, asterisk.ami_port, HANGS_UP, secret)) as daemon:
        yield daemon


async def hang_up(daemon: Daemon, call_id: str) -> httpx.Response:
    """Hang a call up over HTTP."""
    return await daemon.request("POST", f"/{call_id}", {"action": "hangup"}, below="channels")


async def hung_up(daemon: Daemon, button: str, call_id: str) -> dict[str, Any]:
    """Hang a call up, and give its history item once it has ended."""
    answer = await hang_up(daemon, call_id)
    assert answer.status_code == 200, answer.text
    item = await daemon.wait_until(button, "ended")
    assert item["ended_by"].startswith("token ")
    return item


async def test_both_talk(
    able: Daemon, asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A call that is talked on is hung up on both phones, and was a success."""
    button = await able.create_button()
    call_id = (await able.click(button, CONTACT)).json()["data"]["call_id"]
    item = await hung_up(able, button, call_id)
    assert item["result"] == "success"
    assert not await asterisk.channels()
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_the_first_phone_rings(
    able: Daemon, asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A call whose first phone rings is cancelled, and the second phone never rings."""
    await extension_phone.behave(NEVER_ANSWERS)
    button = await able.create_button()
    call_id = (await able.request("POST", f"/{button}/connect", {"contact": CONTACT})).json()["data"][
        "call_id"
    ]
    await extension_phone.wait_for_invites(1)
    item = await hung_up(able, button, call_id)
    assert (item["result"], item["cause"]) == ("error", "ORIGINATOR_CANCEL")
    assert not await asterisk.channels()
    assert contact_phone.invites() == []


async def test_the_second_phone_rings(
    able: Daemon, asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A call whose second phone rings is hung up on the first and cancelled on the second."""
    await contact_phone.behave(NEVER_ANSWERS)
    button = await able.create_button()
    call_id = (await able.request("POST", f"/{button}/connect", {"contact": CONTACT})).json()["data"][
        "call_id"
    ]
    await contact_phone.wait_for_invites(1)
    item = await hung_up(able, button, call_id)
    assert (item["result"], item["cause"]) == ("error", "ORIGINATOR_CANCEL")
    assert not await asterisk.channels()
    assert len(extension_phone.invites()) == 1


async def test_without_the_right(daemon: Daemon, extension_phone: Phone, contact_phone: Phone) -> None:
    """Without the right who clicked is told so, the answer says which one it takes, and the call goes on."""
    button = await daemon.create_button()
    placed = (await daemon.click(button, CONTACT)).json()["data"]
    assert placed["can_hang_up"] is False
    by_clicker = f"/{button}/connect/{placed['call_id']}?call_token={placed['call_token']}"
    for refused in (await hang_up(daemon, placed["call_id"]), await daemon.request("DELETE", by_clicker)):
        assert (refused.status_code, refused.json()["message"]) == (501, "switch_forbids")
        assert "needs call" in refused.json()["data"]["message"]
    item = (await daemon.history(button))[0]
    assert (item["state"], item["ended_by"]) == ("bridged", None)
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1
