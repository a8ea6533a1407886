"""Promises 1 to 3 on a real switch: nothing lost, nothing dialled twice, no call that nobody expects."""

from pathlib import Path

import pytest

from tests.lab.ami import Session
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import NEVER_ANSWERS, answers
from tests.process import Daemon, running
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"


async def test_asterisk_is_killed_in_mid_call(
    asterisk: Asterisk, daemon: Daemon, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A switch that dies in mid-call takes the call with it: within 15 s of its return the row is closed."""
    button = await daemon.create_button()
    assert (await daemon.click(button, CONTACT)).json()["data"]["state"] == "bridged"
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1

    await asterisk.kill()
    await daemon.wait_for("/readyz", 503)
    await asterisk.start()

    item = await daemon.wait_until(button, "ended", within=15)
    assert (item["result"], item["talk_seconds"]) == ("success", None)


async def test_asterisk_is_killed_while_a_phone_rings(
    asterisk: Asterisk, daemon: Daemon, extension_phone: Phone, contact_phone: Phone
) -> None:
    """What became of a call that rang when the switch died can't be told any more: `unknown`."""
    await contact_phone.behave(NEVER_ANSWERS)
    button = await daemon.create_button()
    await daemon.request("POST", f"/{button}/connect", {"contact": CONTACT})
    await contact_phone.wait_for_invites(1)

    await asterisk.kill()
    await daemon.wait_for("/readyz", 503)
    await asterisk.start()

    item = await daemon.wait_until(button, "ended", within=15)
    assert item["result"] == "unknown"
    *_, told = await daemon.lines("call.ended", call_id=item["call_id"])
    assert told["result"] == "unknown"
    assert len(extension_phone.invites()) == 1


async def test_the_daemon_is_killed_in_mid_call(
    asterisk: Asterisk, folder: Path, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A daemon that is killed and started again adopts the call that still lives, and finishes its row."""
    await contact_phone.behave(answers(talks=3))
    daemon = daemon_for(asterisk, folder)
    async with running(daemon):
        button = await daemon.create_button()
        assert (await daemon.click(button, CONTACT)).json()["data"]["state"] == "bridged"
        await daemon.kill()
        await daemon.start()
        assert (await daemon.history(button))[0]["state"] == "bridged"

        item = await daemon.wait_until(button, "ended")

    assert (item["result"], item["legs"]["contact"]["hangup_cause"]) == ("success", 16)
    assert 2 < item["talk_seconds"] < 5
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1


async def test_the_daemon_is_killed_while_the_second_phone_rings(
    asterisk: Asterisk, folder: Path, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A call that is adopted while its second phone rings is followed to its bridge and its end."""
    await contact_phone.behave(answers(rings=6, talks=0.5))  # longer than any start takes
    daemon = daemon_for(asterisk, folder)
    async with running(daemon):
        button = await daemon.create_button()
        await daemon.request("POST", f"/{button}/connect", {"contact": CONTACT})
        await contact_phone.wait_for_invites(1)
        await daemon.kill()
        await daemon.start()
        item = await daemon.wait_until(button, "ended")

    assert (item["result"], item["legs"]["contact"]["hangup_cause"]) == ("success", 16)
    assert item["bridged_at"] is not None
    assert len(extension_phone.invites()) == 1


async def test_a_click_while_the_switch_is_away(
    asterisk: Asterisk, daemon: Daemon, extension_phone: Phone
) -> None:
    """A click while the switch is away is refused at once, leaves no row, and rings nobody later."""
    button = await daemon.create_button()
    await asterisk.kill()
    await daemon.wait_for("/readyz", 503)

    refused = await daemon.click(button, CONTACT)
    assert (refused.status_code, refused.json()["message"]) == (503, "switch_unreachable")
    assert int(refused.headers["retry-after"]) > 0

    await asterisk.start()
    await daemon.wait_for("/readyz")
    async with asterisk.recorder() as watching:
        await a_call_of_our_own(watching)
    assert await daemon.history(button) == []
    assert extension_phone.invites() == []


async def a_call_of_our_own(watching: Session) -> None:
    """Place a call without c2cd and wait for its end: what was sent before it would have been seen before."""
    await watching.action(
        ("Action", "Originate"),
        ("Channel", "Local/2001@from-internal/n"),
        ("Application", "Wait"),
        ("Data", "1"),
        ("Async", "true"),
    )
    await watching.wait_for(lambda message: message.event == "OriginateResponse")
    assert not [event for event in watching.events if event["Linkedid"].startswith("c2c-")]


async def test_a_stopped_switch_goes_on(
    asterisk: Asterisk, daemon: Daemon, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A click that a stopped switch took is not called failed: it is dialled once and followed to its end."""
    await contact_phone.behave(answers(talks=0.5))
    button = await daemon.create_button()
    await asterisk.pause()
    silent = await daemon.request("POST", f"/{button}/connect", {"contact": CONTACT})
    assert (silent.status_code, silent.json()["message"]) == (504, "switch_silent")
    await daemon.wait_for("/readyz", 503)

    asterisk.resume()

    item = await daemon.wait_until(button, "ended", within=30)
    assert item["result"] == "success"
    assert len(await extension_phone.wait_for_invites(1)) == 1
    assert len(await daemon.history(button)) == 1
