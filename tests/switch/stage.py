"""What most tests of the link stand on: a scripted server, a link to it, and the clock of both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from c2cd.config import Ami
from c2cd.model.switching import Originate, SwitchEvent
from c2cd.switch.link import Link
from tests.clock import ManualClock
from tests.switch.scripted import ScriptedServer
from tests.switch.turning import until

SECRET = "s3cret-of-ami"
CALL = "c2c-b1-0123456789abcdef"

ORDER = Originate(
    call_id=CALL,
    first="Local/1001@from-internal/n",
    first_shows_name="Sales",
    first_shows_number="+15551234",
    second="Local/+15551234@from-internal/n",
    second_shows_name="Acme Support",
    second_shows_number="15550000",
    timeout=30,
)


def make_link(clock: ManualClock, port: int, **settings: str) -> Link:
    """Make a link that nobody runs yet; it knows the secret unless it is given a file of it."""
    if "secret_file" not in settings:
        settings.setdefault("secret", SECRET)
    return Link(Ami(port=port, **settings), clock)  # type: ignore[arg-type]  # only texts are ever given


@asynccontextmanager
async def kept(link: Link) -> AsyncIterator[Link]:
    """Run a link's background task while the block runs; what the task raises is raised."""
    async with asyncio.TaskGroup() as tasks:
        staying = tasks.create_task(link.run())
        yield link
        staying.cancel()


@asynccontextmanager
async def linked(clock: ManualClock, port: int, **settings: str) -> AsyncIterator[Link]:
    """Keep a link to this port, and wait until it is up."""
    async with kept(make_link(clock, port, **settings)) as link:
        await until(lambda: link.away is None)
        yield link


@dataclass
class Stage:
    """The server, where it listens, and the clock."""

    clock: ManualClock
    server: ScriptedServer = field(default_factory=ScriptedServer)
    port: int = 0

    def link(self, **settings: str) -> Link:
        """Make a link that nobody runs yet."""
        return make_link(self.clock, self.port, **settings)

    @asynccontextmanager
    async def up(self, **settings: str) -> AsyncIterator[Link]:
        """Keep a link, and wait until it is up."""
        async with linked(self.clock, self.port, **settings) as link:
            yield link

    async def turned_away(self, link: Link, words: str) -> None:
        """Wait until the link says that the switch is away, in words that hold these."""
        await until(lambda: link.away is not None and words in link.away)


def waiting(link: Link) -> list[SwitchEvent]:
    """Take out what the link has said and nobody has read."""
    events = []
    while not link.events.empty():
        events.append(link.events.get_nowait())
    return events
