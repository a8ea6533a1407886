"""Reads the recorded calls of ``recorded/`` and gives their events as c2cd reads them.

The tables hold what AMI said in fewer words; they are put back into AMI's headers and read by
``c2cd.switch.events.read_event``, so that a replay goes the way that a real event goes.
"""

from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from c2cd.model.switching import CallEvent, OriginateDecided
from c2cd.switch.events import read_event
from tests.calls.room import Room

Release = Literal["16", "22"]
RELEASES: tuple[Release, ...] = ("16", "22")

_FOLDER = Path(__file__).parent / "recorded"


class Said(Struct, frozen=True):
    """One event and the second at which it came."""

    at: float
    event: CallEvent


class _Recording(Struct, frozen=True):
    first_name: str  # the channel that the Originate named
    lines: list[list[str]]

    def name_of(self, word: str) -> str:
        other_half = self.first_name.removesuffix(";1") + ";2"
        return {"ID": self.first_name, "ID-2": other_half, "-": ""}.get(word, word)


@cache
def recordings(release: Release) -> dict[str, _Recording]:
    """Read what one release said, by the scenario's name."""
    found: dict[str, _Recording] = {}
    for line in (_FOLDER / f"{release}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            _, scenario, first = line.split()
            found[scenario] = lines = _Recording(first.removeprefix("ID="), [])
        elif line and not line.startswith("#"):
            lines.lines.append(line.split())
    return found


def replayed(release: Release, scenario: str, call_id: str = "c2c-b-1") -> list[Said]:
    """Give a scenario's events, of a call of this id."""
    recording = recordings(release)[scenario]
    said = []
    for at, kind, *words in recording.lines:
        event = read_event(_headers(recording, call_id, kind, words))
        assert event is not None, (kind, words)
        said.append(Said(float(at), event))
    return said


def _headers(recording: _Recording, call_id: str, kind: str, words: list[str]) -> dict[str, str]:
    def uniqueid(word: str) -> str:
        ours = {"ID": call_id, "ID-2": f"{call_id}-2", "-": ""}
        return ours.get(word, f"1800000000.{call_id}.{word}")  # Asterisk's own are unique as well

    headers = {"event": kind}
    if kind == "OriginateResponse":
        action, response, reason = words
        headers |= {"actionid": action.replace("ID", call_id), "response": response, "reason": reason}
        return headers | {"uniqueid": call_id}
    channel, *more = words
    if channel != "-":
        headers |= {"channel": recording.name_of(channel), "uniqueid": uniqueid(channel), "linkedid": call_id}
    if kind == "BridgeEnter":
        headers["bridgeuniqueid"] = more[0]
    elif kind == "Hangup":
        headers["cause"] = more[0]
    else:
        peer, *status = more
        headers |= {"destchannel": recording.name_of(peer), "destuniqueid": uniqueid(peer)}
        headers |= {"destlinkedid": call_id, "dialstatus": "".join(status)}
    return headers


async def replay(room: Room, said: list[Said]) -> None:
    """Have the room hear events at their times; out of their order, at the latest time so far."""
    for one in said:
        await room.clock.advance(max(0.0, one.at - room.clock.monotonic()))
        room.switch.events.put_nowait(one.event)
        await room.clock.advance(0.0)


def place_of_response(said: list[Said]) -> int:
    """Tell where the OriginateResponse is."""
    return next(place for place, one in enumerate(said) if isinstance(one.event, OriginateDecided))
