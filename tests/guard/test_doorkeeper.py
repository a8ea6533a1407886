"""The guards in their order."""

import pytest
from msgspec import UNSET, UnsetType

from c2cd.errors import ConfigError, Denied
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.model.contact import Contact
from tests.clock import ManualClock

AMERICAN = Contact("+15551234567")
BRITISH = Contact("+442079460000")


def account(
    *,
    whitelist: tuple[str, ...] = (),
    region: str | None = None,
    allow_open_buttons: bool | None = None,
    sip_uri_channel: str | None = None,
    extension_whitelist: tuple[str, ...] = (),
) -> Account:
    """Make the account of these tests."""
    return Account(
        id="acme",
        realm="acme.example",
        region=region,
        whitelist=whitelist,
        allow_open_buttons=allow_open_buttons,
        sip_uri_channel=sip_uri_channel,
        extension_whitelist=extension_whitelist,
    )


def means(
    *,
    whitelist: tuple[str, ...] | UnsetType = UNSET,
    throttle: int | UnsetType = UNSET,
    auth_required: bool = True,
) -> ClickToCall:
    """Make what a button means."""
    return ClickToCall(
        name="Sales", extension="1001", whitelist=whitelist, throttle=throttle, auth_required=auth_required
    )


def button(meaning: ClickToCall, *, button_id: str = "b") -> Button:
    """Make a saved button."""
    return Button(id=button_id, account_id="acme", revision="1-0", created_at=0.0, document={}, means=meaning)


def doorkeeper(clock: ManualClock, *accounts: Account, allow_open_buttons: bool = False) -> Doorkeeper:
    """Make the doorkeeper of these accounts."""
    return Doorkeeper(clock, accounts or [account()], allow_open_buttons=allow_open_buttons)


def test_no_limit_of_its_own(clock: ManualClock) -> None:
    """A button with neither whitelist nor throttle, or an empty whitelist, lets every contact through."""
    door = doorkeeper(clock)
    for _ in range(100):
        door.admit(account(), button(means()), BRITISH)
        door.admit(account(), button(means(whitelist=())), BRITISH)


def test_whitelist_miss(clock: ManualClock) -> None:
    """A contact that a button's whitelist does not have is denied, in Kazoo's words and with the contact."""
    with pytest.raises(Denied, match=r"^Contact doesn't match whitelist$") as caught:
        doorkeeper(clock).admit(account(), button(means(whitelist=(r"^\+1",))), BRITISH)
    assert (caught.value.rule, caught.value.contact) == ("whitelist", BRITISH.text)
    assert caught.value.retry_after is None


def test_account_is_the_outer_fence(clock: ManualClock) -> None:
    """A contact must match the account's whitelist as well, whatever the button allows."""
    fenced = account(whitelist=(r"^\+1",))
    door = doorkeeper(clock, fenced)
    for meaning in (means(), means(whitelist=(".",))):
        door.admit(fenced, button(meaning), AMERICAN)
        with pytest.raises(Denied) as caught:
            door.admit(fenced, button(meaning), BRITISH)
        assert caught.value.rule == "whitelist"


def test_throttled(clock: ManualClock) -> None:
    """A button clicked too often is denied and told how many seconds to wait."""
    door, throttled = doorkeeper(clock), button(means(throttle=2))
    door.admit(account(), throttled, AMERICAN)
    door.admit(account(), throttled, BRITISH)
    with pytest.raises(Denied) as caught:
        door.admit(account(), throttled, AMERICAN)
    assert caught.value.rule == "throttle"
    assert caught.value.retry_after == pytest.approx(30.0)


async def test_throttle_follows_the_clock(clock: ManualClock) -> None:
    """A throttled button opens again once its time has passed on the clock that was given."""
    door, throttled = doorkeeper(clock), button(means(throttle=1))
    door.admit(account(), throttled, AMERICAN)
    await clock.advance(59.0)
    with pytest.raises(Denied):
        door.admit(account(), throttled, AMERICAN)
    await clock.advance(1.0)
    door.admit(account(), throttled, AMERICAN)


def test_refused_costs_no_token(clock: ManualClock) -> None:
    """What the whitelist refuses costs no token: nobody can use up a button with calls that never are."""
    door, throttled = doorkeeper(clock), button(means(throttle=1, whitelist=(r"^\+1",)))
    for _ in range(10):
        with pytest.raises(Denied, match="whitelist"):
            door.admit(account(), throttled, BRITISH)
    door.admit(account(), throttled, AMERICAN)


def test_whitelist_comes_before_throttle(clock: ManualClock) -> None:
    """On a button that is used up a wrong contact is still told that it is wrong."""
    door, throttled = doorkeeper(clock), button(means(throttle=1, whitelist=(r"^\+1",)))
    door.admit(account(), throttled, AMERICAN)
    with pytest.raises(Denied) as caught:
        door.admit(account(), throttled, BRITISH)
    assert caught.value.rule == "whitelist"


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
        (account(whitelist=(r"^\+1",)), means(auth_required=False), False),
        (account(), means(auth_required=False), True),
        (account(allow_open_buttons=True), means(auth_required=False), False),
    ],
    ids=["needs a token", "own whitelist", "account's whitelist", "configuration", "account's word"],
)
def test_door_that_may_be_saved(
    clock: ManualClock,
    owner: Account,
    meaning: ClickToCall,
    allowed: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """One thing is enough: a token, a whitelist, the account's, or the configuration's word."""
    assert doorkeeper(clock, owner, allow_open_buttons=allowed).save_faults(owner, meaning) == []


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


@pytest.mark.parametrize(
    ("owner", "words"),
    [(account(whitelist=("1(?=5)",)), "accounts.0.whitelist.0"), (account(region="XX"), "'XX'")],
)
def test_account_that_cannot_be_guarded(clock: ManualClock, owner: Account, words: str) -> None:
    """An account whose whitelist RE2 refuses, or whose region is none, stops the start with its key."""
    with pytest.raises(ConfigError, match=words):
        doorkeeper(clock, owner)


def test_extensions_are_fenced_in(clock: ManualClock) -> None:
    """An extension that the account's fence does not have is refused when saved, and at each click."""
    fenced = account(extension_whitelist=("^2",))
    (fault,) = doorkeeper(clock).save_faults(fenced, means())
    assert (fault.path, fault.facts["value"]) == ("extension", "1001")
    with pytest.raises(Denied, match="extension_whitelist") as caught:
        doorkeeper(clock).admit(fenced, button(means()), AMERICAN)
    assert caught.value.rule == "extension"
    free = account(extension_whitelist=("^1",))
    assert doorkeeper(clock).save_faults(free, means()) == []
    doorkeeper(clock).admit(free, button(means()), AMERICAN)
