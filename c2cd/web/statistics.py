"""``/statistics``: what became of an account's clicks, by days and hours of a time zone."""

import math
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response

from c2cd.errors import Fault, InvalidDocument
from c2cd.guard.hours import known_zone, unknown_zone
from c2cd.store.denials import Denial
from c2cd.store.statistics import BOUNDS, Calls, Length
from c2cd.web.answers import Bucket, DayFigures, RingSeconds, StatisticsAnswer
from c2cd.web.envelope import success
from c2cd.web.history import span
from c2cd.web.visit import Visit

_OPEN, _DENIED = "open", "denied"


async def show_statistics(visit: Visit) -> Response:
    """GET: a span as the history has it; days and hours are those of ``timezone``."""
    services, account_id = visit.services, visit.owner.id
    since, until = span(visit)
    figures = _Figures(_zone(visit), since, until)
    async for calls in services.statistics.of_account(account_id, since, until):
        figures.add(calls)
    async for denial in services.denials.of_account(account_id, since, until):
        figures.deny(denial)
    return success(visit, figures.answer())


def _zone(visit: Visit) -> ZoneInfo:
    key = visit.query.get("timezone", "UTC")
    zone = known_zone(key)
    if zone is None:
        raise InvalidDocument(unknown_zone(key, "timezone"))
    return zone


class _Figures:
    """What is added up; InvalidDocument where the span is of no year that a calendar has."""

    def __init__(self, zone: ZoneInfo, since: float, until: float) -> None:
        self._zone = zone
        self._since = since
        self._until = until
        self._days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self._talk: defaultdict[date, float] = defaultdict(float)
        self._hours = [[0] * 24 for _ in range(7)]
        self._causes: Counter[str] = Counter()
        self._denials: Counter[str] = Counter()
        self._lengths: dict[Length, list[int]] = {
            name: [0] * (len(bounds) + 1) for name, bounds in BOUNDS.items()
        }
        try:
            first, last = self._wall(since).date(), self._wall(until).date()
        except (ValueError, OverflowError) as error:
            message = "created_from and created_to must be of the years 1 to 9999"
            raise InvalidDocument(Fault("created_from", "date_range", message)) from error
        for number in range((last - first).days + 1):
            self._days[first + timedelta(days=number)]

    def add(self, calls: Calls) -> None:
        """Add calls to the others."""
        wall = self._wall(calls.begun_at)
        self._days[wall.date()][calls.result or _OPEN] += calls.count
        self._talk[wall.date()] += calls.talk_seconds
        self._hours[wall.weekday()][wall.hour] += calls.count
        if calls.cause is not None:
            self._causes[calls.cause] += calls.count
        for name, counts in calls.lengths.items():
            self._lengths[name] = [sum(both) for both in zip(self._lengths[name], counts, strict=True)]

    def deny(self, denial: Denial) -> None:
        """Add denied clicks to the others."""
        self._days[self._wall(denial.begun_at).date()][_DENIED] += denial.count
        self._denials[denial.rule] += denial.count

    def answer(self) -> StatisticsAnswer:
        """Give all of it."""
        return StatisticsAnswer(
            timezone=self._zone.key,
            days=[self._day(day) for day in sorted(self._days)],
            hours=self._hours,
            causes=dict(self._causes.most_common()),
            denials=dict(self._denials.most_common()),
            ring_seconds=RingSeconds(extension=self._buckets("extension"), contact=self._buckets("contact")),
            talk_seconds=self._buckets("talk"),
        )

    def _day(self, day: date) -> DayFigures:
        counts = self._days[day]
        return DayFigures(
            date=day.isoformat(),
            success=counts["success"],
            error=counts["error"],
            unknown=counts["unknown"],
            open=counts[_OPEN],
            denied=counts[_DENIED],
            talk_seconds=round(self._talk[day], 3),
        )

    def _wall(self, at: float) -> datetime:
        """Tell what the zone's clocks show; a quarter of an hour may begin before the span does."""
        return datetime.fromtimestamp(math.floor(min(max(at, self._since), self._until)), self._zone)

    def _buckets(self, name: Length) -> list[Bucket]:
        bounds = (*BOUNDS[name], None)
        return [
            Bucket(up_to=up_to, calls=calls) for up_to, calls in zip(bounds, self._lengths[name], strict=True)
        ]
