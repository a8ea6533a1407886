"""How long two may talk is kept by the switch itself, whatever becomes of the daemon meanwhile."""

from pathlib import Path

import pytest

from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.process import LIFTED, eventually, running
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"
# 3 seconds; the phones would talk until somebody else hangs up.
SHORT = LIFTED.replace("max_minutes = 0", "max_minutes = 0.05")


async def assert_hung_up(asterisk: Asterisk, *phones: Phone) -> None:
    """Wait until both phones were told that it is over, and the switch has no channel left."""

    async def none_left() -> bool:
        return not await asterisk.channels()

    for phone in phones:
        await phone.wait_for_request("BYE")
    await eventually(none_left, 10)


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_a_call_ends_when_it_is_long_enough(
    asterisk: Asterisk, folder: Path, extension_phone: Phone, contact_phone: Phone, dial_first: str
) -> None:
    """A call that goes on for ``max_minutes`` is ended by itself; its history says that this was why."""
    async with running(daemon_for(asterisk, folder, limits=SHORT)) as daemon:
        button = await daemon.create_button(dial_first=dial_first)
        assert (await daemon.click(button, CONTACT)).json()["data"]["state"] == "bridged"
        item = await daemon.wait_until(button, "ended")
        (told,) = await daemon.lines("call.ended", event="call.ended")
    assert (
        (item["result"], item["ended_by"]) == (told["result"], told["ended_by"]) == ("success", "max_minutes")
    )
    assert 2.5 < item["talk_seconds"] < 4.5
    await assert_hung_up(asterisk, extension_phone, contact_phone)


@pytest.mark.parametrize("dial_first", ["extension", "contact"])
async def test_a_call_whose_daemon_was_killed_ends_too(
    asterisk: Asterisk, folder: Path, extension_phone: Phone, contact_phone: Phone, dial_first: str
) -> None:
    """Nobody but the switch is needed for it; a daemon that comes back finds the call over."""
    daemon = daemon_for(asterisk, folder, limits=SHORT)
    async with running(daemon):
        button = await daemon.create_button(dial_first=dial_first)
        assert (await daemon.click(button, CONTACT)).json()["data"]["state"] == "bridged"
        await daemon.kill()
        assert await asterisk.channels()
        await assert_hung_up(asterisk, extension_phone, contact_phone)
        await daemon.start()
        item = await daemon.wait_until(button, "ended")
    assert (item["result"], item["talk_seconds"]) == ("success", None)
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1
