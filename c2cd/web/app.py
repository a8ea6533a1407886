"""The front as a value: routes, steps and failures put together."""

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from c2cd.web import buttons, channels, health, progress
from c2cd.web import paths as at
from c2cd.web.api_auth import give_token
from c2cd.web.connect import connect, show_challenge
from c2cd.web.doors import call_door, connect_door, manage_door, open_door, token_door
from c2cd.web.events import stream_events
from c2cd.web.failures import HANDLERS
from c2cd.web.frame import Frame
from c2cd.web.history import show_all_history, show_any_call, show_call, show_history
from c2cd.web.openapi import show_document
from c2cd.web.resource import Resource
from c2cd.web.services import Services
from c2cd.web.sign import sign_link
from c2cd.web.static import button_route, console_routes
from c2cd.web.statistics import show_statistics
from c2cd.web.token_auth import show_token


def create_app(services: Services, cors_origins: tuple[str, ...], *, has_console: bool = False) -> ASGIApp:
    """Make the ASGI application of a daemon, which pages of these origins may use.

    The console is in it only if it ``has_console``.
    """
    api_auth = Resource(services, open_door, {"PUT": give_token})
    collection = Resource(services, manage_door, {"GET": buttons.list_buttons, "PUT": buttons.create_button})
    one = Resource(
        services,
        manage_door,
        {
            "GET": buttons.fetch_button,
            "POST": buttons.replace_button,
            "PATCH": buttons.patch_button,
            "DELETE": buttons.remove_button,
        },
    )
    history = Resource(services, manage_door, {"GET": show_history})
    past = Resource(services, manage_door, {"GET": show_call})
    live = Resource(services, manage_door, {"GET": channels.list_channels})
    channel = Resource(services, manage_door, {"GET": channels.show_channel, "POST": channels.act_on_channel})
    click = Resource(services, connect_door, {"GET": connect, "POST": connect}, has_page=True)
    clicked = Resource(
        services,
        call_door,
        {"GET": progress.show_progress, "POST": progress.act_on_call, "DELETE": progress.hang_up},
        has_page=True,
    )
    challenge = Resource(services, connect_door, {"GET": show_challenge})
    states = Resource(services, call_door, {"GET": progress.stream_states})
    events = Resource(services, manage_door, {"GET": stream_events})
    signing = Resource(services, manage_door, {"POST": sign_link})
    app = Starlette(
        routes=[
            Route(at.CONNECT, click),  # the first that is tried, as it is asked for most
            Route(at.CHALLENGE, challenge),
            Route(at.CALL, clicked),
            Route(at.CALL_EVENTS, states),
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
            Route(at.OPENAPI, Resource(services, open_door, {"GET": show_document})),
            Route(at.API_AUTH, api_auth),
            Route(at.TOKEN_AUTH, Resource(services, token_door, {"GET": show_token})),
            Route(at.BUTTONS, collection),
            Route(at.BUTTON, one),
            Route(at.HISTORY, history),
            Route(at.PAST_CALL, past),
            Route(at.SIGN, signing),
            Route(at.ALL_HISTORY, Resource(services, manage_door, {"GET": show_all_history})),
            Route(at.ANY_CALL, Resource(services, manage_door, {"GET": show_any_call})),
            Route(at.STATISTICS, Resource(services, manage_door, {"GET": show_statistics})),
            Route(at.EVENTS, events),
            Route(at.CHANNELS, live),
            Route(at.CHANNEL, channel),
            button_route(),
            *(console_routes() if has_console else ()),
        ],
        exception_handlers=HANDLERS,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    app.state.clock = services.clock
    return Frame(app, cors_origins)
