"""The server: accepts, and ends when it is told to."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from c2cd.clock import Clock
from c2cd.server.connection import Connection, State

# Connections that wait in the kernel.
BACKLOG = 2048


class _Cancellable:
    """An application whose requests may be cancelled; uvicorn would log each as an error of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless it is cancelled."""
        with contextlib.suppress(asyncio.CancelledError):
            await self._app(scope, receive, send)


class Server(uvicorn.Server):
    """Serves an application: ``await server.serve([listener])``.

    Once ``should_exit`` is set it accepts no more, and returns when the requests that have come are answered,
    or when it is told to ``abandon`` them. At most ``max_connections`` are open at once; one more gets 503.
    """

    def __init__(self, app: ASGIApp, clock: Clock, max_connections: int) -> None:
        super().__init__(
            uvicorn.Config(
                _Cancellable(app),
                http=Connection,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                # asyncio accepts so many without looking up, and goes on when there are no descriptors left.
                backlog=1,
            )
        )
        self.server_state: State = State(clock, max_connections)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept."""
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)  # which was set to asyncio's

    def abandon(self) -> None:
        """Wait for nobody any more: requests without an answer are cancelled, and get 503."""
        self.force_exit = True
        for connection in list(self.server_state.connections):
            if isinstance(connection, Connection):
                connection.abandon()
        for task in list(self.server_state.tasks):
            task.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to the daemon: uvicorn would raise SIGTERM again on its way out."""
        yield
