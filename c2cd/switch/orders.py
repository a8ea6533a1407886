"""Puts the one order that makes a call into AMI's headers.

Two legs with different caller IDs on a stock dialplan: the first by Originate's CallerID, the second
by Dial's ``f()``. Seen in the INVITEs that real phones get from 16.28 and 22.10; CALLERID and
CONNECTEDLINE as variables looked as good and showed the contact the extension's number.

Variables are a header each, since AMI splits one at its commas: no value holds a comma, a quote or a
backslash, and those of functions stand in brackets, where AMI leaves them (seen on both versions).

``i`` has Dial follow no 302: whom the switch calls is not for the called phone to say. ``S(…)`` has it hang
up so many seconds after the second leg was answered, whatever becomes of c2cd in the meantime.
"""

import math

from c2cd.model.switching import HALF, Originate


def originate_headers(order: Originate) -> dict[str, str | list[str]]:
    """Give Originate's headers. The values of ``order`` have alphabets that need no quoting."""
    second_id = _caller_id(order.second_shows_name, order.second_shows_number)
    longest = f"S({math.ceil(order.longest)})" if order.longest else ""
    options = f"i{'r' if order.ringback else ''}{longest}f({second_id})"
    headers: dict[str, str | list[str]] = {
        "Action": "Originate",
        "ActionID": order.call_id,
        "Channel": order.first,
        "ChannelId": order.call_id,
        "OtherChannelId": order.call_id + HALF,
        "CallerID": _caller_id(order.first_shows_name, order.first_shows_number),
        "Application": "Dial",
        "Data": f"{order.second},{order.timeout},{options}",
        "Timeout": str(order.timeout * 1000),
        "Async": "true",
    }
    if order.early_media:
        headers["EarlyMedia"] = "true"
    if order.variables:
        headers["Variable"] = [f"{name}={value}" for name, value in order.variables]
    return headers


def _caller_id(name: str, number: str) -> str:
    return f'"{name}" <{number}>' if name else f"<{number}>"
