"""The server: accepts, and ends when it is told to."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from c2cd.clock import Clock
from c2cd.server.connection import Connection, State

# How long TERM waits for requests that are under way; none of them takes longer unless its client does.
LONGEST_FAREWELL = 12
# Connections that wait in the kernel.
BACKLOG = 2048


class Server(uvicorn.Server):
    """Serves an application until ``should_exit`` is set: ``await server.serve([listener])``.

    At most ``max_connections`` are open at once; one more gets 503.
    """

    def __init__(self, app: ASGIApp, clock: Clock, max_connections: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=LONGEST_FAREWELL,
                # asyncio accepts so many without looking up, and goes on when there are no descriptors left.
                backlog=1,
            )
        )
        self.server_state = State(clock, max_connections)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)  # which was set to asyncio's

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon: uvicorn would raise SIGTERM again on its way out."""
        yield
