"""A month of an office that is called back: calls of all outcomes, most of them when the office is open."""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from c2cd.model.call import Call, Leg
from c2cd.store.database import open_database
from c2cd.store.history import History

_SEED = 8
_DAYS = 30
# How many calls are clicked in each hour of a working day, on the average; at weekends it is a tenth.
_HOURS = {8: 2, 9: 5, 10: 7, 11: 6, 12: 3, 13: 4, 14: 6, 15: 6, 16: 4, 17: 2, 18: 0.5, 20: 0.3}
_WEEKEND = 0.1
_NUMBERS = ("+1212555", "+44207946", "+4930555", "+4144555", "+322555")
# How often each rule is against a click, in a month.
_DENIED = {
    "throttle": 31,
    "hours": 24,
    "contact": 12,
    "country": 9,
    "whitelist": 6,
    "origin": 3,
    "challenge": 2,
}


class _Outcome(Struct, frozen=True):
    """How a call goes: which leg fails, with which Q.850 cause, and what that is called; how often."""

    often: int
    cause: str | None = None
    fails: str | None = None
    hangup: int = 16
    ended_by: str | None = None


_OUTCOMES = [
    _Outcome(60),
    _Outcome(4, ended_by="clicker"),
    _Outcome(1, ended_by="max_minutes"),
    _Outcome(9, "NO_ANSWER", "first", 19),
    _Outcome(7, "NO_ANSWER", "second", 19),
    _Outcome(6, "USER_BUSY", "second", 17),
    _Outcome(4, "USER_BUSY", "first", 17),
    _Outcome(4, "CALL_REJECTED", "second", 21),
    _Outcome(5, "ORIGINATOR_CANCEL", "first", 16, "clicker"),
    _Outcome(2, "UNALLOCATED_NUMBER", "second", 1),
]


async def write_month(database: Path, buttons: Mapping[str, str], now: float) -> int:
    """Write it beside a daemon, for buttons whose ids and extensions are given, until a moment ago."""
    calls = list(_calls(list(buttons.items()), now))
    async with open_database(database) as opened:
        history = History(opened)
        await asyncio.gather(*(history.add(call) for call in calls))
    with closing(sqlite3.connect(database)) as connection, connection:
        sql = "INSERT INTO denials (account_id, begun_at, rule, count) VALUES ('acme', ?, ?, ?)"
        connection.executemany(sql, ((*key, count) for key, count in Counter(_denials(now)).items()))
    return len(calls)


def _moments(chance: random.Random, now: float) -> Iterator[float]:
    """Give when calls are clicked, the oldest first."""
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (today - timedelta(days=ago) for ago in range(_DAYS, -1, -1)):
        share = _WEEKEND if day.weekday() >= 5 else 1.0
        for hour, often in _HOURS.items():
            count = round(chance.expovariate(1 / (often * share)))
            begin = (day + timedelta(hours=hour)).timestamp()
            yield from (
                at for at in sorted(begin + chance.uniform(0, 3600) for _ in range(count)) if at < now - 900
            )


def _calls(buttons: Sequence[tuple[str, str]], now: float) -> Iterator[Call]:
    chance = random.Random(_SEED)  # noqa: S311 - a plausible month, and the same one each time
    for number, at in enumerate(_moments(chance, now)):
        button_id, extension = chance.choices(buttons, weights=range(len(buttons), 0, -1))[0]
        (outcome,) = chance.choices(_OUTCOMES, weights=[each.often for each in _OUTCOMES])
        contact = f"{chance.choice(_NUMBERS)}{chance.randrange(10_000):04}"
        yield _call(chance, f"c2c-{button_id}-{number:032x}", at, outcome, button_id, extension, contact)


def _call(
    chance: random.Random,
    call_id: str,
    at: float,
    outcome: _Outcome,
    button_id: str,
    extension: str,
    contact: str,
) -> Call:
    """Make a call that went so."""
    first, at_second = _leg(chance, at + chance.uniform(0.1, 0.4), outcome, "first")
    second, at_bridge = (
        _leg(chance, at_second, outcome, "second") if outcome.fails != "first" else (Leg(), at_second)
    )
    talks = (
        0.0
        if outcome.fails
        else 3600.0
        if outcome.ended_by == "max_minutes"
        else chance.lognormvariate(4.6, 0.9)
    )
    ended = at_bridge + talks
    return Call(
        id=call_id,
        account_id="acme",
        button_id=button_id,
        contact=contact,
        extension=extension,
        dial_first="extension",
        timeout=30,
        requested_at=at,
        switch_life="",
        state="ended",
        first=_ended(first, ended, outcome, "first"),
        second=_ended(second, ended, outcome, "second"),
        bridged_at=None if outcome.fails else at_bridge,
        ended_at=ended,
        result="error" if outcome.fails else "success",
        cause=outcome.cause,
        ended_by=outcome.ended_by,
        clicked_by="public" if chance.random() < 0.8 else "token 1f0c77ab",
    )


def _leg(chance: random.Random, at: float, outcome: _Outcome, name: str) -> tuple[Leg, float]:
    """Give how a phone rang, and when it was answered or given up."""
    if outcome.fails != name:
        answered = at + min(28.0, 1.0 + chance.lognormvariate(1.9, 0.6))
        return Leg(ringing_at=at, answered_at=answered), answered
    if outcome.hangup == 19:
        return Leg(ringing_at=at), at + 30.0
    if outcome.hangup == 1:
        return Leg(), at + 0.3
    return Leg(ringing_at=at), at + chance.uniform(0.5, 9.0)


def _ended(leg: Leg, at: float, outcome: _Outcome, name: str) -> Leg:
    if leg == Leg() and outcome.fails != name:
        return leg
    return Leg(
        ringing_at=leg.ringing_at,
        answered_at=leg.answered_at,
        ended_at=at,
        hangup_cause=outcome.hangup if outcome.fails == name else 16,
    )


def _denials(now: float) -> Iterator[tuple[int, str]]:
    chance = random.Random(_SEED)  # noqa: S311 - the same
    for rule, count in _DENIED.items():
        for _ in range(count):
            at = now - chance.uniform(0, _DAYS * 86_400)
            yield int(at // 900) * 900, rule
