"""The simulated switch, watched by a client that shares no code with the daemon."""

from collections.abc import AsyncIterator, Awaitable

import pytest
import pytest_asyncio

from c2cd.switch.simulated import VERSION, SimulatedSwitch
from tests.clock import ManualClock
from tests.lab.ami import Message, Session
from tests.switch.turning import turn, until

USERNAME, SECRET, CALL = "c2cd", "s3cret-of-ami", "c2c-b1-0001"


@pytest_asyncio.fixture
async def switch(clock: ManualClock) -> SimulatedSwitch:
    """Give a simulated switch that does not listen yet."""
    return SimulatedSwitch(clock, USERNAME, SECRET)


@pytest_asyncio.fixture
async def session(switch: SimulatedSwitch) -> AsyncIterator[Session]:
    """Give a session that is logged in."""
    async with switch.listening() as port, Session("127.0.0.1", port, USERNAME, SECRET) as session:
        await session.wait_for(lambda event: event.event == "FullyBooted")
        yield session


def place(
    session: Session,
    first: str = "1001",
    second: str = "+15551234",
    *,
    timeout: int = 10,
    call: str = CALL,
) -> Awaitable[Message]:
    """Order a call as the daemon does; a number is dialled by Local, anything with a slash as it is."""
    channels = [
        dialled if "/" in dialled else f"Local/{dialled}@from-internal/n" for dialled in (first, second)
    ]
    return session.action(
        ("Action", "Originate"),
        ("ActionID", call),
        ("Channel", channels[0]),
        ("ChannelId", call),
        ("OtherChannelId", f"{call}-2"),
        ("CallerID", '"Sales" <+15551234>'),
        ("Application", "Dial"),
        ("Data", f'{channels[1]},{timeout},f("Acme" <15550000>)'),
        ("Timeout", str(timeout * 1000)),
        ("Async", "true"),
    )


async def play(clock: ManualClock, switch: SimulatedSwitch) -> None:
    """Let the calls of a switch come to their end."""
    await until(lambda: switch.calls or switch.orders)
    for _ in range(100):
        await clock.advance(0.5)
        await turn(10)
    assert switch.calls == {}


def decision(session: Session) -> tuple[str, str]:
    """Give what OriginateResponse said: Response and Reason."""
    (decided,) = [event for event in session.events if event.event == "OriginateResponse"]
    return decided["Response"], decided["Reason"]


def causes(session: Session, phone: str) -> dict[str, str]:
    """Give the Hangup causes of the first channel and of a phone's own."""
    ended = {event["Channel"]: event for event in session.events if event.event == "Hangup"}
    found = {}
    for name, event in ended.items():
        if event["Uniqueid"] == CALL:
            found["root"] = event["Cause"]
        elif name.startswith(phone):
            found["phone"] = event["Cause"]
    return found


@pytest.mark.parametrize(("username", "secret"), [(USERNAME, "wrong"), ("nobody", SECRET), ("", "")])
async def test_a_wrong_login_is_refused(switch: SimulatedSwitch, username: str, secret: str) -> None:
    """A wrong user or secret gets Asterisk's words and a closed connection, and no event."""
    async with switch.listening() as port:
        session = Session("127.0.0.1", port, username, secret)
        await session.open()
        answer = await session.login()
        await until(lambda: session.closed)
        await session.close()
    assert (answer["Response"], answer["Message"]) == ("Error", "Authentication failed")
    assert session.events == []


async def test_nothing_is_done_before_a_login(switch: SimulatedSwitch) -> None:
    """An Originate that comes first is refused, and no call is made."""
    async with switch.listening() as port:
        session = Session("127.0.0.1", port, USERNAME, SECRET)
        await session.open()
        answer = await place(session)
        await session.close()
    assert answer["Response"] == "Error"
    assert switch.orders == []


async def test_a_call_comes_to_talk_and_ends(
    switch: SimulatedSwitch, session: Session, clock: ManualClock
) -> None:
    """Both phones ring, answer, meet in bridges and are hung up with cause 16, each channel once."""
    answer = await place(session)
    assert (answer["Response"], answer["Message"]) == ("Success", "Originate successfully queued")
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    assert decision(session) == ("Success", "4")
    ended = [event for event in session.events if event.event == "Hangup"]
    assert len({event["Uniqueid"] for event in ended}) == len(ended) == 6
    assert {event["Cause"] for event in ended} == {"16"}
    entered = {
        event["Uniqueid"]: event["BridgeUniqueid"] for event in session.events if event["BridgeUniqueid"]
    }
    (second,) = {
        event["DestUniqueid"]
        for event in session.events
        if event.event == "DialBegin" and event["Uniqueid"] == CALL
    }
    assert entered[CALL] == entered[second]


FIRST_ENDINGS = {
    # number: OriginateResponse, causes of the first channel and of the phone
    "1486": (("Failure", "5"), {"root": "0", "phone": "17"}),
    "1603": (("Failure", "8"), {"root": "0", "phone": "21"}),
    "1404": (("Failure", "8"), {"root": "0", "phone": "1"}),
    "1480": (("Failure", "3"), {"root": "19", "phone": "19"}),
    "1000": (("Failure", "0"), {"root": "0"}),
}


@pytest.mark.parametrize(("number", "ending"), FIRST_ENDINGS.items(), ids=FIRST_ENDINGS)
async def test_the_first_phone_ends_as_its_number_does(
    switch: SimulatedSwitch,
    session: Session,
    clock: ManualClock,
    number: str,
    ending: tuple[tuple[str, str], dict[str, str]],
) -> None:
    """Reasons and causes of a first phone that comes to nothing are those of the recorded Asterisk 22."""
    await place(session, first=number)
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    assert (decision(session), causes(session, f"PJSIP/{number}")) == ending


SECOND_ENDINGS = {
    "+15551486": ("17", "BUSY"),
    "+15551603": ("21", "CONGESTION"),
    "+15551404": ("1", "CONGESTION"),
    "+15551480": ("16", "NOANSWER"),
}


@pytest.mark.parametrize(("number", "ending"), SECOND_ENDINGS.items(), ids=SECOND_ENDINGS)
async def test_the_second_phone_ends_as_its_number_does(
    switch: SimulatedSwitch, session: Session, clock: ManualClock, number: str, ending: tuple[str, str]
) -> None:
    """The first leg answers, and what its Dial comes to is what the recorded Asterisk 22 says of it."""
    cause, dial_status = ending
    await place(session, second=number)
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    (ended,) = [event for event in session.events if event.event == "DialEnd" and event["Uniqueid"] == CALL]
    assert decision(session) == ("Success", "4")
    assert ended["DialStatus"] == dial_status
    assert causes(session, f"PJSIP/{number}") == {"root": "0", "phone": cause}


async def test_an_unknown_technology_makes_no_channel(
    switch: SimulatedSwitch, session: Session, clock: ManualClock
) -> None:
    """A first channel of no known technology is queued and then fails, without any other event."""
    await place(session, first="Nothing/1001")
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "OriginateResponse")
    assert decision(session) == ("Failure", "0")
    assert [event.event for event in session.events] == ["FullyBooted", "OriginateResponse"]


async def test_a_live_channel_id_is_not_dialled_twice(
    switch: SimulatedSwitch, session: Session, clock: ManualClock
) -> None:
    """A second Originate with the ChannelId of a live call fails, and the call goes on to its end."""
    await place(session)
    await clock.advance(0.3)
    await place(session, first="1002")
    failed = await session.wait_for(lambda event: event.event == "OriginateResponse")
    assert failed["Response"] == "Failure"
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    assert not [event for event in session.events if "1002" in event["DestChannel"]]


async def test_a_live_call_is_listed(switch: SimulatedSwitch, session: Session, clock: ManualClock) -> None:
    """CoreShowChannels gives every channel of a live call, its state and its bridge, and none afterwards."""
    await place(session)
    await clock.advance(0.3)
    ringing = await session.listing(("Action", "CoreShowChannels"))
    for _ in range(6):
        await clock.advance(0.7)
    talking = await session.listing(("Action", "CoreShowChannels"))
    await play(clock, switch)
    gone = await session.listing(("Action", "CoreShowChannels"))
    assert {row["Uniqueid"]: row["ChannelStateDesc"] for row in ringing}[CALL] == "Ringing"
    assert {row["Linkedid"] for row in ringing + talking} == {CALL}
    assert (len(ringing), len(talking), gone) == (3, 6, [])
    bridges = [row["BridgeId"] for row in talking]
    assert "" not in bridges
    assert sorted(bridges.count(bridge) for bridge in set(bridges)) == [2, 2, 2]


async def test_what_it_does_not_know_is_an_error(session: Session) -> None:
    """An action that no Asterisk user of ours may use gets Asterisk's words for it."""
    answer = await session.action(("Action", "Command"), ("Command", "core stop now"))
    assert (answer["Response"], answer["Message"]) == ("Error", "Invalid/unknown command")


async def test_a_life_is_told_by_its_start(clock: ManualClock) -> None:
    """Two switches that began at different times tell different lives, one switch always the same."""
    lives = []
    for _ in range(2):
        switch = SimulatedSwitch(clock, USERNAME, SECRET)
        async with switch.listening() as port, Session("127.0.0.1", port, USERNAME, SECRET) as session:
            for _ in range(2):
                status = await session.action(("Action", "CoreStatus"))
                lives.append(status["CoreStartupDate"] + status["CoreStartupTime"])
        await clock.advance(60)
    assert lives[0] == lives[1] != lives[2] == lives[3]


async def test_a_switch_that_ends_ends_its_calls(switch: SimulatedSwitch, clock: ManualClock) -> None:
    """When the switch stops listening its sessions are closed and its calls are gone."""
    async with switch.listening() as port:
        session = Session("127.0.0.1", port, USERNAME, SECRET)
        await session.open()
        await session.login()
        await place(session)
        await clock.advance(0.3)
        assert list(switch.calls) == [CALL]
    await until(lambda: session.closed)
    await session.close()
    assert switch.calls == {}


def hangups(session: Session) -> list[str]:
    """Give the cause of each Hangup that came."""
    return [event["Cause"] for event in session.events if event.event == "Hangup"]


async def hang_up(session: Session, channel: str) -> str:
    """Hang a channel up; give what is said to it."""
    return (await session.action(("Action", "Hangup"), ("Channel", channel), ("Cause", "16")))["Message"]


async def test_a_ringing_call_is_hung_up(
    switch: SimulatedSwitch, session: Session, clock: ManualClock
) -> None:
    """A call whose first phone rings is gone at once, its Originate has failed, and it is not there twice."""
    await place(session)
    await clock.advance(0.3)
    assert await hang_up(session, CALL) == "Channel Hungup"
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    assert (decision(session), hangups(session)) == (("Failure", "0"), ["16"] * 3)
    await until(lambda: not switch.calls)
    assert await hang_up(session, CALL) == "No such channel"


async def test_a_talking_call_is_hung_up(
    switch: SimulatedSwitch, session: Session, clock: ManualClock
) -> None:
    """Of a call whose two talk every channel is hung up, and nothing is decided a second time."""
    await place(session)
    for _ in range(6):
        await clock.advance(0.7)
    assert await hang_up(session, CALL) == "Channel Hungup"
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    assert (decision(session), hangups(session)) == (("Success", "4"), ["16"] * 6)
    await until(lambda: not switch.calls)


@pytest.mark.parametrize(
    ("first", "second", "decided", "status", "ended"),
    [
        ("PJSIP/1001/1001", "PJSIP/trunk/+15551234", ("Success", "4"), "ANSWER", ["16", "16"]),
        ("PJSIP/1001/1001", "PJSIP/trunk/+15551480", ("Success", "4"), "NOANSWER", ["16", "16"]),
        ("PJSIP/1001/1001", "PJSIP/trunk/+15551486", ("Success", "4"), "BUSY", ["17", "16"]),
        ("PJSIP/1001/1486", "PJSIP/trunk/+15551234", ("Failure", "5"), "BUSY", ["17"]),
        ("PJSIP/1001/1480", "PJSIP/trunk/+15551234", ("Failure", "3"), "", ["19"]),
        ("PJSIP/1001/1001", "Nothing/+15551234", ("Success", "4"), "ANSWER", ["66"]),
    ],
)
async def test_a_leg_without_local_is_one_channel(
    switch: SimulatedSwitch,
    session: Session,
    clock: ManualClock,
    first: str,
    second: str,
    decided: tuple[str, str],
    status: str,
    ended: list[str],
) -> None:
    """A PJSIP channel is its phone's own: it knows the cause, and nothing stands between it and the call."""
    await place(session, first, second)
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == CALL)
    ends = [event["DialStatus"] for event in session.events if event.event == "DialEnd"]
    assert (decision(session), hangups(session)) == (decided, ended)
    assert (ends[-1] if ends else "") == status


async def test_calls_of_others_are_not_told(
    switch: SimulatedSwitch, session: Session, clock: ManualClock
) -> None:
    """Of a call that is none of c2cd's nothing comes but the answer to its Originate, as by the filters."""
    await place(session, call="1700000000.1")
    await play(clock, switch)
    await session.wait_for(lambda event: event.event == "OriginateResponse")
    assert [event.event for event in session.events] == ["FullyBooted", "OriginateResponse"]


async def test_what_it_does_without_a_call(switch: SimulatedSwitch, session: Session) -> None:
    """It answers a ping, says what it is and allows, refuses what is no channel, and says goodbye."""
    assert (await session.action(("Action", "Ping")))["Ping"] == "Pong"
    rights = await session.action(("Action", "ListCommands"))
    assert all(rights[command] for command in ("Originate", "CoreStatus", "CoreShowChannels", "Hangup"))
    assert (await session.action(("Action", "CoreSettings")))["AsteriskVersion"] == VERSION
    refused = await session.action(("Action", "Originate"), ("Channel", "1001"))
    assert (refused["Response"], refused["Message"]) == ("Error", "Channel not specified")
    goodbye = await session.action(("Action", "Logoff"))
    assert goodbye["Response"] == "Goodbye"
    await until(lambda: session.closed)
    assert switch.calls == {}
