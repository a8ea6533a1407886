"""Reads requests: how large a head may be, and where a request ends; what can't be read is a refusal."""

from typing import NamedTuple

import h11

from c2cd.web.visit import LARGEST_BODY

# A request's line and headers, in bytes.
LARGEST_HEAD = 16 * 1024


class Refusal(NamedTuple):
    """An answer to what is not handed on to the application."""

    status: int
    message: str
    says: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


BAD = Refusal(400, "bad_request", "this is not HTTP/1.1 as it should be")
TWO_LENGTHS = Refusal(400, "bad_request", "Transfer-Encoding stands beside Content-Length, or in HTTP/1.0")
TOO_SLOW = Refusal(408, "request_timeout", "the request was not complete after 10 seconds")
LARGE_HEAD = Refusal(431, "request_header_fields_too_large", "the headers are larger than 16 KiB")
UNKNOWN_CODING = Refusal(501, "not_implemented", "no Transfer-Encoding is known but chunked")
STOPPING = Refusal(
    503, "stopping", "c2cd is being stopped, and could not do this before", ((b"retry-after", b"5"),)
)
FULL = Refusal(503, "too_many_connections", "too many connections are open", ((b"retry-after", b"1"),))
_BY_HINT = {refusal.status: refusal for refusal in (LARGE_HEAD, UNKNOWN_CODING)}


class Parser(h11.Connection):
    """h11's parser, which says what is wrong in ``refusal`` instead of raising it.

    ``is_whole`` is set by a request's last byte; ``is_large`` says that its body is not worth reading.
    """

    refusal: Refusal | None = None
    is_whole = False
    is_large = False
    _come = 0

    def __init__(self) -> None:
        super().__init__(h11.SERVER, LARGEST_HEAD)

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """Give what came; NEED_DATA where it is refused."""
        if self.their_state is h11.MUST_CLOSE:
            return h11.PAUSED  # what follows a last request is no request
        try:
            event = super().next_event()
        except h11.RemoteProtocolError as error:
            self.refusal = _BY_HINT.get(error.error_status_hint, BAD)
            return h11.NEED_DATA
        if isinstance(event, h11.Request):
            self._begin(event)
        elif isinstance(event, h11.Data):
            self._come += len(event.data)
            self.is_large |= self._come > LARGEST_BODY
        elif isinstance(event, h11.EndOfMessage):
            self.is_whole = True
        return h11.NEED_DATA if self.refusal is not None else event

    def _begin(self, request: h11.Request) -> None:
        headers = dict(request.headers)
        length = headers.get(b"content-length")
        self._come = 0
        self.is_large = length is not None and int(length) > LARGEST_BODY
        # h11 bounds only heads that come in pieces. The numbers: spaces, colons and ends of lines.
        head = len(request.method) + len(request.target) + 14
        head += sum(len(name) + len(value) + 4 for name, value in request.headers)
        if head > LARGEST_HEAD:
            self.refusal = LARGE_HEAD
        # A proxy that goes by the other one of the two would take the body for a second request.
        elif b"transfer-encoding" in headers and (length is not None or request.http_version < b"1.1"):
            self.refusal = TWO_LENGTHS
