"""The order that all ways but ARI's give: the very Originate that c2cd composes."""

import secrets

from msgspec.structs import replace

from c2cd.calls.composing import compose_call, compose_originate
from c2cd.guard.number import read_contact
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.model.click import Click
from c2cd.model.limits import TOKEN
from c2cd.switch.orders import originate_headers
from tests.bench.switch import BUTTON, REALM
from tests.bench.ways.way import contact

Header = tuple[str, str]

# What stands where the id of the call and its contact go.
ID, CONTACT = "%(id)s", "%(contact)s"


def new_call_id() -> str:
    """Give an id of the length of c2cd's, which is none of c2cd's: it hears nothing of the call."""
    return f"raw-{'b' * 32}-{secrets.token_hex(16)}"


def headers() -> list[Header]:
    """Give the headers of an Originate, with ``ID`` and ``CONTACT`` in them."""
    account = Account(id="acme", realm=REALM, region="US")
    means = ClickToCall(**BUTTON)
    button = Button(id="b" * 32, account_id="acme", revision="1-0", created_at=0.0, document={}, means=means)
    text = contact(0)
    click = Click(
        account=account,
        button=button,
        contact=read_contact(text, "US"),
        way="token",
        limits=TOKEN,
        client="127.0.0.1",
    )
    call = compose_call(click, clicked_by="token", requested_at=0.0, switch_life="")
    order = replace(compose_originate(call.id, account, means, click.contact), longest=call.longest)
    return [
        (key, one.replace(call.id, ID).replace(text, CONTACT))
        for key, value in originate_headers(order).items()
        for one in (value if isinstance(value, list) else [value])
    ]


def template() -> str:
    """Give the Originate as it is sent."""
    return "".join(f"{key}: {value}\r\n" for key, value in headers()) + "\r\n"
