"""The front as a value: routes, steps and failures put together."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from c2cd.web import buttons, health
from c2cd.web.connect import connect
from c2cd.web.failures import HANDLERS
from c2cd.web.history import show_history
from c2cd.web.resource import Resource
from c2cd.web.services import Services
from c2cd.web.visit import request_id_of

_BUTTONS = "/v2/accounts/{account_id}/clicktocall"


def create_app(services: Services) -> Starlette:
    """Make the ASGI application of a daemon."""
    collection = Resource(services, {"GET": buttons.list_buttons, "PUT": buttons.create_button})
    one = Resource(
        services,
        {
            "GET": buttons.fetch_button,
            "POST": buttons.replace_button,
            "PATCH": buttons.patch_button,
            "DELETE": buttons.remove_button,
        },
    )
    history = Resource(services, {"GET": show_history})
    click = Resource(services, {"GET": connect, "POST": connect}, connect=True)
    app = Starlette(
        routes=[
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
            Route(_BUTTONS, collection),
            Route(f"{_BUTTONS}/{{button_id}}", one),
            Route(f"{_BUTTONS}/{{button_id}}/history", history),
            Route(f"{_BUTTONS}/{{button_id}}/connect", click),
        ],
        middleware=[Middleware(_RequestIds)],
        exception_handlers=HANDLERS,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.clock = services.clock
    return app


class _RequestIds:
    """Gives every request its id before anything can go wrong with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            request.state.request_id = request_id_of(request)
        await self._app(scope, receive, send)
