"""``/sign``: links that a page's own server, or a mail, gives away instead of a token."""

import msgspec
from starlette.responses import Response

from c2cd.errors import InvalidDocument
from c2cd.guard.signing import make_link
from c2cd.model.contact import Contact
from c2cd.model.journal import iso_time
from c2cd.validation import coerced, faults
from c2cd.web import paths as at
from c2cd.web.answers import LinkRequest, SignedAnswer
from c2cd.web.envelope import success
from c2cd.web.resource import find_button
from c2cd.web.visit import Visit


async def sign_link(visit: Visit) -> Response:
    """POST: a signed link to click the button once."""
    button = await find_button(visit)
    document = coerced(LinkRequest, visit.data)
    if found := faults(LinkRequest, document):
        raise InvalidDocument(*found)
    asked = msgspec.convert(document, LinkRequest)
    expires_at = visit.services.clock.wall() + asked.seconds
    contact = _contact(visit, asked)
    link = make_link(visit.owner.id, button.id, expires_at, contact=contact, pattern=asked.pattern)
    signed = visit.services.signer.sign(link)
    path = at.CONNECT.format(account_id=visit.owner.id, button_id=button.id)
    answer = SignedAnswer(
        signed=signed,
        expires_at=iso_time(expires_at),
        contact=link.contact,
        pattern=link.pattern,
        path=f"{path}?signed={signed}",
    )
    return success(visit, answer)


def _contact(visit: Visit, asked: LinkRequest) -> Contact | None:
    """Read the contact, if one is asked for; in a form a raw + is a space."""
    text = asked.contact
    if text is not None and visit.is_form and text.startswith(" "):
        text = "+" + text[1:]
    return None if text is None else visit.services.doorkeeper.read(visit.owner, text)
