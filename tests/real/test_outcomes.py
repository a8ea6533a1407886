"""Every way that a click can end, on real phones: result, cause, times and event-log lines."""

from typing import Any

import pytest

from tests.lab.ami import Session
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import BUSY, DECLINES, FORWARDS, NEVER_ANSWERS, UNALLOCATED, Behaviour, answers
from tests.process import Daemon, running
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"


async def lines(daemon: Daemon, call_id: str) -> list[tuple[str, str | None]]:
    """Give an ended call's lines of the event log, as event and leg."""
    told = await daemon.lines("call.ended", call_id=call_id)
    return [(line["event"], line.get("leg")) for line in told]


def times_are_in_order(item: dict[str, Any], first: str, second: str) -> bool:
    """Tell whether what happened to a call that was talked on happened in the only order there is."""
    legs = item["legs"]
    moments = [
        legs[first]["ringing_at"],
        legs[first]["answered_at"],
        legs[second]["ringing_at"],
        legs[second]["answered_at"],
        item["bridged_at"],
        item["ended_at"],
    ]
    return None not in moments and moments == sorted(moments)


@pytest.mark.parametrize(("first", "second"), [("extension", "contact"), ("contact", "extension")])
@pytest.mark.parametrize("leaver", ["extension", "contact"])
async def test_two_phones_ring_and_talk(
    daemon: Daemon, extension_phone: Phone, contact_phone: Phone, first: str, second: str, leaver: str
) -> None:
    """A click rings both phones in the order asked for, and the whole call is in its history."""
    phones = {"extension": extension_phone, "contact": contact_phone}
    await phones[leaver].behave(answers(talks=0.8))
    if leaver == first:  # who was called first talks while the second rings, too
        await phones[leaver].behave(answers(talks=1.5))
    button = await daemon.create_button(dial_first=first)

    answer = (await daemon.click(button, CONTACT)).json()["data"]
    item = await daemon.wait_until(button, "ended")

    assert (answer["result"], answer["state"]) == ("success", "bridged")
    assert (item["result"], item["call_id"]) == ("success", answer["call_id"])
    assert "cause" not in item
    assert (item["contact"], item["extension"], item["dial_first"]) == (CONTACT, "1001", first)
    assert times_are_in_order(item, first, second)
    assert 0.1 < item["talk_seconds"] < 5
    assert [item["legs"][leg]["hangup_cause"] for leg in ("extension", "contact")] == [16, 16]
    assert await lines(daemon, item["call_id"]) == [
        ("call.requested", None),
        ("call.ringing", first),
        ("call.answered", first),
        ("call.ringing", second),
        ("call.answered", second),
        ("call.bridged", None),
        ("call.ended", None),
    ]


@pytest.mark.parametrize(
    ("behaviour", "cause", "number"),
    [(BUSY, "USER_BUSY", 17), (DECLINES, "CALL_REJECTED", 21), (UNALLOCATED, "UNALLOCATED_NUMBER", 1)],
    ids=["busy", "declines", "unallocated"],
)
@pytest.mark.parametrize("dial_first", ["extension", "contact"])
@pytest.mark.parametrize("refuser", ["extension", "contact"])
async def test_a_phone_refuses(
    daemon: Daemon,
    extension_phone: Phone,
    contact_phone: Phone,
    behaviour: Behaviour,
    cause: str,
    number: int,
    dial_first: str,
    refuser: str,
) -> None:
    """A phone that refuses gives its own cause to the call and its leg, whichever leg it is of."""
    await {"extension": extension_phone, "contact": contact_phone}[refuser].behave(behaviour)
    button = await daemon.create_button(dial_first=dial_first)

    item = (await daemon.click(button, CONTACT)).json()["data"]

    assert (item["state"], item["result"], item["cause"]) == ("ended", "error", cause)
    assert item["legs"][refuser]["hangup_cause"] == number
    assert item["legs"][refuser]["answered_at"] is None
    assert item["legs"][refuser]["ended_at"] is not None
    assert item["bridged_at"] is None
    *_, ended = await daemon.lines("call.ended", call_id=item["call_id"])
    assert (ended["event"], ended["result"], ended["cause"]) == ("call.ended", "error", cause)
    other = "contact" if refuser == "extension" else "extension"
    rang = ("call.ringing", other) in await lines(daemon, item["call_id"])
    assert rang is (refuser != dial_first)


@pytest.mark.parametrize("silent", ["extension", "contact"])
async def test_nobody_answers(
    daemon: Daemon, extension_phone: Phone, contact_phone: Phone, silent: str
) -> None:
    """A phone that nobody answers rings for `timeout` seconds; the cause is NO_ANSWER on either leg."""
    await {"extension": extension_phone, "contact": contact_phone}[silent].behave(NEVER_ANSWERS)
    button = await daemon.create_button(timeout=2)

    item = (await daemon.click(button, CONTACT)).json()["data"]

    assert (item["result"], item["cause"]) == ("error", "NO_ANSWER")
    assert item["legs"][silent]["ringing_at"] is not None
    assert item["legs"][silent]["answered_at"] is None


async def test_the_first_leaves_while_the_second_rings(
    daemon: Daemon, extension_phone: Phone, contact_phone: Phone
) -> None:
    """Who hangs up before the other has answered cancels the call."""
    await extension_phone.behave(answers(talks=0.5))
    await contact_phone.behave(NEVER_ANSWERS)
    button = await daemon.create_button()

    item = (await daemon.click(button, CONTACT)).json()["data"]

    assert (item["result"], item["cause"]) == ("error", "ORIGINATOR_CANCEL")
    assert item["legs"]["contact"]["ringing_at"] is not None
    await contact_phone.wait_for_request("CANCEL")


async def test_an_unknown_technology(asterisk: Asterisk, tmp_path: Any, extension_phone: Phone) -> None:
    """A channel technology that the switch has not ends the call with a cause, as first leg and as second."""
    daemon = daemon_for(asterisk, tmp_path, more='contact_channel = "NoSuchTech/{number}"')
    async with running(daemon):
        for dial_first, cause in (
            ("contact", "NORMAL_TEMPORARY_FAILURE"),  # no channel, and so no Hangup that would say more
            ("extension", "CHAN_NOT_IMPLEMENTED"),
        ):
            button = await daemon.create_button(dial_first=dial_first)
            item = (await daemon.click(button, CONTACT)).json()["data"]
            assert (item["state"], item["result"], item["cause"]) == ("ended", "error", cause)
            assert (await lines(daemon, item["call_id"]))[-1] == ("call.ended", None)
    assert len(extension_phone.invites()) == 1


async def test_a_forward_is_not_followed(
    daemon: Daemon, asterisk: Asterisk, extension_phone: Phone, contact_phone: Phone, recorder: Session
) -> None:
    """A contact's phone does not choose whom the switch dials: its 302 ends the call."""
    await contact_phone.behave(FORWARDS)
    button = await daemon.create_button()
    uri = f"sip:bob@127.0.0.1:{asterisk.ports.contact_phone}"
    item = (await daemon.click(button, uri)).json()["data"]
    assert (item["state"], item["result"]) == ("ended", "error")
    assert len(extension_phone.invites()) == len(contact_phone.invites()) == 1
    assert not [event for event in recorder.events if event["DestChannel"].startswith("Local/2000@")]


async def test_an_extension_that_is_not_there(daemon: Daemon, contact_phone: Phone) -> None:
    """An extension that no dialplan leads to ends the call, and the contact's phone never rings."""
    button = await daemon.create_button(extension="1002")
    item = (await daemon.click(button, CONTACT)).json()["data"]
    assert (item["result"], item["cause"]) == ("error", "NORMAL_TEMPORARY_FAILURE")
    assert contact_phone.invites() == []
