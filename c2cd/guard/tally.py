"""What is counted: clicks of a button, of an address and for a contact, calls that live, and what was spent.

Everything is on the monotonic clock and in memory; what must outlive a restart is recalled from the history.
A click is counted once all of the limits let it through, so what is refused costs nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from c2cd.clock import Clock
from c2cd.errors import Denied, Quota
from c2cd.guard.live import LiveCalls
from c2cd.guard.number import phone_of
from c2cd.guard.talk import Talk
from c2cd.guard.throttle import MINUTE, Throttle
from c2cd.guard.windows import DAY, Windows
from c2cd.model.call import Call, PastCall
from c2cd.model.click import Click
from c2cd.model.limits import Limits, Way

THROTTLE = "throttle"
CONTACT = "contact"
ADDRESS = "address"
CONCURRENCY = "concurrency"
BUDGET = "budget"

# When to come again is not known where a call must end first.
LIVE_RETRY = 10.0

LimitsOf = Callable[[str, Way], Limits]

_WINDOWS = {"contact_per_minute": MINUTE, "contact_per_10_minutes": 600.0, "contact_per_day": DAY}
_EVERYWHERE = "all"


class Tally:
    """Counts clicks and calls, and tells which limit is against one more.

    ``limits_of`` gives the limits of an account and a way.
    """

    def __init__(self, clock: Clock, limits_of: LimitsOf) -> None:
        self._clock = clock
        self._limits_of = limits_of
        self._buttons = Throttle()
        self._clients = Throttle(100_000)
        self._contacts = Windows()
        self._spent = Windows()
        self._live = LiveCalls()
        self._talk = Talk()
        self._taken: dict[str, Click] = {}

    def recall(self, calls: Iterable[PastCall]) -> None:
        """Count the calls of the last day, the oldest first, as if they had been clicked before."""
        lately: defaultdict[Hashable, list[float]] = defaultdict(list)
        for call in calls:
            at = self._on_this_clock(call.requested_at)
            self._note_call(call.account_id, call.contact, call.way, at)
            if at > self._clock.monotonic() - MINUTE:
                for key in (call.button_id, (call.button_id, call.way)):
                    lately[key].append(at)
            if call.bridged_at is not None and call.ended_at is not None:
                key = (call.account_id, call.way)
                self._talk.add(key, self._on_this_clock(call.ended_at), call.ended_at - call.bridged_at)
        for bucket, times in lately.items():
            self._buttons.remember(bucket, times)

    def check(self, click: Click) -> None:
        """Raise Denied, with the rule and the limit's key, at the first limit that is against the click."""
        now = self._clock.monotonic()
        guards = (self._throttle, self._contact, self._address, self._concurrency, self._budget)
        for denied in (denied for guard in guards for denied in guard(click, now)):
            raise denied

    def count_dry_run(self, client: str, limits: Limits) -> None:
        """Count a dry run of a client, or raise Denied: it tells of other people's calls without a trace."""
        many = limits.dry_runs_per_minute
        key = ("dry_runs_per_minute", many, client)
        if many and (wait := self._clients.take(key, many, self._clock.monotonic())):
            message = f"One address may try {_times(many)} a minute what a click would come to"
            raise Denied(ADDRESS, message, retry_after=wait, quota=Quota("dry_runs_per_minute", many, 60))

    def take(self, call_id: str, click: Click) -> None:
        """Count a click that was checked in this very moment; ``call_id`` is its call's."""
        now = self._clock.monotonic()
        if click.throttle:
            self._buttons.take(_button_key(click), click.throttle, now)
        for key, per_minute in self._client_buckets(click):
            self._clients.take(key, per_minute, now)
        account_id = click.account.id
        self._note_call(account_id, click.contact.text, click.way, now)
        self._begin(call_id, account_id, click.button.id, click.contact.text)
        self._taken[call_id] = click

    def refund(self, call_id: str) -> None:
        """Count a click no longer whose order certainly never left."""
        click = self._taken.pop(call_id, None)
        if click is None:
            return
        if click.throttle:
            self._buttons.give_back(_button_key(click))
        for key, _ in self._client_buckets(click):
            self._clients.give_back(key)
        self._contacts.take_back(_contact_key(click.account.id, click.contact.text))
        self._spent.take_back((click.account.id, click.way))
        self._live.end(call_id)

    def follow(self, call: Call) -> None:
        """Take note of how far a call has come; of one that is not known yet, that it lives."""
        if call.state == "ended":
            self._taken.pop(call.id, None)
            self._live.end(call.id)
            self._talk.end(call.id, self._clock.monotonic())
            return
        self._begin(call.id, call.account_id, call.button_id, call.contact)
        if call.bridged_at is not None and self._limits_of(call.account_id, call.way).minutes_per_day:
            self._talk.begin(call.id, (call.account_id, call.way), self._on_this_clock(call.bridged_at))

    def _begin(self, call_id: str, account_id: str, button_id: str, contact: str) -> None:
        keys = (
            _EVERYWHERE,
            ("account", account_id),
            ("button", button_id),
            _contact_key(account_id, contact),
        )
        self._live.begin(call_id, *keys)

    def _note_call(self, account_id: str, contact: str, way: Way, at: float) -> None:
        both: tuple[Way, Way] = ("public", "token")
        keep = max(getattr(self._limits_of(account_id, each), key) or 0 for each in both for key in _WINDOWS)
        if keep:
            self._contacts.add(_contact_key(account_id, contact), at, keep)
        if calls_per_day := self._limits_of(account_id, way).calls_per_day:
            self._spent.add((account_id, way), at, calls_per_day)

    def _on_this_clock(self, wall: float) -> float:
        """Tell when it was by the monotonic clock; what seems to lie ahead is now."""
        return self._clock.monotonic() - max(0.0, self._clock.wall() - wall)

    def _throttle(self, click: Click, now: float) -> Iterator[Denied]:
        if click.throttle and (wait := self._buttons.wait(_button_key(click), click.throttle, now)):
            message = f"This button may be clicked {_times(click.throttle)} a minute"
            yield _over(click, THROTTLE, message, Quota("throttle", click.throttle, 60), wait)

    def _contact(self, click: Click, now: float) -> Iterator[Denied]:
        key, limits = _contact_key(click.account.id, click.contact.text), click.limits
        if limits.contact_live and self._live.count(key) >= limits.contact_live:
            message = "This contact is being called, or talks, at this moment"
            yield _over(click, CONTACT, message, Quota("contact_live", limits.contact_live), LIVE_RETRY)
        for limit, seconds in _WINDOWS.items():
            many = getattr(limits, limit)
            if many and (wait := self._contacts.wait(key, many, seconds, now)):
                span = limit.removeprefix("contact_per_").replace("_", " ")
                message = f"One contact may be called {_times(many)} in {_spans(span)}"
                yield _over(click, CONTACT, message, Quota(limit, many, int(seconds)), wait)

    def _address(self, click: Click, now: float) -> Iterator[Denied]:
        for key, per_minute in self._client_buckets(click):
            if wait := self._clients.wait(key, per_minute, now):
                limit = key[0]
                of = " for one contact" if limit == "address_contact_per_minute" else ""
                message = f"One address may click {_times(per_minute)} a minute{of}"
                yield _over(click, ADDRESS, message, Quota(limit, per_minute, 60), wait)

    def _concurrency(self, click: Click, _now: float) -> Iterator[Denied]:
        whose = {
            "live_per_button": (("button", click.button.id), "of this button"),
            "live_per_account": (("account", click.account.id), "of this account"),
            "live_in_all": (_EVERYWHERE, "in all"),
        }
        for limit, (key, words) in whose.items():
            many = getattr(click.limits, limit)
            if many and self._live.count(key) >= many:
                message = f"{many} calls {words} live already; one must end first"
                yield _over(click, CONCURRENCY, message, Quota(limit, many), LIVE_RETRY)

    def _budget(self, click: Click, now: float) -> Iterator[Denied]:
        key = (click.account.id, click.way)
        calls, minutes = click.limits.calls_per_day, click.limits.minutes_per_day
        if calls and (wait := self._spent.wait(key, calls, DAY, now)):
            message = f"The {calls} calls that this account may place in a day are used up"
            yield _over(click, BUDGET, message, Quota("calls_per_day", calls, int(DAY)), wait)
        if minutes and (wait := self._talk.wait(key, minutes * MINUTE, now)):
            message = f"The {minutes} minutes that this account may talk in a day are used up"
            yield _over(click, BUDGET, message, Quota("minutes_per_day", minutes, int(DAY)), wait)

    def _client_buckets(self, click: Click) -> Iterator[tuple[tuple[str, *tuple[Hashable, ...]], int]]:
        """Give the buckets of who clicks; each rate has its own, so none is filled at another's."""
        if many := click.limits.address_per_minute:
            yield ("address_per_minute", many, click.client), many
        if many := click.limits.address_contact_per_minute:
            yield ("address_contact_per_minute", many, click.client, phone_of(click.contact.text)), many


def _button_key(click: Click) -> Hashable:
    """Give what a button's clicks are counted by: where the limits say how many, each way's apart."""
    return click.button.id if click.button.means.throttle else (click.button.id, click.way)


def _contact_key(account_id: str, contact: str) -> tuple[str, str, str]:
    """Give what one contact is counted by: its phone."""
    return "contact", account_id, phone_of(contact)


def _over(click: Click, rule: str, message: str, quota: Quota, wait: float) -> Denied:
    return Denied(rule, message, contact=click.contact.text, retry_after=wait, quota=quota)


def _times(many: int) -> str:
    return {1: "once", 2: "twice"}.get(many, f"{many} times")


def _spans(span: str) -> str:
    return span if " " in span else f"a {span}"
