"""Reads a contact: a phone number or a SIP URI, in one clean form or not at all; and a button's numbers."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from c2cd.errors import Denied, Fault
from c2cd.guard.parsing import parsed
from c2cd.model.button import ClickToCall
from c2cd.model.contact import Contact
from c2cd.model.switching import FORBIDDEN

RULE = "number"

# ASCII alone: phonenumbers would read full-width digits and drop letters in silence.
_WRITTEN = re.compile(r"\+?[0-9 .()\[\]-]+")
_SEPARATORS = re.compile(r"[ .()\[\]-]")
_DIALLED = re.compile(r"\+?[0-9]{1,32}")
# No parameters, headers or ports beyond these: ";", "?", "/", "&" and "," mean something to a dial string.
_SIP_URI = re.compile(
    r"sips?:[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?"
)
# A SIP URI whose user is an international number, with what RFC 3261 lets stand between its digits.
_PHONE_URI = re.compile(r"sips?:(\+[0-9.-]+)@.*")
_HIGHEST_PORT = 65535
# Asterisk cuts a Channel at 255 bytes, and what is left would be another host; a template has 80 at most.
_LONGEST_URI = 160
# A button's fields that go into a dial string or a caller ID as they are.
_NUMBERS = ("extension", "caller_id_number", "outbound_callee_id_number")
# More than any number has, and as much as phonenumbers parses: the + and 17 digits.
_LONGEST_PARSED = 18


def read_contact(text: str, region: str | None) -> Contact:
    """Read a contact as somebody wrote it.

    With a ``region`` a number that can be one there becomes E.164. One that the region's plan can't
    hold (an internal extension, say) is only stripped of spaces, dots, dashes and brackets, as all
    are without a region.

    Raises Denied (rule ``number``) for all else.
    """
    text = text.strip(" ")
    if text.startswith(("sip:", "sips:")):
        return _read_sip_uri(text)
    if not _WRITTEN.fullmatch(text) or not _DIALLED.fullmatch(stripped := _SEPARATORS.sub("", text)):
        raise Denied(
            RULE,
            "The contact is neither a phone number (digits, with + in front at most, and spaces, dots, dashes"
            " or brackets between) nor a SIP URI such as sip:user@host",
        )
    return Contact(_as_e164(stripped, region) if region else stripped)


def number_faults(button: ClickToCall) -> list[Fault]:
    """Tell which numbers hold a word for which Asterisk would refuse the call."""
    faults = []
    for path in _NUMBERS:
        value = getattr(button, path) or ""
        if word := FORBIDDEN.search(value):
            message = f"Asterisk refuses a call that holds {word[0]!r} in capitals"
            faults.append(Fault(path, "pattern", message, {"value": value}))
    return faults


@lru_cache(maxsize=10_000)
def phone_of(contact: str) -> str:
    """Tell which phone a contact that was read is of: what it is counted and blocked by.

    Networks ignore digits after a whole number, and people write a 0 after the country that is not dialled:
    with either it is the same phone. Of a SIP URI capitals make no difference, and one whose user begins with
    + and is a number is that number's phone, whatever its host.
    """
    uri = _PHONE_URI.fullmatch(contact)
    text = _SEPARATORS.sub("", uri[1]) if uri else contact
    if not text.startswith("+"):
        return contact.lower()
    try:
        number = parsed(text[:_LONGEST_PARSED], None)
    except NumberParseException:
        return contact.lower()
    length = phonenumbers.is_possible_number_with_reason(number)
    if length == ValidationResult.TOO_LONG and not phonenumbers.truncate_too_long_number(number):
        return text
    return _e164(number)


def _read_sip_uri(text: str) -> Contact:
    port = text.rpartition("@")[2].partition(":")[2]
    if (
        not _SIP_URI.fullmatch(text)
        or len(text) > _LONGEST_URI
        or (port and not 0 < int(port) <= _HIGHEST_PORT)
    ):
        raise Denied(RULE, "The contact is not a SIP URI of the form sip:user@host or sip:user@host:port")
    if word := FORBIDDEN.search(text):
        raise Denied(RULE, f"Asterisk calls nobody whose SIP URI holds {word[0]!r} in capitals")
    return Contact(text, "sip_uri")


def _as_e164(stripped: str, region: str) -> str:
    try:
        number = parsed(stripped, region)
    except NumberParseException:
        return stripped
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return stripped
    return _e164(number)


def _e164(number: PhoneNumber) -> str:
    number.raw_input = None  # which would be given for a number of zeros alone
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
