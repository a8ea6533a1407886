"""What is counted, at the edge of each limit, on a clock that the test moves."""

from typing import Any

import pytest
from msgspec.structs import replace

from c2cd.errors import Denied, Quota
from c2cd.guard.tally import LIVE_RETRY, Tally
from c2cd.model.call import PastCall
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.limits import PUBLIC, TOKEN, Limits
from tests.clock import START, ManualClock
from tests.guard.clicks import AMERICAN, BRITISH, account, button, call_of, click, means

DAY = 86_400.0


class Counted:
    """A tally whose clicks become calls; all clicks have one set of limits."""

    def __init__(self, clock: ManualClock, limits: Limits) -> None:
        self.clock = clock
        self.limits = limits
        self.tally = Tally(clock, lambda _account, _way: limits)
        self._number = 0

    def click(self, contact: Contact = AMERICAN, *, on: str = "b", owner: str = "acme", **more: Any) -> Click:
        """Make a click with these limits."""
        return click(
            self.limits,
            contact,
            on=button(button_id=on, account_id=owner),
            owner=account(account_id=owner),
            **more,
        )

    def place(self, clicked: Click) -> str:
        """Let a click through, and give its call's id."""
        self.tally.check(clicked)
        self._number += 1
        self.tally.take(f"c{self._number}", clicked)
        return f"c{self._number}"

    def end(self, clicked: Click, call_id: str, *, talked: float = 0.0) -> None:
        """End a call, whose two have talked for so long by now."""
        call = call_of(clicked, call_id)
        if talked:
            call = replace(call, state="bridged", bridged_at=self.clock.wall() - talked)
            self.tally.follow(call)
        self.tally.follow(replace(call, state="ended", ended_at=self.clock.wall()))

    def denied(self, clicked: Click) -> Denied:
        """Give what a click is denied with."""
        with pytest.raises(Denied) as caught:
            self.tally.check(clicked)
        assert caught.value.contact == clicked.contact.text
        return caught.value


def contacts(count: int) -> list[Contact]:
    """Give so many different contacts."""
    return [Contact(f"+1555000{number:04d}") for number in range(count)]


async def test_throttle(clock: ManualClock) -> None:
    """A button gives so many clicks at once, then one each share of a minute; another one has its own."""
    counted = Counted(clock, Limits(throttle=10))
    for contact in contacts(10):
        counted.place(counted.click(contact))
    denied = counted.denied(counted.click(BRITISH))
    assert (denied.rule, denied.quota) == ("throttle", Quota("throttle", 10, 60))
    assert denied.retry_after == pytest.approx(6.0)
    counted.place(counted.click(BRITISH, on="other"))
    await clock.advance(5.9)
    counted.denied(counted.click(BRITISH))
    await clock.advance(0.1)
    counted.place(counted.click(BRITISH))
    counted.denied(counted.click(BRITISH))


def test_a_buttons_own_throttle_comes_first(clock: ManualClock) -> None:
    """What the button says counts, not the limits' own number, be it more or less."""
    counted = Counted(clock, Limits(throttle=1))
    twice = replace(counted.click(), button=button(means(throttle=2)))
    for _ in range(2):
        counted.place(twice)
    assert counted.denied(twice).quota == Quota("throttle", 2, 60)


async def test_one_live_call_of_a_contact(clock: ManualClock) -> None:
    """A contact that is being called is not called once more, by whatever button; another account may."""
    counted = Counted(clock, Limits(contact_live=1))
    first = counted.click()
    call_id = counted.place(first)
    await clock.advance(3600.0)
    denied = counted.denied(counted.click(on="other"))
    assert (denied.rule, denied.quota) == ("contact", Quota("contact_live", 1))
    assert denied.retry_after == LIVE_RETRY
    counted.place(counted.click(BRITISH))
    counted.place(counted.click(owner="another"))
    counted.end(first, call_id)
    counted.place(first)


def test_a_sip_uri_is_one_contact_in_capitals_too(clock: ManualClock) -> None:
    """Capitals make no other contact of a SIP URI."""
    counted = Counted(clock, Limits(contact_live=1))
    counted.place(counted.click(Contact("sip:bob@example.com", "sip_uri")))
    assert counted.denied(counted.click(Contact("sip:Bob@EXAMPLE.com", "sip_uri"))).rule == "contact"


@pytest.mark.parametrize(
    ("limit", "many", "seconds"),
    [("contact_per_minute", 1, 60), ("contact_per_10_minutes", 3, 600), ("contact_per_day", 10, 86_400)],
)
async def test_calls_of_a_contact(clock: ManualClock, limit: str, many: int, seconds: int) -> None:
    """A contact is called so often in a span, by whatever button, and again when the span has rolled on."""
    counted = Counted(clock, replace(Limits(), **{limit: many}))
    for number in range(many):
        counted.place(counted.click(on=f"button {number}"))
        await clock.advance(1.0)
    denied = counted.denied(counted.click())
    assert (denied.rule, denied.quota) == ("contact", Quota(limit, many, seconds))
    assert denied.retry_after == pytest.approx(seconds - many)
    counted.place(counted.click(BRITISH))
    counted.place(counted.click(owner="another"))
    await clock.advance(seconds - many - 0.5)
    counted.denied(counted.click())
    await clock.advance(0.5)
    counted.place(counted.click())
    if many > 1:
        counted.denied(replace(counted.click(), limits=Limits(contact_per_minute=1)))


async def test_clicks_of_an_address(clock: ManualClock) -> None:
    """An address clicks so often a minute, by whatever buttons; another one has its own."""
    counted = Counted(clock, Limits(address_per_minute=5))
    for number, contact in enumerate(contacts(5)):
        counted.place(counted.click(contact, on=f"button {number}", owner=f"account {number}"))
    denied = counted.denied(counted.click())
    assert (denied.rule, denied.quota) == ("address", Quota("address_per_minute", 5, 60))
    assert denied.retry_after == pytest.approx(12.0)
    counted.place(counted.click(client="192.0.2.2"))
    await clock.advance(12.0)
    counted.place(counted.click())


async def test_clicks_of_an_address_for_a_contact(clock: ManualClock) -> None:
    """An address clicks so often a minute for one contact, whatever it does beside."""
    counted = Counted(clock, Limits(address_contact_per_minute=1, address_per_minute=5))
    counted.place(counted.click())
    denied = counted.denied(counted.click())
    assert (denied.rule, denied.quota) == ("address", Quota("address_contact_per_minute", 1, 60))
    counted.place(counted.click(BRITISH))
    counted.place(counted.click(client="192.0.2.2"))


async def test_dry_runs_of_an_address(clock: ManualClock) -> None:
    """An address tries so often a minute what a click would come to; that costs its clicks nothing."""
    counted = Counted(clock, Limits(dry_runs_per_minute=2, address_per_minute=1))
    for _ in range(2):
        counted.tally.count_dry_run("192.0.2.1", counted.limits)
    with pytest.raises(Denied) as caught:
        counted.tally.count_dry_run("192.0.2.1", counted.limits)
    assert (caught.value.rule, caught.value.quota) == ("address", Quota("dry_runs_per_minute", 2, 60))
    assert caught.value.retry_after == pytest.approx(30.0)
    counted.tally.count_dry_run("192.0.2.2", counted.limits)
    counted.place(counted.click(client="192.0.2.1"))
    await clock.advance(30.0)
    counted.tally.count_dry_run("192.0.2.1", counted.limits)
    for _ in range(100):
        counted.tally.count_dry_run("192.0.2.1", Limits())


@pytest.mark.parametrize(
    ("limit", "free"),
    [
        ("live_per_button", {"on": "other"}),
        ("live_per_account", {"on": "other", "owner": "another"}),
        ("live_in_all", None),
    ],
)
def test_calls_at_once(clock: ManualClock, limit: str, free: dict[str, Any] | None) -> None:
    """So many calls live at once: of a button, of an account, of all; one that ends makes room again."""
    counted = Counted(clock, replace(Limits(), **{limit: 2}))
    first, second = counted.click(), counted.click(BRITISH)
    call_id = counted.place(first)
    counted.place(second)
    denied = counted.denied(counted.click())
    assert (denied.rule, denied.quota, denied.retry_after) == ("concurrency", Quota(limit, 2), LIVE_RETRY)
    if free is None:
        counted.denied(counted.click(on="other", owner="another"))
    else:
        counted.place(counted.click(**free))
    counted.end(first, call_id)
    counted.place(first)


async def test_calls_a_day(clock: ManualClock) -> None:
    """An account places so many calls in any 24 hours, whether or not they were answered."""
    counted = Counted(clock, Limits(calls_per_day=2))
    for contact in contacts(2):
        clicked = counted.click(contact)
        counted.end(clicked, counted.place(clicked))
        await clock.advance(3600.0)
    denied = counted.denied(counted.click())
    assert (denied.rule, denied.quota) == ("budget", Quota("calls_per_day", 2, 86_400))
    assert denied.retry_after == pytest.approx(DAY - 7200.0)
    counted.place(counted.click(owner="another"))
    await clock.advance(DAY - 7200.0)
    counted.place(counted.click())
    counted.denied(counted.click())


async def test_minutes_a_day(clock: ManualClock) -> None:
    """An account's calls talk for so many minutes in 24 hours; those that still talk count as they go on."""
    counted = Counted(clock, Limits(minutes_per_day=10))
    first, second = counted.click(), counted.click(BRITISH)
    call_id, other = counted.place(first), counted.place(second)
    await clock.advance(1000.0)
    counted.end(first, call_id, talked=301.0)
    counted.tally.follow(replace(call_of(second, other), state="bridged", bridged_at=clock.wall()))
    await clock.advance(298.0)
    counted.tally.check(counted.click())
    await clock.advance(1.0)
    denied = counted.denied(counted.click())
    assert (denied.rule, denied.quota) == ("budget", Quota("minutes_per_day", 10, 86_400))
    counted.end(second, other)
    await clock.advance(DAY - 299.0 - 0.5)
    counted.denied(counted.click())
    await clock.advance(0.5)
    counted.tally.check(counted.click())


def test_ways_have_a_budget_each(clock: ManualClock) -> None:
    """What strangers spend leaves what those with a token may spend alone, and the other way round."""
    counted = Counted(clock, Limits(calls_per_day=1))
    counted.place(counted.click(way="public"))
    counted.denied(counted.click(way="public"))
    counted.place(counted.click(way="token"))
    counted.denied(counted.click(way="token"))


def test_nothing_said_is_no_limit(clock: ManualClock) -> None:
    """Limits that are not said, or 0, let everything through."""
    for limits in (Limits(), replace(Limits(), **dict.fromkeys(Limits.__struct_fields__[:14], 0))):
        counted = Counted(clock, limits)
        for _ in range(300):
            counted.place(counted.click())


@pytest.mark.parametrize(
    "limits",
    [
        Limits(throttle=1),
        Limits(contact_live=1),
        Limits(contact_per_minute=1),
        Limits(address_per_minute=1),
        Limits(address_contact_per_minute=1),
        Limits(live_in_all=1),
        Limits(calls_per_day=1),
    ],
)
def test_a_refund_is_as_if_nobody_had_clicked(clock: ManualClock, limits: Limits) -> None:
    """A click whose order never left costs nothing of any limit; a second refund gives nothing more."""
    counted = Counted(clock, limits)
    call_id = counted.place(counted.click())
    counted.tally.refund(call_id)
    counted.tally.refund(call_id)
    call_id = counted.place(counted.click())
    counted.denied(counted.click())
    counted.end(counted.click(), call_id)
    counted.tally.refund(call_id)  # it rang: there is nothing to give back
    if limits.contact_live or limits.live_in_all:
        counted.place(counted.click())
    else:
        counted.denied(counted.click())


def test_what_is_refused_costs_nothing(clock: ManualClock) -> None:
    """A click that one limit refuses takes nothing of the others."""
    counted = Counted(clock, Limits(throttle=2, contact_live=1, address_per_minute=2, calls_per_day=2))
    counted.place(counted.click())
    for _ in range(20):
        assert counted.denied(counted.click()).rule == "contact"
    counted.place(counted.click(BRITISH))


def test_the_order_of_the_limits(clock: ManualClock) -> None:
    """Where several limits are against a click the first of the table is named."""
    everything = Limits(
        throttle=1, contact_live=1, contact_per_minute=1, address_per_minute=1, live_in_all=1, calls_per_day=1
    )
    counted = Counted(clock, everything)
    counted.place(counted.click())
    off = {
        "throttle": ["throttle"],
        "contact": ["contact_live", "contact_per_minute"],
        "address": ["address_per_minute"],
        "concurrency": ["live_in_all"],
        "budget": ["calls_per_day"],
    }
    limits = everything
    for rule, keys in off.items():
        assert counted.denied(replace(counted.click(), limits=limits)).rule == rule
        limits = replace(limits, **dict.fromkeys(keys, 0))
    counted.tally.check(replace(counted.click(), limits=limits))


def past(ago: float, *, talked: float | None = None) -> PastCall:
    """Make a call that was clicked so long before START, and ended at once, or when its two had talked."""
    began = START - ago
    return PastCall(
        account_id="acme",
        button_id="b",
        contact=AMERICAN.text,
        requested_at=began,
        bridged_at=None if talked is None else began,
        ended_at=began + (talked or 0.0),
        clicked_by="public",
    )


async def test_limits_outlive_a_restart(clock: ManualClock) -> None:
    """Calls that the history has count as if c2cd had never stopped."""
    for limits, rule, opens in (
        (Limits(contact_per_minute=1), "contact", 30.0),
        (Limits(throttle=1), "throttle", 30.0),
        (Limits(calls_per_day=1), "budget", DAY - 30.0),
        (Limits(minutes_per_day=1), "budget", DAY - 130.0),
    ):
        counted = Counted(clock, limits)
        counted.tally.recall([past(200.0, talked=70.0)] if limits.minutes_per_day else [past(30.0)])
        denied = counted.denied(counted.click())
        assert denied.rule == rule
        assert denied.retry_after == pytest.approx(opens)


def test_what_lies_ahead_by_the_wall_is_now(clock: ManualClock) -> None:
    """A clock that was set back since a call makes it no older than now, and no younger."""
    counted = Counted(clock, Limits(contact_per_minute=1))
    counted.tally.recall([past(-5000.0)])
    assert counted.denied(counted.click()).retry_after == pytest.approx(60.0)


def test_live_calls_outlive_a_restart(clock: ManualClock) -> None:
    """A call that is taken up after a restart lives, and its talk counts from when it began."""
    counted = Counted(clock, Limits(contact_live=1, minutes_per_day=5))
    clicked = counted.click()
    live = replace(call_of(clicked, "old"), state="bridged", bridged_at=START - 400.0)
    counted.tally.follow(live)
    assert counted.denied(clicked).quota == Quota("contact_live", 1)
    assert counted.denied(counted.click(BRITISH)).quota == Quota("minutes_per_day", 5, 86_400)


def test_a_token_counts_for_strangers_too(clock: ManualClock) -> None:
    """A contact that was called with a token is not called by a stranger in the same minute."""
    tally = Tally(clock, lambda _, way: PUBLIC if way == "public" else TOKEN)
    tally.take("c1", click(TOKEN, way="token"))
    tally.follow(replace(call_of(click(TOKEN, way="token"), "c1"), state="ended"))
    with pytest.raises(Denied) as caught:
        tally.check(click(PUBLIC))
    assert caught.value.quota == Quota("contact_per_minute", 1, 60)
    tally.check(click(TOKEN, way="token"))


async def test_no_bucket_is_filled_at_anothers_rate(clock: ManualClock) -> None:
    """What is used up at a low rate stays so, whoever clicks by the same button or address at a high one."""
    low, high = (Limits(throttle=each, address_per_minute=each) for each in (1, 1000))
    tally = Tally(clock, lambda _account, way: low if way == "public" else high)
    visitor, insider = click(low), click(high, way="token")
    tally.take("c1", visitor)
    await clock.advance(30.0)
    for number in range(100):
        tally.check(insider)
        tally.take(f"t{number}", insider)
    with pytest.raises(Denied) as caught:
        tally.check(visitor)
    assert caught.value.rule == "throttle"
    assert caught.value.retry_after == pytest.approx(30.0)


def test_a_tokens_clicks_before_a_restart_are_not_the_publics(clock: ManualClock) -> None:
    """The throttle of visitors begins with what visitors clicked, that of a button with what anybody did."""
    limits = Limits(throttle=1)
    tally = Tally(clock, lambda _account, _way: limits)
    tally.recall([replace(past(1.0), clicked_by="token t")])
    tally.check(click(limits))
    with pytest.raises(Denied):
        tally.check(click(limits, way="token"))
    with pytest.raises(Denied):
        tally.check(click(limits, on=button(means(throttle=1))))


async def test_talk_that_nobody_limits_is_not_counted(clock: ManualClock) -> None:
    """Without minutes_per_day a talk uses up nothing, however long it is."""
    counted = Counted(clock, Limits(minutes_per_day=0))
    clicked = counted.click()
    counted.tally.follow(replace(call_of(clicked, "c1"), state="bridged", bridged_at=clock.wall()))
    await clock.advance(DAY)
    counted.tally.check(clicked)
    assert counted.tally._talk.used(("acme", "public"), clock.monotonic()) == 0.0
