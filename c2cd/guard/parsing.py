"""Reads a number by the plans of phonenumbers, once for all the guards that look at it."""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber


def parsed(text: str, region: str | None) -> PhoneNumber:
    """Give a number as it was written (``raw_input``), which is the caller's own to change.

    The region does not matter to one that begins with +. NumberParseException where it is none.
    """
    number = PhoneNumber()
    number.merge_from(_parse(text, None if text.startswith("+") else region))
    return number


@lru_cache(maxsize=1_000)
def _parse(text: str, region: str | None) -> PhoneNumber:
    return phonenumbers.parse(text, region, keep_raw_input=True)
