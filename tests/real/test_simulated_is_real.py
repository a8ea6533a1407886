"""The simulated switch is held to the real one: the same clicks on both, and the same comes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from c2cd.clock import SystemClock
from c2cd.switch.rights import certain_rights
from c2cd.switch.simulated import SimulatedSwitch
from c2cd.switch.simulated_phones import ANSWERS, ENDINGS, Phone
from c2cd.switch.version import read_version
from tests.lab import scenario
from tests.lab.ami import Session
from tests.lab.asterisk import Asterisk
from tests.lab.fixtures import HANGS_UP
from tests.lab.phones import Phone as SipPhone
from tests.process import Daemon, running
from tests.real.conftest import daemon_for

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONTACT = "+15551234"
SECRET = "for the simulated switch"


@dataclass(frozen=True)
class Pair:
    """The same phone twice: as a SIP phone, and as one of the simulated switch."""

    real: scenario.Behaviour
    simulated: Phone


TAKES = Pair(scenario.answers(rings=0.2), ANSWERS)
LEAVES = Pair(scenario.answers(rings=0.2, talks=0.3), ANSWERS)
REFUSALS = {
    "486": Pair(scenario.BUSY, ENDINGS["486"]),
    "603": Pair(scenario.DECLINES, ENDINGS["603"]),
    "404": Pair(scenario.UNALLOCATED, ENDINGS["404"]),
    "480": Pair(scenario.NEVER_ANSWERS, ENDINGS["480"]),
}


@dataclass
class Stage:
    """Both switches, each with a daemon; ``phones`` are those that the simulated one has."""

    real: Daemon
    simulated: Daemon
    phones: dict[str, Phone]
    sip_phones: dict[str, SipPhone]

    async def play(self, extension: Pair, contact: Pair, document: Mapping[str, object]) -> tuple[Any, Any]:
        """Play a click on both, and give what came out of each."""
        for number, leg, pair in (("1001", "extension", extension), (CONTACT, "contact", contact)):
            self.phones[number] = quick(pair.simulated)
            await self.sip_phones[leg].behave(pair.real)
        real, simulated = [await outcome(daemon, document) for daemon in (self.real, self.simulated)]
        return real, simulated


def quick(phone: Phone) -> Phone:
    """Give the phone with the times that nobody watches."""
    return msgspec.structs.replace(phone, rings_after=0.01, answers_after=0.05, talks=0.1)


async def outcome(daemon: Daemon, document: Mapping[str, object]) -> Any:
    """Click, and give all that c2cd makes of it but the times."""
    button = await daemon.create_button(timeout=1, **document)
    await daemon.click(button, CONTACT)
    item = await daemon.wait_until(button, "ended")
    lines = await daemon.lines("call.ended", call_id=item["call_id"])
    return {
        "result": item["result"],
        "cause": item.get("cause"),
        "legs": {
            leg: {key: value if key == "hangup_cause" else value is not None for key, value in times.items()}
            for leg, times in item["legs"].items()
        },
        "bridged": item["bridged_at"] is not None,
        "lines": [(line["event"], line.get("leg"), line.get("result"), line.get("cause")) for line in lines],
    }


async def play(
    asterisk: Asterisk,
    folder: Path,
    sip_phones: dict[str, SipPhone],
    clicks: list[tuple[Pair, Pair, Mapping[str, object]]],
    more: str = "",
) -> list[tuple[Any, Any]]:
    """Play clicks on both switches, and give what came out, pair by pair."""
    phones: dict[str, Phone] = {}
    unknown = ENDINGS["000"]
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, lambda number: phones.get(number, unknown))
    (folder / "real").mkdir()
    (folder / "simulated").mkdir()
    async with (
        switch.listening() as port,
        running(Daemon(folder / "simulated", port, secret=SECRET, more=more)) as simulated,
        running(daemon_for(asterisk, folder / "real", more=more)) as real,
    ):
        stage = Stage(real, simulated, phones, sip_phones)
        return [await stage.play(extension, contact, document) for extension, contact, document in clicks]


async def test_every_end_on_both(
    asterisk: Asterisk, folder: Path, extension_phone: SipPhone, contact_phone: SipPhone
) -> None:
    """Result, cause, each leg's cause and the event-log lines are the same on both switches."""
    sip_phones = {"extension": extension_phone, "contact": contact_phone}
    clicks: list[tuple[Pair, Pair, Mapping[str, object]]] = [
        (TAKES, LEAVES, {}),
        (LEAVES, TAKES, {"dial_first": "contact"}),
        (TAKES, TAKES, {"extension": "1002"}),
    ]
    for refusal in REFUSALS.values():
        clicks += [
            (refusal, TAKES, {}),
            (TAKES, refusal, {}),
            (TAKES, refusal, {"dial_first": "contact"}),
            (refusal, TAKES, {"dial_first": "contact"}),
        ]
    played = await play(asterisk, folder, sip_phones, clicks)
    wrong = [
        (click, real, simulated)
        for click, (real, simulated) in zip(clicks, played, strict=True)
        if without_version(real, asterisk) != without_version(simulated, asterisk)
    ]
    assert wrong == []


async def test_an_unknown_technology_on_both(
    asterisk: Asterisk, folder: Path, extension_phone: SipPhone, contact_phone: SipPhone
) -> None:
    """A technology that is not there comes to the same on the simulated and the real switch."""
    sip_phones = {"extension": extension_phone, "contact": contact_phone}
    clicks: list[tuple[Pair, Pair, Mapping[str, object]]] = [
        (TAKES, TAKES, {}),
        (TAKES, TAKES, {"dial_first": "contact"}),
    ]
    more = 'contact_channel = "NoSuchTech/{number}"'
    for real, simulated in await play(asterisk, folder, sip_phones, clicks, more):
        assert without_version(real, asterisk) == without_version(simulated, asterisk)


def without_version(outcome: Any, asterisk: Asterisk) -> Any:
    """Leave out the one thing in which 16 differs from 22, which is played: the cause of a leg given up.

    16 says 16 where 22 says 19, and what comes out of it is NO_ANSWER on both.
    """
    if asterisk.suite == "bullseye" and outcome["cause"] == "NO_ANSWER":
        for leg in outcome["legs"].values():
            leg["hangup_cause"] = None
    return outcome


async def test_questions_on_both(asterisk: Asterisk) -> None:
    """What the simulated switch answers about itself has the headers and forms of the real one's answers.

    The rights are those of a user who may hang up. The version is not compared, but can be read.
    """
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET)
    async with (
        switch.listening() as port,
        Session("127.0.0.1", port, "c2cd", SECRET) as simulated,
        asterisk.session(HANGS_UP) as real,
    ):
        answers = {
            action: [await session.action(("Action", action)) for session in (simulated, real)]
            for action in ("CoreSettings", "Ping", "ListCommands")
        }
    for action, (ours, theirs) in answers.items():
        assert [key for key, _ in ours.headers if not theirs[key]] == [], action
    settings, ping, commands = answers.values()
    assert all(read_version(answer["AsteriskVersion"]) for answer in settings)
    assert all(re.fullmatch(r"\d{10}\.\d{6}", answer["Timestamp"]) for answer in ping)
    shown, really_shown = (
        {key: value for key, value in answer.headers if "(Priv: " in value} for answer in commands
    )
    assert shown.items() <= really_shown.items()
    assert shown.keys() >= {"CoreSettings", "CoreShowChannels", "CoreStatus", "Hangup", "Originate", "Ping"}
    assert certain_rights(shown) == {"originate"}
    assert certain_rights(really_shown) == {"originate", "call"}


async def test_events_of_others_on_both(asterisk: Asterisk) -> None:
    """Of a call whose id is not c2cd's the shipped user hears how it was decided, and nothing else."""
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET)
    order = (
        ("Action", "Originate"),
        ("ActionID", "other-1"),
        ("Channel", "Local/000@c2cd-check/n"),
        ("ChannelId", "other-1"),
        ("OtherChannelId", "other-1-2"),
        ("Application", "Dial"),
        ("Data", "Local/000@c2cd-check/n,1,i"),
        ("Timeout", "1000"),
        ("Async", "true"),
    )
    async with (
        switch.listening() as port,
        Session("127.0.0.1", port, "c2cd", SECRET) as simulated,
        asterisk.session(asterisk.username) as real,
        asterisk.recorder() as everything,
    ):
        for session in (simulated, real):
            await session.action(*order)
            decided = await session.wait_for(lambda event: event.event == "OriginateResponse")
            assert (decided["Response"], decided["ActionID"]) == ("Failure", "other-1")
        await everything.wait_for(lambda event: event.event == "Hangup" and event["Uniqueid"] == "other-1")
        for session in (simulated, real):
            await session.action(("Action", "Ping"))
            assert {event.event for event in session.events} <= {"FullyBooted", "OriginateResponse"}
