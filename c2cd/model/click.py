"""A click: whom it would call by which button, and what may be done with it."""

from msgspec import Struct

from c2cd.model.account import Account
from c2cd.model.button import Button
from c2cd.model.contact import Contact
from c2cd.model.limits import Limits, Way


class Click(Struct, frozen=True, kw_only=True):
    """A click whose contact has been read. ``client`` is what its sender is counted by, as an address."""

    account: Account
    button: Button
    contact: Contact
    way: Way
    limits: Limits
    client: str

    @property
    def throttle(self) -> int:
        """How often a minute its button may be clicked: as it says, else as the limits do; 0 is off."""
        return self.button.means.throttle or self.limits.throttle or 0
