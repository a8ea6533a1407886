"""Blocklists: contacts that an account does not call, whatever its whitelists say."""

from collections.abc import Iterable

from c2cd.errors import Denied
from c2cd.guard.number import phone_of
from c2cd.guard.whitelist import matches
from c2cd.model.block import Block
from c2cd.model.contact import Contact

RULE = "blocklist"


def refuse_blocked(blocks: Iterable[Block], contact: Contact) -> None:
    """Raise Denied where one of the blocks, all of which are in force, hits the contact.

    A number must be that of the contact's phone (``number.phone_of``); a pattern is found in the contact
    (RE2, a search) as it is written or in small letters.
    """
    small, phone = contact.text.lower(), phone_of(contact.text)
    for block in blocks:
        if block.text == phone if block.kind == "number" else _is_found(block.text, contact.text, small):
            raise Denied(RULE, f"The contact is on the blocklist (block {block.id})", contact=contact.text)


def _is_found(pattern: str, *texts: str) -> bool:
    return any(matches([pattern], text) for text in texts)
