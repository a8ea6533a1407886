"""The wire between daemon and switch: an order is held until its row was looked for, and all can be cut."""

import asyncio
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal, get_args

from tests.proving.evidence import Order
from tests.switch.proxy import Proxy

_END = b"\r\n\r\n"

# Where the link can be cut: at the next such moment.
Cut = Literal["before an order", "after an order", "after its answer", "in an event", "in a character"]
CUTS: tuple[Cut, ...] = get_args(Cut)


class Wiretap(Proxy):
    """A proxy that knows an Originate when it sees one.

    ``cut_at`` cuts the link at the next such moment, and is then None again. ``delay`` holds each piece back
    for so many seconds. Connections that are ``deaf`` stay open and pass nothing on any more.
    """

    def __init__(self, port: int, database: Path) -> None:
        super().__init__(port)
        self.orders: list[Order] = []
        self.cut_at: Cut | None = None
        self.delay = 0.0
        self._database = database
        self._deaf: set[asyncio.StreamWriter] = set()
        self._held: dict[asyncio.StreamWriter, bytes] = {}  # the beginning of a message to the switch

    def half_open(self) -> None:
        """Pass nothing more of the connections that there are; those who come later are served."""
        self._deaf |= self._writers

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter, flowing: asyncio.Event) -> None:
        await flowing.wait()
        await asyncio.sleep(self.delay)
        if writer in self._deaf:
            return
        if self._is_client(writer):
            self._pass_answer(data, writer)
        else:
            *whole, self._held[writer] = (self._held.get(writer, b"") + data).split(_END)
            for message in whole:
                await self._pass_order(message + _END, writer)
        await writer.drain()

    async def _pass_order(self, message: bytes, writer: asyncio.StreamWriter) -> None:
        if not message.startswith(b"Action: Originate\r\n"):
            writer.write(message)
            return
        call_id = message.partition(b"ActionID: ")[2].partition(b"\r\n")[0].decode()
        at = time.time()
        order = Order(call_id=call_id, at=at, had_row=await asyncio.to_thread(self._has_row, call_id))
        self.orders.append(order)
        if self.cut_at == "before an order":
            order.passed = False
            self._cut_now()
            return
        writer.write(message)
        if self.cut_at == "after an order":
            with suppress(ConnectionError):
                await writer.drain()
            self._cut_now()

    def _pass_answer(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        end = self._where_to_cut(data)
        self._write(data if end is None else data[:end], writer)
        if end is not None:
            self._cut_now()

    def _where_to_cut(self, data: bytes) -> int | None:
        """Tell how much of what the switch says is passed on before the cut; None without one."""
        if self.cut_at == "after its answer" and (place := data.find(b"Originate successfully queued")) >= 0:
            return data.index(b"\r\n", place) + 4
        if self.cut_at == "in an event" and (place := data.find(b"Event: ")) >= 0:
            return place + 17
        if self.cut_at == "in a character":
            return next((place + 1 for place, byte in enumerate(data) if byte >= 0xC2), None)
        return None

    def _cut_now(self) -> None:
        self.cut_at = None
        # What was passed on by then shall arrive: a reset would take it back.
        for writer in list(self._writers):
            writer.close()

    def _has_row(self, call_id: str) -> bool:
        uri = f"{self._database.as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
            return bool(connection.execute("SELECT 1 FROM calls WHERE id = ?", (call_id,)).fetchall())
