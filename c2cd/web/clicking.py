"""Reads a click out of a request: whom it calls, who clicks, and what it was signed by."""

import asyncio
import hashlib

import msgspec

from c2cd.errors import Denied, Fault, InvalidDocument
from c2cd.guard import signing
from c2cd.guard.challenge import Solved
from c2cd.guard.number import phone_of
from c2cd.model.button import Button
from c2cd.model.call import PUBLIC_CLICK
from c2cd.model.click import Click
from c2cd.model.limits import Limits, Way
from c2cd.model.signing import SignedLink
from c2cd.web.client import client_of, network_of
from c2cd.web.visit import Visit, missing, mistyped

LONGEST_KEY = 255
# No key that is sent begins with it: it can't be printed.
_STRANGERS = "public\n"
# How a click is answered, who asks, and what was solved for it makes no other click of it.
_NO_PART_OF_IT = {"auth_token", "blocking", "altcha"}


def way_of(visit: Visit) -> Way:
    """Tell by which way a click comes."""
    return "public" if visit.token is None else "token"


def clicker(visit: Visit) -> str:
    """Name who clicks, for the history."""
    return PUBLIC_CLICK if visit.token is None else visit.token.name


def client(visit: Visit) -> str:
    """Give the address that a click comes from."""
    return client_of(visit.request, visit.services.trusted_proxies)


def read_click(visit: Visit, button: Button) -> tuple[Click, SignedLink | None]:
    """Read a click, and the link that it is signed by; Denied where it is none that could be placed."""
    limits = visit.services.doorkeeper.limits(visit.owner, way_of(visit))
    link = _link(visit, button, limits)
    contact = visit.services.doorkeeper.read(visit.owner, contact_text(visit, link))
    if link is not None:
        signing.allows(link, contact)
    click = Click(
        account=visit.owner,
        button=button,
        contact=contact,
        way=way_of(visit),
        limits=limits,
        client=network_of(client(visit)),
    )
    return click, link


def _link(visit: Visit, button: Button, limits: Limits) -> SignedLink | None:
    text = visit.value("signed")
    if text is None or text == "":
        is_demanded = button.means.signature_required or limits.signature_required
        if is_demanded and (visit.token is None or visit.token.scope != "manage"):
            message = (
                "This button takes signed links only: have the site that shows it sign one for the contact"
            )
            raise Denied(signing.RULE, message)
        return None
    if not isinstance(text, str):
        raise mistyped("signed", "string")
    return visit.services.signer.read(text, visit.owner.id, button.id, visit.services.clock.wall())


async def judge(visit: Visit, click: Click, link: SignedLink | None) -> None:
    """Raise Denied where a click's link has made a call before, or where it may not call this contact now."""
    if link is not None and await visit.services.history.is_used(link):
        raise link_used()
    phone = phone_of(click.contact.text)
    blocks = await visit.services.blocks.against(visit.owner.id, phone)
    await visit.services.doorkeeper.judge(click, blocks)


async def solved(visit: Visit, click: Click, link: SignedLink | None) -> Solved | None:
    """Give the challenge that was solved for a click; None where it needs none. Denied where it lacks one."""
    if link is not None or not needs_challenge(visit, click.limits):
        return None
    verify = visit.services.challenges.verify
    return await asyncio.to_thread(verify, visit.value("altcha"), click.button.id)


def needs_challenge(visit: Visit, limits: Limits) -> bool:
    """Tell whether clicks that are not signed need a challenge, which who manages the account never does."""
    return bool(limits.challenge_required) and (visit.token is None or visit.token.scope != "manage")


def link_used() -> Denied:
    """Make the error of a link that has made its call."""
    return Denied(signing.RULE, "This link has been used: it is good for one call; ask for a new one")


def contact_text(visit: Visit, link: SignedLink | None = None) -> str:
    """Give the contact as it was written, or signed. InvalidDocument where there is none."""
    contact = visit.value("contact")
    if (contact is None or contact == "") and link is not None:
        contact = link.contact
    if contact is None or contact == "":
        raise missing("contact")
    if isinstance(contact, int) and not isinstance(contact, bool):
        contact = str(contact)
    if not isinstance(contact, str):
        raise mistyped("contact", "string")
    # In a query string or a form a raw + is a space.
    from_json = not visit.is_form and "contact" not in visit.query
    return "+" + contact[1:] if contact.startswith(" ") and not from_json else contact


def key_of(visit: Visit) -> str | None:
    """Give the Idempotency-Key. InvalidDocument where it is none that can be kept.

    The keys of who has no token are others than those of who has: a stranger who guesses one neither learns
    of its call nor takes it away.
    """
    key = visit.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        message = f"Idempotency-Key must be 1 to {LONGEST_KEY} printable ASCII characters"
        raise InvalidDocument(Fault("idempotency-key", "pattern", message))
    return key if key is None or visit.token is not None else _STRANGERS + key


def fingerprint(visit: Visit) -> str:
    """Tell one request from another by all that it says of its click, however its keys are ordered."""
    data = visit.envelope.get("data")
    places = [visit.query, data if isinstance(data, dict) else {}, {**visit.envelope, "data": None}]
    said = [{key: value for key, value in place.items() if key not in _NO_PART_OF_IT} for place in places]
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).hexdigest()
