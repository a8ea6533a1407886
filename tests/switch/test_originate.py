"""The order that makes a call: sent once, now, or not at all."""

import asyncio
import re

import pytest
from msgspec.structs import replace

from c2cd.errors import SwitchRefused, SwitchSilent, SwitchUnreachable
from c2cd.model.switching import OriginateDecided
from c2cd.switch.link import Link
from tests.switch.scripted import Message, Visitor, drop, refuse, silence
from tests.switch.stage import CALL, ORDER, Stage, kept, waiting
from tests.switch.turning import turn, until


async def back_again(stage: Stage, link: Link) -> None:
    """Let the link come back, and let a minute pass in which anything forgotten could be sent."""
    await stage.clock.advance(5)
    await until(lambda: link.away is None)
    for _ in range(30):
        await stage.clock.advance(2)
        await turn(10)


async def test_a_queued_order_returns(stage: Stage) -> None:
    """An order that the switch has queued left once, with the call's id as its ActionID."""
    async with stage.up() as link:
        await link.originate(ORDER)
        orders = stage.server.all("Originate")
    assert [(order["actionid"], order["channelid"]) for order in orders] == [(CALL, CALL)]


async def test_before_the_first_login_nothing_is_sent(stage: Stage) -> None:
    """A link that has never been up refuses an order at once."""
    link = stage.link()
    with pytest.raises(SwitchUnreachable, match="not connected"):
        await link.originate(ORDER)
    async with kept(link):
        await until(lambda: link.away is None)
        await turn()
    assert stage.server.count("Originate") == 0


async def test_while_the_switch_is_away_nothing_is_sent(stage: Stage) -> None:
    """An order that comes while the switch is away is refused at once, and not sent when it is back."""
    async with stage.up() as link:
        stage.server.last.cut()
        await stage.turned_away(link, "closed")
        began = stage.clock.monotonic()
        for _ in range(3):
            with pytest.raises(SwitchUnreachable) as refused:
                await link.originate(ORDER)
        assert stage.clock.monotonic() == began
        assert refused.value.retry_after > 0
        await back_again(stage, link)
    assert stage.server.count("Originate") == 0


async def test_while_the_login_is_under_way_nothing_is_sent(stage: Stage) -> None:
    """A connection that is not logged in yet takes no order."""
    stage.server.answers["login"] = silence
    async with kept(stage.link()) as link:
        await until(lambda: stage.server.count("Login") == 1)
        with pytest.raises(SwitchUnreachable):
            await link.originate(ORDER)
        await turn()
    assert stage.server.count("Originate") == 0


async def test_a_connection_that_closes_takes_no_order(stage: Stage) -> None:
    """In the very moment in which the connection is closing an order is refused as not sent."""
    async with stage.up() as link:
        assert link._wire is not None
        link._wire.cut()
        with pytest.raises(SwitchUnreachable, match="just lost"):
            await link.originate(ORDER)
        await back_again(stage, link)
    assert stage.server.count("Originate") == 0


async def test_an_order_whose_link_was_cut_is_not_sent_again(stage: Stage) -> None:
    """An order whose bytes have left when the link is cut is silent, and not repeated after a reconnect."""
    stage.server.answers["originate"] = drop
    async with stage.up() as link:
        with pytest.raises(SwitchSilent, match="may ring"):
            await link.originate(ORDER)
        await back_again(stage, link)
    assert stage.server.count("Originate") == 1


async def test_an_unanswered_order_is_silent_after_five_seconds(stage: Stage) -> None:
    """An order without an answer is waited for five seconds, then silent, and never repeated."""
    stage.server.answers["originate"] = silence
    async with stage.up() as link:
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: stage.server.count("Originate") == 1)
        await stage.clock.advance(4.9)
        assert (asking.done(), link.orders_under_way) == (False, 1)
        await stage.clock.advance(0.1)
        with pytest.raises(SwitchSilent, match="5 s"):
            await asking
        assert link.orders_under_way == 0
        stage.server.last.cut()
        await stage.turned_away(link, "closed")
        await back_again(stage, link)
    assert stage.server.count("Originate") == 1


async def test_while_an_order_is_unanswered_no_other_is_sent(stage: Stage) -> None:
    """While a switch has left an order unanswered for over a second nothing more is sent to it."""
    stage.server.answers["originate"] = silence
    async with stage.up() as link:
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: stage.server.count("Originate") == 1)
        await stage.clock.advance(0.9)
        link.require()
        await stage.clock.advance(0.2)
        with pytest.raises(SwitchUnreachable, match="stopped answering"):
            await link.originate(replace(ORDER, call_id=f"{CALL}0"))
        await stage.clock.advance(4)
        with pytest.raises(SwitchSilent):
            await asking
        link.require()
    assert stage.server.count("Originate") == 1


async def test_a_late_answer_harms_nothing(stage: Stage) -> None:
    """An answer after the deadline is nobody's: the link stays, and the call's events still come."""
    late: list[tuple[Visitor, Message]] = []
    stage.server.answers["originate"] = lambda visitor, action: late.append((visitor, action))
    async with stage.up() as link:
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: late)
        await stage.clock.advance(5)
        with pytest.raises(SwitchSilent):
            await asking
        waiting(link)
        visitor, action = late[0]
        visitor.respond(action, Message="Originate successfully queued")
        visitor.tell(Event="OriginateResponse", ActionID=CALL, Response="Success", Reason="4")
        await until(lambda: not link.events.empty())
        assert waiting(link) == [OriginateDecided(CALL, success=True, reason=4)]
        assert link.session == 1
        assert link.away is None


async def test_a_refused_order_says_why(stage: Stage) -> None:
    """An error answer is a refusal in the switch's own words, and the link stays up."""
    stage.server.answers["originate"] = refuse("Extension does not exist.")
    async with stage.up() as link:
        with pytest.raises(SwitchRefused, match=re.escape("Extension does not exist.")):
            await link.originate(ORDER)
        assert link.away is None


async def test_the_decision_may_come_before_the_answer(stage: Stage) -> None:
    """An OriginateResponse is an event even while the order with its ActionID is still unanswered."""

    def decide_first(visitor: Visitor, action: Message) -> None:
        visitor.tell(Event="OriginateResponse", ActionID=CALL, Response="Failure", Reason="0")
        visitor.respond(action, Message="Originate successfully queued")

    stage.server.answers["originate"] = decide_first
    async with stage.up() as link:
        waiting(link)
        await link.originate(ORDER)
        assert waiting(link) == [OriginateDecided(CALL, success=False, reason=0)]


async def test_a_decision_of_failure_is_no_answer(stage: Stage) -> None:
    """An event with the order's ActionID is not taken for the response that is still awaited."""
    stage.server.answers["originate"] = lambda visitor, _: visitor.tell(
        Event="OriginateResponse", ActionID=CALL, Response="Failure", Reason="0"
    )
    async with stage.up() as link:
        waiting(link)
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: not link.events.empty())
        await turn()
        assert not asking.done()
        await stage.clock.advance(5)
        with pytest.raises(SwitchSilent):
            await asking


async def test_many_orders_at_once_get_their_own_answers(stage: Stage) -> None:
    """Answers in any order go to whom they belong: each order is answered by its ActionID."""
    held: list[tuple[Visitor, Message]] = []
    stage.server.answers["originate"] = lambda visitor, action: held.append((visitor, action))
    async with stage.up() as link:
        orders = [replace(ORDER, call_id=f"c2c-b1-{number:04d}") for number in range(20)]
        asking = [asyncio.create_task(link.originate(order)) for order in orders]
        await until(lambda: len(held) == len(orders))
        for visitor, action in reversed(held):
            odd = int(action["actionid"][-1]) % 2
            visitor.respond(action, "Error" if odd else "Success", Message=action["actionid"])
        results = await asyncio.gather(*asking, return_exceptions=True)
    for order, result in zip(orders, results, strict=True):
        if int(order.call_id[-1]) % 2:
            assert isinstance(result, SwitchRefused)
            assert order.call_id in str(result)
        else:
            assert result is None


async def test_one_who_stops_waiting_leaves_nothing_behind(stage: Stage) -> None:
    """A cancelled wait forgets the order: neither its late answer nor the link's end finds anything of it."""
    stage.server.answers["originate"] = silence
    async with stage.up() as link:
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: stage.server.count("Originate") == 1)
        asking.cancel()
        await asyncio.wait([asking])
        await turn()
        assert link._wire is not None
        assert link._wire._protocol.responses == {}
        stage.server.last.cut()
        await stage.turned_away(link, "closed")
        await back_again(stage, link)
    assert stage.server.count("Originate") == 1
