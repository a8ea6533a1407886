"""Lists on the wire: their rows, their end, and what is no part of them."""

import asyncio
import tracemalloc
from collections.abc import Mapping

import pytest

from c2cd.switch.wire import WireClosed
from tests.switch.opened import listed, opened
from tests.switch.scripted import Message, Visitor, message
from tests.switch.stage import CALL, Stage
from tests.switch.turning import turn, until


async def test_a_list_that_is_cut_short_is_no_list(stage: Stage) -> None:
    """A connection lost in the middle of a list gives none of its rows."""

    def begin_and_drop(visitor: Visitor, action: Message) -> None:
        visitor.respond(action, EventList="start", Message="Channels will follow")
        visitor.tell(Event="CoreShowChannel", ActionID=action["actionid"], Uniqueid="1.1")
        visitor.hang_up()

    stage.server.answers["coreshowchannels"] = begin_and_drop
    async with opened(stage) as line:
        with pytest.raises(WireClosed):
            await listed(line)


async def test_a_list_that_does_not_end_in_time_is_no_list(stage: Stage) -> None:
    """A list whose end is not there by the deadline is a TimeoutError; what comes later is nothing."""
    told: list[tuple[Visitor, Message]] = []

    def begin(visitor: Visitor, action: Message) -> None:
        visitor.respond(action, EventList="start", Message="Channels will follow")
        visitor.tell(Event="CoreShowChannel", ActionID=action["actionid"], Uniqueid="1.1")
        told.append((visitor, action))

    stage.server.answers["coreshowchannels"] = begin
    async with opened(stage) as line:
        asking = asyncio.create_task(listed(line))
        await until(lambda: told)
        await line.wire.ask({"Action": "Ping"}, 5)
        assert not asking.done()
        await stage.clock.advance(5.1)
        with pytest.raises(TimeoutError):
            await asking
        await turn()
        assert line.wire._protocol._lists == {}
        visitor, action = told[0]
        visitor.tell(Event="CoreShowChannelsComplete", ActionID=action["actionid"], EventList="Complete")
        await line.wire.ask({"Action": "Ping"}, 5)


ENDS = {
    "by its name": (("Event", "CoreShowChannelsComplete"),),
    "by its header": (("Event", "PeerlistEnd"), ("EventList", "Complete")),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_the_end_of_a_list(stage: Stage, end: tuple[tuple[str, str], ...]) -> None:
    """A list ends with an event that says so by its name or a header; no row is it, nor what follows."""

    def list_too_much(visitor: Visitor, action: Message) -> None:
        mine = "ActionID", action["actionid"]
        visitor.respond(action, EventList="start", Message="Channels will follow")
        row = message(("Event", "CoreShowChannel"), mine, ("Uniqueid", "1.1"))
        visitor.say(row + message(*end, mine) + row)

    stage.server.answers["coreshowchannels"] = list_too_much
    async with opened(stage) as line:
        response, rows = await listed(line)
        assert response["eventlist"] == "start"
        assert [row["uniqueid"] for row in rows] == ["1.1"]


@pytest.mark.parametrize("response", ["Error", "Success"])
async def test_a_response_that_begins_no_list(stage: Stage, response: str) -> None:
    """An error, or whatever else is a response and begins no list, is all that comes."""
    stage.server.answers["coreshowchannels"] = lambda visitor, action: visitor.respond(action, response)
    async with opened(stage) as line:
        answer, rows = await listed(line)
    assert (answer["response"], rows) == (response, [])


async def test_what_is_no_response_is_nothing_of_a_list(stage: Stage) -> None:
    """A message under a list's ActionID that is neither response nor event changes nothing of the list."""

    def list_beside_it(visitor: Visitor, action: Message) -> None:
        visitor.tell(ActionID=action["actionid"], Ping="neither")
        stage.server._list_channels(visitor, action)

    stage.server.answers["coreshowchannels"] = list_beside_it
    stage.server.channels = [{"Uniqueid": "1.1"}]
    async with opened(stage) as line:
        _, rows = await listed(line)
    assert [row["uniqueid"] for row in rows] == ["1.1"]


async def test_of_a_long_list_only_what_is_wanted_is_held(stage: Stage) -> None:
    """Each row is read as it comes, and nothing is held of one of which nothing is kept."""
    stage.server.channels = [{"Uniqueid": f"1.{number}", "Channel": "x" * 500} for number in range(5000)]
    seen: list[int] = []

    def keep_the_last(headers: Mapping[str, str]) -> str | None:
        seen.append(tracemalloc.get_traced_memory()[0])
        return headers["uniqueid"] if len(seen) == len(stage.server.channels) else None

    async with opened(stage) as line:
        tracemalloc.start()
        try:
            _, rows = await line.wire.ask_list({"Action": "CoreShowChannels"}, 5, keep_the_last)
        finally:
            tracemalloc.stop()
    assert rows == ["1.4999"]
    assert seen[-1] < seen[0] + 200_000


async def test_rows_of_a_list_are_no_events(stage: Stage) -> None:
    """While a list comes, its rows go to who asked, and what happens meanwhile to who listens."""

    def list_with_news(visitor: Visitor, action: Message) -> None:
        visitor.respond(action, EventList="start", Message="Channels will follow")
        visitor.tell(Event="CoreShowChannel", ActionID=action["actionid"], Uniqueid="1.1")
        visitor.tell(Event="Hangup", Uniqueid=CALL)
        visitor.tell(Event="CoreShowChannel", ActionID=action["actionid"], Uniqueid="1.3")
        visitor.tell(Event="CoreShowChannelsComplete", ActionID=action["actionid"], EventList="Complete")

    stage.server.answers["coreshowchannels"] = list_with_news
    async with opened(stage) as line:
        _, rows = await listed(line)
    assert [row["uniqueid"] for row in rows] == ["1.1", "1.3"]
    assert [(event["event"], event["uniqueid"]) for event in line.events] == [("Hangup", CALL)]


async def test_an_event_is_no_row_because_it_names_a_list(stage: Stage) -> None:
    """An event in which the id of a list's action merely stands somewhere is an event, not a row."""

    def list_with_gossip(visitor: Visitor, action: Message) -> None:
        visitor.respond(action, EventList="start", Message="Channels will follow")
        visitor.tell(Event="Hangup", Uniqueid=CALL, Channel=action["actionid"])
        visitor.tell(Event="CoreShowChannelsComplete", ActionID=action["actionid"], EventList="Complete")

    stage.server.answers["coreshowchannels"] = list_with_gossip
    async with opened(stage) as line:
        _, rows = await listed(line)
        assert rows == []
        assert [event["uniqueid"] for event in line.events] == [CALL]
        await line.wire.ask({"Action": "Ping"}, 5)
        assert line.wire._protocol._lists == {}


async def test_an_event_with_two_action_ids_harms_nobody(stage: Stage) -> None:
    """A dialplan may have the switch say a header twice: the connection stays, and what follows is heard."""
    twice = ("Event", "UserEvent"), ("ActionID", "1"), ("ActionID", "2")

    def tell_twice_and_refuse(visitor: Visitor, action: Message) -> None:
        visitor.tell(*twice, ("ActionID", action["actionid"]))
        visitor.respond(action, "Error")

    async with opened(stage) as line:
        stage.server.last.tell(*twice)
        stage.server.answers["coreshowchannels"] = tell_twice_and_refuse
        await listed(line)
        stage.server.last.tell(Event="Hangup", Uniqueid=CALL)
        await until(lambda: line.events and line.events[-1]["event"] == "Hangup")
        await line.wire.ask({"Action": "Ping"}, 5)
