"""Statistics of an account: what became of its clicks, by days and hours of a time zone."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from msgspec.structs import replace

from c2cd.model.call import Call, Leg
from c2cd.store.database import open_database
from c2cd.store.history import History
from tests.calls.examples import a_call
from tests.web.guarded import ANYBODY
from tests.web.site import LONG_TALK, Site, assert_refused, faults_of, open_site
from tests.web.test_history import DAY, GREGORIAN, gregorian

pytestmark = pytest.mark.asyncio(loop_scope="package")

ACCOUNT = "nowhere"  # nobody else calls in the past of this one


def moment(text: str) -> float:
    """Give a moment in UTC as Unix seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def call(at: str, **more: Any) -> Call:
    """Make a call that was clicked then."""
    return replace(a_call(call_id=f"c2c-b-{at}", account_id=ACCOUNT), requested_at=moment(at), **more)


TALKED = {"state": "ended", "result": "success"}
FAILED = {"state": "ended", "result": "error"}
# What the account did in another year: around the days on which Berlin puts its clocks forward and back.
CALLS = [
    call("2025-03-29T22:59:59.500", **FAILED, cause="NO_ANSWER"),
    call("2025-03-30T00:59", **FAILED, cause="USER_BUSY"),  # 01:59, and a minute later it is 03:00
    call("2025-03-30T01:00", **FAILED, cause="USER_BUSY"),
    call("2025-10-26T00:30", state="ended", result="unknown"),  # 02:30, and an hour later once more
    call("2025-10-26T01:30", state="bridged", result="success"),
    call("2025-10-26T22:30"),
    call(
        "2025-10-26T23:00:00.250",
        **TALKED,
        dial_first="contact",
        first=Leg(ringing_at=1.0, answered_at=8.0),
        second=Leg(ringing_at=1.0, answered_at=101.0),
        bridged_at=moment("2025-10-26T23:01"),
        ended_at=moment("2025-10-26T23:06:40.5"),
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="package", autouse=True)
async def past(site: Site) -> None:
    """Have those calls in the history."""
    async with open_database(site.daemon.database) as database:
        history = History(database)
        await asyncio.gather(*(history.add(call) for call in CALLS))


async def ask(site: Site, account: str = ACCOUNT, token: str | None = None, **query: Any) -> httpx.Response:
    """Ask for an account's statistics."""
    headers = {"x-auth-token": site.tokens[token or account]}
    return await site.http.get(f"/v2/accounts/{account}/statistics", headers=headers, params=query)


async def figures(site: Site, account: str = ACCOUNT, **query: Any) -> dict[str, Any]:
    """Give them, where they are not refused."""
    response = await ask(site, account, **query)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()["data"]
    return data


async def between(site: Site, begin: str, end: str, zone: str = "UTC") -> dict[str, Any]:
    """Give those of a span from one moment in UTC until before another."""
    bounds: dict[str, Any] = {
        "created_from": int(moment(begin)) + GREGORIAN,
        "created_to": int(moment(end)) + GREGORIAN - 1,
    }
    return await figures(site, timezone=zone, **bounds)


def day(date: str, **more: object) -> dict[str, object]:
    """Give a day on which nothing happened but this."""
    nothing = dict.fromkeys(("success", "error", "unknown", "open", "denied"), 0)
    return {"date": date, **nothing, "talk_seconds": 0.0} | more


def hours(data: dict[str, Any]) -> dict[tuple[int, int], int]:
    """Give the hours of the week in which there were calls, with how many."""
    assert [len(day) for day in data["hours"]] == [24] * 7
    return {
        (weekday, hour): count
        for weekday, counts in enumerate(data["hours"])
        for hour, count in enumerate(counts)
        if count
    }


def counted(buckets: Sequence[dict[str, Any]]) -> dict[int | None, int]:
    """Give the buckets that have calls; the last of all is without a bound, and they are ten at most."""
    bounds = [bucket["up_to"] for bucket in buckets]
    assert bounds == [*sorted(bounds[:-1]), None]
    assert len(bounds) <= 10
    return {bucket["up_to"]: bucket["calls"] for bucket in buckets if bucket["calls"]}


async def test_every_day_is_there(site: Site) -> None:
    """Also where nobody clicked: all of it is there, and nothing in it."""
    data = await between(site, "2025-01-30", "2025-02-02")
    assert data["days"] == [day("2025-01-30"), day("2025-01-31"), day("2025-02-01")]
    assert (data["timezone"], data["causes"], data["denials"], hours(data)) == ("UTC", {}, {}, {})
    assert data["ring_seconds"].keys() == {"extension", "contact"}
    for buckets in (*data["ring_seconds"].values(), data["talk_seconds"]):
        assert counted(buckets) == {}


async def test_what_became_of_calls(site: Site) -> None:
    """Each call is in its day, its hour and its cause; its lengths are in their buckets, by whose phone."""
    data = await between(site, "2025-10-26", "2025-10-27")
    assert data["days"] == [day("2025-10-26", success=2, unknown=1, open=1, talk_seconds=340.5)]
    assert hours(data) == {(6, 0): 1, (6, 1): 1, (6, 22): 1, (6, 23): 1}
    assert counted(data["ring_seconds"]["contact"]) == {10: 1}
    assert counted(data["ring_seconds"]["extension"]) == {None: 1}
    assert counted(data["talk_seconds"]) == {600: 1}
    data = await between(site, "2025-03-29", "2025-03-31")
    assert data["causes"] == {"USER_BUSY": 2, "NO_ANSWER": 1}
    assert data["days"] == [day("2025-03-29", error=1), day("2025-03-30", error=2)]


async def test_days_and_hours_are_the_zones(site: Site) -> None:
    """A day has 23 hours where clocks are put forward, and 25 where they are put back."""
    spring = await between(site, "2025-03-29T23:00", "2025-03-30T22:00", "Europe/Berlin")
    assert spring["days"] == [day("2025-03-30", error=2)]
    assert hours(spring) == {(6, 1): 1, (6, 3): 1}
    autumn = await between(site, "2025-10-25T22:00", "2025-10-26T23:00", "Europe/Berlin")
    assert autumn["days"] == [day("2025-10-26", success=1, unknown=1, open=1)]
    assert hours(autumn) == {(6, 2): 2, (6, 23): 1}
    both = await between(site, "2025-10-25T22:00", "2025-10-27T23:00", "Europe/Berlin")
    assert [each["date"] for each in both["days"]] == ["2025-10-26", "2025-10-27"]
    assert hours(both) == {(6, 2): 2, (6, 23): 1, (0, 0): 1}


async def test_a_zone_of_three_quarters_of_an_hour(site: Site) -> None:
    """Not all zones differ by whole hours: in Kathmandu it is 04:45 when it is 23:00 in UTC."""
    data = await between(site, "2025-10-26T18:15", "2025-10-27T18:15", "Asia/Kathmandu")
    assert data["days"] == [day("2025-10-27", success=1, open=1, talk_seconds=340.5)]
    assert hours(data) == {(0, 4): 2}


async def test_a_span_may_begin_and_end_amid_a_quarter_of_an_hour(site: Site) -> None:
    """What is counted is what was clicked in the span, under a day of the span."""
    data = await between(site, "2025-03-29T22:59:50", "2025-03-30T00:59:10", "Europe/Berlin")
    assert data["days"] == [day("2025-03-29", error=1), day("2025-03-30", error=1)]
    data = await between(site, "2025-03-30T00:59:01", "2025-03-30T01:00", "Europe/Berlin")
    assert data["days"] == [day("2025-03-30")]


async def test_the_last_31_days_by_default(site: Site) -> None:
    """Without bounds it is what happened until now, in UTC; a click counts from the moment of its answer."""
    before = await figures(site, "open")
    dates = [each["date"] for each in before["days"]]
    assert (before["timezone"], len(dates), len(set(dates))) == ("UTC", 32, 32)
    button_id = await site.button("open", whitelist=["^555"])
    await site.connect(button_id, f"555{LONG_TALK}", account="open")
    await site.connect(button_id, "444", account="open")
    await site.connect(button_id, "444", account="open", params={"dry_run": "true"})
    after = await figures(site, "open")
    gained = [sum(each[key] for each in after["days"][-2:]) for key in ("success", "open", "denied")]
    had = [sum(each[key] for each in before["days"][-2:]) for key in ("success", "open", "denied")]
    assert (sum(gained[:2]) - sum(had[:2]), gained[2] - had[2]) == (1, 1)
    assert after["denials"]["whitelist"] - before["denials"].get("whitelist", 0) == 1


async def test_denials_outlive_a_restart(tmp_path: Path) -> None:
    """Those that were counted when c2cd was stopped are there when it is back, under the rule, once each."""
    async with open_site(tmp_path) as site:
        strict, distant = (
            await site.button(**ANYBODY),
            await site.button(**ANYBODY, allowed_origins=["https://a.example"]),
        )
        for _ in range(3):
            await site.connect(strict, "no number", token=None)
        await site.connect(distant, token=None, headers={"origin": "https://b.example"})
        await site.connect(strict, "no number")
        expected = {"number": 4, "origin": 1}
        assert (await figures(site, "acme"))["denials"] == expected
        assert await site.daemon.stop() == 0
        await site.daemon.start()
        data = await figures(site, "acme", timezone="Pacific/Kiritimati")
        assert data["denials"] == expected
        assert sum(each["denied"] for each in data["days"]) == 5
        assert (await figures(site, "other"))["denials"] == {}


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "europe/berlin", "+01:00", "../../etc/passwd", "/etc/passwd", "UTC\0", "x" * 4000]
)
async def test_a_zone_that_nobody_knows_is_refused(site: Site, zone: str) -> None:
    """It is 400 by the rule and in the words that a button's hours have for it."""
    fault = faults_of(await ask(site, timezone=zone))["timezone"]["enum"]
    assert fault == {
        "message": "No such time zone is known; expected one such as Europe/Berlin",
        "value": zone,
    }


@pytest.mark.parametrize(("since", "until"), [(60, -60), (-32 * DAY, 0), (0, 32 * DAY)])
async def test_a_span_that_is_too_wide_or_reversed_is_refused(site: Site, since: int, until: int) -> None:
    """Bounds are those of the history, with its rule."""
    faults = faults_of(await ask(site, created_from=gregorian(since), created_to=gregorian(until)))
    assert {path: list(rules) for path, rules in faults.items()} == {"created_from": ["date_range"]}


@pytest.mark.parametrize("created_from", ["0", "9" * 12, "9" * 15])
async def test_a_span_of_no_year_is_refused(site: Site, created_from: str) -> None:
    """What is in no calendar has no days."""
    faults = faults_of(await ask(site, created_from=created_from))
    assert list(faults["created_from"]) == ["date_range"]
    assert "years 1 to 9999" in faults["created_from"]["date_range"]["message"]


async def test_another_accounts_token_is_forbidden(site: Site) -> None:
    """Figures are the account's own."""
    assert_refused(await ask(site, token="other"), 403, "forbidden", {"message": "forbidden"})
