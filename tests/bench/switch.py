"""The switch that is measured on: Asterisk 22, whose extensions answer and hang up at once."""

import secrets
from pathlib import Path
from typing import Any

from tests.lab.asterisk import Asterisk
from tests.lab.configuration import Manager

REALM = "acme.example"
BUTTON: dict[str, Any] = {"name": "Sales", "extension": "1001", "whitelist": ["^\\+1"]}
RAW = "raw"

_SHIPPED = Path(__file__).parents[2] / "config" / "asterisk" / "c2cd.conf"

# What answers and hangs up at once is as little work as a call can be.
EXTENSIONS = """
[from-internal]
exten => _[+0-9]!,1,Answer()
 same => n,Hangup()
"""
# A user who hears of nothing but the ends of his orders.
_RAW = """
[raw]
secret = CHANGE-ME
read = call
write = originate
writetimeout = 5000
eventfilter(action(include),name(OriginateResponse)) =
"""


def bench_switch() -> Asterisk:
    """Give the switch, not yet started, with c2cd's user as the project ships it."""
    managers = {RAW: Manager(secret=secrets.token_hex(16), section=_RAW)}
    return Asterisk(
        "testing",
        section=_SHIPPED.read_text(),
        managers=managers,
        also={"extensions.conf": EXTENSIONS},
    )
