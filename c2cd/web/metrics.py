"""``/metrics``: what is counted, as Prometheus reads it.

It is served on a listener of its own, since on a public one it is nobody's business. No label comes from
a request: rules, outcomes, results, causes and states are our own names, accounts the configuration's.
Nothing is counted here: each room counts what happens in it, and is read when Prometheus asks.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from math import inf

from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from c2cd.calls.gate import Gate
from c2cd.model.call import State
from c2cd.model.histogram import Histogram
from c2cd.store.retention import Retention
from c2cd.web import process
from c2cd.web.services import Services

VERSION = version("c2cd")
_STATES: tuple[State, ...] = ("requested", "ringing", "answered", "bridged")


class Watched(Struct, frozen=True):
    """What is watched beside the services: ``lost_lines`` are those of logs that were dropped, by log."""

    services: Services
    gate: Gate
    retention: Retention
    lost_lines: Mapping[str, int]
    started_at: float


class _All(Collector):
    """Reads all that is counted when it is asked."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def collect(self) -> Iterator[Metric]:
        """Give every metric, in the order of the README's table."""
        yield from _clicks(self._watched)
        yield from _calls(self._watched)
        yield from _streams(self._watched)
        yield from _switch(self._watched)
        yield from _store(self._watched)
        yield from _daemon(self._watched)


def _clicks(watched: Watched) -> Iterator[Metric]:
    services = watched.services
    yield _counted("clicks", "Clicks, by what they came to.", "outcome", services.outcomes.clicks)
    words = "Clicks that a guard refused, by its rule, since the start."
    yield _counted("clicks_denied", words, "rule", services.doorkeeper.denials)
    yield _counter("dry_runs", "Clicks that were only tried.", services.outcomes.dry_runs)
    words = "Clicks that wait for a place among the calls in setup."
    yield _gauge("clicks_waiting", words, watched.gate.waiting)
    words = "Seconds from a click's arrival to its Originate."
    yield _histogram("click_to_originate_seconds", words, services.ledger.figures.to_order)
    words = "Seconds from a click to the first ring of its first phone, where one was told of."
    yield _histogram("click_to_ring_seconds", words, services.ledger.figures.to_ring)


def _streams(watched: Watched) -> Iterator[Metric]:
    yield _gauge("event_streams", "Streams of events that are open.", watched.services.streams.open)


def _calls(watched: Watched) -> Iterator[Metric]:
    services = watched.services
    live = Counter((each.call.account_id, each.call.state) for each in services.ledger)
    words = "Calls that live, by account and by how far they have come."
    family = GaugeMetricFamily("c2cd_calls_live", words, labels=["account", "state"])
    for account in sorted({*services.accounts, *(account for account, _ in live)}):
        for state in _STATES:
            family.add_metric([account, state], live[account, state])
    yield family
    words = "Calls between their Originate and their first sign of life."
    yield _gauge("calls_in_setup", words, watched.gate.held)
    words = "So many calls may be in setup at once (ami.max_in_setup)."
    yield _gauge("calls_in_setup_limit", words, watched.gate.places)
    words = "Calls that ended, by result and, where that is error, by cause."
    ended = CounterMetricFamily("c2cd_calls_ended", words, labels=["result", "cause"])
    for (result, cause), count in services.ledger.figures.ended.items():
        ended.add_metric([result, cause], count)
    yield ended
    words = "Seconds that the two talked, of calls whose end was seen."
    yield _histogram("talk_seconds", words, services.ledger.figures.talk)


def _switch(watched: Watched) -> Iterator[Metric]:
    link = watched.services.link
    yield _gauge("switch_up", "1 while the AMI session with the switch is up, else 0.", link.away is None)
    words = "AMI sessions that came up; each but the first is a reconnect."
    yield _counter("switch_sessions", words, link.session)
    words = "Messages of the switch: read, or dropped unread, as events of others' calls are."
    heard = {"read": link.heard.read, "dropped": link.heard.messages - link.heard.read}
    yield _counted("switch_messages", words, "fate", heard)


def _store(watched: Watched) -> Iterator[Metric]:
    database = watched.services.database
    words = "Seconds that a transaction took until it was on the disk."
    yield _histogram("store_commit_seconds", words, database.commits)
    words = "Statements that were committed; several share a transaction."
    yield _counter("store_statements", words, database.written)
    yield _counter("store_failed_commits", "Transactions that failed.", database.failed)
    words = "Calls that were deleted from the history because they were too old (history.keep_days)."
    yield _counter("history_deleted_calls", words, watched.retention.deleted)


def _daemon(watched: Watched) -> Iterator[Metric]:
    words = "Lines that were dropped because a log could not be written in time, or at all."
    yield _counted("log_lines_lost", words, "log", watched.lost_lines)
    build = GaugeMetricFamily("c2cd_build_info", "1; its label is c2cd's version.", labels=["version"])
    build.add_metric([VERSION], 1)
    yield build
    # Under their usual names, so that dashboards of processes show them.
    words = "When the daemon was started, in Unix seconds."
    yield GaugeMetricFamily("process_start_time_seconds", words, watched.started_at)
    words = "CPU time of user and system since the start, in seconds."
    yield CounterMetricFamily("process_cpu_seconds", words, process.cpu_seconds())
    words = "Resident memory in bytes."
    yield GaugeMetricFamily("process_resident_memory_bytes", words, process.resident_bytes())
    yield GaugeMetricFamily("process_open_fds", "Descriptors that are open.", process.open_descriptors())
    yield GaugeMetricFamily("process_max_fds", "So many may be open.", process.most_descriptors())


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"c2cd_{name}", words, value)


def _counter(name: str, words: str, count: float) -> Metric:
    return CounterMetricFamily(f"c2cd_{name}", words, count)


def _counted(name: str, words: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"c2cd_{name}", words, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def _histogram(name: str, words: str, histogram: Histogram) -> Metric:
    buckets = [("+Inf" if bound == inf else str(bound), count) for bound, count in histogram.up_to()]
    return HistogramMetricFamily(f"c2cd_{name}", words, buckets=buckets, sum_value=histogram.total)


def create_metrics_app(watched: Watched) -> ASGIApp:
    """Make the application that shows all of it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_All(watched))

    async def show(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/metrics", show)])
