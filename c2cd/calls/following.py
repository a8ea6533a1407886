"""Follows every live call by what the switch says, and settles those that were lost sight of."""

import logging
from collections import defaultdict

from c2cd.calls.gate import Gate
from c2cd.calls.ledger import Ledger, LiveCall
from c2cd.calls.ports import Switch
from c2cd.calls.states import lose
from c2cd.clock import Clock, sleep
from c2cd.model.switching import LinkLost, OriginateDecided, Snapshot, SwitchEvent

log = logging.getLogger(__name__)

# How long an ended call waits for its channels' last words, which say why it ended.
LAST_WORDS = 1.0
# A leg may ring for its timeout; this much later the switch is asked whether it lives.
GRACE = 4.0
# A quiet talk is asked after this often, and twice: so no row stays open for over 15 s without a channel,
# though no way is known in which a Hangup is missed while the link is up.
TALK_CHECK = 8.0
SWEEP_EVERY = 2.0


class Follower:
    """Takes the switch's events to the calls that they are of. ``run`` and ``sweep`` are background tasks."""

    def __init__(self, clock: Clock, switch: Switch, ledger: Ledger, gate: Gate) -> None:
        self._clock = clock
        self._switch = switch
        self._ledger = ledger
        self._gate = gate

    async def run(self) -> None:
        """Take events in their order, until cancelled."""
        while True:
            self.take(await self._switch.events.get())

    def take(self, event: SwitchEvent) -> None:
        """Take one event."""
        if isinstance(event, Snapshot):
            self._settle(event)
            return
        if isinstance(event, LinkLost):
            for each in self._ledger:
                each.track.lose_sight()
            return
        call_id = event.call_id if isinstance(event, OriginateDecided) else event.linked
        self._gate.leave(call_id)
        live = self._ledger.get(call_id)
        if live is None:
            return
        before = live.call
        live.seen_at, live.missed = self._clock.monotonic(), 0
        was_closing = live.track.is_closing
        live.track.see(event, live.now(self._clock))
        if live.track.is_over:
            live.track.close(live.now(self._clock))
        elif live.track.is_closing and not was_closing:
            self._clock.call_later(LAST_WORDS, lambda: self._close(live))
        self._ledger.update(live, before)

    def _close(self, live: LiveCall) -> None:
        before = live.call
        live.track.close(live.now(self._clock))
        self._ledger.update(live, before)

    def finish(self) -> None:
        """Close, before the end of the daemon, what only waits for last words."""
        for live in self._ledger:
            if live.track.is_closing:
                self._close(live)

    async def sweep(self) -> None:
        """Ask the switch after the calls that should have been heard of, again and again until cancelled."""
        while True:
            await sleep(self._clock, SWEEP_EVERY)
            if any(self._is_overdue(live) for live in self._ledger):
                await self._switch.ask_snapshot()

    def _is_overdue(self, live: LiveCall) -> bool:
        silent = self._clock.monotonic() - live.seen_at
        return silent > (TALK_CHECK if live.call.state == "bridged" else live.call.timeout + GRACE)

    def _settle(self, snapshot: Snapshot) -> None:
        """Hold the live calls against the channels that the switch has.

        Those that are there go on. Of a call that is gone, with its end unseen, nothing more can be
        known: at once where the switch began a new life or the link was lost meanwhile; in the same
        session at the second time only, since its Hangup may be among the events that are still to
        come. One that was only requested may still be dialled by a switch that was silent, until it
        is overdue.

        Of one that was known in the same session nothing was missed. Any other catches up.
        """
        there = {channel.id for channel in snapshot.channels}
        behind = []
        for live in self._ledger:
            if live.call.id in there and live.call.switch_life == snapshot.life:
                live.seen_at, live.missed = self._clock.monotonic(), 0
                if live.session < snapshot.session:
                    behind.append(live)
            elif not live.track.is_closing and self._is_gone(live, snapshot):
                before = live.call
                live.track.call = lose(before, live.now(self._clock))
                log.info("call %s is gone from the switch: %s", live.call.id, live.call.result)
                self._ledger.update(live, before)
        if behind:
            self._catch_up(behind, snapshot)

    def _catch_up(self, behind: list[LiveCall], snapshot: Snapshot) -> None:
        """Have calls see what came of them unseen: each only its own channels, as there are thousands."""
        by_id = {channel.id: channel for channel in snapshot.channels}
        by_call = defaultdict(list)
        for channel in snapshot.channels:
            by_call[channel.linked].append(channel)
        for live in behind:
            before = live.call
            live.session = snapshot.session
            known = [by_id[channel] for channel in live.track.channels if channel in by_id]
            live.track.see_channels([*by_call[before.id], *known], live.now(self._clock))
            self._ledger.update(live, before)

    def _is_gone(self, live: LiveCall, snapshot: Snapshot) -> bool:
        if live.call.switch_life != snapshot.life:
            return True
        if live.call.state == "requested" and not self._is_overdue(live):
            return False
        if live.session < snapshot.session:
            return True
        if self._is_overdue(live):
            live.missed += 1
        return live.missed > 1
