"""What the link is asked about the switch itself: version, clock, rights, and whom its events are about."""

import pytest

from c2cd.errors import SwitchRefused, SwitchSilent, SwitchUnreachable
from tests.switch.scripted import Visitor, drop, refuse
from tests.switch.stage import CALL, Stage
from tests.switch.turning import until


async def test_the_version(stage: Stage) -> None:
    """The version is given in the switch's own words."""
    stage.server.version = "16.28.0~dfsg-0+deb11u4"
    async with stage.up() as link:
        assert await link.ask_version() == "16.28.0~dfsg-0+deb11u4"


async def test_a_refused_question(stage: Stage) -> None:
    """A question that the switch refuses is told in its words."""
    stage.server.answers["coresettings"] = refuse("Permission denied")
    async with stage.up() as link:
        with pytest.raises(SwitchRefused, match="CoreSettings: Permission denied"):
            await link.ask_version()


async def test_a_question_without_an_answer(stage: Stage) -> None:
    """Where the link is lost instead of an answer that is told, and what is asked after it is not sent."""
    stage.server.answers["coresettings"] = drop
    async with stage.up() as link:
        with pytest.raises(SwitchSilent):
            await link.ask_version()
        await until(lambda: link.away is not None)
        with pytest.raises(SwitchUnreachable):
            await link.ask_time()


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("1795450077.686523", 1795450077.686523),
        ("1795450077", 1795450077.0),
        ("", None),
        ("nan", None),
        ("1e9", None),
        ("9" * 400, None),
    ],
)
async def test_the_clock(stage: Stage, stamp: str, time: float | None) -> None:
    """The switch's clock is the Timestamp of a Pong; what is no time is None."""
    stage.server.answers["ping"] = lambda visitor, action: visitor.respond(action, Timestamp=stamp)
    async with stage.up() as link:
        assert await link.ask_time() == time


async def test_rights_are_those_of_this_login(stage: Stage) -> None:
    """The rights are those that the switch shows at the login."""

    def show(visitor: Visitor, action: dict[str, str]) -> None:
        commands = {"Originate": "originate", "CoreStatus": "system,reporting", "UserEvent": "user"}
        shown = {command: f"…  (Priv: {rights},all)" for command, rights in commands.items()}
        visitor.respond(action, **shown, CoreShowChannels="…  (Priv: system,reporting,all)")

    stage.server.answers["listcommands"] = show
    async with stage.up() as link:
        assert link.rights == {"originate", "user"}


OURS = [
    {"Event": "Hangup", "Uniqueid": CALL, "Linkedid": CALL},
    {"Event": "Newchannel", "Uniqueid": f"{CALL}-2", "Linkedid": CALL},
    {"Event": "Hangup", "Uniqueid": CALL, "Linkedid": "1795450077.1"},
    {"Event": "DialBegin", "DestUniqueid": "1795450077.2", "DestLinkedid": CALL},
    {"Event": "OriginateResponse", "Uniqueid": "1795450077.3", "ActionID": "theirs"},
    {"Event": "Shutdown", "Shutdown": "Cleanly"},
]
THEIRS = [
    {"Event": "Hangup", "Uniqueid": "1795450077.1", "Linkedid": "1795450077.1"},
    {"Event": "DialBegin", "DestUniqueid": "1795450077.2", "DestLinkedid": "1795450077.1"},
]


@pytest.mark.parametrize("event", THEIRS)
async def test_others_are_overheard(stage: Stage, event: dict[str, str]) -> None:
    """What passes the filters that are shipped is nobody else's; an event of another call is noticed."""
    async with stage.up() as link:
        for mine in OURS:
            stage.server.last.tell(**mine)
        await link.ask_time()  # its answer comes after them
        assert not link.overhears.is_set()
        stage.server.last.tell(**event)
        await link.ask_time()
        assert link.overhears.is_set()
