"""A daemon with ``/metrics``, as Prometheus reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.host import Host
from tests.cli.test_serve import rewrite
from tests.process import free_port


@dataclass
class Scrape:
    """One answer: each family of metrics by its name, a counter's without ``_total``."""

    families: dict[str, Metric]

    def labelled(self, name: str) -> dict[tuple[str, ...], float]:
        """Give the samples of a name that are not 0, by the values of their labels, in the order of those."""
        return {
            tuple(labels[key] for key in sorted(labels)): value
            for labels, value in self._samples(name)
            if value
        }

    def value(self, name: str, **labels: str) -> float:
        """Give the one sample of a name that has these labels."""
        (value,) = [value for has, value in self._samples(name) if labels.items() <= has.items()]
        return value

    def _samples(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        for family in self.families.values():
            for sample in family.samples:
                if sample.name == name:
                    yield sample.labels, sample.value


@dataclass
class Watched:
    """A daemon that is to be started, and where its metrics are."""

    host: Host
    port: int

    async def scrape(self) -> Scrape:
        """Ask as Prometheus does."""
        async with httpx.AsyncClient() as client:
            response = await client.get(f"http://127.0.0.1:{self.port}/metrics")
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/plain")
        return Scrape({family.name: family for family in text_string_to_metric_families(response.text)})


def watch(host: Host) -> Watched:
    """Have a host's daemon serve its metrics from its next start on."""
    port = free_port()
    rewrite(host.daemon, "[http]\n", f'[http]\nmetrics_listen = "127.0.0.1:{port}"\n')
    return Watched(host, port)
