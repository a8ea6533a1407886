"""Streams of events as a client reads them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.process import PATIENCE
from tests.web.site import Site


@dataclass
class Stream:
    """An open stream; ``place`` is the id of the last message that had one."""

    lines: AsyncIterator[str]
    place: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> dict[str, Any]:
        """Give the data of the next message; StopAsyncIteration at the end."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                name, _, value = line.partition(": ")
                if name == "id":
                    self.place = value
                elif name == "data":
                    self.messages.append(json.loads(value))
                    return self.messages[-1]
        raise StopAsyncIteration

    async def until(self, **fields: object) -> list[dict[str, Any]]:
        """Give all messages so far, once there is one with these fields."""
        while not self.messages or not fields.items() <= self.messages[-1].items():
            await self.next()
        return self.messages

    async def rest(self) -> list[dict[str, Any]]:
        """Give all messages, once the stream has ended."""
        try:
            while True:
                await self.next()
        except StopAsyncIteration:
            return self.messages


@asynccontextmanager
async def stream(
    site: Site, path: str, headers: Mapping[str, str] | None = None, **params: str
) -> AsyncIterator[Stream]:
    """Open a stream, and read its beginning: from then on nothing is missed."""
    async with site.http.stream("GET", path, headers=headers, params=params) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        lines = response.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        yield Stream(lines)


@asynccontextmanager
async def events(
    site: Site, account: str = "acme", *, token: str = "", after: str = "", **params: str
) -> AsyncIterator[Stream]:
    """Open the stream of an account's events, which begins after a place, or now."""
    headers = {"x-auth-token": token or site.tokens[account]}
    if after:
        headers["last-event-id"] = after
    async with stream(site, f"/v2/accounts/{account}/events", headers, **params) as opened:
        if not after:
            assert await anext(opened.lines) == ""
            opened.place = (await anext(opened.lines)).removeprefix("id: ")
        yield opened
