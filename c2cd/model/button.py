"""The click-to-call document ("button"), as Kazoo's Clicktocall API has it."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from c2cd.model.limits import Hours, Origin

DialFirst = Literal["extension", "contact"]

# Neither text can leave the place in a dial string or a header that it is put into. The (?!\n) is
# there because `$` alone also matches before a last newline.
Extension = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z*#+_.-]+$(?!\n)")]
ShownNumber = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^\+?[0-9A-Za-z*#_.-]+$(?!\n)")]
Pattern = Annotated[str, Meta(min_length=1, max_length=1024)]

# Each becomes a line of AMI, of which Asterisk takes 128 in an action.
CustomName = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
HeaderValue = str | bool | int
Headers = Annotated[dict[CustomName, HeaderValue], Meta(max_length=32)]


class Media(Struct, frozen=True, kw_only=True):
    """Whether the phone that rings first is there only when it is answered, or once it sends sound."""

    ignore_early_media: bool | UnsetType = UNSET


class MusicOnHold(Struct, frozen=True, kw_only=True):
    """What is played to whoever is put on hold."""

    media_id: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET


class ClickToCall(Struct, frozen=True, kw_only=True):
    """What a button does when it is clicked.

    Fields, types and defaults are Kazoo's (schema ``clicktocall``); a document may hold others, which
    are kept beside it. Stricter than Kazoo: what becomes part of a dial string or a caller ID, or the
    name of a variable or a header, has an alphabet. Of ``custom_sip_headers`` only ``in`` and ``out``
    may be objects (see ``guard.custom``).

    Ours alone: ``allowed_origins`` are the pages that may click, ``hours`` when clicks are taken,
    ``signature_required`` whether a click needs a signed link.
    """

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    extension: Extension
    allowed_origins: Annotated[tuple[Origin, ...], Meta(max_length=100)] | UnsetType = UNSET
    auth_required: bool = True
    bypass_media: bool | Literal["auto", "false", "true"] | UnsetType = UNSET
    caller_id_number: ShownNumber | UnsetType = UNSET
    custom_application_vars: Annotated[dict[CustomName, str], Meta(max_length=32)] = {}
    custom_sip_headers: (
        Annotated[dict[CustomName, HeaderValue | Headers], Meta(max_length=32)] | UnsetType
    ) = UNSET
    dial_first: DialFirst = "extension"
    hours: Hours | UnsetType = UNSET
    media: Media | UnsetType = UNSET
    music_on_hold: MusicOnHold | UnsetType = UNSET
    outbound_callee_id_name: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET
    outbound_callee_id_number: ShownNumber | UnsetType = UNSET
    presence_id: str | UnsetType = UNSET
    ringback: str | UnsetType = UNSET
    signature_required: bool | UnsetType = UNSET
    throttle: Annotated[int, Meta(ge=1, le=1_000_000)] | UnsetType = UNSET
    timeout: Annotated[int, Meta(ge=1, le=600)] = 30
    whitelist: Annotated[tuple[Pattern, ...], Meta(max_length=200)] | UnsetType = UNSET


class Button(Struct, frozen=True, kw_only=True):
    """A saved button: its document as its owner wrote it, and what that means. Made at Unix seconds."""

    id: str
    account_id: str
    revision: str
    created_at: float
    document: dict[str, object]
    means: ClickToCall
