"""The order that ends a call: what the switch says to it, and what can be in its way."""

import asyncio

import pytest

from c2cd.errors import SwitchForbids, SwitchSilent, SwitchUnreachable
from tests.switch.scripted import Visitor, drop, grant, refuse, silence
from tests.switch.stage import CALL, Stage
from tests.switch.turning import until

ABLE = ("CoreShowChannels", "CoreStatus", "Hangup", "Originate")


def able(stage: Stage) -> Stage:
    """Give the AMI user the right to hang up."""
    stage.server.answers["listcommands"] = grant(*ABLE)
    return stage


async def test_a_call_is_hung_up(stage: Stage) -> None:
    """The call's first channel is named by its Uniqueid, which is the call's id."""
    stage.server.answers["hangup"] = Visitor.respond
    async with able(stage).up() as link:
        assert await link.hang_up(CALL)
    (order,) = stage.server.all("Hangup")
    assert (order["channel"], order["cause"]) == (CALL, "16")


async def test_a_channel_that_is_not_there(stage: Stage) -> None:
    """Where the switch has no such channel, that is told, and is no error of the switch."""
    stage.server.answers["hangup"] = refuse("No such channel")
    async with able(stage).up() as link:
        assert not await link.hang_up(CALL)


async def test_without_the_right_nothing_is_sent(stage: Stage) -> None:
    """A user without the right is told which one it needs, and the link stays as it is."""
    async with stage.up() as link:
        assert not link.may_hang_up
        with pytest.raises(SwitchForbids, match=r"'c2cd' may not hang up.* needs call"):
            await link.hang_up(CALL)
        link.require()
    assert stage.server.count("Hangup") == 0


async def test_while_the_switch_is_away(stage: Stage) -> None:
    """Nothing is sent to a switch that is away."""
    async with able(stage).up() as link:
        stage.server.last.cut()
        await stage.turned_away(link, "closed")
        with pytest.raises(SwitchUnreachable):
            await link.hang_up(CALL)
    assert stage.server.count("Hangup") == 0


async def test_the_link_is_lost_before_the_answer(stage: Stage) -> None:
    """Where no answer can come any more, it is not known whether the call was hung up."""
    stage.server.answers["hangup"] = drop
    async with able(stage).up() as link:
        with pytest.raises(SwitchSilent):
            await link.hang_up(CALL)


async def test_no_answer_in_time(stage: Stage) -> None:
    """An answer is waited for, but not for ever."""
    stage.server.answers["hangup"] = silence
    async with able(stage).up() as link:
        asking = asyncio.create_task(link.hang_up(CALL))
        await until(lambda: stage.server.count("Hangup") == 1)
        await stage.clock.advance(6)
        with pytest.raises(SwitchSilent):
            await asking
