"""One call on the simulated switch: the events that Asterisk 22.10 was seen to send, in its order.

``tests/lab`` plays the same clicks here and on a real one, and compares what c2cd makes of them.
"""

import asyncio
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from c2cd.clock import Clock, sleep
from c2cd.switch.simulated_phones import Phone, phone_at

Emit = Callable[[dict[str, str]], None]

_LOCAL = re.compile(r"Local/(?P<number>[^@/]+)@(?P<context>[^/]+)/n")
_PJSIP = re.compile(r"PJSIP/(?P<context>[^/]+)/(?P<number>.+)")
_serial = itertools.count()

ANSWERED = 4
NO_ANSWER = 3
CONGESTION = 8
BUSY = 5


@dataclass
class SimulatedChannel:
    """A channel, as CoreShowChannels lists it."""

    name: str
    id: str
    linked: str
    state: str = "Down"
    bridge: str = ""


@dataclass
class _Leg:
    """A leg's channels: ``root`` is dialled, ``phone`` is the phone's, ``half`` is between behind Local."""

    number: str
    takes: Phone
    root: SimulatedChannel
    half: SimulatedChannel | None
    phone: SimulatedChannel

    @property
    def channels(self) -> list[SimulatedChannel]:
        if self.half is None:
            return [self.root]
        return [self.phone, self.half, self.root] if self.takes.exists else [self.half, self.root]


@dataclass
class SimulatedCall:
    """Plays an Originate to its end. ``channels`` holds what lives of it at the moment."""

    clock: Clock
    emit: Emit
    action: dict[str, str]
    phones: Callable[[str], Phone] = phone_at
    channels: list[SimulatedChannel] = field(default_factory=list)
    _playing: "asyncio.Future[None]" = field(init=False, repr=False)
    _is_decided: bool = False

    @property
    def id(self) -> str:
        """The call's id: that of the first channel."""
        return self.action["channelid"]

    async def play(self) -> None:
        """Play it until it ends by itself or is hung up."""
        self._playing = asyncio.ensure_future(self._play())
        try:
            await asyncio.wait([self._playing])
        finally:
            self._playing.cancel()
        if not self._playing.cancelled():
            self._playing.result()

    def hang_up(self) -> None:
        """End it now, as Asterisk does when the first channel is hung up; nothing where it has ended."""
        self._playing.cancel()
        if not self._is_decided:
            self._decide(0)
        for channel in reversed(self.channels):
            self._end_channel(channel, 16)
        self.channels.clear()

    async def _play(self) -> None:
        """Ring the first phone, then, by Dial, the second, and let them talk."""
        second, patience, _ = self.action["data"].split(",", 2)
        first = self._make_leg(self.action["channel"], self.id, self.action["otherchannelid"])
        if first is None:  # a technology that is not loaded: no channel at all
            self._decide(0)
            return
        self.channels += first.channels
        reason, cause = await self._ring(first, None, float(self.action["timeout"]) / 1000)
        self._decide(reason)
        if reason != ANSWERED:
            self._hang_up(first, cause, root=cause if reason == NO_ANSWER else 0)
            return
        await self._dial_second(first, second, float(patience))

    async def _dial_second(self, first: _Leg, channel: str, patience: float) -> None:
        leg = self._make_leg(channel, _new_id(), _new_id())
        if leg is None:  # as when it was asked for an unknown technology: cause 66
            self._hang_up(first, 66, root=66)
            return
        self.channels += leg.channels
        reason, cause = await self._ring(leg, first.root, patience)
        if reason != ANSWERED:
            self._hang_up(leg, cause)
            self._hang_up(first, 16, root=cause if leg.half is None else 0)
            return
        self._bridge(leg.root, first.root)
        if leg.half is not None:
            self._bridge(leg.phone, leg.half)
        await sleep(self.clock, leg.takes.talks)
        self._hang_up(leg, 16, root=16)
        self._hang_up(first, 16, root=16)

    async def _ring(self, leg: _Leg, caller: SimulatedChannel | None, patience: float) -> tuple[int, int]:
        """Ring a leg's phone; give OriginateResponse's reason, and the Q.850 cause if it comes to nothing."""
        phone = leg.takes
        if not phone.exists:
            return 0, 0
        pairs = [(caller, leg.root)]
        if leg.half is not None:
            pairs.insert(0, (leg.half, leg.phone))
        for dialler, dialled in reversed(pairs):
            self._dial("DialBegin", dialler, dialled)
        if phone.rings:
            await sleep(self.clock, phone.rings_after)
            for dialler, dialled in pairs:
                dialled.state = "Ringing"
                self._dial("DialState", dialler, dialled, "RINGING")
        if not phone.answers or phone.answers_after >= patience:
            await sleep(self.clock, patience)
            return self._give_up(leg, caller)
        await sleep(self.clock, phone.answers_after)
        for dialler, dialled in pairs:
            self._dial("DialEnd", dialler, dialled, phone.dial_status or "ANSWER")
        if phone.refusal:
            return (BUSY if phone.dial_status == "BUSY" else CONGESTION), phone.refusal
        leg.root.state = leg.phone.state = "Up"
        if leg.half is not None:
            leg.half.state = "Up"
            self._bridge(leg.phone, leg.half)
        return ANSWERED, 0

    def _give_up(self, leg: _Leg, caller: SimulatedChannel | None) -> tuple[int, int]:
        if caller is not None:
            self._dial("DialEnd", caller, leg.root, "NOANSWER")
        if leg.half is not None:
            self._dial("DialEnd", leg.half, leg.phone, "CANCEL")
        return NO_ANSWER, 19 if caller is None else 16

    def _make_leg(self, dialled: str, root_id: str, half_id: str) -> _Leg | None:
        serial = f"{next(_serial):08x}"
        if local := _LOCAL.fullmatch(dialled):
            base = f"Local/{local['number']}@{local['context']}-{serial}"
            root = SimulatedChannel(f"{base};1", root_id, self.id)
            half = SimulatedChannel(f"{base};2", half_id, self.id, "Ring")
            phone = SimulatedChannel(f"PJSIP/{local['number']}-{serial}", _new_id(), self.id)
            return _Leg(local["number"], self.phones(local["number"]), root, half, phone)
        if pjsip := _PJSIP.fullmatch(dialled):
            root = SimulatedChannel(f"PJSIP/{pjsip['context']}-{serial}", root_id, self.id)
            return _Leg(pjsip["number"], self.phones(pjsip["number"]), root, None, root)
        return None

    def _decide(self, reason: int) -> None:
        self._is_decided = True
        self.emit(
            {
                "Event": "OriginateResponse",
                "ActionID": self.action["actionid"],
                "Response": "Success" if reason == ANSWERED else "Failure",
                "Channel": self.action["channel"],
                "Reason": str(reason),
                "Uniqueid": self.id,
            }
        )

    def _dial(
        self, event: str, caller: SimulatedChannel | None, peer: SimulatedChannel, status: str = ""
    ) -> None:
        headers = {"Event": event}
        if caller is not None:
            headers |= {"Channel": caller.name, "Uniqueid": caller.id, "Linkedid": caller.linked}
        headers |= {"DestChannel": peer.name, "DestUniqueid": peer.id, "DestLinkedid": peer.linked}
        self.emit(headers | ({"DialStatus": status} if status else {}))

    def _bridge(self, *channels: SimulatedChannel) -> None:
        bridge = _new_id()
        for channel in channels:
            channel.bridge = bridge
            self.emit(
                {
                    "Event": "BridgeEnter",
                    "BridgeUniqueid": bridge,
                    "Channel": channel.name,
                    "Uniqueid": channel.id,
                    "Linkedid": channel.linked,
                }
            )

    def _hang_up(self, leg: _Leg, cause: int, root: int = 0) -> None:
        """Hang a leg's channels up: the phone's own knows the cause, a Local leg's root mostly does not."""
        for channel in leg.channels:
            is_local_root = channel is leg.root and leg.half is not None
            self.channels.remove(channel)
            self._end_channel(channel, root if is_local_root else cause)

    def _end_channel(self, channel: SimulatedChannel, cause: int) -> None:
        self.emit(
            {
                "Event": "Hangup",
                "Channel": channel.name,
                "Uniqueid": channel.id,
                "Linkedid": channel.linked,
                "Cause": str(cause),
            }
        )


def _new_id() -> str:
    return f"1.{next(_serial)}"
