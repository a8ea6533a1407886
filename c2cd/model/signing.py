"""What the owner of a button has signed: who holds the link may click once."""

from msgspec import Struct


class SignedLink(Struct, frozen=True, kw_only=True):
    """A signed link: good for one call of one button, until ``expires_at`` (Unix seconds).

    ``contact`` is whom it calls, or ``pattern`` what the contact must match; it has one of them. The
    ``nonce`` tells it from all others.
    """

    account_id: str
    button_id: str
    nonce: str
    expires_at: float
    contact: str | None = None
    pattern: str | None = None
