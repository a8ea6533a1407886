"""The six invariants, and what else has to hold, as rules over a run's evidence.

I1  a click that was accepted has one row, and no more than one Originate on the wire
I2  no Originate without a row that was committed before it
I3  no row stays open longer than its timeout and 15 s without a live channel
I4  who ended `success` talked, by the switch's record; who talked ended `success`, or `unknown` in an outage
I5  what ended `unknown` was never dialled again
I6  limits hold over restarts
"""

from collections import Counter
from collections.abc import Iterator

from tests.proving.evidence import Evidence

DAY = 86_400.0
# The record of a switch that is killed lacks its last moments.
RECORD_LAG = 2.0
# So long after what happened an outage may still be why it was not seen.
OUTAGE_LAG = 1.0
# Answers after which certainly nothing of that request's was, or will be, dialled.
NOTHING_SENT = {"switch_unreachable", "switch_busy", "store_failed"}


def judge(evidence: Evidence) -> list[str]:
    """Name every violation; none for a run in which all promises were kept."""
    by_click = (_accepted, _refused, _told_when, _repeated)
    rules = (*by_click, _orders, _ended, _talked, _dialled_once, _limited, _told)
    found = [violation for rule in rules for violation in rule(evidence)]
    return [*found, *(f"I3: {what}" for what in evidence.overdue), *evidence.complaints]


def unjudged(evidence: Evidence) -> int:
    """Count the successes of which the switch's record can't tell, since it was killed just then."""
    return sum(
        row.result == "success" and not _is_bridged(evidence, row.id) and _died_near(evidence, row.id)
        for row in evidence.rows.values()
    )


def _accepted(evidence: Evidence) -> Iterator[str]:
    sent = Counter(order.call_id for order in evidence.orders)
    for click in evidence.clicks:
        for call_id in {attempt.call_id for attempt in click.attempts if attempt.call_id}:
            if call_id not in evidence.rows:
                yield f"I1: accepted, but without a row: {call_id} of {click.contact}"
            if sent[call_id] > 1:
                yield f"I1: {sent[call_id]} Originates of {call_id}"


def _refused(evidence: Evidence) -> Iterator[str]:
    """Find calls of clicks that were told that nobody is called."""
    by_contact = _ids_by_contact(evidence)
    sent = Counter(order.call_id for order in evidence.orders)
    for click in evidence.clicks:
        if len(click.attempts) != 1 or click.attempts[0].message not in NOTHING_SENT:
            continue
        for call_id in by_contact.get(click.contact, ()):
            if sent[call_id]:
                yield f"promise 3: {click.attempts[0].message} was answered, but {call_id} was sent"


def _told_when(evidence: Evidence) -> Iterator[str]:
    """Find clicks that were refused for want of the switch and not told when to come again."""
    for click in evidence.clicks:
        for attempt in click.attempts:
            if attempt.message == "switch_unreachable" and not attempt.retry_after:
                yield f"503 without Retry-After: {click.contact}"


def _orders(evidence: Evidence) -> Iterator[str]:
    for order in evidence.orders:
        if not order.had_row:
            yield f"I2: sent before its row was committed: {order.call_id}"
        if order.call_id not in evidence.rows:
            yield f"I2: sent without a row: {order.call_id}"


def _repeated(evidence: Evidence) -> Iterator[str]:
    """Hold that one call at most was dialled for a click, however often it came, and that it got that one."""
    by_contact = _ids_by_contact(evidence)
    sent = {order.call_id for order in evidence.orders}
    for click in evidence.clicks:
        ids = by_contact.get(click.contact, [])
        dialled = [one for one in ids if one in sent and not evidence.rows[one].taken_back]
        if len(dialled) > 1:
            yield f"I5: {_results(evidence, dialled)} were dialled for one click of {click.contact}"
        accepted = {attempt.call_id for attempt in click.attempts if attempt.call_id}
        if len(accepted) > 1:
            yield f"I1: one click of {click.contact} was answered with {len(accepted)} calls"
        if len([one for one in ids if not evidence.rows[one].taken_back]) > 1:
            yield f"I1: one click of {click.contact} has several rows: {_results(evidence, ids)}"


def _ended(evidence: Evidence) -> Iterator[str]:
    for row in evidence.rows.values():
        if (row.state != "ended" or row.result is None) and row.id not in evidence.stuck:
            yield f"I3: never ended: {row.id} is {row.state}"


def _talked(evidence: Evidence) -> Iterator[str]:
    for row in evidence.rows.values():
        is_bridged = _is_bridged(evidence, row.id)
        if row.result == "success" and not is_bridged and not _died_near(evidence, row.id):
            yield f"I4: a success that never talked: {row.id}"
        if row.result == "error" and is_bridged:
            yield f"I4: an error that talked: {row.id}"
        if row.result == "unknown" and not _was_out(evidence, row.id):
            yield f"I4: unknown without an outage: {row.id}"
        if row.taken_back and row.id in evidence.seen:
            yield f"I4: taken back, but the switch had it: {row.id}"


def _dialled_once(evidence: Evidence) -> Iterator[str]:
    for call_id, seen in evidence.seen.items():
        if seen.begun > 1:
            yield f"I5: the switch began {call_id} {seen.begun} times"
        if call_id not in evidence.rows:
            yield f"I2: the switch had a call without a row: {call_id}"


def _limited(evidence: Evidence) -> Iterator[str]:
    for account, most in evidence.limits.items():
        times = sorted(
            row.requested_at
            for row in evidence.rows.values()
            if row.account == account and not row.taken_back
        )
        for at in times:
            count = sum(at - DAY < other <= at for other in times)
            if count > most:
                yield f"I6: {count} calls of {account} in a day, of {most} at most"
                break


def _told(evidence: Evidence) -> Iterator[str]:
    told = Counter((line.call_id, line.event) for line in evidence.lines if line.event != "click.denied")
    for (call_id, event), count in told.items():
        if count > (2 if event in {"call.ringing", "call.answered"} else 1):
            yield f"the log tells {event} of {call_id} {count} times"
    for line in evidence.lines:
        if line.event == "call.ended" and line.call_id in evidence.rows:
            result = evidence.rows[line.call_id].result
            if line.result != result:
                yield f"the log says {line.result} of {line.call_id}, its row {result}"


def _ids_by_contact(evidence: Evidence) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in evidence.rows.values():
        found.setdefault(row.contact, []).append(row.id)
    return found


def _results(evidence: Evidence, ids: list[str]) -> str:
    return ", ".join(f"{one} ({evidence.rows[one].result})" for one in ids)


def _is_bridged(evidence: Evidence, call_id: str) -> bool:
    return call_id in evidence.seen and evidence.seen[call_id].bridged


def _span(evidence: Evidence, call_id: str) -> tuple[float, float]:
    """Give when a call was sent and when it was gone from the switch."""
    row, seen = evidence.rows[call_id], evidence.seen.get(call_id)
    sent = [order.at for order in evidence.orders if order.call_id == call_id]
    began = min(sent, default=row.requested_at)
    # Of what the switch could not write down, the row's end is the latest that it can be.
    gone = seen.last_at if seen is not None and seen.ended else row.ended_at
    return began, max(began, gone or began)


def _died_near(evidence: Evidence, call_id: str) -> bool:
    began, ended = _span(evidence, call_id)
    return any(began <= at <= ended + RECORD_LAG for at in evidence.switch_deaths)


def _was_out(evidence: Evidence, call_id: str) -> bool:
    began, ended = _span(evidence, call_id)
    return any(
        outage.began <= ended + OUTAGE_LAG and outage.ended >= began - OUTAGE_LAG
        for outage in evidence.outages
    )
