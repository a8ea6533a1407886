"""Places a call: its row first, then its Originate, once, now or not at all."""

import asyncio
import logging
from contextlib import suppress

from msgspec import Struct
from msgspec.structs import replace

from c2cd.calls.causes import UNSPECIFIC
from c2cd.calls.composing import compose_call, compose_originate
from c2cd.calls.gate import Gate
from c2cd.calls.ledger import Ledger
from c2cd.calls.ports import Counts, Rows, Switch
from c2cd.calls.states import take_back
from c2cd.clock import Clock, deadline
from c2cd.errors import StoreError, SwitchRefused, SwitchUnreachable
from c2cd.model.call import Call
from c2cd.model.click import Click
from c2cd.model.repeat import Answer
from c2cd.model.signing import SignedLink
from c2cd.model.switching import Originate

log = logging.getLogger(__name__)

# Who clicked expects a ring now or not at all: later than this after the click nothing is sent.
TOO_LATE = 5.0
# How long the end of the daemon waits for rows of clicks that were called off.
LONGEST_FINISH = 1.0


class Placing(Struct, frozen=True, kw_only=True):
    """A call that is to be placed: its row, its order, and what is kept of its click.

    It was clicked at ``clicked_at`` of the monotonic clock. ``answer`` is for whoever repeats the click,
    ``link`` what it was signed by, ``client`` where it came from.
    """

    call: Call
    order: Originate
    clicked_at: float
    answer: Answer | None = None
    link: SignedLink | None = None
    client: str | None = None


class Placer:
    """Places calls that the guards have let through."""

    def __init__(  # noqa: PLR0913, PLR0917 - the rooms that a call goes through
        self, clock: Clock, switch: Switch, rows: Rows, ledger: Ledger, gate: Gate, counts: Counts
    ) -> None:
        self._clock = clock
        self._switch = switch
        self._rows = rows
        self._ledger = ledger
        self._gate = gate
        self._counts = counts
        self._called_off: dict[str, asyncio.Task[None]] = {}

    def require(self) -> None:
        """Raise SwitchUnreachable while the switch is away, SwitchBusy while it has too much to do."""
        self._switch.require()
        self._gate.require()

    def compose(self, click: Click, *, clicked_by: str, auto_answer: bool = False) -> tuple[Call, Originate]:
        """Make a call's row and its order, for ``place``. SwitchUnreachable while the switch is away."""
        self._switch.require()
        call = compose_call(
            click, clicked_by=clicked_by, requested_at=self._clock.wall(), switch_life=self._switch.life
        )
        order = compose_originate(
            call.id, click.account, click.button.means, click.contact, auto_answer=auto_answer
        )
        return call, replace(order, longest=call.longest)

    async def place(self, placing: Placing) -> None:
        """Commit the row, and then send the order. Returns when the switch has queued it.

        Raises KeyInUse, LinkUsed, StoreError, SwitchUnreachable or SwitchBusy if nothing was sent,
        SwitchRefused if the switch said no: then nobody's phone rings, the click costs nothing, and it may
        be repeated. A row that is not written in time is StoreError too, and ended once it is written.
        SwitchSilent leaves the row open until it is known what became of it.
        """
        call = placing.call
        try:
            self._require_in_time(placing)
            await self._gate.enter(call.id)
        except BaseException:
            self._counts.refund(call.id)
            raise
        recording = asyncio.ensure_future(self._record(placing))
        try:
            async with deadline(self._clock, TOO_LATE - self._age(placing)):
                await asyncio.shield(recording)
        except TimeoutError as error:
            self._call_off(recording, placing)
            message = f"a click's row was not written within {TOO_LATE:g} s, so nobody was called"
            raise StoreError(message) from error
        except asyncio.CancelledError:
            self._call_off(recording, placing)
            raise
        except BaseException:
            self._release(call)
            raise
        try:
            self._require_now(placing)
            self._ledger.figures.to_order.see(self._age(placing))
            await self._switch.originate(placing.order)
        except (SwitchUnreachable, SwitchRefused, ValueError):
            await self._take_back(placing)
            raise

    async def finish(self) -> None:
        """Wait, before the end of the daemon, until clicks that were called off have been taken back.

        Rows that are not written within ``LONGEST_FINISH`` are left to the next start, which settles them.
        """
        with suppress(TimeoutError):
            async with deadline(self._clock, LONGEST_FINISH):
                await asyncio.gather(*self._called_off.values())

    def is_called_off(self, call_id: str) -> bool:
        """Tell whether a call is never placed, though its row may be written, or be open, for a moment."""
        return call_id in self._called_off

    def _call_off(self, recording: "asyncio.Future[None]", placing: Placing) -> None:
        call_id = placing.call.id
        self._release(placing.call)
        self._called_off[call_id] = asyncio.create_task(self._end_when_written(recording, placing))
        self._called_off[call_id].add_done_callback(lambda _: self._called_off.pop(call_id))

    async def _end_when_written(self, recording: "asyncio.Future[None]", placing: Placing) -> None:
        with suppress(StoreError):  # nothing was written
            await recording
            await self._end(placing)

    async def _record(self, placing: Placing) -> None:
        await self._rows.add(placing.call, placing.answer, placing.link)
        self._ledger.begin(placing.call, self._switch.session, placing.client)

    def _release(self, call: Call) -> None:
        self._gate.leave(call.id)
        self._counts.refund(call.id)

    def _require_now(self, placing: Placing) -> None:
        if self._switch.life != placing.call.switch_life:
            raise SwitchUnreachable("The switch was restarted at this very moment")
        self._require_in_time(placing)

    def _require_in_time(self, placing: Placing) -> None:
        if self._age(placing) > TOO_LATE:
            raise SwitchUnreachable("The click could not be placed in time, so nobody was called")

    def _age(self, placing: Placing) -> float:
        return self._clock.monotonic() - placing.clicked_at

    async def _take_back(self, placing: Placing) -> None:
        self._release(placing.call)
        await self._end(placing)

    async def _end(self, placing: Placing) -> None:
        """End the row of a click of which nothing left, and let the click be repeated."""
        call = placing.call
        live = self._ledger.get(call.id)
        if live is not None:
            before = live.call
            live.track.call = take_back(live.call, self._clock.wall(), UNSPECIFIC)
            self._ledger.update(live, before)
        if placing.answer is not None or placing.link is not None:
            try:
                await self._rows.forget_click(call.id)
            except StoreError as error:
                log.warning("call %s: %s", call.id, error)
