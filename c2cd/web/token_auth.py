"""``/token_auth``: what a token opens, as Kazoo's clients ask before they begin."""

from starlette.responses import Response

from c2cd.web.answers import TokenAuth
from c2cd.web.envelope import success
from c2cd.web.refusals import InvalidCredentials
from c2cd.web.visit import Visit


async def show_token(visit: Visit) -> Response:
    """GET: the account and the scope of the token that was sent."""
    if visit.token is None:
        raise InvalidCredentials
    return success(visit, TokenAuth(account_id=visit.token.account_id, scope=visit.token.scope))
