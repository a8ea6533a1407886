"""The calls that live: each one's latest state in memory, on its way to the disk, and who waits for it.

What changed is written in groups and stays here until it is: a database that fails for a while loses
nothing, and an ended call leaves only once its end is committed. What somebody may wait for is written at
once, and so is an end; that a phone rings or was answered waits a moment for what comes next.
"""

import asyncio
import logging
from collections.abc import Iterator

from msgspec.structs import replace

from c2cd.calls.figures import CallFigures
from c2cd.calls.narrating import narrate
from c2cd.calls.ports import Counts, Journal, Rows
from c2cd.calls.tracking import Track
from c2cd.clock import Clock, Timer, deadline, sleep
from c2cd.errors import Stopping, StoreError
from c2cd.model.call import Call
from c2cd.model.said import Said

log = logging.getLogger(__name__)

RETRY_AFTER = 1.0
# How long it waits for company, in seconds, that a call which is not decided has come further.
COMPANY = 0.02


class LiveCall:
    """A call that has not ended, or whose end is not written yet.

    ``session`` is the link's session in which it was last known to live, ``seen_at`` the monotonic
    time of its last sign of life.
    """

    __slots__ = ("_dated", "missed", "seen_at", "session", "track", "written")

    def __init__(self, call: Call, session: int, seen_at: float) -> None:
        self.track = Track(call)
        self.session = session
        self.seen_at = seen_at
        self.missed = 0
        self.written = call
        self._dated: tuple[float, float] | None = None

    @property
    def call(self) -> Call:
        """The call as far as it is known."""
        return self.track.call

    def now(self, clock: Clock) -> float:
        """Tell the time of what happens to the call, in Unix seconds.

        From its bridging on it is told by how long the two have talked: the host's date may be put meanwhile.
        """
        passed = clock.monotonic()
        if self._dated is None or self.call.bridged_at is None:
            self._dated = clock.wall(), passed
        date, then = self._dated
        return date + (passed - then)


class Ledger:
    """All live calls by id. ``run`` is the background task that writes them.

    ``figures`` has what became of calls since the start.
    """

    def __init__(self, clock: Clock, rows: Rows, journal: Journal, counts: Counts) -> None:
        self._clock = clock
        self._rows = rows
        self._journal = journal
        self._counts = counts
        self._live: dict[str, LiveCall] = {}
        self._dirty: dict[str, LiveCall] = {}
        self._wake = asyncio.Event()
        self._soon: Timer | None = None
        self._waiting: dict[str, list[asyncio.Future[Call]]] = {}
        self._stopping = False
        self._said = Said(clock)
        self.figures = CallFigures()

    def __iter__(self) -> Iterator[LiveCall]:
        return iter([live for live in self._live.values() if live.call.state != "ended"])

    def get(self, call_id: str) -> LiveCall | None:
        """Give a call that has not ended."""
        live = self._live.get(call_id)
        return None if live is None or live.call.state == "ended" else live

    def latest(self, call_id: str) -> Call | None:
        """Give a call as it is known, though it may not be written yet; None where its row has all of it."""
        live = self._live.get(call_id)
        return None if live is None else live.call

    def begin(self, call: Call, session: int, client: str | None = None) -> None:
        """Take up a call whose row has just been committed; ``client`` is the address that clicked."""
        self._live[call.id] = LiveCall(call, session, self._clock.monotonic())
        for entry in narrate(None, call):
            self._journal(replace(entry, client=client))

    async def resume(self) -> int:
        """Take up the calls that a former run of the daemon left open, and tell how many there are.

        None of them was heard of since its click, as far as is known here: however often the daemon is
        started, that is when its time began.
        """
        calls = await self._rows.open_calls()
        for call in calls:
            age = max(0.0, self._clock.wall() - call.requested_at)
            live = self._live[call.id] = LiveCall(call, 0, self._clock.monotonic() - age)
            live.track.lose_sight()
            self._counts.follow(call)
        return len(calls)

    def update(self, live: LiveCall, before: Call) -> None:
        """Write, and then tell, what is new in a call since ``before``; nothing where nothing is.

        It is begun at once where the call is decided, and else within ``COMPANY``.
        """
        if live.call == before:
            return
        self._dirty[live.call.id] = live
        if live.call.is_decided:
            self._wake.set()
        elif self._soon is None:
            self._soon = self._clock.call_later(COMPANY, self._wake.set)
        self._counts.follow(live.call)

    async def decided(self, call_id: str) -> Call:
        """Wait until the two talk or it is known, and written, that they will not."""
        live = self._live.get(call_id)
        if live is None:
            call = await self._rows.find(call_id)
            if call is None:
                message = f"No call {call_id} is known"
                raise StoreError(message)
            return call
        if live.written.is_decided:
            return live.written
        if self._stopping:
            raise Stopping(call_id)
        waiter: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(call_id, []).append(waiter)
        return await waiter

    def waiting(self, call_id: str) -> int:
        """Tell how many wait for a call to be decided."""
        return sum(not waiter.done() for waiter in self._waiting.get(call_id, ()))

    def stop_waiting(self) -> None:
        """Send everybody away who waits for a call: Stopping is raised where they wait."""
        self._stopping = True
        for call_id, waiters in self._waiting.items():
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_exception(Stopping(call_id))
        self._waiting.clear()

    async def run(self) -> None:
        """Write what changes, until cancelled; ``drain`` writes what is left then."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._soon is not None:
                self._soon.cancel()
                self._soon = None
            await self._flush_or_wait()

    async def drain(self, seconds: float) -> None:
        """Write what is left before the end of the daemon, for so long at most."""
        try:
            async with deadline(self._clock, seconds):
                while self._dirty:
                    await self._flush_or_wait()
        except TimeoutError:
            log.error("%d calls could not be written; the next start settles them", len(self._dirty))  # noqa: TRY400

    async def _flush_or_wait(self) -> None:
        try:
            await self.flush()
        except StoreError as error:
            if self._said.is_news(str(error)):
                log.error("the history can't be written: %s; c2cd keeps trying", error)  # noqa: TRY400 - its words are enough
            await sleep(self._clock, RETRY_AFTER)
            self._wake.set()
        else:
            if self._said.over():
                log.info("the history can be written again")

    async def flush(self) -> None:
        """Commit all that has changed, and tell it. StoreError leaves it to be written and told later."""
        writing = {call_id: (live, live.call) for call_id, live in self._dirty.items()}
        if not writing:
            return
        await self._rows.save(call for _, call in writing.values())
        for call_id, (live, call) in writing.items():
            for entry in narrate(live.written, call):
                self._journal(entry)
            self.figures.follow(live.written, call)
            live.written = call
            if live.call is call:
                self._dirty.pop(call_id, None)
                if call.state == "ended":
                    self._live.pop(call_id, None)
            if call.is_decided:
                for waiter in self._waiting.pop(call_id, ()):
                    if not waiter.done():
                        waiter.set_result(call)
