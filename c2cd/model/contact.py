"""Whom a click calls: a phone number or a SIP URI that has been read and found clean."""

from typing import Literal

from msgspec import Struct


class Contact(Struct, frozen=True):
    """A contact in the one form in which it is matched, throttled, dialled and written down."""

    text: str
    kind: Literal["number", "sip_uri"] = "number"

    @property
    def caller_id(self) -> str:
        """What a phone can show and a caller ID can carry: the number, or the URI's user."""
        if self.kind == "number":
            return self.text
        return self.text.partition(":")[2].partition("@")[0]
