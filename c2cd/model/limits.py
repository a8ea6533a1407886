"""How much a click may do, and how often: what the owner of the phone bill has to say.

There is a set of limits for each way in which a click comes: ``public``, from anybody without a token, and
``token``. A limit that is not said (None) is the outer one's: the account's, then the configuration's,
then the one that stands here. 0, or an empty list, switches it off, but for ``allowed_kinds``, which has
what is not refused.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Way = Literal["public", "token"]

Count = Annotated[int, Meta(ge=0, le=1_000_000)]

# A region as phonenumbers has it, or a word: the account's own region, or all of them.
OWN = "own"
ALL = "all"
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2}|own|all)$(?!\n)")]

# Numbers that are dear, or that nobody should ring by a click: refused unless named.
Kind = Literal["premium_rate", "shared_cost", "satellite", "emergency"]

# As browsers send it, to which it is compared: no path, no slash at its end.
Origin = Annotated[str, Meta(pattern=r"^(\*|[a-z][a-z0-9+.-]*://[^/?#\s]+)$(?!\n)", max_length=255)]

OpenHours = Annotated[
    str,
    Meta(
        pattern=r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?"
        r" ([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$(?!\n)"
    ),
]


class Hours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When clicks are taken: times of a week such as ``mon-fri 09:00-18:00``, by the clocks of a time zone.

    A time whose end is not after its beginning goes on into the next day: ``fri 22:00-02:00``.
    """

    timezone: Annotated[str, Meta(min_length=1, max_length=64)]
    open: Annotated[tuple[OpenHours, ...], Meta(min_length=1, max_length=50)]


class Limits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits of one way. Those by the day or minute hold in every such span, not by the calendar.

    ``throttle`` is of one button, the ``contact_…`` ones of one contact by whatever button of the account,
    the ``address_…`` and ``dry_runs_…`` ones of who clicks. ``max_minutes`` is how long two may talk.
    """

    throttle: Count | None = None
    contact_live: Count | None = None
    contact_per_minute: Count | None = None
    contact_per_10_minutes: Count | None = None
    contact_per_day: Count | None = None
    address_per_minute: Count | None = None
    address_contact_per_minute: Count | None = None
    dry_runs_per_minute: Count | None = None
    live_per_button: Count | None = None
    live_per_account: Count | None = None
    live_in_all: Count | None = None
    calls_per_day: Count | None = None
    minutes_per_day: Count | None = None
    max_minutes: Annotated[float, Meta(ge=0, le=1440)] | None = None
    repeat_seconds: Annotated[float, Meta(ge=0, le=60)] | None = None
    allowed_countries: Annotated[tuple[Country, ...], Meta(max_length=300)] | None = None
    allowed_kinds: tuple[Kind, ...] | None = None
    allow_get: bool | None = None
    signature_required: bool | None = None
    challenge_required: bool | None = None


PUBLIC = Limits(
    throttle=10,
    contact_live=1,
    contact_per_minute=1,
    contact_per_10_minutes=3,
    contact_per_day=10,
    address_per_minute=5,
    address_contact_per_minute=5,
    dry_runs_per_minute=60,
    live_per_button=5,
    live_per_account=20,
    live_in_all=100,
    calls_per_day=200,
    minutes_per_day=300,
    max_minutes=60,
    repeat_seconds=2,
    allowed_countries=(OWN,),
    allowed_kinds=(),
    allow_get=True,
    signature_required=False,
    challenge_required=False,
)
TOKEN = Limits(
    throttle=0,
    contact_live=1,
    contact_per_minute=0,
    contact_per_10_minutes=0,
    contact_per_day=0,
    address_per_minute=0,
    address_contact_per_minute=0,
    dry_runs_per_minute=0,
    live_per_button=0,
    live_per_account=100,
    live_in_all=100,
    calls_per_day=0,
    minutes_per_day=0,
    max_minutes=240,
    repeat_seconds=2,
    allowed_countries=(ALL,),
    allowed_kinds=(),
    allow_get=True,
    signature_required=False,
    challenge_required=False,
)


class WayLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits of both ways, as the configuration has them; what is not said there is the default."""

    public: Limits = PUBLIC
    token: Limits = TOKEN


class OwnLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account says of its own limits; what it does not say is the configuration's."""

    public: Limits = Limits()
    token: Limits = Limits()


def merged(*layers: Limits) -> Limits:
    """Give the limits that hold: each from the first layer that says it."""
    said = {key: [getattr(layer, key) for layer in layers] for key in Limits.__struct_fields__}
    return Limits(
        **{key: next((value for value in values if value is not None), None) for key, values in said.items()}
    )
