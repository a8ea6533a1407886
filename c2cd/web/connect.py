"""``/connect``: the click."""

from contextlib import ExitStack
from functools import partial

import msgspec
from starlette.responses import RedirectResponse, Response

from c2cd.calls.narrating import narrate_denied
from c2cd.calls.placing import Placing
from c2cd.clock import deadline
from c2cd.errors import Denied, LinkUsed, SwitchSilent
from c2cd.guard.challenge import LIFETIME
from c2cd.model.button import Button
from c2cd.model.call import Call
from c2cd.model.click import Click
from c2cd.model.repeat import Answer
from c2cd.web.answers import CallHandle, ChallengeAnswer, HistoryItem, PlacedCall
from c2cd.web.arrival import arrival_of
from c2cd.web.clicking import (
    clicker,
    client,
    fingerprint,
    judge,
    key_of,
    link_used,
    needs_challenge,
    read_click,
    solved,
    way_of,
)
from c2cd.web.dry_run import try_click
from c2cd.web.envelope import success
from c2cd.web.history import history_item
from c2cd.web.originate import asks_to_auto_answer, originate_data
from c2cd.web.outcomes import ACCEPTED, REPEATED_AT_ONCE, REPEATED_BY_KEY
from c2cd.web.page import HEADERS, asks_for_page
from c2cd.web.refusals import ClickUnderWay, KeyReused
from c2cd.web.repeating import Answered
from c2cd.web.resource import find_button
from c2cd.web.visit import Visit, is_yes, mistyped

_SETTLING = 60.0
# So many may wait for one call: each of them holds a connection.
_MOST_WAITING = 5
_NO = (None, False, "false", "0")


async def connect(visit: Visit) -> Response:
    """GET, POST: place a call, or answer a repeated click as the first one was answered."""
    button = await find_button(visit)
    if _is_dry_run(visit):
        visit.services.outcomes.dry_runs += 1
        return success(visit, await try_click(visit, button))
    with ExitStack() as held:
        try:
            key = key_of(visit)
            mark = "" if key is None else fingerprint(visit)
            held.enter_context(visit.services.repeats.under_way(button.id, key, mark))
            answer = await _place(visit, button, key, mark)
        except Exception as error:
            visit.services.outcomes.failed(error)
            if isinstance(error, Denied):
                _tell_denied(visit, button, error)
            raise
        if asks_for_page(visit.request):
            token = _handle(visit, answer).call_token
            return RedirectResponse(f"connect/{answer.call_id}?call_token={token}", 303, HEADERS)
        if is_yes(visit.value("blocking")):
            item = msgspec.structs.asdict(await _decided(visit, button, answer.call_id))
            return success(visit, PlacedCall(**item, **msgspec.structs.asdict(_handle(visit, answer))))
        return success(visit, _with_handle(answer.write(), _handle(visit, answer)))


async def show_challenge(visit: Visit) -> Response:
    """GET: what a browser has to solve before it clicks."""
    button = await find_button(visit)
    limits = visit.services.doorkeeper.limits(visit.owner, way_of(visit))
    challenge = visit.services.challenges.make(button.id) if needs_challenge(visit, limits) else None
    return success(visit, ChallengeAnswer(challenge=challenge, seconds=LIFETIME))


async def _place(visit: Visit, button: Button, key: str | None, mark: str) -> Answered:
    """Place the call of a click, or give what the first one with its key was answered; count which."""
    services = visit.services
    services.doorkeeper.arrive(visit.owner, button, way_of(visit), arrival_of(visit.request))
    known = await _known_answer(visit, button, key, mark)
    if known is not None:
        services.outcomes.clicks[REPEATED_BY_KEY] += 1
        return known
    return await _click(visit, button, key, mark)


def _is_dry_run(visit: Visit) -> bool:
    """Tell whether the click is only to be tried, by whatever place of the request says so.

    InvalidDocument where nobody can say: no call then.
    """
    said = [word.lower() if isinstance(word, str) else word for word in visit.values("dry_run")]
    if not all(is_yes(word) or word in _NO for word in said):
        raise mistyped("dry_run", "boolean")
    return any(is_yes(word) for word in said)


async def _known_answer(visit: Visit, button: Button, key: str | None, mark: str) -> Answered | None:
    """Give what the first click with this key was answered, unless its call was taken back."""
    services = visit.services
    known = await services.history.answer_to(button.id, key, services.repeats.earliest()) if key else None
    if known is None:
        return None
    if known.fingerprint != mark:
        raise KeyReused
    if services.placer.is_called_off(known.call_id):
        raise ClickUnderWay
    call = services.ledger.latest(known.call_id) or await services.history.find(known.call_id)
    if call is not None and call.taken_back:
        await services.history.forget_click(call.id)
        return None
    return Answered(known.call_id, known.body.encode)


async def _click(visit: Visit, button: Button, key: str | None, mark: str) -> Answered:
    services, arrived = visit.services, visit.arrived
    click, link = read_click(visit, button)
    who = click.client if visit.token is None else visit.token.id
    async with services.repeats.one_at_a_time(click, who):
        first = services.repeats.first(click, who, arrived) if key is None else None
        if first is not None:
            services.outcomes.clicks[REPEATED_AT_ONCE] += 1
            return first
        services.placer.require()
        await judge(visit, click, link)
        solution = await solved(visit, click, link)
        auto_answer = asks_to_auto_answer(visit, button)
        call, order = services.placer.compose(click, clicked_by=clicker(visit), auto_answer=auto_answer)
        answer = Answered(call.id, partial(_written, call, click, auto_answer=auto_answer))
        with services.challenges.using(solution):
            services.doorkeeper.admit(call.id, click)
        placing = Placing(
            call=call,
            order=order,
            clicked_at=arrived,
            answer=_kept(visit, key, mark, call, answer) if key else None,
            link=link,
            client=client(visit),
        )
        try:
            await services.placer.place(placing)
        except LinkUsed as error:
            raise link_used() from error
        except SwitchSilent:  # it may ring: who clicks again is not to make it ring twice
            services.repeats.keep(click, who, arrived, answer)
            raise
        services.repeats.keep(click, who, arrived, answer)
        services.outcomes.clicks[ACCEPTED] += 1
    return answer


def _written(call: Call, click: Click, *, auto_answer: bool) -> bytes:
    """Write what a click is answered that does not wait for its call."""
    data = originate_data(call, click.account, click.button.means, click.contact, auto_answer=auto_answer)
    return msgspec.json.encode(data)


def _kept(visit: Visit, key: str, mark: str, call: Call, answer: Answered) -> Answer:
    """Make what is kept of a click, for who repeats it."""
    return Answer(
        key=key,
        fingerprint=mark,
        call_id=call.id,
        body=answer.write().decode(),
        created_at=call.requested_at,
        earliest=visit.services.repeats.earliest(),
    )


def _handle(visit: Visit, answer: Answered) -> CallHandle:
    services = visit.services
    token = services.signer.call_token(answer.call_id)
    return CallHandle(call_token=token, can_hang_up=services.link.may_hang_up)


def _with_handle(answer: bytes, handle: CallHandle) -> msgspec.Raw:
    """Put it into an answer, which is kept without: the token is a secret."""
    return msgspec.Raw(answer.removesuffix(b"}") + b"," + msgspec.json.encode(handle).removeprefix(b"{"))


async def _decided(visit: Visit, button: Button, call_id: str) -> HistoryItem:
    if visit.services.ledger.waiting(call_id) >= _MOST_WAITING:
        raise ClickUnderWay
    longest = 2 * button.means.timeout + _SETTLING
    try:
        async with deadline(visit.services.clock, longest):
            return history_item(await visit.services.ledger.decided(call_id))
    except TimeoutError as error:
        message = f"Nothing was heard of call {call_id} for {longest:g} s; the history will tell how it ended"
        raise SwitchSilent(message) from error


def _tell_denied(visit: Visit, button: Button, denied: Denied) -> None:
    services, contact = visit.services, visit.value("contact")
    services.doorkeeper.denials[denied.rule] += 1
    services.denials.count(button.account_id, denied.rule)
    services.journal(
        narrate_denied(
            denied,
            button,
            services.clock.wall(),
            contact=None if contact is None else str(contact),
            client=client(visit),
            clicked_by=clicker(visit),
        )
    )
