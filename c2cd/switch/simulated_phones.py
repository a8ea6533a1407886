"""The phones of the simulated switch: what they do depends on how the number ends, in words of SIP."""

from msgspec import Struct


class Phone(Struct, frozen=True, kw_only=True):
    """How a phone takes a call. Times in seconds, each from the step before.

    ``refusal`` is the Q.850 cause with which it declines instead of answering, ``dial_status`` what
    Asterisk makes of that. ``answers`` false means that it rings until the caller gives up, ``exists``
    false that no dialplan leads to it. The one that was called second hangs up after ``talks`` seconds.
    """

    rings_after: float = 0.2
    answers_after: float = 1.5
    talks: float = 4.0
    rings: bool = True
    answers: bool = True
    exists: bool = True
    refusal: int = 0
    dial_status: str = ""


ANSWERS = Phone()

# The ends of numbers, and what the same SIP answers were seen to cause on a real Asterisk.
ENDINGS = {
    "486": Phone(refusal=17, dial_status="BUSY"),
    "603": Phone(refusal=21, dial_status="CONGESTION"),
    "404": Phone(refusal=1, dial_status="CONGESTION", rings=False, answers_after=0.1),
    "480": Phone(answers=False),
    "000": Phone(exists=False),
}


def phone_at(number: str) -> Phone:
    """Tell how the phone at a number, or at a SIP URI, takes calls."""
    user = number.removeprefix("sip:").partition("@")[0]
    return next((phone for ending, phone in ENDINGS.items() if user.endswith(ending)), ANSWERS)
