"""Opening hours: when clicks are taken, by the clocks on the wall of a time zone.

Where a clock is put forward, the hour that it leaves out is nobody's; where it is put back, the hour that
it shows twice is open, or closed, both times.
"""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from c2cd.errors import Closed, Denied, Fault
from c2cd.model.limits import Hours

RULE = "hours"

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS = {name[:3].lower(): number for number, name in enumerate(_NAMES)}
_DAY = 24 * 60
_WEEK = 7 * _DAY
_DAY_SECONDS = 24 * 60 * 60
# Days: a week, and another where a clock that is put forward leaves out the only opening of the first.
_LOOK_AHEAD = 16


def refuse_closed(hours: Hours, now: float) -> None:
    """Raise Denied, rule ``hours``, where it is not open at ``now`` (Unix seconds).

    ``retry_after`` is when it opens again. A time zone that is not known is never open.
    """
    zone = known_zone(hours.timezone)
    if zone is None:
        raise Denied(RULE, f"Closed: no time zone {hours.timezone!r} is known")
    spans = _spans(hours.open)
    if _is_open(spans, zone, now):
        return
    opening = _opening(spans, zone, now)
    if opening is None:
        raise Denied(RULE, f"Closed, and does not open for {_LOOK_AHEAD} days")
    wall = datetime.fromtimestamp(opening, zone)
    words = f"{_NAMES[wall.weekday()]}, {wall:%Y-%m-%d} at {wall:%H:%M}"
    message = f"Closed; opens again on {words} ({hours.timezone})"
    opens = f"{wall:%Y-%m-%d %H:%M} ({hours.timezone})"
    raise Closed(RULE, message, opens=opens, retry_after=opening - now)


def hours_faults(hours: Hours, path: str) -> list[Fault]:
    """Tell whether the hours at this path are of a time zone that nobody knows."""
    if known_zone(hours.timezone) is not None:
        return []
    return [unknown_zone(hours.timezone, f"{path}.timezone")]


def unknown_zone(key: str, path: str) -> Fault:
    """Make the fault of a time zone at this path that nobody knows."""
    message = "No such time zone is known; expected one such as Europe/Berlin"
    return Fault(path, "enum", message, {"value": key})


def known_zone(key: str) -> ZoneInfo | None:
    """Give a time zone. A key is a path to zoneinfo, so only those that are known get there."""
    return _zone(key) if key in _known_zones() else None


@cache
def _known_zones() -> frozenset[str]:
    # zoneinfo.available_timezones() opens 600 files for this.
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def _zone(key: str) -> ZoneInfo:
    return ZoneInfo(key)


@lru_cache(maxsize=4096)
def _spans(texts: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Read the times of a week as minutes since Monday's beginning; the end may be in the next week."""
    spans = []
    for text in texts:
        days, _, times = text.partition(" ")
        first, _, last = days.partition("-")
        begin, end = (int(time[:2]) * 60 + int(time[3:]) for time in times.split("-"))
        if end <= begin:
            end += _DAY
        count = (_DAYS[last or first] - _DAYS[first]) % 7 + 1
        for day in range(_DAYS[first], _DAYS[first] + count):
            start = day % 7 * _DAY
            spans.append((start + begin, start + end))
    return tuple(spans)


def _is_open(spans: tuple[tuple[int, int], ...], zone: ZoneInfo, at: float) -> bool:
    wall = datetime.fromtimestamp(at, zone)
    minute = wall.weekday() * _DAY + wall.hour * 60 + wall.minute
    return any(begin <= minute < end or begin <= minute + _WEEK < end for begin, end in spans)


def _opening(spans: tuple[tuple[int, int], ...], zone: ZoneInfo, now: float) -> float | None:
    """Give when it opens after now, where it is closed: a beginning is shown then, or the clock is put."""
    ways = (_beginnings({begin for begin, _ in spans}, zone, now), _shifts(zone, math.floor(now)))
    opening = [next((at for at in way if at > now and _is_open(spans, zone, at)), None) for way in ways]
    return min((at for at in opening if at is not None), default=None)


def _beginnings(begins: set[int], zone: ZoneInfo, now: float) -> Iterator[float]:
    today = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for number in range(_LOOK_AHEAD):
        day = today + timedelta(days=number)
        walls = (day + timedelta(minutes=begin % _DAY) for begin in begins if begin // _DAY == day.weekday())
        yield from sorted(at for wall in walls for at in _instants(zone, wall))


def _instants(zone: ZoneInfo, wall: datetime) -> set[float]:
    """Give when a clock shows a time: once, twice where it is put back, never where it leaves it out."""
    found = {wall.replace(fold=fold, tzinfo=zone).timestamp() for fold in (0, 1)}
    return {at for at in found if datetime.fromtimestamp(at, zone).replace(tzinfo=None, fold=0) == wall}


def _shifts(zone: ZoneInfo, now: int) -> Iterator[float]:
    """Give the seconds at which the clock is put; it is so once a day at most."""
    for begin in range(now, now + _LOOK_AHEAD * _DAY_SECONDS, _DAY_SECONDS):
        low, high = begin, begin + _DAY_SECONDS
        before = _offset(zone, low)
        if _offset(zone, high) == before:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(zone, middle) == before:
                low = middle
            else:
                high = middle
        yield high


def _offset(zone: ZoneInfo, at: float) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()
