"""Places a call: its row first, then its Originate, once, now or not at all."""

import asyncio
import logging
from contextlib import AbstractAsyncContextManager, nullcontext
from weakref import WeakValueDictionary

from c2cd.calls.causes import UNSPECIFIC
from c2cd.calls.composing import compose_call, compose_originate
from c2cd.calls.gate import Gate
from c2cd.calls.ledger import Ledger
from c2cd.calls.ports import Rows, Switch
from c2cd.calls.states import fail
from c2cd.clock import Clock
from c2cd.errors import StoreError, SwitchRefused, SwitchUnreachable
from c2cd.model.account import Account
from c2cd.model.button import Button
from c2cd.model.call import Call
from c2cd.model.contact import Contact
from c2cd.model.repeat import Answer
from c2cd.model.switching import Originate

log = logging.getLogger(__name__)

# Who clicked expects a ring now or not at all: later than this after the click nothing is sent.
TOO_LATE = 5.0


class Placer:
    """Places calls that the guards have let through."""

    def __init__(self, clock: Clock, switch: Switch, rows: Rows, ledger: Ledger, gate: Gate) -> None:
        self._clock = clock
        self._switch = switch
        self._rows = rows
        self._ledger = ledger
        self._gate = gate
        self._abandoned: set[asyncio.Future[None]] = set()
        self._repeats: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def one_at_a_time(self, button_id: str, key: str | None) -> AbstractAsyncContextManager[None]:
        """Give what to hold while a click is looked up and placed: its repeats wait for its answer."""
        if key is None:
            return nullcontext()
        return self._repeats.setdefault((button_id, key), asyncio.Lock())

    def compose(
        self, account: Account, button: Button, contact: Contact, *, auto_answer: bool = False
    ) -> tuple[Call, Originate]:
        """Make a call's row and its order, for ``place``. SwitchUnreachable while the switch is away."""
        self._switch.require()
        call = compose_call(button, contact, requested_at=self._clock.wall(), switch_life=self._switch.life)
        return call, compose_originate(call.id, account, button.means, contact, auto_answer=auto_answer)

    async def place(self, call: Call, order: Originate, answer: Answer | None = None) -> None:
        """Commit the row, and then send the order. Returns when the switch has queued it.

        ``answer`` is kept for whoever repeats the click. Raises KeyInUse, StoreError, SwitchUnreachable
        or SwitchBusy if nothing was sent, SwitchRefused if the switch said no: then nobody's phone rings,
        and the click may be repeated. SwitchSilent leaves the row open until it is known what became of it.
        """
        began = self._clock.monotonic()
        await self._gate.enter(call.id)
        recording = asyncio.ensure_future(self._record(call, answer))
        try:
            await asyncio.shield(recording)
        except asyncio.CancelledError:
            abandoned = asyncio.ensure_future(self._abandon(recording, call, answer))
            self._abandoned.add(abandoned)
            abandoned.add_done_callback(self._abandoned.discard)
            raise
        except BaseException:
            self._gate.leave(call.id)
            raise
        try:
            self._require_now(call, began)
            await self._switch.originate(order)
        except (SwitchUnreachable, SwitchRefused, ValueError):
            await self._take_back(call, answer)
            raise

    async def finish(self) -> None:
        """Wait, before the end of the daemon, until clicks that were cancelled have been taken back."""
        await asyncio.gather(*self._abandoned)

    async def _abandon(self, recording: "asyncio.Future[None]", call: Call, answer: Answer | None) -> None:
        try:
            await recording
        except StoreError:
            self._gate.leave(call.id)
        else:
            await self._take_back(call, answer)

    async def _record(self, call: Call, answer: Answer | None) -> None:
        await self._rows.add(call, answer)
        self._ledger.begin(call, self._switch.session)

    def _require_now(self, call: Call, began: float) -> None:
        if self._switch.life != call.switch_life:
            raise SwitchUnreachable("The switch was restarted at this very moment")
        if self._clock.monotonic() - began > TOO_LATE:
            raise SwitchUnreachable("The click could not be written down in time, so nobody was called")

    async def _take_back(self, call: Call, answer: Answer | None) -> None:
        """End the row of a click of which nothing left, and let the click be repeated."""
        self._gate.leave(call.id)
        live = self._ledger.get(call.id)
        if live is not None:
            before = live.call
            live.track.call = fail(live.call, self._clock.wall(), UNSPECIFIC)
            self._ledger.update(live, before)
        if answer is not None:
            try:
                await self._rows.forget_click(call.id)
            except StoreError as error:
                log.warning("call %s: %s", call.id, error)
