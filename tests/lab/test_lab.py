"""The lab does what it says, on every version that it has."""

import functools
import secrets
import uuid

import pytest

from c2cd.switch.events import KINDS
from tests.lab.ami import Message, Session
from tests.lab.asterisk import Asterisk
from tests.lab.phones import Phone
from tests.lab.scenario import BUSY, DECLINES, NEVER_ANSWERS, UNALLOCATED, Behaviour, answers

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = "Local/1001@from-internal/n"
SECOND = "Local/+15551234@from-internal/n"
IDLE = "Local/2000@from-internal/n"


async def place(
    session: Session, *, first: str = FIRST, second: str = SECOND, timeout_ms: int = 20_000
) -> str:
    """Place a call as the daemon does and give its id, which is the Linkedid of all its channels."""
    call = f"c2c-{uuid.uuid4().hex}-{secrets.token_hex(8)}"
    answer = await session.action(
        ("Action", "Originate"),
        ("ActionID", call),
        ("Channel", first),
        ("ChannelId", call),
        ("OtherChannelId", f"{call}-2"),
        ("CallerID", '"Sales" <+15551234>'),
        ("Application", "Dial"),
        ("Data", f'{second},20,f("Acme Support" <15550000>)'),
        ("Timeout", str(timeout_ms)),
        ("Async", "true"),
    )
    assert (answer["Response"], answer["ActionID"]) == ("Success", call)
    return call


async def ended(session: Session, call: str, channel: str) -> Message:
    """Wait for the Hangup of the call's channel whose name begins so."""
    return await session.wait_for(
        lambda event: (
            event.event == "Hangup" and event["Linkedid"] == call and event["Channel"].startswith(channel)
        )
    )


async def joined(session: Session, call: str) -> Message:
    """Wait until the call's first leg is bridged with the second."""
    return await session.wait_for(lambda event: event.event == "BridgeEnter" and event["Uniqueid"] == call)


async def test_a_call_rings_both_phones_with_the_right_identities(
    recorder: Session, extension_phone: Phone, contact_phone: Phone
) -> None:
    """The extension is shown the contact, the contact the business, in From and in Remote-Party-ID."""
    await contact_phone.behave(answers(talks=0.3))
    call = await place(recorder)
    await joined(recorder, call)
    assert (await ended(recorder, call, "PJSIP/trunk"))["Cause"] == "16"
    [shown] = await extension_phone.wait_for_invites(1)
    assert (shown.from_name, shown.from_number) == ("Sales", "+15551234")
    assert (shown.rpid_name, shown.rpid_number) == ("Sales", "+15551234")
    [shown] = await contact_phone.wait_for_invites(1)
    assert (shown.from_name, shown.from_number) == ("Acme Support", "15550000")
    assert (shown.rpid_name, shown.rpid_number) == ("Acme Support", "15550000")
    assert shown.request_uri.startswith("sip:+15551234@")
    assert extension_phone.complaints() == contact_phone.complaints() == ""


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        pytest.param(BUSY, "17", id="busy"),
        pytest.param(DECLINES, "21", id="declines"),
        pytest.param(UNALLOCATED, "1", id="unallocated"),
    ],
)
async def test_a_refusing_phone_gives_its_cause(
    recorder: Session, extension_phone: Phone, behaviour: Behaviour, cause: str
) -> None:
    """What the phone answers stands as Q.850 cause in the Hangup of its own channel."""
    await extension_phone.behave(behaviour)
    call = await place(recorder)
    assert (await ended(recorder, call, "PJSIP/1001"))["Cause"] == cause
    answer = await recorder.wait_for(lambda event: event.event == "OriginateResponse")
    assert (answer["Response"], answer["ActionID"]) == ("Failure", call)


async def test_a_ringing_phone_can_be_cancelled(recorder: Session, extension_phone: Phone) -> None:
    """A phone that is never answered takes the CANCEL, and its channel ends with the timeout."""
    await extension_phone.behave(NEVER_ANSWERS)
    call = await place(recorder, timeout_ms=500)
    answer = await recorder.wait_for(lambda event: event.event == "OriginateResponse")
    assert answer["Reason"] == "3"
    await ended(recorder, call, "PJSIP/1001")
    await extension_phone.wait_for_request("CANCEL")
    assert extension_phone.complaints() == ""


async def test_a_phone_hangs_up_by_itself(
    recorder: Session, extension_phone: Phone, contact_phone: Phone
) -> None:
    """A phone told to talk for a while sends its own BYE when that is over."""
    await extension_phone.behave(answers(rings=None, talks=0.5))
    await contact_phone.behave(answers(rings=None))
    call = await place(recorder)
    await ended(recorder, call, "PJSIP/1001")
    await ended(recorder, call, "PJSIP/trunk")
    await contact_phone.wait_for_request("BYE")
    assert extension_phone.complaints() == contact_phone.complaints() == ""


def are_all_gone(session: Session, call: str, _event: Message) -> bool:
    """Tell whether a session was told that both halves of both legs are gone."""
    return sum(event.event == "Hangup" and event["Linkedid"] == call for event in session.events) == 4


async def test_the_daemon_sees_its_own_calls_and_no_others(asterisk: Asterisk) -> None:
    """The manager user's filters pass all that is read of a c2c- call; of others how they are decided."""
    async with asterisk.session(Asterisk.username) as daemon, asterisk.recorder() as recorder:
        stranger = await recorder.send(
            ("Action", "Originate"),
            ("Channel", "Local/2004@from-internal/n"),
            ("Application", "Wait"),
            ("Data", "0"),
            ("Async", "true"),
        )
        await recorder.wait_for(lambda event: event["ActionID"] == stranger)
        call = await place(daemon, first=IDLE, second="Local/2004@from-internal/n")
        for session in (daemon, recorder):
            await session.wait_for(functools.partial(are_all_gone, session, call))
        heard = [event.headers for event in daemon.events if event.event != "FullyBooted"]
        of_call = [
            event.headers
            for event in recorder.events
            if (event.event in KINDS and call in {event["Linkedid"], event["DestLinkedid"]})
            or event.event == "OriginateResponse"
        ]
    assert heard == of_call
    assert {dict(headers)["Event"] for headers in heard} >= {"OriginateResponse", "DialEnd", "BridgeEnter"}


async def test_killed_it_is_a_new_life_at_the_same_ports(asterisk: Asterisk) -> None:
    """A killed switch closes its connections without a word; started again, nothing of the call is left."""
    async with asterisk.recorder() as recorder:
        call = await place(recorder, first=IDLE, second=IDLE)
        await joined(recorder, call)
        port = asterisk.ami_port
        await asterisk.kill()
        with pytest.raises(ConnectionError):
            await recorder.wait_for(lambda event: event.event in {"Hangup", "Shutdown"})
    await asterisk.start()
    assert asterisk.ami_port == port
    assert await asterisk.channels() == []


async def test_stopped_it_says_goodbye(asterisk: Asterisk) -> None:
    """A switch that stops in good order hangs up its calls and sends Shutdown."""
    async with asterisk.recorder() as recorder:
        call = await place(recorder, first=IDLE, second=IDLE)
        await joined(recorder, call)
        await asterisk.stop()
        await recorder.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == call)
        await recorder.wait_for(lambda event: event.event == "Shutdown")
    await asterisk.start()


async def test_paused_it_keeps_what_it_is_sent(asterisk: Asterisk) -> None:
    """A paused switch answers nothing, and does what it was sent when it goes on."""
    async with asterisk.recorder() as recorder:
        await asterisk.pause()
        ping = await recorder.send(("Action", "Ping"))
        with pytest.raises(TimeoutError):
            await recorder._first(lambda message: message["ActionID"] == ping, 0.3, since=0)
        asterisk.resume()
        await recorder._first(lambda message: message["ActionID"] == ping, 10, since=0)


async def test_the_console_answers(asterisk: Asterisk) -> None:
    """`cli` gives the console's answer, and the version is one that the project says it serves."""
    assert "1001" in await asterisk.cli("dialplan show from-internal")
    major = int((await asterisk.version()).split(".")[0])
    assert major == 16 if asterisk.suite == "bullseye" else major >= 22


async def test_two_switches_side_by_side(asterisk: Asterisk) -> None:
    """A second switch of the same tree has ports of its own and leaves the first alone."""
    async with Asterisk(asterisk.suite, section="[c2cd]\nsecret = CHANGE-ME\n") as other:
        assert other.ports.ami != asterisk.ports.ami
        async with other.recorder() as recorder:
            await joined(recorder, await place(recorder, first=IDLE, second=IDLE))
        assert len(await other.channels()) == 4
        assert await asterisk.channels() == []
