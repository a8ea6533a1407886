"""A call: its two legs, how far it has come, and how it ended. Times are Unix seconds."""

from typing import Literal

from msgspec import Struct, field

from c2cd.model.button import DialFirst
from c2cd.model.limits import Way

State = Literal["requested", "ringing", "answered", "bridged", "ended"]
Result = Literal["success", "error", "unknown"]
LegName = Literal["extension", "contact"]

PUBLIC_CLICK = "public"


def way_of(clicked_by: str | None) -> Way:
    """Tell by which way a call was clicked; an older c2cd did not say it, and then it was a token's."""
    return "public" if clicked_by == PUBLIC_CLICK else "token"


class Leg(Struct, frozen=True, kw_only=True):
    """One of the two phones of a call; ``hangup_cause`` is a Q.850 number."""

    ringing_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    hangup_cause: int | None = None


class Call(Struct, frozen=True, kw_only=True):
    """One click's call, as far as it is known.

    ``id`` is also the Uniqueid of the first leg's channel and the Linkedid of every channel of the
    call (Asterisk takes both from Originate's ChannelId). ``second_channel`` is the second leg's
    Uniqueid once the switch has said it. ``switch_life`` tells one run of Asterisk from the next.
    ``end_seen`` is false where the call was found gone, so that its length is not known. ``ended_by``
    says who had it hung up, where it was no phone. ``clicked_by`` is a token's name, or ``public``;
    ``longest`` is how many seconds the two may talk. ``taken_back`` says that its order certainly never
    left, or that the switch refused it: it costs nothing, and its click may be repeated.
    """

    id: str
    account_id: str
    button_id: str
    contact: str
    extension: str
    dial_first: DialFirst
    timeout: int
    requested_at: float
    switch_life: str
    state: State = "requested"
    first: Leg = field(default_factory=Leg)
    second: Leg = field(default_factory=Leg)
    second_channel: str | None = None
    bridged_at: float | None = None
    ended_at: float | None = None
    end_seen: bool = True
    result: Result | None = None
    cause: str | None = None
    ended_by: str | None = None
    clicked_by: str | None = None
    longest: float | None = None
    taken_back: bool = False

    @property
    def way(self) -> Way:
        """By which way it was clicked."""
        return way_of(self.clicked_by)

    @property
    def first_name(self) -> LegName:
        """Which phone rings first."""
        return self.dial_first

    @property
    def second_name(self) -> LegName:
        """Which phone rings once the first has answered."""
        return "contact" if self.dial_first == "extension" else "extension"

    @property
    def talk_seconds(self) -> float | None:
        """How long the two talked; None before the end, and where the end was not seen."""
        if self.ended_at is None or not self.end_seen:
            return None
        return 0.0 if self.bridged_at is None else round(max(0.0, self.ended_at - self.bridged_at), 3)

    @property
    def is_decided(self) -> bool:
        """Whether it is known that the two talk, or that they will not."""
        return self.state in {"bridged", "ended"}


class PastCall(Struct, frozen=True, kw_only=True):
    """As much of a call as is counted afterwards."""

    account_id: str
    button_id: str
    contact: str
    requested_at: float
    bridged_at: float | None
    ended_at: float | None
    clicked_by: str | None

    @property
    def way(self) -> Way:
        """By which way it was clicked."""
        return way_of(self.clicked_by)
