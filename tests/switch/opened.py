"""A wire that is open and not logged in, and the events that came out of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from c2cd.switch.wire import Headers, Heard, Wire, connect
from tests.switch.stage import Stage


@dataclass
class Open:
    """An open wire and the events that came out of it."""

    wire: Wire
    events: list[Headers] = field(default_factory=list)


@asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[Open]:
    """Connect without a login."""
    events: list[Headers] = []
    wire = await connect("127.0.0.1", stage.port, None, stage.clock, events.append, Heard())
    try:
        yield Open(wire, events)
    finally:
        wire.cut()
        await wire.wait_closed()


async def listed(line: Open) -> tuple[Headers, list[Headers]]:
    """Ask for a list, and give its response and all that its rows say."""
    asking = line.wire.ask_list({"Action": "CoreShowChannels"}, 5, lambda headers: headers)
    return await asyncio.wait_for(asking, 10.0)  # of the real clock, for a list that never ends
