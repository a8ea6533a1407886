"""The account, button and call that these tests are about."""

from msgspec import UNSET, UnsetType

from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall, DialFirst
from c2cd.model.call import Call
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.limits import Limits
from tests.clock import START

LIFE = "2027-01-15 07:00:00"
CONTACT = Contact("+15551234567")
ACCOUNT = Account(id="acme", realm="acme.example", sip_uri_channel="PJSIP/trunk/{uri}")


def a_button(
    *,
    name: str = "Sales",
    dial_first: DialFirst = "extension",
    caller_id_number: str | UnsetType = UNSET,
    callee_name: str | UnsetType = UNSET,
    callee_number: str | UnsetType = UNSET,
) -> Button:
    """Make a saved button."""
    means = ClickToCall(
        name=name,
        extension="1001",
        dial_first=dial_first,
        caller_id_number=caller_id_number,
        outbound_callee_id_name=callee_name,
        outbound_callee_id_number=callee_number,
    )
    return Button(id="b", account_id="acme", revision="1-0", created_at=0.0, document={}, means=means)


def a_click(button: Button, limits: Limits | None = None) -> Click:
    """Make a click with a token, whose contact is CONTACT."""
    return Click(
        account=ACCOUNT, button=button, contact=CONTACT, way="token", limits=limits or Limits(), client="::1"
    )


def a_call(
    *,
    call_id: str = "c2c-b-1",
    button_id: str = "b",
    dial_first: DialFirst = "extension",
    timeout: int = 30,
    account_id: str = "acme",
    contact: str = CONTACT.text,
    clicked_by: str | None = None,
    longest: float | None = None,
) -> Call:
    """Make a call that was requested at START, when the tests' clock begins."""
    return Call(
        id=call_id,
        account_id=account_id,
        button_id=button_id,
        contact=contact,
        extension="1001",
        dial_first=dial_first,
        timeout=timeout,
        requested_at=START,
        switch_life=LIFE,
        clicked_by=clicked_by,
        longest=longest,
    )
