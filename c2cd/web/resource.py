"""A resource of Kazoo's: its verbs, and the steps that every request to it takes, in Kazoo's order.

Its door (404, 401, 403), verb (405), media type (415); what is named in the path (404) and the document
(400) are the handler's.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from c2cd.model.button import Button
from c2cd.web.doors import Door
from c2cd.web.refusals import BadIdentifier, InvalidMethod
from c2cd.web.services import Services
from c2cd.web.visit import Visit, begin_visit

Handler = Callable[[Visit], Awaitable[Response]]


class Resource:
    """An ASGI application for one path, behind a door. One that ``has_page`` answers people in HTML."""

    def __init__(
        self, services: Services, door: Door, verbs: Mapping[str, Handler], *, has_page: bool = False
    ) -> None:
        self.has_page = has_page
        self._services = services
        self._door = door
        self._verbs = verbs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request through the steps to its handler."""
        request = Request(scope, receive)
        try:
            visit = await begin_visit(request, self._services)
        except ClientDisconnect:
            return  # nobody is left to answer
        await self._door(visit)
        handler = self._verbs.get(request.method)
        if handler is None:
            raise InvalidMethod(", ".join(self._verbs))
        if visit.body_problem is not None:
            raise visit.body_problem
        response = await handler(visit)
        await response(scope, receive, send)


async def find_button(visit: Visit) -> Button:
    """Give the button in the path; BadIdentifier where the account has none of that id."""
    button_id = visit.request.path_params["button_id"]
    button = await visit.services.buttons.find(visit.owner.id, button_id)
    if button is None:
        raise BadIdentifier(button_id)
    return button
