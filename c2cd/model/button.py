"""The click-to-call document ("button"), as Kazoo's Clicktocall API has it."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

DialFirst = Literal["extension", "contact"]

# Neither text can leave the place in a dial string or a header that it is put into. The (?!\n) is
# there because `$` alone also matches before a last newline.
Extension = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z*#+_.-]+$(?!\n)")]
ShownNumber = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^\+?[0-9A-Za-z*#_.-]+$(?!\n)")]
Pattern = Annotated[str, Meta(min_length=1, max_length=1024)]


class ClickToCall(Struct, frozen=True, kw_only=True):
    """What a button does when it is clicked.

    Fields, types and defaults are Kazoo's (schema ``clicktocall``); a document may hold others, which
    are kept beside it. Stricter than Kazoo: what becomes part of a dial string or a caller ID
    has an alphabet.
    """

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    extension: Extension
    auth_required: bool = True
    caller_id_number: ShownNumber | UnsetType = UNSET
    dial_first: DialFirst = "extension"
    outbound_callee_id_name: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET
    outbound_callee_id_number: ShownNumber | UnsetType = UNSET
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
