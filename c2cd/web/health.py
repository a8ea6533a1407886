"""``/healthz`` and ``/readyz``: for whoever watches the daemon."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from c2cd.errors import StoreError, SwitchUnreachable
from c2cd.web.services import Services


async def healthz(_request: Request) -> Response:
    """Say that the process turns."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Say whether a click would be placed: AMI is logged in and a row could be written. Else 503 and why."""
    services = _services(request)
    switch = database = "ok"
    try:
        services.link.require()
    except SwitchUnreachable as error:
        switch = services.link.away or str(error)
    try:
        await services.database.beat(services.clock.wall())
    except StoreError as error:
        database = str(error)
    ready = switch == database == "ok"
    answer = {
        "status": "ok" if ready else "unavailable",
        "switch": switch,
        "database": database,
    }
    return JSONResponse(answer, 200 if ready else 503)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services
