"""Opening hours."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c2cd.errors import Denied
from c2cd.guard.hours import RULE, hours_faults, refuse_closed
from c2cd.model.limits import Hours

BERLIN = "Europe/Berlin"


def wall(text: str, zone: str = BERLIN, fold: int = 0) -> float:
    """Give the Unix seconds of a time on a wall; the second time that it is shown with fold 1."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def refused(now: float, *times: str, zone: str = BERLIN) -> Denied | None:
    """Give what refuses a click at a time."""
    try:
        refuse_closed(Hours(timezone=zone, open=times), now)
    except Denied as denied:
        return denied
    return None


@pytest.mark.parametrize(
    ("at", "times", "is_open"),
    [
        ("2026-11-23 08:59:59.9", ["mon-fri 09:00-18:00"], False),
        ("2026-11-23 09:00", ["mon-fri 09:00-18:00"], True),
        ("2026-11-27 17:59:59.9", ["mon-fri 09:00-18:00"], True),
        ("2026-11-27 18:00", ["mon-fri 09:00-18:00"], False),
        ("2026-11-28 12:00", ["mon-fri 09:00-18:00"], False),
        ("2026-11-28 12:00", ["mon-fri 09:00-18:00", "sat 10:00-14:00"], True),
        ("2026-11-22 12:00", ["sat-mon 09:00-18:00"], True),
        ("2026-11-23 12:00", ["sat-mon 09:00-18:00"], True),
        ("2026-11-24 12:00", ["sat-mon 09:00-18:00"], False),
        ("2026-11-27 12:00", ["sat-mon 09:00-18:00"], False),
        ("2026-11-24 12:00", ["mon-mon 09:00-18:00"], False),
        ("2026-11-27 23:00", ["fri 22:00-02:00"], True),
        ("2026-11-28 01:59", ["fri 22:00-02:00"], True),
        ("2026-11-28 02:00", ["fri 22:00-02:00"], False),
        ("2026-11-27 01:00", ["fri 22:00-02:00"], False),
        ("2026-11-23 01:00", ["sun 22:00-02:00"], True),
        ("2026-11-22 01:00", ["sun 22:00-02:00"], False),
        ("2026-11-22 23:59:59", ["sun 00:00-24:00"], True),
        ("2026-11-23 00:00", ["sun 00:00-24:00"], False),
        ("2026-11-22 00:00", ["sun 00:00-24:00"], True),
        ("2026-11-22 00:00", ["sun 00:00-00:00"], True),
        ("2026-11-23 00:00", ["sun 00:00-00:00"], False),
        ("2026-11-23 08:59", ["sun 09:00-09:00"], True),
        ("2026-11-23 09:00", ["sun 09:00-09:00"], False),
        ("2026-11-25 03:00", ["mon-sun 00:00-24:00"], True),
    ],
)
def test_open_times(at: str, times: list[str], is_open: bool) -> None:  # noqa: FBT001 - a column of the table
    """A time counts from its beginning to before its end, on each of its days, over midnight and Sunday."""
    denied = refused(wall(at), *times)
    assert (denied is None) is is_open
    assert denied is None or denied.rule == RULE


def test_words() -> None:
    """The message says day, date, time and zone of the next opening, retry_after the seconds until then."""
    denied = refused(wall("2026-11-21 18:30:30"), "mon-fri 09:00-18:00")
    assert denied is not None
    assert str(denied) == "Closed; opens again on Monday, 2026-11-23 at 09:00 (Europe/Berlin)"
    assert denied.retry_after == 38 * 3600 + 29 * 60 + 30


@pytest.mark.parametrize(
    ("now", "times", "opens"),
    [
        # In Berlin there is no 02:00 to 03:00 on 2026-03-29, ...
        (wall("2026-03-29 01:30"), "sun 02:30-04:00", wall("2026-03-29 03:00")),
        (wall("2026-03-29 01:30"), "sun 02:10-02:50", wall("2026-04-05 02:10")),
        (wall("2026-03-21 12:00"), "sun 02:30-04:00", wall("2026-03-22 02:30")),
        (wall("2026-03-28 18:00"), "sun 09:00-10:00", wall("2026-03-29 09:00")),
        # ... and on 2026-10-25 the clock shows it twice.
        (wall("2026-10-25 02:50"), "sun 02:10-02:50", wall("2026-10-25 02:10", fold=1)),
        (wall("2026-10-25 02:20"), "sun 01:00-02:15", wall("2026-10-25 02:00", fold=1)),
        (wall("2026-10-25 02:50", fold=1), "sun 02:10-02:50", wall("2026-11-01 02:10")),
        (wall("2026-10-24 18:00"), "sun 09:00-10:00", wall("2026-10-25 09:00")),
    ],
)
def test_clocks_that_are_put(now: float, times: str, opens: float) -> None:
    """A time that the clock leaves out does not come, one that it shows twice comes twice."""
    denied = refused(now, times)
    assert denied is not None
    assert denied.retry_after == opens - now
    assert refused(opens - 1, times) is not None
    assert refused(opens, times) is None


def test_a_zone_is_the_clocks_own() -> None:
    """The same moment is open in one zone and closed in another."""
    now = wall("2026-11-23 09:30")
    assert refused(now, "mon 09:00-10:00") is None
    assert refused(now, "mon 09:00-10:00", zone="America/New_York") is not None
    assert refused(now, "mon 14:16-15:00", zone="Asia/Kathmandu") is not None
    assert refused(now, "mon 14:15-14:16", zone="Asia/Kathmandu") is None


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia", "Etc/GMT+12"])
def test_known_zones(zone: str) -> None:
    """A zone of the IANA's data is taken."""
    assert hours_faults(Hours(timezone=zone, open=("mon 09:00-10:00",)), "hours") == []


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlim",
        "Europe",
        "../../etc/passwd",
        "/etc/passwd",
        "/usr/share/zoneinfo/UTC",
        "Europe/../UTC",
        "localtime",
        "zone.tab",
        "right/UTC",
        "UTC\0",
        "UTC\n",
        " UTC",
        "\ud800",
    ],
)
def test_unknown_zones(zone: str) -> None:
    """What names no zone, a path above all, is a fault with its place, and never open should it be met."""
    (fault,) = hours_faults(Hours(timezone=zone, open=("mon 09:00-10:00",)), "accounts.0.hours")
    assert (fault.path, fault.rule, fault.facts) == ("accounts.0.hours.timezone", "enum", {"value": zone})
    denied = refused(wall("2026-11-23 09:30"), "mon 09:00-10:00", zone=zone)
    assert denied is not None
    assert denied.rule == RULE


def test_no_times_at_all() -> None:
    """No schema takes hours without a time; should they be met, it is never open, and that is said."""
    denied = refused(wall("2026-11-23 09:30"))
    assert denied is not None
    assert (str(denied), denied.retry_after) == ("Closed, and does not open for 16 days", None)


# A fortnight each, in which a clock is put: by an hour, by half an hour, and at midnight.
FORTNIGHTS = [
    (BERLIN, "2026-03-22"),
    (BERLIN, "2026-10-18"),
    ("America/New_York", "2026-03-01"),
    ("Australia/Lord_Howe", "2026-04-01"),
    ("Australia/Lord_Howe", "2026-09-27"),
    ("Africa/Cairo", "2026-04-18"),
    ("America/Havana", "2026-10-25"),
    ("Asia/Kathmandu", "2026-06-01"),
]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TIME = re.compile(r"(\w+)(?:-(\w+))? (\d\d):(\d\d)-(\d\d):(\d\d)")

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
days = st.sampled_from(DAYS) | st.builds("{}-{}".format, st.sampled_from(DAYS), st.sampled_from(DAYS))
times = st.builds("{} {}-{}".format, days, clocks, clocks | st.just("24:00"))


def is_open_by_the_wall(clock: datetime, text: str) -> bool:
    """Look at a clock, and read a time as a person would: is it of today, or still of yesterday."""
    match = TIME.fullmatch(text)
    assert match is not None
    first, last, *numbers = match.groups()
    day, listed = first, [first]
    while day != (last or first):
        day = DAYS[(DAYS.index(day) + 1) % 7]
        listed.append(day)
    begin, end = (numbers[0], numbers[1]), (numbers[2], numbers[3])
    shown = (f"{clock.hour:02}", f"{clock.minute:02}")
    today, yesterday = DAYS[clock.weekday()], DAYS[clock.weekday() - 1]
    if begin < end:
        return today in listed and begin <= shown < end
    return (today in listed and shown >= begin) or (yesterday in listed and shown < end)


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(FORTNIGHTS),
    st.lists(times, min_size=1, max_size=3),
    st.lists(st.integers(0, 7 * 24 * 60), min_size=20, max_size=20),
)
def test_minute_by_minute(fortnight: tuple[str, str], texts: list[str], some_minutes: list[int]) -> None:
    """Through a fortnight in which a clock is put, it opens at the minute at which the wall says so."""
    zone, first_day = fortnight
    begin = datetime.fromisoformat(first_day).replace(tzinfo=UTC)
    minutes = [begin + timedelta(minutes=number) for number in range(16 * 24 * 60)]
    opens = [
        any(is_open_by_the_wall(minute.astimezone(ZoneInfo(zone)), text) for text in texts)
        for minute in minutes
    ]
    for number in some_minutes:
        denied = refused(minutes[number].timestamp(), *texts, zone=zone)
        if True in opens[number:]:
            wait = opens.index(True, number) - number
            assert (denied.retry_after if denied else 0) == wait * 60
        else:
            assert denied is not None
