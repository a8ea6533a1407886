"""Hangs a live call up, ringing or talking, and remembers who wanted that."""

from msgspec.structs import replace

from c2cd.calls.ledger import Ledger, LiveCall
from c2cd.calls.ports import Switch
from c2cd.clock import Clock, sleep
from c2cd.errors import SwitchError, SwitchRefused
from c2cd.model.call import Call

# A call that was only just placed may have no channel yet: it is looked for after so many seconds each.
_PATIENCE = (0.1, 0.2, 0.4, 0.8)


class HangUp:
    """Ends calls for whoever may ask for it; that the call has ended comes from the switch, as ever."""

    def __init__(self, clock: Clock, switch: Switch, ledger: Ledger) -> None:
        self._clock = clock
        self._switch = switch
        self._ledger = ledger

    async def ask(self, live: LiveCall, by: str) -> Call:
        """Have the switch hang up both legs; ``by`` stands in the history. Returns what is known by then.

        Raises a SwitchError, and remembers nobody, where the switch could not be asked or has no such call.
        """
        before = live.call
        if before.ended_by is None:
            live.track.call = replace(before, ended_by=by)
            self._ledger.update(live, before)
        try:
            await self._find_and_hang_up(live)
        except SwitchError:
            if before.ended_by is None and live.call.state != "ended":
                marked = live.call
                live.track.call = replace(marked, ended_by=None)
                self._ledger.update(live, marked)
            raise
        return live.call

    async def _find_and_hang_up(self, live: LiveCall) -> None:
        for wait in _PATIENCE:
            if await self._switch.hang_up(live.call.id):
                return
            await sleep(self._clock, wait)
            if live.call.state == "ended":
                return
        raise SwitchRefused("The switch has no channel of this call; its history will tell what became of it")
