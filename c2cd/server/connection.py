"""One connection: uvicorn's, with an end to everything that a client can leave unfinished."""

import asyncio
import contextlib
import logging
import resource
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from c2cd.clock import Clock, Timer
from c2cd.server.parser import BAD, FULL, STOPPING, TOO_SLOW, Cutter, Refusal
from c2cd.web.envelope import encoded_failure

# All of a request must have come so many seconds after its first byte, or after the connection's opening.
LONGEST_REQUEST = 10.0
# So long may a client read nothing of its answer.
LONGEST_STALL = 30.0
# Who is sent away may send so long, unread: closing at once may take the answer from it (RFC 9112, 9.6).
LONGEST_LINGER = 2.0
# So many may do so at once; others are closed without it.
MOST_LINGERING = 50
# Seconds between two warnings that there are too many connections.
_WARN_EVERY = 60.0
# So many descriptors are no client's.
_SPARE = 16
# What uvicorn may write before an answer.
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

log = logging.getLogger(__name__)


class State(ServerState):
    """What the connections of one server share."""

    def __init__(self, clock: Clock, max_connections: int) -> None:
        super().__init__()
        self.clock = clock
        self.lingering: set[Connection] = set()
        self._max_connections = max_connections
        self._warned_at: float | None = None

    def is_full(self) -> bool:
        """Tell whether one connection more than allowed is open; a warning says so, now and then."""
        if len(self.connections) - len(self.lingering) <= self._max_connections:
            return False
        self._warn("http.max_connections: %d are open, more are sent away", self._max_connections)
        return True

    def lacks_descriptors(self, newest: int) -> bool:
        """Tell, by the newest one, whether hardly any is left; a warning says so.

        The last are for what is open anyway: uvloop closes unheard whom it has none for.
        """
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if newest < most - _SPARE:
            return False
        self._warn("nearly all of %d descriptors (LimitNOFILE) are open, more clients are sent away", most)
        return True

    def _warn(self, words: str, count: int) -> None:
        now = self.clock.monotonic()
        if self._warned_at is None or now - self._warned_at >= _WARN_EVERY:
            self._warned_at = now
            log.warning(words, count)


class _Alarm:
    """One timer at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timer: Timer | None = None

    def set(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call back after so many seconds, and no more at the time that was set before."""
        self.stop()
        self._timer = self._clock.call_later(seconds, callback)

    def stop(self) -> None:
        """Do not call back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def is_set(self) -> bool:
        """Tell whether it was set and not stopped."""
        return self._timer is not None


class _Outlet(asyncio.Transport):
    """What uvicorn writes an answer to: a transport whose ``close`` is the connection's own.

    The answer's head is kept until its body begins, where it has one: that is one call of the kernel less.
    """

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None], *, has_body: bool) -> None:
        super().__init__()
        self._transport = transport
        self._close = close
        self._head = None if has_body else b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send."""
        if self._head is None and data != _CONTINUE:
            self._head = bytes(data)
        else:
            self._transport.write(self._head + data if self._head else data)
            self._head = self._head and b""

    def is_closing(self) -> bool:
        """Tell whether it is closed, or about to be."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Close as the connection sees fit."""
        self._close()


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with an end to everything that a client can leave unfinished."""

    cycle: RequestResponseCycle | None  # type: ignore[assignment] # uvicorn's types forget that it begins as None

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: State,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._state = server_state
        self._cutter = Cutter()
        self._deadline = _Alarm(server_state.clock)
        self._stall = _Alarm(server_state.clock)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begin, or send away who is one too many."""
        super().connection_made(transport)
        # Whatever is not taken at once counts as not read: pause_writing tells of it.
        transport.set_write_buffer_limits(high=0)
        # uvicorn asks the socket, which no longer knows where the peer has broken off: like a Unix one's.
        peer = transport.get_extra_info("peername")
        if isinstance(peer, tuple):
            self.client = peer[0], peer[1]
        elif isinstance(transport.get_extra_info("sockname"), tuple):  # uvloop asks the socket, too
            transport.abort()
            return
        if self._state.lacks_descriptors(transport.get_extra_info("socket").fileno()):
            self._end(FULL, lingers=False)
        elif self._state.is_full():
            self._end(FULL)
        else:
            self._await_request()

    def data_received(self, data: bytes) -> None:
        """Take what came, unless nobody listens any more."""
        if self not in self._state.lingering:
            self._unset_keepalive_if_required()
            self._cutter.add(data)
            self._read()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one behind the body is none, as it may say what a proxy has not seen."""
        if not self._cutter.in_body:
            super().on_header(name, value.rstrip(b" \t"))

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        super().on_headers_complete()
        if self.cycle is not None:
            verb = self.scope["method"] = self._cutter.verb
            self.cycle.transport = _Outlet(self.transport, self._close, has_body=verb != "HEAD")
        self._cutter.begin_body()

    def on_body(self, body: bytes) -> None:
        """Hand on what came of a body."""
        self._cutter.count_body(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take note that all of a request has come."""
        super().on_message_complete()
        self._cutter.in_body = False
        self._deadline.stop()

    def on_response_complete(self) -> None:
        """Go on with the next request, unless much of this one would have to be read for it."""
        super().on_response_complete()
        if not self.transport.is_closing() and self not in self._state.lingering:
            self._read()

    def pause_writing(self) -> None:
        """Watch a client that has not taken all of its answer."""
        super().pause_writing()
        self._await_reading(LONGEST_STALL)

    def resume_writing(self) -> None:
        """Stop to watch it: it has."""
        super().resume_writing()
        self._stall.stop()

    def shutdown(self) -> None:
        """End it as soon as its request is answered; one that has not come whole is not waited for."""
        if self in self._state.lingering or self._has_begun():
            self.abandon()
        else:
            super().shutdown()

    def abandon(self) -> None:
        """End it now: where no answer has begun it is 503, and what was not taken of one is lost."""
        if self not in self._state.lingering:
            self._end(STOPPING, lingers=False)
        if self in self._state.lingering or self.transport.get_write_buffer_size():
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._deadline.stop()
        self._stall.stop()
        self._state.lingering.discard(self)
        super().connection_lost(exc)

    def _should_upgrade(self) -> bool:
        return False  # HTTP allows to ignore it; uvicorn would log each

    def _has_begun(self) -> bool:
        """Tell whether a request has come in part."""
        return self._cutter.in_body or (bool(self._cutter) and not self._is_answering())

    def _is_answering(self) -> bool:
        """Tell whether a request has come whole and is not answered yet."""
        return self.cycle is not None and not (self._cutter.in_body or self.cycle.response_complete)

    def _is_answered_early(self) -> bool:
        """Tell whether a request was answered that has come in part."""
        return self.cycle is not None and self._cutter.in_body and self.cycle.response_complete

    def _read(self) -> None:
        """Parse what has come of a request, but nothing of the next one, and mind how long the rest takes."""
        while self._cutter and not self._is_answering():
            piece = self._cutter.take()
            if not piece:
                break
            refusal = piece if isinstance(piece, Refusal) else self._parse(piece)
            if refusal is not None:
                self._end(refusal)
                return
        if self._is_answering():
            if self._cutter:
                self.flow.pause_reading()
        elif self._cutter.is_large and self._is_answered_early():
            self._end()
        elif self._has_begun() and not self._deadline.is_set():
            self._unset_keepalive_if_required()
            self._await_request()

    def _parse(self, piece: bytes) -> Refusal | None:
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserError:
            return BAD
        return None

    def _await_request(self) -> None:
        self._deadline.set(LONGEST_REQUEST, lambda: self._end(TOO_SLOW))

    def _await_reading(self, seconds: float) -> None:
        left = self.transport.get_write_buffer_size()

        def look() -> None:
            if self.transport.get_write_buffer_size() < left:
                self._await_reading(seconds)
            else:
                self.transport.abort()

        self._stall.set(seconds, look)

    def _close(self) -> None:
        if self._cutter.in_body:
            self._end()
        else:
            self.transport.close()

    def _end(self, refusal: Refusal | None = None, *, lingers: bool = True) -> None:
        """Close, with an answer where none has begun yet; an application that waits sees a disconnect."""
        self._deadline.stop()
        if self.transport.is_closing():
            return
        # Of what is still coming the cycle is of the request before, as long as its head is not whole.
        cycle = self.cycle if self._cutter.in_body or self._is_answering() else None
        if refusal is not None and not (cycle is not None and cycle.response_started):
            self.transport.write(self._answer(refusal))
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.waiting_for_100_continue = False
            self.cycle.message_event.set()
        if not lingers or len(self._state.lingering) >= MOST_LINGERING:
            self.transport.close()
            return
        self._state.lingering.add(self)
        with contextlib.suppress(OSError):  # a peer that has broken off, of which asyncio does not know yet
            self.transport.write_eof()
        self.flow.resume_reading()
        self._deadline.set(LONGEST_LINGER, self.transport.abort)

    def _answer(self, refusal: Refusal) -> bytes:
        request_id = secrets.token_hex(16)
        body = encoded_failure(
            refusal.status, refusal.message, {"message": refusal.says}, request_id, self._state.clock.wall()
        )
        headers = [
            *self._state.default_headers,
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"x-request-id", request_id.encode()),
            (b"connection", b"close"),
            *refusal.headers,
        ]
        lines = [b"HTTP/1.1 %d %s" % (refusal.status, HTTPStatus(refusal.status).phrase.encode())]
        lines += [name + b": " + value for name, value in headers]
        return b"\r\n".join([*lines, b"", body])
