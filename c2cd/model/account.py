"""Whose buttons they are, and who may do what with them."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Struct

from c2cd.model.button import Pattern
from c2cd.model.limits import Country, Hours, OwnLimits
from c2cd.model.switching import FORBIDDEN

Scope = Literal["manage", "connect"]

# {number} or {uri} once; nothing that would start a second channel, an argument or a variable.
_PLACE = {"extension_channel": "{number}", "contact_channel": "{number}", "sip_uri_channel": "{uri}"}
_TEMPLATE = re.compile(r"[A-Za-z0-9_]+/[A-Za-z0-9_.@:/*#+-]*(\{number\}|\{uri\})[A-Za-z0-9_.@:/*#+-]*")

ChannelTemplate = Annotated[str, Meta(max_length=80)]

# The ids of tokens that a command of an admin's makes for itself begin so; others are hexadecimal.
LENT = "admin-"

LOCAL_CHANNEL = "Local/{number}@from-internal/n"


class Account(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An owner of buttons, as the configuration has it.

    The channels are what Asterisk is told to dial, with ``{number}`` or ``{uri}`` where the parsed
    value goes. ``whitelist`` is an outer fence: a contact must match one of its patterns whatever
    the button says; ``extension_whitelist`` fences the extensions in. ``allow_open_buttons`` overrides
    the configuration's own word. ``auto_answer`` lets a click with a token have the extension's phone answer
    by itself. ``allowed_countries`` holds for both ways of clicks and outdoes their limits' own; an empty
    list allows all. Outside of ``hours`` no button of the account takes a click.
    """

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$(?!\n)")]
    realm: Annotated[str, Meta(min_length=1, max_length=253)]
    region: Annotated[str, Meta(pattern=r"^[A-Z]{2}$(?!\n)")] | None = None
    extension_channel: ChannelTemplate = LOCAL_CHANNEL
    contact_channel: ChannelTemplate = LOCAL_CHANNEL
    sip_uri_channel: ChannelTemplate | None = None
    whitelist: Annotated[tuple[Pattern, ...], Meta(max_length=200)] = ()
    extension_whitelist: Annotated[tuple[Pattern, ...], Meta(max_length=200)] = ()
    allow_open_buttons: bool | None = None
    auto_answer: bool = True
    allowed_countries: Annotated[tuple[Country, ...], Meta(max_length=300)] | None = None
    hours: Hours | None = None
    limits: OwnLimits = OwnLimits()

    def wrong_channels(self) -> dict[str, str]:
        """Tell, by key, what is wrong with the channels; nothing where they can be used."""
        wrong = {}
        for key, place in _PLACE.items():
            template = getattr(self, key)
            if template is None:
                continue
            if template.count(place) != 1 or not _TEMPLATE.fullmatch(template):
                wrong[key] = f"expected one channel such as Local/{place}@context/n, with {place} in it once"
            elif template.lower().startswith("local/") and not template.endswith("/n"):
                wrong[key] = (
                    "expected /n at its end: without it Asterisk replaces the channel that c2cd follows"
                )
            elif found := FORBIDDEN.search(template):
                wrong[key] = (
                    "expected no CURL, DB, EVAL, FILE, ODBC, REALTIME or SHELL in capitals, not"
                    f" {found[0]!r}: Asterisk refuses a call that goes there second; give it another name"
                )
        return wrong


class Token(Struct, frozen=True, kw_only=True):
    """A key to an account, without the secret itself, which is never kept. Times are Unix seconds."""

    id: str
    account_id: str
    scope: Scope
    note: str
    created_at: float
    expires_at: float | None = None
    revoked_at: float | None = None
    last_used_at: float | None = None

    @property
    def name(self) -> str:
        """Who acts by it, in the history's words: the token, or the admin whose command made it."""
        return f"admin {self.note}" if self.id.startswith(LENT) else f"token {self.id}"

    def is_valid(self, now: float) -> bool:
        """Tell whether it opens anything at this time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class ApiKey(Struct, frozen=True, kw_only=True):
    """What tokens to manage an account are given for, without its secret. Times are Unix seconds."""

    id: str
    account_id: str
    note: str
    created_at: float
    revoked_at: float | None = None

    def is_valid(self) -> bool:
        """Tell whether tokens are given for it."""
        return self.revoked_at is None
