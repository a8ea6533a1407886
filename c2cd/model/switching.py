"""What c2cd and a switch say to each other, in types instead of headers.

The fields of events are those of Asterisk 16 to 22's manager interface. ``channel`` and ``peer`` are
Uniqueids, since the first of them is ours to choose; names only tell which Local halves belong together.
"""

import re

from msgspec import Struct

# Asterisk refuses an Originate whose Data holds one of these, wherever and in capitals alone ("app or data
# blacklisted"; SHELL and EVAL on 16.28, all of them on 22.10).
FORBIDDEN = re.compile(r"\w*(?:CURL|DB|EVAL|FILE|ODBC|REALTIME|SHELL)\w*")

# What the other half of a call's first Local channel is called, beyond the call's id.
HALF = "-2"


class Originate(Struct, frozen=True, kw_only=True):
    """The one order that makes a call: both legs, composed of parsed values alone.

    ``second`` is dialled by the application Dial on the first leg's channel, so that its ``f()``
    option can set what the second phone shows. ``timeout`` is in seconds and holds for each leg.
    ``variables`` are set on the first leg's channel before it is dialled. With ``early_media`` that leg is
    there once it sends sound, with ``ringback`` it hears ringing until the second one is answered.
    ``longest`` is how many seconds the two may talk before the switch ends the call.
    """

    call_id: str
    first: str
    first_shows_name: str
    first_shows_number: str
    second: str
    second_shows_name: str
    second_shows_number: str
    timeout: int
    variables: tuple[tuple[str, str], ...] = ()
    early_media: bool = False
    ringback: bool = False
    longest: float | None = None


class OriginateDecided(Struct, frozen=True):
    """OriginateResponse: the first leg answered, or will not. Attributed by ActionID alone."""

    call_id: str
    success: bool
    reason: int


class DialProgress(Struct, frozen=True):
    """DialBegin, DialState or DialEnd: how far ``channel`` has come with dialling ``peer``.

    ``channel`` is empty where the switch itself dials, as it does for the first leg. ``status`` is
    ``BEGIN``, the DialStatus of a state (``RINGING`` …) or, at the ``end``, of the end (``ANSWER`` …).
    """

    linked: str
    channel: str
    channel_name: str
    peer: str
    peer_name: str
    status: str
    end: bool = False


class BridgeEntered(Struct, frozen=True):
    """BridgeEnter: a channel has come into a bridge."""

    linked: str
    channel: str
    bridge: str


class HungUp(Struct, frozen=True):
    """Hangup: a channel is gone; ``cause`` is a Q.850 number, 0 where Asterisk does not know."""

    linked: str
    channel: str
    name: str
    cause: int


class Channel(Struct, frozen=True):
    """One row of CoreShowChannels."""

    id: str
    linked: str
    name: str
    state: str
    bridge: str


class Snapshot(Struct, frozen=True):
    """The channels that the switch has, at one point of its stream of events.

    The first of a session has all of them, one that is asked for later the calls' first channels alone.
    ``life`` is when this run of Asterisk began (CoreStatus); ``session`` counts our logins.
    """

    life: str
    session: int
    channels: tuple[Channel, ...]


class LinkLost(Struct, frozen=True):
    """The link is gone: what happens from here on is not heard, until one of the next events."""


# What the switch says of one call, and what may come beside that.
CallEvent = OriginateDecided | DialProgress | BridgeEntered | HungUp
SwitchEvent = CallEvent | Snapshot | LinkLost
