"""Server-Sent Events: answers that go on, how many of them there may be, and what follows a log."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing, contextmanager

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from c2cd.clock import Clock, sleep
from c2cd.errors import StoreError
from c2cd.logs.feed import Line, Place, Tail
from c2cd.web.refusals import TooManyStreams

# Seconds of silence after which a comment tells both sides that the other one is there.
HEARTBEAT = 15.0
ALIVE = b": alive\n\n"
# What a stream begins with: after so many milliseconds a browser that has lost it comes again.
BEGIN = b"retry: 2000\n\n"

# After so many seconds lines that have come meanwhile are told together: people are as well served, and it
# costs a crowd of streams a fraction.
LUMP = 0.1

# Of one call: the page that clicked, opened once or twice more.
_MOST_OF_A_CALL = 5

TYPE = "text/event-stream"
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}  # nginx keeps nothing back then

Chunks = AsyncGenerator[bytes, None]


def message(data: bytes, *, event: str | None = None, place: Place | None = None) -> bytes:
    """Write a message, whose data is one line. A client that has read it is at this place."""
    lines = [f"id: {place.id}".encode()] if place is not None else []
    lines += [f"event: {event}".encode()] if event is not None else []
    return b"\n".join([*lines, b"data: " + data, b"", b""])


class Streamed(StreamingResponse):
    """The answer that sends these chunks as they come, and closes them when the client goes.

    All the time that it takes it is ``counted``, from its first step on: those let in together are each seen.
    """

    def __init__(
        self,
        chunks: Chunks,
        counted: AbstractContextManager[None],
        headers: Mapping[str, str] = _HEADERS,
        kind: str = TYPE,
    ) -> None:
        super().__init__(chunks, headers=headers, media_type=kind)
        self._chunks = chunks
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Where the database fails in its midst the log has that, and the client comes again."""
        with self._counted:
            try:
                await super().__call__(scope, receive, send)
            except StoreError as error:
                scope["app"].state.services.database.complain(error)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def stream_response(self, send: Send) -> None:
        """Send all of it."""
        async with aclosing(self._chunks):
            await super().stream_response(send)


class Streams:
    """Counts the streams that are open. Each holds a connection: half of ``connections`` are left to clicks.

    No account has more than half of the streams, and no call more than a few. Those that tell the history
    do it in turns: ``catching_up``.
    """

    def __init__(self, connections: int) -> None:
        self._most = max(1, connections // 2)
        self._open: Counter[str | None] = Counter()
        self.catching_up = asyncio.Lock()

    @property
    def open(self) -> int:
        """How many are."""
        return self._open[None]

    def let_in(self, account_id: str, call_id: str | None = None) -> AbstractContextManager[None]:
        """Give what counts one more, which has to be entered at once. TooManyStreams where none may be."""
        if (
            self._open[None] >= self._most
            or self._open[account_id] >= max(1, self._most // 2)
            or (call_id is not None and self._open[call_id] >= _MOST_OF_A_CALL)
        ):
            raise TooManyStreams
        return self._one_more([None, account_id] if call_id is None else [None, account_id, call_id])

    @contextmanager
    def _one_more(self, keys: Sequence[str | None]) -> Iterator[None]:
        self._open.update(keys)
        try:
            yield
        finally:
            self._open.subtract(keys)
            self._open += Counter()  # what is none is no key


async def follow(
    clock: Clock, tail: Tail, number: int
) -> AsyncGenerator[tuple[int, Sequence[Line]] | None, None]:
    """Give the lines after so many as they come, and before them how many are gone, until there will be none.

    The first after a rest is given at once, what comes behind it in lumps.
    None stands for a silence of ``HEARTBEAT`` seconds.
    """
    while True:
        if not await tail.wait(number, HEARTBEAT):
            yield None
            continue
        if tail.end == number:
            return
        missed, lines = max(0, tail.begin - number), tail.after(number)
        number = tail.end
        yield missed, lines
        await sleep(clock, LUMP)
