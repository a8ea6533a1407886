"""The guards in their order: the one place that says whether a click may dial."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

from phonenumbers import SUPPORTED_REGIONS

from c2cd.clock import Clock
from c2cd.errors import ConfigError, Denied, Fault
from c2cd.guard import blocklist, country, hours, origin, signing, tally, whitelist
from c2cd.guard.blocklist import refuse_blocked
from c2cd.guard.country import country_faults, refuse_foreign
from c2cd.guard.custom import header_faults, variable_faults
from c2cd.guard.hours import hours_faults, refuse_closed
from c2cd.guard.number import RULE as NUMBER
from c2cd.guard.number import number_faults, read_contact
from c2cd.guard.origin import Arrival, refuse_arrival
from c2cd.guard.tally import Tally
from c2cd.model.account import Account
from c2cd.model.block import Block
from c2cd.model.button import Button, ClickToCall
from c2cd.model.call import Call, PastCall
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.limits import OWN, PUBLIC, TOKEN, Limits, Way, WayLimits, merged

P = ParamSpec("P")
T = TypeVar("T")

EXTENSION = "extension"

# Every rule that can be against a click, in the order in which they are asked.
RULES = (
    *(origin.PREFETCH, origin.GET, origin.ORIGIN),
    *(signing.RULE, NUMBER, EXTENSION, whitelist.RULE),
    *(country.COUNTRY, country.KIND, blocklist.RULE, hours.RULE),
    *(tally.THROTTLE, tally.CONTACT, tally.ADDRESS, tally.CONCURRENCY, tally.BUDGET),
)

_DEFAULTS: dict[Way, Limits] = {"public": PUBLIC, "token": TOKEN}


class Doorkeeper:
    """Lets a click through or says which rule is against it.

    A click goes by ``arrive`` (from where), ``read`` (the contact), ``judge`` (whom, and when) and
    ``admit`` (how often). Raises ConfigError where an account can't be guarded as it says:
    a pattern that RE2 refuses, a region, country or time zone that nobody knows. ``denials`` counts, by
    rule, the clicks that were refused.
    """

    def __init__(
        self,
        clock: Clock,
        accounts: Iterable[Account],
        *,
        allow_open_buttons: bool,
        limits: WayLimits | None = None,
    ) -> None:
        self._clock = clock
        self._allow_open_buttons = allow_open_buttons
        self._limits: dict[tuple[str, Way], Limits] = {}
        self._tally = Tally(clock, self._limits_of)
        self.denials: Counter[str] = Counter(dict.fromkeys(RULES, 0))
        limits = limits or WayLimits()
        for index, account in enumerate(accounts):
            for fault in _account_faults(account, f"accounts.{index}"):
                raise ConfigError(f"{fault.path}: {fault.message}")
            own = account.limits
            self._limits[account.id, "public"] = merged(own.public, limits.public, PUBLIC)
            self._limits[account.id, "token"] = merged(own.token, limits.token, TOKEN)
            for fault in self._country_faults(account, f"accounts.{index}"):
                raise ConfigError(f"{fault.path}: {fault.message}")

    def limits(self, account: Account, way: Way) -> Limits:
        """Give the limits that hold for an account's clicks of a way."""
        return self._limits_of(account.id, way)

    def _limits_of(self, account_id: str, way: Way) -> Limits:
        """Give them for an id; a call in the history may be of an account that is not configured any more."""
        return self._limits.get((account_id, way)) or _DEFAULTS[way]

    def _country_faults(self, account: Account, path: str) -> list[Fault]:
        """Tell which of the allowed countries nobody knows, or that there is no region to be the own one."""
        for way in _DEFAULTS:
            own, limits = getattr(account.limits, way), self.limits(account, way)
            where = "limits" if own.allowed_countries is None else f"{path}.limits"
            listed = limits.allowed_countries or ()
            if faults := country_faults(listed, f"{where}.{way}.allowed_countries"):
                return faults
            said = account.allowed_countries or own.allowed_countries or ()
            if account.region is None and OWN in said:
                message = f"allowed_countries say {OWN!r}: which one is it? Expected two letters such as US"
                return [Fault(f"{path}.region", "required", message)]
        return []

    def save_faults(self, account: Account, button: ClickToCall) -> list[Fault]:
        """Tell what keeps a button from being saved beside its schema.

        Patterns that RE2 refuses, an extension outside of the fence, numbers, variables and headers that
        can't be sent or kept apart, an unknown time zone, or an open door.

        A button that anybody may click and that may call anybody is refused, since it is an open door
        to the owner's phone bill, unless the configuration allows it in words.
        """
        faults = whitelist.pattern_faults(button.whitelist or (), "whitelist")
        faults += number_faults(button) + variable_faults(button) + header_faults(button)
        if button.hours:
            faults += hours_faults(button.hours, "hours")
        if not _may_connect_to(account, button.extension):
            message = "The account's extension_whitelist in the configuration does not allow this extension"
            faults.append(Fault("extension", "pattern", message, {"value": button.extension}))
        if self._is_open_door(account, button):
            message = (
                "A button that needs no token (auth_required: false) needs a whitelist, its own or its"
                " account's, or signed links (signature_required): else anybody could call anybody"
            )
            faults.append(Fault("whitelist", "required", message))
        return faults

    def _is_open_door(self, account: Account, button: ClickToCall) -> bool:
        """Tell whether anybody may have a button call anybody, though the configuration does not allow it."""
        may_be_open = account.allow_open_buttons
        if may_be_open is None:
            may_be_open = self._allow_open_buttons
        is_signed = button.signature_required or self.limits(account, "public").signature_required
        is_fenced = button.auth_required or button.whitelist or account.whitelist or is_signed
        return not (is_fenced or may_be_open)

    def arrive(self, account: Account, button: Button, way: Way, arrival: Arrival) -> None:
        """Let a click come near; Denied where it is none, but a prefetch, or comes from another page."""
        allow_get = self.limits(account, way).allow_get is not False
        refuse_arrival(arrival, button.means.allowed_origins or (), allow_get=allow_get)

    def read(self, account: Account, text: str) -> Contact:
        """Read a contact as it was written; Denied where it is none that the account can call."""
        contact = read_contact(text, account.region)
        if contact.kind == "sip_uri" and account.sip_uri_channel is None:
            message = "This account has no sip_uri_channel in the configuration, so it can't call SIP URIs"
            raise Denied(NUMBER, message, contact=contact.text)
        return contact

    async def judge(self, click: Click, blocks: Sequence[Block]) -> None:
        """Raise Denied where the click may not call this contact, or not by this button, or not now."""
        account, contact = click.account, click.contact
        if not _may_connect_to(account, click.button.means.extension):
            message = "The account's extension_whitelist does not allow this button's extension any more"
            raise Denied(EXTENSION, message, contact=contact.text)
        if click.way == "public" and self._is_open_door(account, click.button.means):
            message = "This button takes no clicks without a token: it has no whitelist, nor has its account"
            raise Denied(whitelist.RULE, message, contact=contact.text)
        for patterns in (account.whitelist, click.button.means.whitelist or ()):
            if patterns and not await _matches(patterns, contact):
                raise Denied(whitelist.RULE, "Contact doesn't match whitelist", contact=contact.text)
        countries = _countries(account, click.limits)
        refuse_foreign(contact, account.region, countries, click.limits.allowed_kinds or ())
        await _in_turn(
            [block.text for block in blocks if block.kind == "pattern"], refuse_blocked, blocks, contact
        )
        for own in (account.hours, click.button.means.hours):
            if own:
                refuse_closed(own, self._clock.wall())

    def check(self, click: Click) -> None:
        """Raise Denied where a limit is against the click at this moment. Nothing is counted."""
        self._tally.check(click)

    def count_dry_run(self, client: str, limits: Limits) -> None:
        """Count a dry run, which costs nothing else; Denied where one client makes too many."""
        self._tally.count_dry_run(client, limits)

    def admit(self, call_id: str, click: Click) -> None:
        """Let the click through that becomes this call, and count it; or raise Denied, and count nothing."""
        self._tally.check(click)
        self._tally.take(call_id, click)

    def refund(self, call_id: str) -> None:
        """Count a click no longer that certainly rang nobody."""
        self._tally.refund(call_id)

    def follow(self, call: Call) -> None:
        """Take note of how far a call has come."""
        self._tally.follow(call)

    def recall(self, calls: Iterable[PastCall]) -> None:
        """Count the calls of the last day, the oldest first: limits outlive a restart."""
        self._tally.recall(calls)


async def _matches(patterns: tuple[str, ...], contact: Contact) -> bool:
    return await _in_turn(patterns, whitelist.matches, patterns, contact.text)


async def _in_turn(patterns: Sequence[str], search: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Search for patterns here where that is quick, and else in a thread, where it holds nobody up."""
    if whitelist.is_light(patterns):
        return search(*args, **kwargs)
    return await asyncio.to_thread(search, *args, **kwargs)


def _account_faults(account: Account, path: str) -> list[Fault]:
    faults = whitelist.pattern_faults(account.whitelist, f"{path}.whitelist")
    faults += whitelist.pattern_faults(account.extension_whitelist, f"{path}.extension_whitelist")
    faults += country_faults(account.allowed_countries or (), f"{path}.allowed_countries")
    if account.hours:
        faults += hours_faults(account.hours, f"{path}.hours")
    if account.region is not None and account.region not in SUPPORTED_REGIONS:
        message = f"no region {account.region!r} is known; expected two letters such as US, DE or GB"
        faults.append(Fault(f"{path}.region", "enum", message))
    return faults


def _countries(account: Account, limits: Limits) -> tuple[str, ...]:
    """Give what is allowed, by the account's word where it has one; its empty list allows all."""
    said = limits.allowed_countries if account.allowed_countries is None else account.allowed_countries
    return said or ()


def _may_connect_to(account: Account, extension: str) -> bool:
    patterns = account.extension_whitelist
    return not patterns or whitelist.matches(patterns, extension)
