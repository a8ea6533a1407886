"""The crowd that clicks: so many a second, for all kinds of calls, as clients that repeat with a key."""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from tests.proving.evidence import Attempt, Click

# How a contact behaves, by a digit of its number; the dialplan below reads it.
FATES = {"1": 6, "2": 1, "3": 1, "4": 1, "5": 2, "6": 1}

DIALPLAN = r"""
[proving]
; who clicks: a real phone, one that answers at once, one that rings, one that is busy, and nobody
exten => 1001,1,Dial(PJSIP/1001,120)
exten => 3000,1,Answer()
 same => n,Wait(120)
exten => 3001,1,Ringing()
 same => n,Wait(0.5)
 same => n,Answer()
 same => n,Wait(120)
exten => 3002,1,Hangup(17)
exten => 3003,1,Ringing()
 same => n,Wait(120)
; whom they call, by a digit: who talks, is busy, only rings, is refused, a real phone, who is gone at once
exten => _+15551X.,1,Ringing()
 same => n,Wait(0.${EXTEN:6:1})
 same => n,Answer()
 same => n,Wait(${EXTEN:6:1}.${EXTEN:7:1})
exten => _+15552X.,1,Hangup(17)
exten => _+15553X.,1,Ringing()
 same => n,Wait(120)
exten => _+15554X.,1,Hangup(21)
exten => _+15555X.,1,Dial(PJSIP/${EXTEN}@trunk,120)
exten => _+15556X.,1,Answer()
 same => n,Hangup()
"""

# Extension → how many of a hundred buttons are its.
EXTENSIONS = {"1001": 30, "3000": 30, "3001": 30, "3002": 5, "3003": 5}


@dataclass(frozen=True, slots=True)
class Button:
    """A button to click: its path, and a token that may."""

    path: str
    token: str


# What a client repeats with the same key: no answer, and those that ask for it.
_AGAIN = {0, 409, 503, 504}
_TRIES = 6


class Crowd:
    """Clicks by themselves, all of them in ``clicks``. ``run`` goes on until cancelled; ``finish`` waits.

    The same seed makes the same clicks, if not at the same moments.
    """

    def __init__(self, url: str, buttons: Sequence[Button], seed: int, rate: float) -> None:
        self.clicks: list[Click] = []
        self._buttons = buttons
        self._rate = rate
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)
        self._under_way: set[asyncio.Task[None]] = set()
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=20)
        self._http = httpx.AsyncClient(base_url=url, timeout=90, limits=limits)

    async def run(self) -> None:
        """Click at random moments, so many a second."""
        while True:
            await asyncio.sleep(self._random.expovariate(self._rate))
            self._begin(self._random.choice(self._buttons))

    async def finish(self, within: float) -> None:
        """Wait for the clicks that are under way."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._http.aclose()

    def _begin(self, button: Button) -> None:
        draw, number = self._random, next(self._numbers)
        fate = draw.choices(list(FATES), list(FATES.values()))[0]
        contact = f"+1555{fate}{draw.randrange(3)}{draw.randrange(10)}{number:06}"
        click = Click(contact=contact, key=f"key-{number}" if draw.random() < 0.5 else None)
        self.clicks.append(click)
        body = {"data": {"contact": contact, "blocking": draw.random() < 0.3}}
        headers = {"x-auth-token": button.token}
        if click.key is not None:
            headers["idempotency-key"] = click.key
        task = asyncio.create_task(self._click(click, f"{button.path}/connect", body, headers))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _click(self, click: Click, path: str, body: object, headers: dict[str, str]) -> None:
        for attempt in range(1 if click.key is None else _TRIES):
            if attempt:
                await asyncio.sleep(0.5 * attempt)
            answer = await self._ask(path, body, headers)
            click.attempts.append(answer)
            if answer.status not in _AGAIN:
                return

    async def _ask(self, path: str, body: object, headers: dict[str, str]) -> Attempt:
        began = time.monotonic()
        try:
            response = await self._http.post(path, json=body, headers=headers)
        except httpx.TransportError as error:
            return Attempt(status=0, message=type(error).__name__, took=time.monotonic() - began)
        content = response.json()
        is_fine = response.status_code == 200
        return Attempt(
            status=response.status_code,
            message="" if is_fine else content["message"],
            call_id=content["data"]["call_id"] if is_fine else None,
            took=time.monotonic() - began,
            retry_after="retry-after" in response.headers,
        )
