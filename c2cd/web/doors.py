"""The doors of resources: who is let in, before anything else of a request is looked at.

What is not let in is refused in Kazoo's order: account (404), token (401), its account and scope (403).
"""

from collections.abc import Awaitable, Callable

from c2cd.errors import StoreError
from c2cd.model.account import Token
from c2cd.web.refusals import BadIdentifier, Forbidden, InvalidCredentials, Refusal
from c2cd.web.visit import Visit

# Seconds for which a call's token opens what became of it.
CALL_TOKEN_OUTLIVES = 60.0

Door = Callable[[Visit], Awaitable[None]]


async def manage_door(visit: Visit) -> None:
    """Let in who has a token to manage the account in the path."""
    _find_account(visit)
    visit.token = await _admitted(visit)
    if visit.token.scope != "manage":
        raise Forbidden


async def connect_door(visit: Visit) -> None:
    """Let in who has any token of the account, and to an open button who sends none."""
    _find_account(visit)
    if visit.sent_token is not None or await _needs_token(visit):
        visit.token = await _admitted(visit)


async def token_door(visit: Visit) -> None:
    """Let in who has any token, of whichever account that the configuration has."""
    token = await _valid_token(visit)
    visit.account = visit.services.accounts.get(token.account_id)
    if visit.account is None:
        raise InvalidCredentials
    visit.token = _used(visit, token)


async def call_door(visit: Visit) -> None:
    """Let in who has the call's own token: while the call lives, and for a minute after."""
    _find_account(visit)
    services, path = visit.services, visit.request.path_params
    sent = visit.value("call_token")
    if not isinstance(sent, str) or not services.signer.is_call_token(sent, path["call_id"]):
        raise InvalidCredentials
    call = services.ledger.latest(path["call_id"]) or await services.history.find(path["call_id"])
    if call is None or (call.account_id, call.button_id) != (visit.owner.id, path["button_id"]):
        raise InvalidCredentials
    if call.ended_at is not None and services.clock.wall() > call.ended_at + CALL_TOKEN_OUTLIVES:
        raise InvalidCredentials
    visit.call = call


async def is_still_open(visit: Visit) -> bool:
    """Tell whether who came in to manage the account would be let in once more."""
    try:
        await manage_door(visit)
    except Refusal:
        return False
    except StoreError:  # nobody knows at this moment, and nothing can be revoked either
        return True
    return True


async def open_door(_visit: Visit) -> None:
    """Let in everybody; a token that is sent is not looked at."""


def _find_account(visit: Visit) -> None:
    account_id = visit.request.path_params["account_id"]
    visit.account = visit.services.accounts.get(account_id)
    if visit.account is None:
        raise BadIdentifier(account_id)


async def _admitted(visit: Visit) -> Token:
    token = await _valid_token(visit)
    if token.account_id != visit.owner.id:
        raise Forbidden
    return _used(visit, token)


async def _valid_token(visit: Visit) -> Token:
    token = None if visit.sent_token is None else await visit.services.tokens.find(visit.sent_token)
    if token is None or not token.is_valid(visit.services.clock.wall()):
        raise InvalidCredentials
    return token


def _used(visit: Visit, token: Token) -> Token:
    visit.services.tokens.used(token, visit.services.clock.wall())
    return token


async def _needs_token(visit: Visit) -> bool:
    button_id = visit.request.path_params["button_id"]
    button = await visit.services.buttons.find(visit.owner.id, button_id)
    return button is None or button.means.auth_required
