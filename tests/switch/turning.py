"""Waits for what a socket will bring: the loop turns until it is there, and no clock is slept on."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 10.0


async def until(check: Callable[[], T | None], within: float = PATIENCE) -> T:
    """Let the loop turn until something true is given, and give it; TimeoutError if that takes too long."""
    async with asyncio.timeout(within):
        while not (found := check()):  # noqa: ASYNC110 - an event would have to be in what is tested
            await asyncio.sleep(0)
        return found


async def turn(times: int = 50) -> None:
    """Let the loop turn so often that what is on its way over loopback has come."""
    for _ in range(times):
        await asyncio.sleep(0)
