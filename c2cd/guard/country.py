"""Which countries, and which kinds of numbers, a click may call: by the parsed number, not by first digits.

The plans are those of phonenumbers. A number that they do not know (internal, for tests, newly assigned) is
not refused for that alone.
"""

import re
from collections.abc import Iterable
from typing import Literal

import phonenumbers
from phonenumbers import (
    SUPPORTED_REGIONS,
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    ShortNumberCost,
    ValidationResult,
    connects_to_emergency_number,
    expected_cost_for_region,
    is_emergency_number,
)

from c2cd.errors import Denied, Fault
from c2cd.guard.parsing import parsed
from c2cd.model.contact import Contact
from c2cd.model.limits import ALL, OWN, Kind

COUNTRY = "country"
KIND = "kind"

_DIALLED = re.compile(r"\+?[0-9]+")
# What RFC 3261 lets stand between the digits of a number that is a SIP URI's user.
_SEPARATORS = re.compile(r"[.-]")
_NO_COUNTRY = "001"
# Digits; what is longer may lead out of the house, and where to is not to be told without a region.
_LONGEST_INTERNAL = 6
# As much as phonenumbers parses at all: the + and 17 digits.
_LONGEST_PARSED = 18
# ITU-T E.164's list of assigned codes: Inmarsat, other satellites, international networks.
_KIND_OF_CODE: dict[int, Kind] = {
    808: "shared_cost",
    870: "satellite",
    881: "satellite",
    882: "satellite",
    883: "satellite",
    979: "premium_rate",
}
_KIND_OF_TYPE: dict[int, Kind] = {
    PhoneNumberType.PREMIUM_RATE: "premium_rate",
    PhoneNumberType.SHARED_COST: "shared_cost",
}
_EMERGENCY = {"112", "911", "999"}
_WORDS: dict[Kind, str] = {
    "premium_rate": "a premium-rate one",
    "shared_cost": "a shared-cost one",
    "satellite": "a satellite phone's",
    "emergency": "an emergency one, or may be put through as one",
}
_SHORT = {
    NumberParseException.NOT_A_NUMBER,
    NumberParseException.TOO_SHORT_NSN,
    NumberParseException.TOO_SHORT_AFTER_IDD,
}


def refuse_foreign(
    contact: Contact, region: str | None, allowed_countries: Iterable[str], allowed_kinds: Iterable[str]
) -> None:
    """Raise Denied, rule ``kind`` or ``country``, where a contact is of one that is not allowed.

    ``allowed_countries`` are two-letter regions, ``own`` (the account's ``region``) or ``all``; an empty
    list allows all. Where the account has no region nobody can tell what is own: ``own`` alone then allows
    all, and beside others it adds nothing. ``allowed_kinds`` are those that are not refused.

    What has no + is dialled as it is: a short one is internal and passes. One that is too long for the
    region's plan (where there is no region: for an internal number), or begins with 00, may be put through to
    any country: it needs ``all``. So do numbers of no country (+800) and of codes that nobody has.

    Of a SIP URI the user is judged where it is a number; other SIP URIs pass.
    """
    text = contact.caller_id if contact.kind == "number" else _SEPARATORS.sub("", contact.caller_id)
    if not _DIALLED.fullmatch(text):
        return
    number = _read(text, region)
    kind = _kind(text, number, region)
    if kind is not None and kind not in set(allowed_kinds):
        message = f"The number is {_WORDS[kind]}; this account's allowed_kinds do not have {kind}"
        raise Denied(KIND, message, contact=contact.text)
    # An emergency number is of where it is dialled.
    if kind == "emergency" or number == "internal":
        return
    countries = [region if country == OWN else country for country in allowed_countries]
    allowed = list(dict.fromkeys(country for country in countries if country is not None))
    if allowed and ALL not in allowed and not _is_in(number, allowed):
        message = (
            f"The number {_whereabouts(number)}; this account's allowed_countries are {', '.join(allowed)}"
        )
        raise Denied(COUNTRY, message, contact=contact.text)


def country_faults(countries: Iterable[str], path: str) -> list[Fault]:
    """Tell which of the ``allowed_countries`` at this path no plan is known for."""
    return [
        Fault(
            f"{path}.{index}",
            "enum",
            f"No region {country!r} is known; expected two letters such as US, DE or GB, or own, or all",
            {"value": country},
        )
        for index, country in enumerate(countries)
        if country not in SUPPORTED_REGIONS | {OWN, ALL}
    ]


def _read(text: str, region: str | None) -> PhoneNumber | Literal["internal", "nowhere"]:
    """Give the number, which says its country, or whether it stays inside or may lead anywhere."""
    has_plus = text.startswith("+")
    may_leave = text.startswith(("+", "00"))
    if region is None and not has_plus:
        return "nowhere" if may_leave or len(text) > _LONGEST_INTERNAL else "internal"
    try:
        number = parsed(text, region)
    except NumberParseException as error:
        return "internal" if error.error_type in _SHORT and not may_leave else "nowhere"
    if has_plus or number.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD:
        # Networks ignore digits after a whole number, so with some more it is still that number.
        phonenumbers.truncate_too_long_number(number)
        return number
    reason = phonenumbers.is_possible_number_with_reason(number)
    if may_leave or reason == ValidationResult.TOO_LONG:
        return "nowhere"
    return number if reason == ValidationResult.IS_POSSIBLE else "internal"


def _kind(text: str, number: PhoneNumber | str, region: str | None) -> Kind | None:
    if _is_emergency(text, number, region):
        return "emergency"
    if number == "nowhere":
        number = _beginning(text, region) or number
    if isinstance(number, PhoneNumber):
        number_type = phonenumbers.number_type(number)
        kind = _KIND_OF_CODE.get(number.country_code or 0) or _KIND_OF_TYPE.get(number_type)
        if kind is not None or number_type != PhoneNumberType.UNKNOWN:
            return kind
    if region is not None:
        short = number if isinstance(number, PhoneNumber) else _as_dialled(text.removeprefix("+"), region)
        if expected_cost_for_region(short, region) == ShortNumberCost.PREMIUM_RATE:
            return "premium_rate"
    return None


def _beginning(text: str, region: str | None) -> PhoneNumber | None:
    """Give the number that too long a text begins with: it is put through, whatever digits follow it."""
    try:
        number = parsed(text[:_LONGEST_PARSED], region)
    except NumberParseException:
        return None
    return number if phonenumbers.truncate_too_long_number(number) else None


def _is_emergency(text: str, number: PhoneNumber | str, region: str | None) -> bool:
    """Tell whether it is one as it is dialled, or would be without its country's code (+1911)."""
    if region is not None and connects_to_emergency_number(text, region):
        return True
    if text.removeprefix("+") in _EMERGENCY and (region is None or text.startswith("+")):
        return True
    if not isinstance(number, PhoneNumber) or number.country_code is None:
        return False
    home = phonenumbers.region_code_for_country_code(number.country_code)
    return is_emergency_number(phonenumbers.national_significant_number(number), home)


def _as_dialled(digits: str, region: str) -> PhoneNumber:
    """Give a short number with all its digits: parsing would take a national prefix away."""
    value = int(digits)
    return PhoneNumber(
        country_code=phonenumbers.country_code_for_region(region),
        national_number=value,
        italian_leading_zero=digits.startswith("0"),
        number_of_leading_zeros=len(digits) - len(str(value)),
    )


def _is_in(number: PhoneNumber | str, allowed: Iterable[str]) -> bool:
    if not isinstance(number, PhoneNumber):
        return False
    country = phonenumbers.region_code_for_number(number)
    code = number.country_code
    sharing = [region for region in allowed if phonenumbers.country_code_for_region(region) == code]
    # One number may be several regions' (+1 800 is of all of +1), of which phonenumbers names the first.
    return country in sharing or any(
        country is None or phonenumbers.is_valid_number_for_region(number, region) for region in sharing
    )


def _whereabouts(number: PhoneNumber | str) -> str:
    if not isinstance(number, PhoneNumber):
        return "may lead to any country, or has a calling code that no country has"
    country = phonenumbers.region_code_for_number(number)
    if country == _NO_COUNTRY:
        return f"belongs to no country (+{number.country_code})"
    return f"begins with +{number.country_code}" if country is None else f"is in {country}"
