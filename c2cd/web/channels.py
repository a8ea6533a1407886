"""``/channels``: the account's live click-to-call calls, as Kazoo lists channels, and the end of one."""

import msgspec
from starlette.responses import Response

from c2cd.calls.ledger import LiveCall
from c2cd.errors import InvalidDocument
from c2cd.model.call import Call
from c2cd.store.paging import Page
from c2cd.validation import faults
from c2cd.web.answers import Channel, ChannelAction
from c2cd.web.envelope import success
from c2cd.web.history import history_item
from c2cd.web.listing import Row, answer_list
from c2cd.web.refusals import BadIdentifier
from c2cd.web.visit import Visit


async def list_channels(visit: Visit) -> Response:
    """GET: every call of the account that has not ended."""

    async def read(page: Page) -> list[Row]:
        rows = [_row(visit, live.call) for live in visit.services.ledger if _is_own(visit, live)]
        return page.cut(rows, lambda row: row.mark)

    return await answer_list(visit, read)


async def show_channel(visit: Visit) -> Response:
    """GET: one of them."""
    return success(visit, _channel(visit, _find(visit).call))


async def act_on_channel(visit: Visit) -> Response:
    """POST: hang it up, ringing or talking. The answer does not wait until the phones have."""
    live = _find(visit)
    if found := faults(ChannelAction, visit.data):
        raise InvalidDocument(*found)
    by = visit.token.name if visit.token is not None else ""
    return success(visit, _channel(visit, await visit.services.hang_up.ask(live, by)))


def _is_own(visit: Visit, live: LiveCall) -> bool:
    return live.call.account_id == visit.owner.id


def _find(visit: Visit) -> LiveCall:
    call_id = visit.request.path_params["call_id"]
    live = visit.services.ledger.get(call_id)
    if live is None or not _is_own(visit, live):
        raise BadIdentifier(call_id)
    return live


def _row(visit: Visit, call: Call) -> Row:
    channel = msgspec.to_builtins(_channel(visit, call))
    return Row((call.requested_at, call.id), channel, channel)


def _channel(visit: Visit, call: Call) -> Channel:
    return Channel(
        uuid=call.id,
        answered=call.first.answered_at is not None,
        authorizing_id=call.button_id,
        destination=call.contact,
        elapsed_s=max(0, int(visit.services.clock.wall() - call.requested_at)),
        **msgspec.structs.asdict(history_item(call)),
    )
