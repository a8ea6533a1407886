"""The guards in their order: the one place that says whether a click may dial."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

from c2cd.clock import Clock
from c2cd.errors import Denied, Fault
from c2cd.guard import blocklist, challenge, country, hours, origin, signing, tally, whitelist
from c2cd.guard.blocklist import refuse_blocked
from c2cd.guard.country import refuse_foreign
from c2cd.guard.custom import header_faults, variable_faults
from c2cd.guard.hours import hours_faults, refuse_closed
from c2cd.guard.number import RULE as NUMBER
from c2cd.guard.number import number_faults, read_contact
from c2cd.guard.origin import Arrival, refuse_arrival
from c2cd.guard.rules import Rules
from c2cd.guard.tally import Tally
from c2cd.model.account import Account
from c2cd.model.block import Block
from c2cd.model.button import Button, ClickToCall
from c2cd.model.call import Call, PastCall
from c2cd.model.click import Click
from c2cd.model.contact import Contact
from c2cd.model.limits import Limits, Way

P = ParamSpec("P")
T = TypeVar("T")

EXTENSION = "extension"

# Every rule that can be against a click, in the order in which they are asked.
RULES = (
    *(origin.PREFETCH, origin.GET, origin.ORIGIN),
    *(signing.RULE, NUMBER, EXTENSION, whitelist.RULE),
    *(country.COUNTRY, country.KIND, blocklist.RULE, hours.RULE, challenge.RULE),
    *(tally.THROTTLE, tally.CONTACT, tally.ADDRESS, tally.CONCURRENCY, tally.BUDGET),
)


class Doorkeeper:
    """Lets a click through or says which rule is against it.

    A click goes by ``arrive`` (from where), ``read`` (the contact), ``judge`` (whom, and when) and
    ``admit`` (how often). ``denials`` counts, by rule, the clicks that were refused. Other ``rules`` may be
    put in place at any time: they hold from the next click on, and what is counted stays counted.
    """

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self._clock = clock
        self.rules = rules
        self._tally = Tally(clock, self._limits_of)
        self.denials: Counter[str] = Counter(dict.fromkeys(RULES, 0))

    def limits(self, account: Account, way: Way) -> Limits:
        """Give the limits that hold for an account's clicks of a way."""
        return self._limits_of(account.id, way)

    def _limits_of(self, account_id: str, way: Way) -> Limits:
        return self.rules.limits_of(account_id, way)  # of the rules that are there when it is asked

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
        if self.rules.is_open_door(account, button):
            message = (
                "A button that needs no token (auth_required: false) needs a whitelist, its own or its"
                " account's, or signed links (signature_required): else anybody could call anybody"
            )
            faults.append(Fault("whitelist", "required", message))
        return faults

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
        if click.way == "public" and self.rules.is_open_door(account, click.button.means):
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


def _countries(account: Account, limits: Limits) -> tuple[str, ...]:
    """Give what is allowed, by the account's word where it has one; its empty list allows all."""
    said = limits.allowed_countries if account.allowed_countries is None else account.allowed_countries
    return said or ()


def _may_connect_to(account: Account, extension: str) -> bool:
    patterns = account.extension_whitelist
    return not patterns or whitelist.matches(patterns, extension)
