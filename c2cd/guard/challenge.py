"""Proof of work: a browser computes for a second or so before it may click (ALTCHA, its version 2).

It stops nobody who has computers to spare: clicks by the thousand cost something, and so do calls by scripts.
"""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from altcha import Payload, create_challenge, verify_solution
from msgspec import Struct

from c2cd.clock import Clock
from c2cd.errors import Denied

RULE = "challenge"

# A few milliseconds each with any browser's WebCrypto, and 256 of them on the average.
ALGORITHM = "PBKDF2/SHA-256"
COST = 5_000
PREFIX = "00"
# For so many seconds a challenge may be solved and sent.
LIFETIME = 600.0
_LONGEST = 4_096


class Solved(Struct, frozen=True):
    """A challenge that was solved: what tells it from others, and until when it is good (monotonic)."""

    nonce: str
    until: float


class Challenges:
    """Makes challenges for buttons, and takes each that was solved for one click.

    They are signed with a key of this run: what was solved for another is no good, and need not be known.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._used: dict[str, float] = {}

    def make(self, button_id: str) -> dict[str, object]:
        """Make a challenge, as ALTCHA writes it in JSON."""
        said = {"button": button_id, "until": round(self._clock.monotonic() + LIFETIME)}
        made = create_challenge(ALGORITHM, COST, key_prefix=PREFIX, data=said, hmac_secret=self._key)
        return msgspec.convert(made.to_dict(), dict[str, object])

    def verify(self, text: object, button_id: str) -> Solved:
        """Give the challenge that was solved for this button; Denied where there is none.

        It takes milliseconds, for a thread, where a challenge is ours; else nothing.
        """
        if text is None or text == "":
            raise Denied(
                RULE, "This button has a browser work for a moment before a click: load the page anew"
            )
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise _not_ours()
        try:
            payload = Payload.from_dict(msgspec.json.decode(base64.b64decode(text, validate=True)))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise _not_ours() from error
        if not verify_solution(payload, self._key).verified:
            raise _not_ours()
        said = payload.challenge.parameters.data or {}
        if said.get("button") != button_id:
            raise _not_ours()
        return Solved(payload.challenge.parameters.nonce, said["until"])

    @contextmanager
    def using(self, solved: Solved | None) -> Iterator[None]:
        """Take a challenge for the click that the block lets through. Denied: it was taken, or is too old."""
        now = self._clock.monotonic()
        if solved is not None:
            self._used = {nonce: until for nonce, until in self._used.items() if until > now}
            if solved.until <= now or solved.nonce in self._used:
                raise Denied(RULE, "This was solved too long ago, or for another click: load the page anew")
        yield
        if solved is not None:
            self._used[solved.nonce] = solved.until


def _not_ours() -> Denied:
    return Denied(RULE, "This is no challenge that was solved for this button: load the page anew")
