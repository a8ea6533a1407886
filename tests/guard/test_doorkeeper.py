"""The guards in their order."""

import pytest
from msgspec.structs import replace

from c2cd.errors import ConfigError, Denied
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.guard.origin import Arrival
from c2cd.guard.rules import Rules
from c2cd.model.account import Account
from c2cd.model.block import Block
from c2cd.model.button import ClickToCall
from c2cd.model.call import PastCall
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.limits import PUBLIC, TOKEN, Hours, Limits, OwnLimits, Way, WayLimits
from tests.clock import START, ManualClock
from tests.guard.clicks import AMERICAN, BRITISH, account, button, call_of, click, doorkeeper, means

FREE = Limits()
ALWAYS = Hours(timezone="UTC", open=("mon-sun 00:00-24:00",))
WEEKEND = Hours(timezone="UTC", open=("sat-sun 00:00-24:00",))  # START is a Friday, 08:00
SIGNED = ClickToCall(name="n", extension="1", auth_required=False, signature_required=True)
FLORIDA = Contact("+13055550100")


def by(
    meaning: ClickToCall, contact: Contact, *, owner: Account | None = None, limits: Limits = FREE
) -> Click:
    """Make a click of a button that means this."""
    return click(limits, contact, on=button(meaning), owner=owner)


async def judged(door: Doorkeeper, clicked: Click, *blocks: Block) -> str | None:
    """Give the rule that is against a click, however often it comes; None where there is none."""
    try:
        await door.judge(clicked, blocks)
    except Denied as denied:
        return denied.rule
    return None


def a_block(text: str) -> Block:
    """Make a block of a number."""
    return Block(id="x", account_id="acme", kind="number", text=text, note="", added_by="admin", added_at=0.0)


async def test_no_whitelist(clock: ManualClock) -> None:
    """A button without a whitelist, or with an empty one, may call every contact."""
    door = doorkeeper(clock)
    for meaning in (means(), means(whitelist=())):
        assert await judged(door, by(meaning, BRITISH)) is None


async def test_whitelist_miss(clock: ManualClock) -> None:
    """A contact that a button's whitelist does not have is denied, in Kazoo's words and with the contact."""
    with pytest.raises(Denied, match=r"^Contact doesn't match whitelist$") as caught:
        await doorkeeper(clock).judge(by(means(whitelist=(r"^\+1",)), BRITISH), ())
    assert (caught.value.rule, caught.value.contact) == ("whitelist", BRITISH.text)
    assert caught.value.retry_after is None


async def test_account_is_the_outer_fence(clock: ManualClock) -> None:
    """A contact must match the account's whitelist as well, whatever the button allows."""
    fenced = account(whitelist=(r"^\+1",))
    door = doorkeeper(clock, fenced)
    for meaning in (means(), means(whitelist=(".",))):
        assert await judged(door, by(meaning, AMERICAN, owner=fenced)) is None
        assert await judged(door, by(meaning, BRITISH, owner=fenced)) == "whitelist"


async def test_the_order_of_the_guards(clock: ManualClock) -> None:
    """Where several guards are against a click the first of the table is named."""
    unfenced = Account(id="acme", realm="r", region="US", hours=WEEKEND)
    fenced = Account(id="acme", realm="r", region="US", hours=WEEKEND, extension_whitelist=("^2",))
    strict, limits = means(whitelist=("^[+]1",)), Limits(allowed_countries=("US",))
    door, blocks = doorkeeper(clock), [a_block(BRITISH.text), a_block(FLORIDA.text)]
    for meaning, contact, owner, blocked, rule in (
        (strict, BRITISH, fenced, blocks, "extension"),
        (strict, BRITISH, unfenced, blocks, "whitelist"),
        (means(), BRITISH, unfenced, blocks, "country"),
        (strict, FLORIDA, unfenced, blocks, "blocklist"),
        (strict, FLORIDA, unfenced, [], "hours"),
    ):
        assert await judged(door, by(meaning, contact, owner=owner, limits=limits), *blocked) == rule


async def test_both_hours_must_be_open(clock: ManualClock) -> None:
    """A click is taken when the account and the button are open; else it is told when that is."""
    assert START % 86_400 == 8 * 3600
    door = doorkeeper(clock)
    for owners, buttons in ((ALWAYS, WEEKEND), (WEEKEND, ALWAYS), (WEEKEND, WEEKEND)):
        owner = Account(id="acme", realm="r", hours=owners)
        clicked = by(ClickToCall(name="n", extension="1", hours=buttons), AMERICAN, owner=owner)
        with pytest.raises(Denied, match="Saturday") as caught:
            await door.judge(clicked, ())
        assert (caught.value.rule, caught.value.retry_after) == ("hours", 16 * 3600.0)
    owner = Account(id="acme", realm="r", hours=ALWAYS)
    assert await judged(door, by(means(), AMERICAN, owner=owner)) is None


async def test_the_accounts_countries_outdo_the_limits(clock: ManualClock) -> None:
    """What an account says of countries holds for both ways, in place of what their limits say."""
    door = doorkeeper(clock)
    owner = Account(id="acme", realm="r", region="US", allowed_countries=("GB",))
    for limits in (PUBLIC, TOKEN):
        assert await judged(door, by(means(), BRITISH, owner=owner, limits=limits)) is None
        assert await judged(door, by(means(), FLORIDA, owner=owner, limits=limits)) == "country"
    anywhere = Account(id="acme", realm="r", region="US", allowed_countries=())
    assert await judged(door, by(means(), BRITISH, owner=anywhere)) is None


async def test_admitted_at_a_price(clock: ManualClock) -> None:
    """Admitting counts, checking does not, a refusal costs nothing, and a refund takes it back."""
    door, clicked = doorkeeper(clock), by(means(throttle=1), AMERICAN)
    for _ in range(5):
        door.check(clicked)
    door.admit("c1", clicked)
    for _ in range(5):
        with pytest.raises(Denied, match="once a minute"):
            door.admit("c2", clicked)
    door.refund("c1")
    door.admit("c3", clicked)
    await clock.advance(59.0)
    with pytest.raises(Denied) as caught:
        door.admit("c4", clicked)
    assert caught.value.rule == "throttle"
    assert caught.value.retry_after == pytest.approx(1.0)
    await clock.advance(1.0)
    door.admit("c5", clicked)


def test_limits_come_from_the_account_first(clock: ManualClock) -> None:
    """A limit is the account's, else the configuration's, else the default, for each way by itself."""
    owner = Account(id="acme", realm="r", limits=OwnLimits(public=Limits(throttle=3, calls_per_day=0)))
    configured = WayLimits(public=Limits(throttle=4, contact_per_day=5), token=Limits(throttle=6))
    door = Doorkeeper(clock, Rules([owner], limits=configured))
    public, token = door.limits(owner, "public"), door.limits(owner, "token")
    assert (public.throttle, public.calls_per_day, public.contact_per_day) == (3, 0, 5)
    assert public.minutes_per_day == PUBLIC.minutes_per_day
    assert (token.throttle, token.live_per_account) == (6, TOKEN.live_per_account)


def test_sip_uri_needs_a_channel(clock: ManualClock) -> None:
    """An account with no channel for SIP URIs can't call one, and is told which key is missing."""
    door = doorkeeper(clock)
    with pytest.raises(Denied, match="sip_uri_channel") as caught:
        door.read(account(), "sip:bob@example.com")
    assert caught.value.rule == "number"
    willing = account(sip_uri_channel="PJSIP/trunk/{uri}")
    assert door.read(willing, "sip:bob@example.com").kind == "sip_uri"


def test_reads_with_the_accounts_region(clock: ManualClock) -> None:
    """A contact is read by the region of the account that is clicked, or by none."""
    door = doorkeeper(clock)
    assert door.read(account(region="DE"), "030 123456").text == "+4930123456"
    assert door.read(account(), "030 123456").text == "030123456"


def test_open_door_is_not_saved(clock: ManualClock) -> None:
    """A button that anybody may click and that may call anybody is a fault of its whitelist, told why."""
    (fault,) = doorkeeper(clock).save_faults(account(), means(auth_required=False))
    assert (fault.path, fault.rule) == ("whitelist", "required")
    assert "auth_required" in fault.message


@pytest.mark.parametrize(
    ("owner", "meaning", "allowed"),
    [
        (account(), means(auth_required=True), False),
        (account(), means(auth_required=False, whitelist=(r"^\+1",)), False),
        (
            account(),
            ClickToCall(name="n", extension="1", auth_required=False, signature_required=True),
            False,
        ),
        (account(whitelist=(r"^\+1",)), means(auth_required=False), False),
        (account(), means(auth_required=False), True),
        (account(allow_open_buttons=True), means(auth_required=False), False),
    ],
    ids=[
        "needs a token",
        "own whitelist",
        "signed links",
        "account's whitelist",
        "configuration",
        "account's word",
    ],
)
def test_door_that_may_be_saved(
    clock: ManualClock,
    owner: Account,
    meaning: ClickToCall,
    allowed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """One thing is enough: a token, signed links, a whitelist, the account's, or the configuration's word."""
    assert doorkeeper(clock, owner, allow_open_buttons=allowed).save_faults(owner, meaning) == []


async def test_open_door_is_closed(clock: ManualClock) -> None:
    """A button whose account has lost its whitelist takes no public click; a token's it does."""
    clicked = by(means(auth_required=False), AMERICAN)
    assert await judged(doorkeeper(clock), clicked) == "whitelist"
    assert await judged(doorkeeper(clock), replace(clicked, way="token")) is None
    assert await judged(doorkeeper(clock, allow_open_buttons=True), clicked) is None


def test_links_for_every_visitor_are_a_fence(clock: ManualClock) -> None:
    """Where the limits want a signed link of every public click, a button needs no whitelist."""
    door = doorkeeper(clock, limits=Limits(signature_required=True))
    assert door.save_faults(account(), means(auth_required=False)) == []


def test_account_has_the_last_word(clock: ManualClock) -> None:
    """An account that allows no open buttons has none, though the configuration allows them."""
    strict = account(allow_open_buttons=False)
    door = doorkeeper(clock, strict, allow_open_buttons=True)
    assert door.save_faults(strict, means(auth_required=False)) != []


def test_empty_whitelist_is_no_fence(clock: ManualClock) -> None:
    """An empty whitelist does not close an open door."""
    assert doorkeeper(clock).save_faults(account(), means(auth_required=False, whitelist=())) != []


def test_patterns_are_judged_when_saved(clock: ManualClock) -> None:
    """A pattern that could not be matched is found when the button is saved, not when it is clicked."""
    (fault,) = doorkeeper(clock).save_faults(account(), means(whitelist=("^1", "1(?=5)")))
    assert (fault.path, fault.rule) == ("whitelist.1", "pattern")


@pytest.mark.parametrize("field", ["extension", "caller_id_number", "outbound_callee_id_number"])
def test_numbers_that_the_switch_would_refuse(clock: ManualClock, field: str) -> None:
    """A number with a word for which Asterisk refuses calls is found when the button is saved."""
    (fault,) = doorkeeper(clock).save_faults(account(), replace(means(), **{field: "a-MYDB2"}))
    assert (fault.path, fault.rule, "'MYDB2'" in fault.message) == (field, "pattern", True)
    assert doorkeeper(clock).save_faults(account(), replace(means(), **{field: "a-MyDb2"})) == []


def test_hours_are_judged_when_saved(clock: ManualClock) -> None:
    """A time zone that nobody knows is found when the button is saved."""
    meaning = ClickToCall(name="n", extension="1", hours=Hours(timezone="Mars", open=("mon 00:00-24:00",)))
    (fault,) = doorkeeper(clock).save_faults(account(), meaning)
    assert fault.path == "hours.timezone"


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        (account(whitelist=("1(?=5)",)), "accounts.0.whitelist.0"),
        (account(region="XX"), "'XX'"),
        (Account(id="acme", realm="r", allowed_countries=("XX",)), "accounts.0.allowed_countries"),
        (
            Account(id="acme", realm="r", hours=Hours(timezone="Mars", open=("mon 00:00-24:00",))),
            "accounts.0.hours.timezone",
        ),
        (
            Account(id="acme", realm="r", limits=OwnLimits(token=Limits(allowed_countries=("XX",)))),
            "accounts.0.limits.token.allowed_countries",
        ),
        (
            Account(id="acme", realm="r", allowed_countries=("own",)),
            "accounts.0.region: allowed_countries",
        ),
        (
            Account(id="acme", realm="r", limits=OwnLimits(public=Limits(allowed_countries=("US", "own")))),
            "accounts.0.region: allowed_countries",
        ),
    ],
)
def test_account_that_cannot_be_guarded(clock: ManualClock, owner: Account, words: str) -> None:
    """An account that can't be guarded as it says stops the start, with the key that is wrong."""
    with pytest.raises(ConfigError, match=words):
        doorkeeper(clock, owner)


@pytest.mark.parametrize("countries", [None, (), ("all",), ("US", "all")])
def test_account_that_needs_no_region(clock: ManualClock, countries: tuple[str, ...] | None) -> None:
    """An account that does not say which countries, or allows all, may do without a region."""
    limits = OwnLimits(public=Limits(allowed_countries=("US",) if countries else None))
    doorkeeper(clock, Account(id="acme", realm="r", allowed_countries=countries, limits=limits))


async def test_extensions_are_fenced_in(clock: ManualClock) -> None:
    """An extension that the account's fence does not have is refused when saved, and at each click."""
    fenced = account(extension_whitelist=("^2",))
    (fault,) = doorkeeper(clock).save_faults(fenced, means())
    assert (fault.path, fault.facts["value"]) == ("extension", "1001")
    assert await judged(doorkeeper(clock), by(means(), AMERICAN, owner=fenced)) == "extension"
    free = account(extension_whitelist=("^1",))
    assert doorkeeper(clock).save_faults(free, means()) == []
    assert await judged(doorkeeper(clock), by(means(), AMERICAN, owner=free)) is None


def test_where_a_click_comes_from(clock: ManualClock) -> None:
    """A click comes near by the limits of its own way, and only from the pages that its button names."""
    limits = OwnLimits(public=Limits(allow_get=False), token=Limits(allow_get=True))
    owner = Account(id="acme", realm="r", limits=limits)
    door = doorkeeper(clock, owner)
    shop = button(replace(means(), allowed_origins=("https://shop.example",)))
    door.arrive(owner, shop, "token", Arrival(verb="GET", origin="https://shop.example"))
    door.arrive(owner, button(), "token", Arrival(verb="GET", origin="https://evil.example"))
    refused: list[tuple[Way, Arrival, str]] = [
        ("public", Arrival(verb="GET", origin="https://shop.example"), "get"),
        ("public", Arrival(verb="POST", origin="https://evil.example"), "origin"),
        ("token", Arrival(verb="GET", origin="https://evil.example"), "origin"),
    ]
    for way, arrival, rule in refused:
        with pytest.raises(Denied) as caught:
            door.arrive(owner, shop, way, arrival)
        assert caught.value.rule == rule


async def test_what_is_counted_of_calls(clock: ManualClock) -> None:
    """Calls of before a restart, live calls and dry runs count, and a call that has ended lives no more."""
    limits = Limits(contact_live=1, calls_per_day=2, dry_runs_per_minute=1)
    door = doorkeeper(clock, limits=limits)
    ended = PastCall(
        account_id="acme",
        button_id="b",
        contact=BRITISH.text,
        requested_at=START - 60.0,
        bridged_at=None,
        ended_at=START - 30.0,
        clicked_by="public",
    )
    clicked = click(limits)
    door.recall([ended])
    door.admit("c1", clicked)
    for state, limit in (("ringing", "contact_live"), ("ended", "calls_per_day")):
        door.follow(replace(call_of(clicked, "c1"), state=state))
        with pytest.raises(Denied) as caught:
            door.check(clicked)
        assert caught.value.quota is not None
        assert caught.value.quota.key == limit
    door.count_dry_run("192.0.2.1", limits)
    with pytest.raises(Denied) as caught:
        door.count_dry_run("192.0.2.1", limits)
    assert caught.value.rule == "address"
