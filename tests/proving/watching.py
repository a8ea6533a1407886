"""Looks at a run while it goes on: rows that stay open without a channel, and what the daemon takes."""

import asyncio
import contextlib
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.lab.asterisk import Asterisk
from tests.proving.daemon import RiggedDaemon

LONGEST_WITHOUT_CHANNEL = 15.0
_EVERY = 1.0


@dataclass(kw_only=True)
class Sample:
    """What the daemon takes, at ``at`` of the monotonic clock."""

    at: float
    memory: int
    descriptors: int
    tasks: int
    open_rows: int


class Watch:
    """``run`` looks until it is cancelled; ``overdue`` is what it found, ``samples`` what it measured."""

    def __init__(self, daemon: RiggedDaemon, asterisk: Asterisk) -> None:
        self.overdue: list[str] = []
        self.samples: list[Sample] = []
        self.sample_every = 0.0  # never
        self._daemon = daemon
        self._asterisk = asterisk
        self._alone: dict[str, float] = {}  # open rows, and their seconds without a channel by a ready daemon

    async def run(self) -> None:
        """Look once a second."""
        async with httpx.AsyncClient(timeout=5) as http:
            looked_at = time.monotonic()
            while True:
                await asyncio.sleep(_EVERY)
                now = time.monotonic()
                live = await self._live()
                if live is not None and await self._is_ready(http):
                    self._hold(
                        await asyncio.to_thread(open_rows, self._daemon.database), live, now - looked_at
                    )
                looked_at = now
                if self.sample_every and (not self.samples or now - self.samples[-1].at >= self.sample_every):
                    await self.sample()

    def _hold(self, rows: dict[str, int], live: set[str], passed: float) -> None:
        for call_id, timeout in rows.items():
            alone = 0.0 if call_id in live else self._alone.get(call_id, 0.0) + passed
            longest = timeout + LONGEST_WITHOUT_CHANNEL
            if alone > longest >= self._alone.get(call_id, 0.0):
                self.overdue.append(f"{call_id} was open for {alone:.0f} s without a channel")
            self._alone[call_id] = alone

    async def _live(self) -> set[str] | None:
        """Give the ids of c2cd's calls that have a channel; None where the switch does not tell."""
        if not self._asterisk.running:
            return None
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with asyncio.timeout(3):
                channels = await self._asterisk.channels()
            return {channel[name] for channel in channels for name in ("Uniqueid", "Linkedid")}
        return None

    async def _is_ready(self, http: httpx.AsyncClient) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return (await http.get(f"{self._daemon.url}/readyz")).status_code == 200
        return False

    async def sample(self) -> None:
        """Measure what the daemon takes."""
        self.samples.append(
            Sample(
                at=time.monotonic(),
                memory=self._daemon.memory(),
                descriptors=self._daemon.descriptors(),
                tasks=len(await self._daemon.tell()),
                open_rows=len(await asyncio.to_thread(open_rows, self._daemon.database)),
            )
        )


def open_rows(database: Path) -> dict[str, int]:
    """Give the rows that have not ended, each with its timeout."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        return dict(connection.execute("SELECT id, timeout FROM calls WHERE state <> 'ended'").fetchall())
