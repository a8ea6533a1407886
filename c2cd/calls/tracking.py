"""Reads one call's channels out of the switch's events: which leg each is of, and what it means for the call.

A call behind Local channels is a tree (seen on 16.28 and 22.10):

    ID = Local/1001-…;1 ── half ── ID-2 = Local/1001-…;2 ── dials ── PJSIP/1001      the first leg
    └─ dials ── Local/+1555-…;1 ── half ── Local/+1555-…;2 ── dials ── PJSIP/trunk   the second leg

Only ID and ID-2 are ours to name. What ID dials is the second leg; what any other channel dials is of
that channel's leg. A Local channel's halves share their name up to ``;1`` and ``;2``. The half that dials
on has a thread of its own, and may be told of before the one that was dialled (16.28, under load).
"""

from collections.abc import Iterable
from typing import Literal

from msgspec.structs import replace

from c2cd.calls.causes import ChannelEnd, leg_cause
from c2cd.calls.states import End, LegEnd, advance, lose
from c2cd.model.call import Call
from c2cd.model.switching import (
    HALF,
    BridgeEntered,
    CallEvent,
    Channel,
    DialProgress,
    HungUp,
    OriginateDecided,
)

Position = Literal["first", "second"]
# Who ended a call that was long enough.
MAX_MINUTES: Literal["max_minutes"] = "max_minutes"
# Events of channels whose leg is not known yet; a call that others join has more, which say nothing of it.
MOST_UNPLACED = 16


class Track:
    """One call and what has been seen of its channels. ``call`` is as far as the events have brought it.

    ``hung_up_by`` is who has had it hung up; it goes into the call with its end, not before.
    """

    __slots__ = (  # of thousands
        "_alive",
        "_bridges",
        "_decided",
        "_dial_status",
        "_ends",
        "_halves",
        "_hung_up_at",
        "_legs",
        "_may_have_talked",
        "_unplaced",
        "call",
        "hung_up_by",
    )

    def __init__(self, call: Call) -> None:
        self.call = call
        self._legs: dict[str, Position] = {call.id: "first", call.id + HALF: "first"}
        self._halves: dict[str, Position] = {}
        self._alive: set[str] = set()
        self._ends: dict[str, tuple[Position, ChannelEnd]] = {}
        self._hung_up_at: dict[Position, float] = {}
        self._bridges: dict[str, str] = {}
        self._dial_status = ""
        self._decided: OriginateDecided | None = None
        self._may_have_talked = False
        self._unplaced: list[tuple[CallEvent, float]] = []
        self.hung_up_by: str | None = None
        if call.second_channel is not None:
            self._legs[call.second_channel] = "second"

    @property
    def is_closing(self) -> bool:
        """Whether the first leg's channel is gone or will never be, so that only last words can follow."""
        return "first" in self._hung_up_at or (self._decided is not None and not self._decided.success)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come that says how the call ended."""
        decided = self._decided is not None or self.call.first.answered_at is not None
        return "first" in self._hung_up_at and decided and not self._alive

    def close(self, at: float) -> None:
        """End the call with what is known by now."""
        first_at, second_at = self._hung_up_at.get("first"), self._hung_up_at.get("second")
        if self.call.state != "ended":
            self.call = replace(self.call, ended_by=self.hung_up_by or self._limit_reached(first_at or at))
        if self._may_have_talked and self.call.bridged_at is None:
            self.call = lose(self.call, at if first_at is None else first_at)
            return
        end = End(
            first=LegEnd(first_at, self._cause("first")),
            second=LegEnd(second_at, self._cause("second")),
            second_dialled=self.call.second_channel is not None,
            dial_status=self._dial_status,
            reason=self._decided.reason if self._decided is not None else 0,
        )
        self.call = advance(self.call, "ends", at if first_at is None else first_at, end)

    def _limit_reached(self, at: float) -> str | None:
        """Tell whether the switch ended the call because it was long enough: its words of that are none."""
        talked = None if self.call.bridged_at is None else at - self.call.bridged_at
        is_long = talked is not None and self.call.longest is not None and talked > self.call.longest - 0.5
        return MAX_MINUTES if is_long else None

    def _cause(self, position: Position) -> int | None:
        """Choose a leg's cause; of one that was answered, the phones that did not answer say nothing."""
        leg = self.call.first if position == "first" else self.call.second
        ends = {channel: end for channel, (of, end) in self._ends.items() if of == position}
        talked = {channel: end for channel, end in ends.items() if channel in self._bridges}
        return leg_cause((talked or ends).values() if leg.answered_at is not None else ends.values())

    def see(self, event: CallEvent, at: float) -> None:
        """Take an event of this call that came at the time ``at``."""
        match event:
            case OriginateDecided():
                self._decided = event
                self._may_have_talked &= event.success
                if event.success:
                    self.call = advance(self.call, "first_answers", at)
            case DialProgress():
                self._see_dial(event, at)
            case BridgeEntered():
                self._bridges[event.channel] = event.bridge
                self._see_bridges(at)
            case _:
                self._see_hangup(event, at)

    @property
    def channels(self) -> Iterable[str]:
        """The ids of the channels that are known to be the call's."""
        return self._legs

    def lose_sight(self) -> None:
        """Note that nobody looks for a while. The two may talk and be parted in it, if the first is there.

        Unless it is seen that they can't have, or that they do, the call then ends as one that was lost.
        """
        self._may_have_talked |= not self.is_closing

    def see_channels(self, channels: Iterable[Channel], at: float) -> None:
        """Take up a call from the channels that the switch has: what happened unseen is caught up with."""
        ours = {channel.id: channel for channel in channels if self._is_ours(channel)}
        first = ours.get(self.call.id)
        if first is None:
            return
        if first.state == "Ringing":
            self.call = advance(self.call, "first_rings", at)
        elif first.state == "Up":
            self.call = advance(self.call, "first_answers", at)
        for channel in ours.values():
            if channel.bridge:
                self._bridges[channel.id] = channel.bridge
            if channel.bridge and channel.bridge == first.bridge and channel is not first:
                self._second_is(channel.id)
        for channel in sorted(ours.values(), key=lambda channel: channel.name):  # ;1 before ;2
            leg = self._leg_of(channel.id, channel.name)
            if leg is not None:
                self._alive.add(channel.id)
                self._remember_half(channel.name, leg)
        second = ours.get(self.call.second_channel or "")
        self._may_have_talked &= first.state == "Up" and (second is None or second.state == "Up")
        self._see_bridges(at)

    def _remember_half(self, name: str, leg: Position) -> None:
        if name.endswith(";1"):
            self._halves[name[:-2]] = leg

    def _is_ours(self, channel: Channel) -> bool:
        return channel.linked == self.call.id or channel.id in self._legs

    def _second_is(self, channel_id: str) -> None:
        if self.call.second_channel is None:
            self.call = replace(self.call, second_channel=channel_id)
        self._legs[channel_id] = "second"

    def _leg_of(self, channel_id: str, name: str) -> Position | None:
        leg = self._legs.get(channel_id)
        if leg is None and name.endswith(";2"):
            leg = self._halves.get(name[:-2])
        if leg is not None:
            self._legs[channel_id] = leg
        return leg

    def _see_dial(self, event: DialProgress, at: float) -> None:
        if event.channel == self.call.id:
            # Only an answered channel runs Dial; the word of its answer may come later.
            self.call = advance(self.call, "first_answers", at)
            self._second_is(event.peer)
        elif event.peer != self.call.id:
            leg = self._leg_of(event.channel, event.channel_name)
            if leg is None:
                self._unplaced = [*self._unplaced[1 - MOST_UNPLACED :], (event, at)]
                return
            self._legs[event.peer] = leg
        leg = self._legs[event.peer]
        self._remember_half(event.peer_name, leg)
        if event.status == "BEGIN":
            self._alive |= {event.peer, event.channel} - {""}
        if event.peer in {self.call.id, self.call.second_channel}:
            self._see_root_dial(leg, event, at)
        if self._unplaced and event.status == "BEGIN":
            self._place_again()

    def _place_again(self) -> None:
        """Take what came too early, in its order, now that one leg more is known."""
        unplaced, self._unplaced = self._unplaced, []
        for event, at in unplaced:
            self.see(event, at)

    def _see_root_dial(self, leg: Position, event: DialProgress, at: float) -> None:
        has_answered = event.end and event.status == "ANSWER"
        self._may_have_talked &= has_answered
        if event.end:
            self._dial_status = event.status
        if event.status == "RINGING":
            self.call = advance(self.call, "first_rings" if leg == "first" else "second_rings", at)
        elif has_answered:
            self.call = advance(self.call, "first_answers" if leg == "first" else "second_answers", at)

    def _see_bridges(self, at: float) -> None:
        first = self._bridges.get(self.call.id)
        second = self._bridges.get(self.call.second_channel or "")
        if first is not None and first == second:
            self.call = advance(self.call, "bridged", at)

    def _see_hangup(self, event: HungUp, at: float) -> None:
        leg = self._leg_of(event.channel, event.name)
        if leg is None:
            self._unplaced = [*self._unplaced[1 - MOST_UNPLACED :], (event, at)]
            return
        self._alive.discard(event.channel)
        self._ends[event.channel] = leg, ChannelEnd(event.cause, event.name.startswith("Local/"))
        if event.channel in {self.call.id, self.call.second_channel}:
            self._hung_up_at[leg] = at
