"""Hangs a live call up, ringing or talking, and remembers who wanted that."""

from c2cd.calls.ledger import LiveCall
from c2cd.calls.ports import Switch
from c2cd.clock import Clock, sleep
from c2cd.errors import SwitchForbids, SwitchRefused, SwitchUnreachable
from c2cd.model.call import Call

# A call that was only just placed may have no channel yet: it is looked for after so many seconds each.
_PATIENCE = (0.1, 0.2, 0.4, 0.8)


class HangUp:
    """Ends calls for whoever may ask for it; that the call has ended comes from the switch, as ever."""

    def __init__(self, clock: Clock, switch: Switch) -> None:
        self._clock = clock
        self._switch = switch

    async def ask(self, live: LiveCall, by: str) -> Call:
        """Have the switch hang up both legs; returns what is known by then.

        The history names ``by`` once the call has ended; of several who ask, the first. Raises a
        SwitchError where the switch could not be asked or has no such call: then nobody is named, but
        after SwitchSilent, since it may have been done.
        """
        track = live.track
        is_first = track.hung_up_by is None
        if is_first:
            track.hung_up_by = by
        try:
            await self._find_and_hang_up(live)
        except (SwitchUnreachable, SwitchForbids, SwitchRefused):
            if is_first:
                track.hung_up_by = None
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
