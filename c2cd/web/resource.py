"""A resource of Kazoo's: its verbs, and the steps that every request to it takes, in Kazoo's order.

Account (404), token (401), its account and scope (403), verb (405), media type (415); what is named in
the path (404) and the document (400) are the handler's.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from c2cd.model.account import Token
from c2cd.model.button import Button
from c2cd.web.refusals import BadIdentifier, Forbidden, InvalidCredentials, InvalidMethod
from c2cd.web.services import Services
from c2cd.web.visit import Visit, begin_visit

Handler = Callable[[Visit], Awaitable[Response]]


class Resource:
    """An ASGI application for one path. ``connect`` marks the one that a connect token opens."""

    def __init__(self, services: Services, verbs: Mapping[str, Handler], *, connect: bool = False) -> None:
        self._services = services
        self._verbs = verbs
        self._connect = connect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request through the steps to its handler."""
        request = Request(scope, receive)
        visit = await begin_visit(request, self._services)
        account_id = request.path_params["account_id"]
        visit.account = self._services.accounts.get(account_id)
        if visit.account is None:
            raise BadIdentifier(account_id)
        visit.token = await self._admit(visit)
        handler = self._verbs.get(request.method)
        if handler is None:
            raise InvalidMethod(", ".join(self._verbs))
        if visit.body_problem is not None:
            raise visit.body_problem
        response = await handler(visit)
        await response(scope, receive, send)

    async def _admit(self, visit: Visit) -> Token | None:
        if visit.sent_token is None:
            if self._connect and not await self._needs_token(visit):
                return None
            raise InvalidCredentials
        token = await self._services.tokens.find(visit.sent_token)
        if token is None or not token.is_valid(self._services.clock.wall()):
            raise InvalidCredentials
        if token.account_id != visit.owner.id or (token.scope == "connect" and not self._connect):
            raise Forbidden
        return token

    async def _needs_token(self, visit: Visit) -> bool:
        button = await self._services.buttons.find(visit.owner.id, visit.request.path_params["button_id"])
        return button is None or button.means.auth_required


async def find_button(visit: Visit) -> Button:
    """Give the button in the path; BadIdentifier where the account has none of that id."""
    button_id = visit.request.path_params["button_id"]
    button = await visit.services.buttons.find(visit.owner.id, button_id)
    if button is None:
        raise BadIdentifier(button_id)
    return button
