"""``/metrics``: what is counted, as Prometheus reads it.

It is served on a listener of its own, since on a public one it is nobody's business. No label comes from
a request.
"""

from collections.abc import Iterator, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp


class _Denials(Collector):
    """Reads how many clicks were refused when it is asked."""

    def __init__(self, denials: Mapping[str, int]) -> None:
        self._denials = denials

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Give a counter for each rule."""
        words = "Clicks that a guard refused, by its rule, since the start."
        family = CounterMetricFamily("c2cd_clicks_denied", words, labels=["rule"])
        for rule, count in self._denials.items():
            family.add_metric([rule], count)
        yield family


def create_metrics_app(denials: Mapping[str, int]) -> ASGIApp:
    """Make the application that shows these counters."""
    registry = CollectorRegistry()
    registry.register(_Denials(denials))

    async def show(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", show)])
