"""``/connect``: the click."""

import msgspec
from starlette.responses import Response

from c2cd.calls.applying import can_auto_answer
from c2cd.clock import deadline
from c2cd.errors import Denied, Fault, InvalidDocument, SwitchSilent
from c2cd.model.button import Button
from c2cd.model.contact import Contact
from c2cd.model.journal import Entry, iso_time
from c2cd.model.repeat import Answer
from c2cd.web.answers import HistoryItem
from c2cd.web.envelope import success
from c2cd.web.history import history_item
from c2cd.web.originate import originate_data
from c2cd.web.refusals import KeyReused
from c2cd.web.resource import find_button
from c2cd.web.visit import Visit, is_yes, missing, mistyped

_LONGEST_KEY = 255
_SETTLING = 60.0


async def connect(visit: Visit) -> Response:
    """GET, POST: place a call, or answer a repeated click as the first one was answered."""
    button = await find_button(visit)
    blocking = is_yes(visit.value("blocking"))
    text = _contact_text(visit)
    try:
        contact = visit.services.doorkeeper.read(visit.owner, text)
        key = _key(visit)
        async with visit.services.placer.one_at_a_time(button.id, key):
            known = await _known_answer(visit, button, key, contact)
            if known is None:
                known = await _click(visit, button, key, contact)
    except Denied as denied:
        _log_denied(visit, button, text, denied)
        raise
    if blocking:
        return success(visit, await _decided(visit, button, known.call_id))
    return success(visit, msgspec.json.decode(known.body))


async def _click(visit: Visit, button: Button, key: str | None, contact: Contact) -> Answer:
    services = visit.services
    services.link.require()
    services.doorkeeper.admit(visit.owner, button, contact)
    auto_answer = _auto_answers(visit, button)
    call, order = services.placer.compose(visit.owner, button, contact, auto_answer=auto_answer)
    data = originate_data(call, visit.owner, button.means, contact, auto_answer=auto_answer)
    answer = Answer(
        key=key or "",
        fingerprint=contact.text,
        call_id=call.id,
        body=msgspec.json.encode(data).decode(),
        created_at=call.requested_at,
    )
    await services.placer.place(call, order, answer if key else None)
    return answer


def _auto_answers(visit: Visit, button: Button) -> bool:
    """Tell whether the extension's phone is to answer by itself: it opens a microphone in an office.

    So it is only for who has a token and asks for it in the query string, where Kazoo has it too but on.
    """
    asked = is_yes(visit.query.get("auto_answer")) and visit.token is not None
    return asked and visit.owner.auto_answer and can_auto_answer(visit.owner, button.means)


async def _known_answer(visit: Visit, button: Button, key: str | None, contact: Contact) -> Answer | None:
    known = (
        await visit.services.history.answer_to(button.id, key, visit.services.clock.wall()) if key else None
    )
    if known is not None and known.fingerprint != contact.text:
        raise KeyReused
    return known


async def _decided(visit: Visit, button: Button, call_id: str) -> HistoryItem:
    longest = 2 * button.means.timeout + _SETTLING
    try:
        async with deadline(visit.services.clock, longest):
            return history_item(await visit.services.ledger.decided(call_id))
    except TimeoutError as error:
        message = f"Nothing was heard of call {call_id} for {longest:g} s; the history will tell how it ended"
        raise SwitchSilent(message) from error


def _contact_text(visit: Visit) -> str:
    contact = visit.value("contact")
    if contact is None or contact == "":
        raise missing("contact")
    if isinstance(contact, int) and not isinstance(contact, bool):
        contact = str(contact)
    if not isinstance(contact, str):
        raise mistyped("contact", "string")
    # In a query string or a form a raw + is a space.
    from_json = not visit.is_form and "contact" not in visit.query
    return "+" + contact[1:] if contact.startswith(" ") and not from_json else contact


def _key(visit: Visit) -> str | None:
    key = visit.request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        message = f"Idempotency-Key must be 1 to {_LONGEST_KEY} printable ASCII characters"
        raise InvalidDocument(Fault("idempotency-key", "pattern", message))
    return key


def _log_denied(visit: Visit, button: Button, text: str, denied: Denied) -> None:
    visit.services.journal(
        Entry(
            time=iso_time(visit.services.clock.wall()),
            event="click.denied",
            account_id=button.account_id,
            clicktocall_id=button.id,
            call_id=None,
            contact=denied.contact or text[:80],
            rule=denied.rule,
            message=str(denied),
        )
    )
