"""Composes a call from values that were parsed: nothing here is text of a request as it came."""

import re
import secrets
import unicodedata
from functools import lru_cache

from c2cd.calls.applying import plays_ringback, takes_early_media, variables_of
from c2cd.model.account import Account
from c2cd.model.button import ClickToCall
from c2cd.model.call import Call
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.switching import FORBIDDEN, Originate

PREFIX = "c2c-"

# Asterisk cuts CallerID at 255 bytes; the number beside the name has 64 at most.
_NAME_BYTES = 160
# What could end a quoted name, an argument of Dial, a header or a line, or begin a variable.
_UNSAFE = re.compile(r"""[,()"';$\\{}<>\[\]|&^=`%]""")


def new_call_id(button_id: str) -> str:
    """Make the id of a call, in Kazoo's form; it becomes the first channel's Uniqueid too."""
    return f"{PREFIX}{button_id}-{secrets.token_hex(16)}"


@lru_cache(maxsize=1024)
def presentable(name: str) -> str:
    """Make of a name what a caller ID can carry on any way to a phone: no quoting is relied on."""
    printable = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in name)
    tidy = " ".join(_UNSAFE.sub(" ", printable).split())
    # A company's name may hold such a word, in other letters.
    tidy = FORBIDDEN.sub(lambda word: word[0].capitalize(), tidy)
    return tidy.encode()[:_NAME_BYTES].decode(errors="ignore").strip()


def shown_to_extension(button: ClickToCall, contact: Contact) -> tuple[str, str]:
    """Tell the name and number that the extension's phone shows, whichever leg rings first."""
    return presentable(button.name), button.caller_id_number or contact.caller_id


def shown_to_contact(button: ClickToCall) -> tuple[str, str]:
    """Tell the name and number that the contact's phone shows, whichever leg rings first."""
    name = presentable(button.outbound_callee_id_name or "") or button.extension
    return name, button.outbound_callee_id_number or button.extension


def compose_call(click: Click, *, clicked_by: str, requested_at: float, switch_life: str) -> Call:
    """Make the row of a call that is about to be placed, with an id of its own."""
    button, max_minutes = click.button, click.limits.max_minutes
    return Call(
        id=new_call_id(button.id),
        account_id=button.account_id,
        button_id=button.id,
        contact=click.contact.text,
        extension=button.means.extension,
        dial_first=button.means.dial_first,
        timeout=button.means.timeout,
        requested_at=requested_at,
        switch_life=switch_life,
        clicked_by=clicked_by,
        longest=max(1.0, max_minutes * 60) if max_minutes else None,
    )


def compose_originate(
    call_id: str, account: Account, button: ClickToCall, contact: Contact, *, auto_answer: bool = False
) -> Originate:
    """Make the order for the switch: which channels, in which order, and what each phone shows.

    ``auto_answer`` has the extension's phone answer by itself, where that can be had.
    ValueError where the account has no way to call such a contact; the guards refuse it before.
    """
    to_extension = account.extension_channel.replace("{number}", button.extension)
    if contact.kind == "number":
        to_contact = account.contact_channel.replace("{number}", contact.text)
    elif account.sip_uri_channel is not None:
        to_contact = account.sip_uri_channel.replace("{uri}", contact.text)
    else:
        raise ValueError(account.id)
    legs = [
        (to_extension, *shown_to_extension(button, contact)),
        (to_contact, *shown_to_contact(button)),
    ]
    first, second = legs if button.dial_first == "extension" else reversed(legs)
    return Originate(
        call_id=call_id,
        first=first[0],
        first_shows_name=first[1],
        first_shows_number=first[2],
        second=second[0],
        second_shows_name=second[1],
        second_shows_number=second[2],
        timeout=button.timeout,
        variables=variables_of(account, button, to_contact, auto_answer=auto_answer),
        early_media=takes_early_media(button),
        ringback=plays_ringback(button),
    )
