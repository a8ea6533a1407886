"""The link to the simulated switch over a wire that fails: a proxy between the two."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from c2cd.errors import SwitchSilent, SwitchUnreachable
from c2cd.model.switching import OriginateDecided, Snapshot
from c2cd.switch.simulated import SimulatedSwitch
from tests.clock import ManualClock
from tests.switch.proxy import Proxy
from tests.switch.stage import CALL, ORDER, SECRET, kept, linked, make_link, waiting
from tests.switch.turning import turn, until


@dataclass
class Wired:
    """A simulated switch, the proxy before it, and where to connect."""

    clock: ManualClock
    switch: SimulatedSwitch
    proxy: Proxy
    port: int


@pytest_asyncio.fixture
async def wired(clock: ManualClock) -> AsyncIterator[Wired]:
    """Give a simulated switch behind a proxy."""
    switch = SimulatedSwitch(clock, "c2cd", SECRET)
    async with switch.listening() as ami_port:
        proxy = Proxy(ami_port)
        async with proxy.listening() as port:
            yield Wired(clock, switch, proxy, port)


def orders_on(proxy: Proxy) -> int:
    """Count the Originates that left for the switch, whether or not they reached it."""
    return proxy.sent.count(b"Action: Originate\r\n")


async def test_bytes_pass_unchanged_and_are_recorded(wired: Wired) -> None:
    """Through the proxy the link comes up as without it, and both directions are on record."""
    async with linked(wired.clock, wired.port) as link:
        await link.originate(ORDER)
        assert orders_on(wired.proxy) == 1
        assert wired.switch.orders[0]["channelid"] == CALL
        assert wired.proxy.answered.startswith(b"Asterisk Call Manager/")
        assert b"Message: Originate successfully queued\r\n" in wired.proxy.answered


@pytest.mark.parametrize("piece", [1, 7])
async def test_a_chopped_wire_makes_no_difference(wired: Wired, piece: int) -> None:
    """Passed on in pieces of so many bytes, a session with an order and its decision is the same."""
    wired.proxy.piece = piece
    async with linked(wired.clock, wired.port) as link:
        await link.originate(ORDER)
        await until(lambda: CALL in wired.switch.calls)
        for _ in range(8):
            await wired.clock.advance(0.5)
            await turn()
        await until(lambda: any(isinstance(event, OriginateDecided) for event in waiting(link)))
        assert link.session == 1


async def test_a_cut_after_the_bytes_left_is_not_repeated(wired: Wired) -> None:
    """An order that reached the switch whose answer was lost is silent, and dialled once for ever."""
    async with linked(wired.clock, wired.port) as link:
        wired.proxy.stall(answers_only=True)
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: wired.switch.orders)
        wired.proxy.cut()
        with pytest.raises(SwitchSilent):
            await asking
        wired.proxy.flow()
        await wired.clock.advance(5)
        await until(lambda: link.away is None)
        for _ in range(30):
            await wired.clock.advance(2)
            await turn(10)
        assert orders_on(wired.proxy) == 1
        assert len(wired.switch.orders) == 1


async def test_a_call_that_lived_through_a_cut_is_in_the_next_snapshot(wired: Wired) -> None:
    """After a cut the first word of the new session lists the channels of the call that went on."""
    async with linked(wired.clock, wired.port) as link:
        await link.originate(ORDER)
        await wired.clock.advance(0.3)
        wired.proxy.cut()
        await until(lambda: link.away is not None)
        waiting(link)
        await wired.clock.advance(0.6)
        await until(lambda: link.away is None)
        first, *_ = waiting(link)
    assert isinstance(first, Snapshot)
    assert first.session == 2
    assert {channel.id for channel in first.channels} >= {CALL, f"{CALL}-2"}


async def test_a_stalled_wire_is_found_within_ten_seconds(wired: Wired) -> None:
    """A wire on which nothing comes any more is away in time, and what was held back arrives nowhere."""
    async with linked(wired.clock, wired.port) as link:
        wired.proxy.stall()
        began = wired.clock.monotonic()
        while link.away is None and wired.clock.monotonic() < began + 20:
            await wired.clock.advance(0.5)
            await turn()
        assert wired.clock.monotonic() - began < 10
        with pytest.raises(SwitchUnreachable):
            await link.originate(ORDER)
        wired.proxy.flow()
        await wired.clock.advance(10)
        await until(lambda: link.away is None)
        await turn()
        assert orders_on(wired.proxy) == 0


async def test_a_stalled_order_is_silent_and_dialled_at_most_once(wired: Wired) -> None:
    """An order held back on the wire is silent after five seconds, and the only one when it arrives late."""
    async with linked(wired.clock, wired.port) as link:
        wired.proxy.stall()
        asking = asyncio.create_task(link.originate(ORDER))
        await until(lambda: orders_on(wired.proxy) == 1)
        await wired.clock.advance(5)
        with pytest.raises(SwitchSilent):
            await asking
        wired.proxy.flow()
        await until(lambda: wired.switch.orders)
        await until(lambda: link.away is None)
        await turn()
        assert [order["channelid"] for order in wired.switch.orders] == [CALL]


async def test_a_door_that_is_shut_is_tried_until_it_opens(wired: Wired) -> None:
    """While every connection is hung up on the link stays away, and comes up once one is let through."""
    wired.proxy.refusing = True
    async with kept(make_link(wired.clock, wired.port)) as link:
        for _ in range(40):
            await wired.clock.advance(0.5)
            await turn()
        assert link.away is not None
        assert wired.proxy.connections > 3
        assert wired.proxy.answered == b""
        wired.proxy.refusing = False
        await wired.clock.advance(5)
        await until(lambda: link.away is None)
