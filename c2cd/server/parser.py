"""Cuts what comes into requests: how large a head may be, and where a request ends; all else is a refusal.

llhttp, behind httptools, reads what is cut. It is strict, but it has no bounds, goes on with the next request
at once, knows some verbs only, and takes a body for another protocol's where an upgrade is offered.
"""

import re
from typing import NamedTuple

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

_END = b"\r\n\r\n"
_LINE = re.compile(rb"(?P<verb>[!#$%&'*+.^_`|~0-9A-Za-z-]+) [!-~]+ HTTP/1\.(?P<minor>[01])\r\n")
_FRAMING = re.compile(
    rb"\r\n(host|content-length|transfer-encoding|upgrade):[ \t]*([^\r]*?)[ \t]*(?=\r)", re.IGNORECASE
)
_LENGTH = re.compile(rb"[0-9]{1,15}")
_UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class Cutter:
    """What has come and was not parsed yet: ``take`` gives it piece by piece, none beyond a request's end.

    ``in_body`` says that a body is being read, ``is_large`` that it is not worth reading. llhttp gets every
    verb as GET; ``verb`` is what it was.
    """

    def __init__(self) -> None:
        self.verb = ""
        self.in_body = False
        self.is_large = False
        self._come = bytearray()
        self._searched = 0
        self._left: int | None = 0  # of the body; None where it comes in chunks
        self._tail = b""
        self._between = 0

    def __bool__(self) -> bool:
        return bool(self._come)

    def add(self, data: bytes) -> None:
        """Add what came."""
        self._come += data

    def take(self) -> bytes | Refusal:
        """Give a whole head, or what has come of a body; nothing where neither is there."""
        if self.in_body:
            return self._take_body()
        end = self._come.find(_END, self._searched) + len(_END)
        if (end if end >= len(_END) else len(self._come)) > LARGEST_HEAD:
            return LARGE_HEAD
        if self._come[0] <= ord(" "):  # TLS, for one: more of it would not help
            return BAD
        if end < len(_END):
            self._searched = max(0, len(self._come) - len(_END))
            return b""
        self._searched = 0
        head = self._cut(end)
        line = _LINE.match(head)
        if line is None:
            return BAD
        self.verb = line["verb"].decode()
        refusal = self._frame(head, is_new=line["minor"] == b"1")
        return refusal or b"GET" + _UPGRADE.sub(b"\r\nx-upgrade:", head[line.end("verb") :])

    def begin_body(self) -> None:
        """Take note that a head was read to its end."""
        self.in_body = True
        self.is_large = self._left is not None and self._left > LARGEST_BODY
        self._come_of_body = self._between = 0
        self._tail = b""

    def count_body(self, size: int) -> None:
        """Take note of so much of a body."""
        self._between = 0
        self._come_of_body += size
        self.is_large |= self._come_of_body > LARGEST_BODY

    def _take_body(self) -> bytes | Refusal:
        if self._left is not None:
            piece = self._cut(self._left)
            self._left -= len(piece)
            return piece
        # The sizes and extensions of chunks, and what stands behind the last, which llhttp would keep.
        if self._between > LARGEST_HEAD:
            return LARGE_HEAD
        end = (self._tail + self._come).find(_END)
        piece = self._cut(len(self._come) if end < 0 else end + len(_END) - len(self._tail))
        self._tail = (self._tail + piece)[1 - len(_END) :]
        self._between += len(piece)
        return piece

    def _cut(self, size: int) -> bytes:
        piece = bytes(self._come[:size])
        del self._come[:size]
        return piece

    def _frame(self, head: bytes, *, is_new: bool) -> Refusal | None:
        """Find out how long a body is, or what is against a request, which may be of HTTP/1.0."""
        said: dict[bytes, list[bytes]] = {}
        for name, value in _FRAMING.findall(head):
            said.setdefault(name.lower(), []).append(value.lower())
        hosts, codings = said.get(b"host", []), said.get(b"transfer-encoding", [])
        lengths = said.get(b"content-length", [])
        if len(hosts) not in {1, int(is_new)}:
            return BAD
        # A proxy that goes by the other one of the two would take the body for a second request.
        if codings and (lengths or not is_new):
            return TWO_LENGTHS
        if codings and codings != [b"chunked"]:
            return UNKNOWN_CODING
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            return BAD
        self._left = None if codings else int(lengths[0]) if lengths else 0
        return None
