"""Clicks for the tests of the guards."""

from msgspec import UNSET, UnsetType

from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.guard.rules import Rules
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.model.call import Call
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.limits import PUBLIC, Limits, Way, WayLimits
from tests.calls.examples import a_call
from tests.clock import ManualClock

AMERICAN = Contact("+15551234567")
BRITISH = Contact("+442079460000")


def account(
    *,
    account_id: str = "acme",
    whitelist: tuple[str, ...] = (),
    region: str | None = None,
    allow_open_buttons: bool | None = None,
    sip_uri_channel: str | None = None,
    extension_whitelist: tuple[str, ...] = (),
) -> Account:
    """Make the account of these tests."""
    return Account(
        id=account_id,
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


def button(meaning: ClickToCall | None = None, *, button_id: str = "b", account_id: str = "acme") -> Button:
    """Make a saved button."""
    return Button(
        id=button_id,
        account_id=account_id,
        revision="1-0",
        created_at=0.0,
        document={},
        means=meaning or means(),
    )


def click(
    limits: Limits,
    contact: Contact = AMERICAN,
    *,
    on: Button | None = None,
    owner: Account | None = None,
    way: Way = "public",
    client: str = "192.0.2.1",
) -> Click:
    """Make a click."""
    return Click(
        account=owner or account(),
        button=on or button(),
        contact=contact,
        way=way,
        limits=limits,
        client=client,
    )


def call_of(clicked: Click, call_id: str) -> Call:
    """Make the call of a click."""
    return a_call(
        call_id=call_id,
        account_id=clicked.account.id,
        button_id=clicked.button.id,
        contact=clicked.contact.text,
        clicked_by="public" if clicked.way == "public" else "token t",
    )


def doorkeeper(
    clock: ManualClock, *accounts: Account, allow_open_buttons: bool = False, limits: Limits = PUBLIC
) -> Doorkeeper:
    """Make the doorkeeper of these accounts, with one set of limits for both ways."""
    both = WayLimits(public=limits, token=limits)
    return Doorkeeper(
        clock, Rules(accounts or [account()], allow_open_buttons=allow_open_buttons, limits=both)
    )
