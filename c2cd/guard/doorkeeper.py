"""The guards in their order: the one place that says whether a click may dial."""

from collections.abc import Iterable

from phonenumbers import SUPPORTED_REGIONS

from c2cd.clock import Clock
from c2cd.errors import ConfigError, Denied, Fault
from c2cd.guard import whitelist
from c2cd.guard.custom import header_faults, variable_faults
from c2cd.guard.number import RULE as NUMBER
from c2cd.guard.number import read_contact
from c2cd.guard.throttle import Throttle
from c2cd.model.account import Account
from c2cd.model.button import Button, ClickToCall
from c2cd.model.contact import Contact

THROTTLE = "throttle"
EXTENSION = "extension"


class Doorkeeper:
    """Lets a click through or says which rule is against it.

    Raises ConfigError where an account has a whitelist that RE2 refuses, or a region that nobody knows.
    """

    def __init__(self, clock: Clock, accounts: Iterable[Account], *, allow_open_buttons: bool) -> None:
        self._clock = clock
        self._allow_open_buttons = allow_open_buttons
        self._throttle = Throttle()
        for index, account in enumerate(accounts):
            for key in ("whitelist", "extension_whitelist"):
                for fault in whitelist.pattern_faults(getattr(account, key), f"accounts.{index}.{key}"):
                    raise ConfigError(f"{fault.path}: {fault.message}")
            if account.region is not None and account.region not in SUPPORTED_REGIONS:
                raise ConfigError(
                    f"accounts.{index}.region: no region {account.region!r} is known;"
                    " expected two letters such as US, DE or GB"
                )

    def save_faults(self, account: Account, button: ClickToCall) -> list[Fault]:
        """Tell what keeps a button from being saved beside its schema.

        Patterns that RE2 refuses, an extension outside of the fence, variables and headers that can't be
        kept apart or sent, or an open door.

        A button that anybody may click and that may call anybody is refused, since it is an open door
        to the owner's phone bill, unless the configuration allows it in words.
        """
        faults = whitelist.pattern_faults(button.whitelist or (), "whitelist")
        faults += variable_faults(button) + header_faults(button)
        if not _may_connect_to(account, button.extension):
            message = "The account's extension_whitelist in the configuration does not allow this extension"
            faults.append(Fault("extension", "pattern", message, {"value": button.extension}))
        may_be_open = account.allow_open_buttons
        if may_be_open is None:
            may_be_open = self._allow_open_buttons
        if not (button.auth_required or button.whitelist or account.whitelist or may_be_open):
            message = (
                "A button that needs no token (auth_required: false) needs a whitelist, its own or its"
                " account's: without one anybody could call anybody at your cost"
            )
            faults.append(Fault("whitelist", "required", message))
        return faults

    def read(self, account: Account, text: str) -> Contact:
        """Read a contact as it was written; Denied where it is none that the account can call."""
        contact = read_contact(text, account.region)
        if contact.kind == "sip_uri" and account.sip_uri_channel is None:
            message = "This account has no sip_uri_channel in the configuration, so it can't call SIP URIs"
            raise Denied(NUMBER, message, contact=contact.text)
        return contact

    def admit(self, account: Account, button: Button, contact: Contact) -> None:
        """Let a click through, at the cost of one token of the button's throttle.

        Raises Denied, with the rule's name, at the first guard that is against it.
        """
        if not _may_connect_to(account, button.means.extension):
            message = "The account's extension_whitelist does not allow this button's extension any more"
            raise Denied(EXTENSION, message, contact=contact.text)
        for patterns in (account.whitelist, button.means.whitelist or ()):
            if patterns and not whitelist.matches(patterns, contact.text):
                raise Denied(whitelist.RULE, "Contact doesn't match whitelist", contact=contact.text)
        if button.means.throttle and (
            wait := self._throttle.take(button.id, button.means.throttle, self._clock.monotonic())
        ):
            message = f"This button may be clicked {button.means.throttle} times a minute; try again later"
            raise Denied(THROTTLE, message, contact=contact.text, retry_after=wait)


def _may_connect_to(account: Account, extension: str) -> bool:
    patterns = account.extension_whitelist
    return not patterns or whitelist.matches(patterns, extension)
