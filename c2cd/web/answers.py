"""What answers are made of, as Structs: they are built from them, and the OpenAPI document is, too."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from c2cd.model.account import Scope
from c2cd.model.button import DialFirst, Pattern
from c2cd.model.call import LegName, Result, State


class LegItem(Struct, frozen=True, kw_only=True):
    """One of the two phones of a call. Times are ISO 8601 in UTC; ``hangup_cause`` is a Q.850 number."""

    ringing_at: str | None
    answered_at: str | None
    ended_at: str | None
    hangup_cause: int | None


class Legs(Struct, frozen=True, kw_only=True):
    """Both phones of a call."""

    extension: LegItem
    contact: LegItem


class HistoryItem(Struct, frozen=True, kw_only=True):
    """A call: Kazoo's keys, of which ``result`` and ``cause`` are there once they are known, and ours.

    ``timestamp`` is in Gregorian seconds, as Kazoo's; our own times are ISO 8601 in UTC.
    """

    id: str
    timestamp: int
    contact: str
    call_id: str
    result: Result | UnsetType = UNSET
    cause: str | UnsetType = UNSET
    state: State
    extension: str
    dial_first: DialFirst
    legs: Legs
    bridged_at: str | None
    ended_at: str | None
    talk_seconds: float | None
    ended_by: str | None
    clicked_by: str | None


class AccountHistoryItem(HistoryItem, frozen=True, kw_only=True):
    """A call among all of an account's: the button's, and which button was clicked."""

    clicktocall_id: str


class CallHandle(Struct, frozen=True, kw_only=True):
    """By what who clicked follows the call, and whether the AMI user may hang it up for them."""

    call_token: str
    can_hang_up: bool


class PlacedCall(HistoryItem, frozen=True, kw_only=True):
    """A call that was waited for, and by what who clicked follows it."""

    call_token: str
    can_hang_up: bool


class LegProgress(Struct, frozen=True, kw_only=True):
    """How far one of the two phones has come. Times are ISO 8601 in UTC."""

    ringing_at: str | None
    answered_at: str | None
    ended_at: str | None


class BothLegs(Struct, frozen=True, kw_only=True):
    """Both phones of a call, for who clicked."""

    extension: LegProgress
    contact: LegProgress


EndedBy = Literal["clicker", "max_minutes", "owner"]


class Progress(Struct, frozen=True, kw_only=True):
    """A call, for who clicked: how far it has come and how it ended, and no number.

    ``ended_by`` is who had it hung up, where it was no phone: who clicked, the limit, or its owner.
    """

    call_id: str
    state: State
    dial_first: DialFirst
    legs: BothLegs
    bridged_at: str | None
    ended_at: str | None
    talk_seconds: float | None
    result: Result | UnsetType = UNSET
    cause: str | UnsetType = UNSET
    ended_by: EndedBy | None


class StateLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A state that a call has come to, as its stream tells it; ``leg`` says of which phone."""

    state: State
    time: str
    leg: LegName | None = None
    result: Result | None = None
    cause: str | None = None
    talk_seconds: float | None = None
    ended_by: EndedBy | None = None


class Channel(HistoryItem, frozen=True, kw_only=True):
    """A live call: Kazoo's keys of a channel (``cb_channels``), and those of the history."""

    uuid: str
    answered: bool
    authorizing_id: str
    authorizing_type: Literal["clicktocall"] = "clicktocall"
    destination: str
    direction: Literal["outbound"] = "outbound"
    elapsed_s: int


class DayFigures(Struct, frozen=True, kw_only=True):
    """The calls that were clicked on a day, by what became of them, and the clicks that were denied.

    Of ``open`` ones it is not known yet. ``talk_seconds`` is how long the two talked, in all.
    """

    date: str
    success: int
    error: int
    unknown: int
    open: int
    denied: int
    talk_seconds: float


class Bucket(Struct, frozen=True, kw_only=True):
    """So many calls took longer than the bucket before has and no longer than this many seconds."""

    up_to: int | None
    calls: int


class RingSeconds(Struct, frozen=True, kw_only=True):
    """How long each phone rang until it was answered."""

    extension: list[Bucket]
    contact: list[Bucket]


class StatisticsAnswer(Struct, frozen=True, kw_only=True):
    """What became of an account's clicks, by days and hours of a time zone.

    ``hours`` has for each day of the week, Monday first, and each of its hours the calls that were clicked
    then. ``causes`` are those of errors, ``denials`` the rules that clicks were refused by.
    """

    timezone: str
    days: list[DayFigures]
    hours: list[list[int]]
    causes: dict[str, int]
    denials: dict[str, int]
    ring_seconds: RingSeconds
    talk_seconds: list[Bucket]


class DryRun(Struct, frozen=True, kw_only=True):
    """What a click would come to. ``rule`` is what is against it, ``limit`` the configuration's key.

    ``contact`` is as it would be dialled, ``originate`` what connect would answer, and ``order``, for who
    manages the account, what would be sent to the switch. ``retry_after`` is in seconds.
    """

    allowed: bool
    rule: str | None = None
    limit: str | None = None
    message: str | None = None
    retry_after: float | None = None
    contact: str | None = None
    originate: dict[str, Any] | None = None
    order: dict[str, str | list[str]] | None = None


class TokenAuth(Struct, frozen=True, kw_only=True):
    """What a token opens."""

    account_id: str
    scope: Scope


class ChallengeAnswer(Struct, frozen=True, kw_only=True):
    """What a browser has to solve for a click, in ALTCHA's words, and for how many seconds that is good.

    None where nothing has to be solved.
    """

    challenge: dict[str, Any] | None
    seconds: float


class ChannelAction(Struct, frozen=True):
    """What is to be done with a live call."""

    action: Literal["hangup"]


class LinkRequest(Struct, frozen=True, kw_only=True):
    """What a link is to be signed for: a contact, or a pattern that contacts must match; and how long."""

    contact: str | None = None
    pattern: Pattern | None = None
    seconds: Annotated[int, Meta(ge=1, le=2_678_400)] = 3600


class SignedAnswer(Struct, frozen=True, kw_only=True):
    """A signed link: the text itself, and ``path``, by which it is clicked.

    The contact is as it was read; ``expires_at`` is ISO 8601 in UTC.
    """

    signed: str
    expires_at: str
    contact: str | None
    pattern: str | None
    path: str
