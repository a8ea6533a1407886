"""Whom an account does not call, whatever its buttons allow."""

from typing import Literal

from msgspec import Struct

BlockKind = Literal["number", "pattern"]


class Block(Struct, frozen=True, kw_only=True):
    """A number (or SIP URI) or a pattern that an account's clicks are refused by. Times are Unix seconds.

    The ``text`` of a number is a contact's, in small letters; that of a pattern is RE2's. One that was
    removed keeps who added and who removed it.
    """

    id: str
    account_id: str
    kind: BlockKind
    text: str
    note: str
    added_by: str
    added_at: float
    removed_by: str | None = None
    removed_at: float | None = None
