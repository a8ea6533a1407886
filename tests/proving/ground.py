"""The ground itself: daemon, wire, switch, phones and disk; set up for a crowd, and read out afterwards."""

import asyncio
import contextlib
import json
import random
import shutil
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.lab.asterisk import Asterisk
from tests.lab.configuration import DIALPLAN as SHIPPED
from tests.lab.configuration import EXTENSIONS as LAB
from tests.lab.disk import Disk, why_no_disk
from tests.lab.fixtures import SECTIONS
from tests.lab.phones import Phone
from tests.lab.scenario import answers
from tests.process import eventually
from tests.proving.crowd import DIALPLAN, EXTENSIONS, Button, Crowd
from tests.proving.daemon import MOST_A_DAY, RiggedDaemon
from tests.proving.evidence import Evidence, Line, Outage, Row
from tests.proving.record import FILES, read_record, record_of
from tests.proving.watching import Watch, open_rows
from tests.proving.wiretap import Wiretap

# So long may each phone ring, in seconds.
TIMEOUT = 6
# After whatever happened, the daemon is ready again in less.
_READY = 60.0
_SETTLED = 2 * TIMEOUT + 30.0
_EXTENSION_FILE = {"extensions.conf": LAB + SHIPPED.read_text() + DIALPLAN}


class Ground:
    """All of it. Made by ``ready_ground``; ``harm`` is the way to break it."""

    def __init__(self, daemon: RiggedDaemon, asterisk: Asterisk, tap: Wiretap, disk: Disk | None) -> None:
        self.daemon = daemon
        self.asterisk = asterisk
        self.tap = tap
        self.disk = disk
        self.watch = Watch(daemon, asterisk)
        self.outages: list[Outage] = []
        self.switch_deaths: list[float] = []
        self.complaints: list[str] = []
        self.stuck: set[str] = set()
        self.deaths: Counter[str] = Counter()
        self.recoveries: dict[str, list[float]] = defaultdict(list)

    @asynccontextmanager
    async def harm(self, why: str) -> AsyncIterator[None]:
        """Note an outage, from the beginning of the block until the daemon is ready after its end."""
        began = time.time()
        try:
            yield
            mended = time.monotonic()
            await self.ready(why)
            self.recoveries[why].append(time.monotonic() - mended)
        finally:
            self.outages.append(Outage(why=why, began=began, ended=time.time()))

    async def ready(self, after: str) -> None:
        """Wait until clicks are taken again."""
        try:
            try:
                await self.daemon.wait_for("/readyz", within=_READY / 3)
            except TimeoutError:
                await self._mind_the_listener()
                await self.daemon.wait_for("/readyz", within=_READY)
        except (TimeoutError, ChildProcessError) as error:
            said = "\n".join([*self.daemon.messages.splitlines()[-15:], *self.asterisk.said()])
            alive = "lives" if self.asterisk.running else "has ended"
            raise AssertionError(f"not ready {_READY:g} s after {after}; Asterisk {alive}\n{said}") from error

    async def _mind_the_listener(self) -> None:
        """Restart an Asterisk that lives and takes no connection, as an admin would.

        16.28 now and then loses its manager interface by a reload ("listener thread ended abnormally").
        """
        try:
            _, writer = await asyncio.open_connection(self.asterisk.ami_host, self.asterisk.ami_port)
        except ConnectionRefusedError:
            self.switch_deaths.append(time.time())
            self.deaths["an Asterisk that had lost its manager interface"] += 1
            await self.asterisk.restart()
        else:
            writer.close()

    async def crowd(self, seed: int, rate: float) -> Crowd:
        """Give a crowd, which does not click yet, with buttons to click."""
        draw = random.Random(seed)
        buttons = []
        for account, many in (("acme", 12), ("limited", 1)):
            token = await self.daemon.make_token(account=account)
            for number in range(many):
                document = {
                    "name": f"Köln {number} ⟂ Ü",
                    "extension": draw.choices(list(EXTENSIONS), list(EXTENSIONS.values()))[0],
                    "dial_first": draw.choice(["extension", "contact"]),
                    "timeout": TIMEOUT,
                }
                made = await self.daemon.request(
                    "PUT", "", document, account=account, headers={"x-auth-token": token}
                )
                assert made.status_code == 201, made.text
                path = f"/v2/accounts/{account}/clicktocall/{made.json()['data']['id']}"
                buttons.append(Button(path, token))
        return Crowd(self.daemon.url, buttons, seed, rate)

    async def settle(self, crowd: Crowd) -> None:
        """Let the clicks that are under way, and all calls, come to their ends."""
        await crowd.finish(within=2 * TIMEOUT + 70)
        if not await self._all_over():
            # A phone that has given up on a switch that stood still leaves it a call without an end.
            await self.asterisk.cli("channel request hangup all")
            await self._all_over()
        # 22.10 now and then keeps one for ever, which does not heed a hangup either.
        self.stuck = {channel["Uniqueid"] for channel in await self.asterisk.channels()}

    async def _all_over(self) -> bool:
        """Tell whether all rows have come to their ends in time."""

        async def over() -> bool:
            return not await asyncio.to_thread(open_rows, self.daemon.database)

        try:
            return await eventually(over, _SETTLED)
        except TimeoutError:
            return False

    def evidence(self, crowd: Crowd) -> Evidence:
        """Read what the run has left, and keep it beside the daemon's words. The daemon has ended."""
        assert self.asterisk.home is not None
        record = record_of(self.asterisk.home)
        for file in (record, self.daemon.database, self.daemon.events_file):
            if file.parent != self.daemon.folder:
                shutil.copy(file, self.daemon.folder)
        (self.daemon.folder / "sent").write_bytes(self.tap.sent)
        return Evidence(
            clicks=crowd.clicks,
            orders=self.tap.orders,
            rows=_rows(self.daemon.database),
            seen=read_record(record),
            lines=_lines(self.daemon.events_file),
            outages=self.outages,
            switch_deaths=self.switch_deaths,
            overdue=self.watch.overdue,
            complaints=self.complaints,
            limits={"limited": MOST_A_DAY},
            stuck=self.stuck,
        )


@asynccontextmanager
async def ready_ground(suite: str, folder: Path) -> AsyncIterator[Ground]:
    """Set all of it up, with the Asterisk of a Debian suite; the daemon is stopped when the block ends."""
    async with contextlib.AsyncExitStack() as stack:
        section = SECTIONS[suite].read_text()
        asterisk = await stack.enter_async_context(
            Asterisk(suite, section=section, also={**FILES, **_EXTENSION_FILE})
        )
        disk = None if why_no_disk() else await stack.enter_async_context(Disk(megabytes=512))
        place = folder if disk is None else disk.folder
        for port in (asterisk.ports.extension_phone, asterisk.ports.contact_phone):
            await stack.enter_async_context(Phone(port, answers(talks=2)))
        tap = Wiretap(asterisk.ami_port, place / "c2cd.db")
        ami_port = await stack.enter_async_context(tap.listening())
        daemon = RiggedDaemon(folder, place, ami_port, asterisk.secret)
        await daemon.start()
        try:
            yield Ground(daemon, asterisk, tap, disk)
        finally:
            if daemon.is_alive:
                await daemon.kill()


def _lines(file: Path) -> list[Line]:
    """Read an event log, without what a full disk or a kill has torn."""
    found = []
    for text in file.read_text().splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            line = json.loads(text)
            found.append(Line(event=line["event"], call_id=line["call_id"], result=line.get("result")))
    return found


def _rows(database: Path) -> dict[str, Row]:
    columns = {"account": "account_id"}
    names = list(Row.__dataclass_fields__)
    sql = f"SELECT {', '.join(columns.get(name, name) for name in names)} FROM calls"  # noqa: S608 - our own names
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = [Row(**dict(zip(names, values, strict=True))) for values in connection.execute(sql)]
    return {row.id: row for row in rows}
