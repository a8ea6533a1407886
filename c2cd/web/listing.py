"""Lists as Kazoo gives them: which rows are wanted, a page of them or all, and where the next page begins.

Rows are read, filtered and sent in chunks: what a list costs in memory does not depend on its length.
"""

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from sys import maxsize

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response, StreamingResponse

from c2cd.errors import Fault, InvalidDocument
from c2cd.store.paging import Mark, Page
from c2cd.web.envelope import envelope, success
from c2cd.web.filters import Filter, read_filters
from c2cd.web.visit import Visit, is_yes

PAGE = 50
# So many rows are in memory at once.
CHUNK = 100
# After so many others get their turn: a query string holds hundreds of filters.
_TURN = 10
_MARK: msgspec.json.Decoder[Mark] = msgspec.json.Decoder(Mark)
_COUNT = re.compile(r"0*[1-9][0-9]{0,8}")


class Row(Struct, frozen=True):
    """A row of a list: where it stands, what filters see of it, and what is shown of it."""

    mark: Mark
    document: dict[str, object]
    shown: dict[str, object]


Read = Callable[[Page], Awaitable[list[Row]]]
Rows = AsyncGenerator[Row, None]


async def answer_list(visit: Visit, read: Read) -> Response:
    """Answer with the rows that the query string asks for.

    It knows ``page_size``, ``start_key``, ``paginate``, ``ascending`` and the filters. Raises
    InvalidDocument where one of them can't be read.
    """
    is_paged = is_yes(visit.query.get("paginate", "true"))
    size = _page_size(visit) if is_paged else maxsize
    most = min(max(size, PAGE), CHUNK) + 1  # a short page is read in no shorter chunks: filters may want more
    page = Page(most=most, start=_start(visit), ascending=is_yes(visit.query.get("ascending", "false")))
    rows = _matching(read, page, read_filters(visit.query))
    first, following = await _take(rows, min(size, CHUNK))
    if following is not None and size > CHUNK:
        body = _streamed(visit, rows, first, following, size if is_paged else None)
        return StreamingResponse(body, headers={"cache-control": "no-store"}, media_type="application/json")
    await rows.aclose()
    shown = [row.shown for row in first]
    paging = _paging(first, len(first), following) if is_paged else {}
    revision = hashlib.blake2b(msgspec.json.encode([shown, paging]), digest_size=16).hexdigest()
    return success(visit, shown, revision=revision, beside=paging)


async def _streamed(
    visit: Visit, rows: Rows, first: list[Row], following: Row | None, size: int | None
) -> AsyncIterator[bytes]:
    """Write a list that is longer than a chunk while its rows are being read."""
    async with aclosing(rows):
        count, chunk, separator = 0, first, b""
        yield b'{"data":['
        while chunk:
            yield separator + b",".join(msgspec.json.encode(row.shown) for row in chunk)
            count, separator = count + len(chunk), b","
            chunk, following = await _take(rows, min(CHUNK, (size or maxsize) - count), following)
        paging = _paging(first, count, following) if size is not None else {}
        yield b"]," + msgspec.json.encode(envelope(visit) | paging)[1:]


async def _matching(read: Read, page: Page, is_wanted: Filter) -> Rows:
    """Give the wanted rows, each chunk of them read when it is needed; its last row begins the next one."""
    while True:
        rows = await read(page)
        for number, row in enumerate(rows[: page.most - 1]):
            if number % _TURN == 0:
                await asyncio.sleep(0)
            if is_wanted(row.document):
                yield row
        if len(rows) < page.most:
            return
        page = replace(page, start=rows[-1].mark)


async def _take(rows: Rows, most: int, following: Row | None = None) -> tuple[list[Row], Row | None]:
    """Give so many rows, from ``following`` on, and the one after them."""
    taken: list[Row] = []
    if following is not None:
        if not most:
            return taken, following
        taken.append(following)
    async for row in rows:
        if len(taken) == most:
            return taken, row
        taken.append(row)
    return taken, None


def _paging(first: list[Row], count: int, following: Row | None) -> dict[str, object]:
    """Say which page it is, as Kazoo does: keys that there are no rows for are absent."""
    keys = {"start_key": first[:1], "next_start_key": [following] if following is not None else []}
    return {"page_size": count} | {key: _key(row.mark) for key, rows in keys.items() for row in rows}


def _key(mark: Mark) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(mark)).decode().rstrip("=")


def _start(visit: Visit) -> Mark | None:
    key = visit.query.get("start_key")
    if not key:
        return None
    try:
        return _MARK.decode(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except ValueError as error:  # neither base64 nor JSON nor a mark
        message = "Not a start_key that c2cd gave; send back a next_start_key as it came"
        raise InvalidDocument(Fault("start_key", "invalid", message, {"value": key})) from error


def _page_size(visit: Visit) -> int:
    text = visit.query.get("page_size", str(PAGE))
    if not _COUNT.fullmatch(text):
        message = "Value did not match type(s): integer"
        raise InvalidDocument(Fault("page_size", "type", message, {"target": "integer", "value": text}))
    return int(text)
