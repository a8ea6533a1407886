"""Signed links: an HMAC over whose button may be clicked once, for whom, until when; and calls' tokens."""

import base64
import hmac
import secrets

import msgspec
from msgspec.structs import replace

from c2cd.errors import Denied, Fault, InvalidDocument
from c2cd.guard import whitelist
from c2cd.model.contact import Contact
from c2cd.model.signing import SignedLink

RULE = "signature"

# So that one key signs things of several kinds, and texts of one kind are none of another.
_PURPOSE = b"c2cd signed link 1"
_CALL_PURPOSE = b"c2cd call token 1"
_PREFIX = "c2cds_"
_CALL_PREFIX = "c2cdc_"
_LONGEST_PATTERN = 1024
# Such a pattern, each of whose characters JSON writes with six, is 8.5 kB in base64.
_LONGEST = 10_000


class Signer:
    """Signs links and reads them again, with a secret ``key``, and makes the tokens of calls.

    A signed text is ``c2cds_<link>.<MAC>``: the link as JSON and its HMAC-SHA256, each in base64url, so that
    it stands in a URL as it is. It can be read by anybody, and made by nobody else.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, _PURPOSE, "sha256")
        self._call_key = hmac.digest(key, _CALL_PURPOSE, "sha256")

    def sign(self, link: SignedLink) -> str:
        """Give the text of a link."""
        payload = _encoded(msgspec.json.encode(link))
        return f"{_PREFIX}{payload}.{self._mac(payload)}"

    def read(self, text: str, account_id: str, button_id: str, now: float) -> SignedLink:
        """Read a signed text that came to this button at ``now`` (Unix seconds).

        Raises Denied (rule ``signature``), whatever the text is, where it is not exactly one that this key
        has signed for this button, or where it has expired. Whether it was used before is the history's to
        say, and whom it calls is for ``allows``.
        """
        if not self._is_own(text):
            raise Denied(
                RULE,
                "This link was not signed by this c2cd, or not wholly copied, or signed with an older key:"
                " ask for a new one",
            )
        payload = text.removeprefix(_PREFIX).partition(".")[0]
        link = msgspec.json.decode(_decoded(payload), type=SignedLink)
        if (link.account_id, link.button_id) != (account_id, button_id):
            raise Denied(RULE, "This link was signed for another button: ask for one for this button")
        if now >= link.expires_at:
            raise Denied(RULE, "This link has expired: ask for a new one")
        return link

    def call_token(self, call_id: str) -> str:
        """Give the token of a call: who clicked may follow it by that, and end it. It is kept nowhere."""
        return _CALL_PREFIX + _encoded(hmac.digest(self._call_key, call_id.encode(), "sha256"))

    def is_call_token(self, text: str, call_id: str) -> bool:
        """Tell whether a text is the token of this call."""
        return text.isascii() and hmac.compare_digest(self.call_token(call_id), text)

    def _is_own(self, text: str) -> bool:
        """Tell whether this key has signed a text. Nothing of it is decoded before that is known."""
        if len(text) > _LONGEST or not text.isascii() or not text.startswith(_PREFIX):
            return False
        payload, _, mac = text.removeprefix(_PREFIX).partition(".")
        # As text: the last character of base64 has bits that decoding would drop.
        return hmac.compare_digest(self._mac(payload), mac)

    def _mac(self, payload: str) -> str:
        return _encoded(hmac.digest(self._key, payload.encode(), "sha256"))


def make_link(
    account_id: str,
    button_id: str,
    expires_at: float,
    *,
    contact: Contact | None = None,
    pattern: str | None = None,
) -> SignedLink:
    """Make a link of its own for one contact, or for those in which a pattern is found.

    Raises InvalidDocument where it is not one of the two, and where the pattern is empty, longer than 1024
    characters, or none that RE2 takes.
    """
    if (contact is None) == (pattern is None):
        raise InvalidDocument(Fault("contact", "oneOf", "A link is signed for either a contact or a pattern"))
    if pattern is not None and not 0 < len(pattern) <= _LONGEST_PATTERN:
        message = f"Pattern must be 1 to {_LONGEST_PATTERN} characters"
        raise InvalidDocument(Fault("pattern", "maxLength", message, {"target": _LONGEST_PATTERN}))
    if pattern is not None and (found := whitelist.pattern_faults([pattern], "pattern")):
        raise InvalidDocument(*(replace(fault, path="pattern") for fault in found))
    return SignedLink(
        account_id=account_id,
        button_id=button_id,
        nonce=secrets.token_urlsafe(16),
        expires_at=expires_at,
        contact=None if contact is None else contact.text,
        pattern=pattern,
    )


def allows(link: SignedLink, contact: Contact) -> None:
    """Raise Denied (rule ``signature``) where a link was not signed for this contact."""
    is_signed = contact.text == link.contact
    if not is_signed and (link.pattern is None or not whitelist.matches([link.pattern], contact.text)):
        message = "This link was signed for another contact: ask for one for this contact"
        raise Denied(RULE, message, contact=contact.text)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
