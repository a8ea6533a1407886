"""What is shipped to watch a daemon with asks only for what a daemon has: README, dashboard, alerts."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from tests.cli.host import Host
from tests.cli.scraped import Scrape, watch

TOP = Path(__file__).parents[2]
# What Prometheus itself knows a sample by.
SCRAPED_BY = {"instance", "job"}
NAME = r"\b(?:c2cd|process)_[a-z_]+"

Samples = Mapping[str, Mapping[str, set[str]]]


@pytest.fixture
async def scrape(host: Host) -> Scrape:
    """Give what a daemon shows that was just started."""
    watched = watch(host)
    await host.daemon.start()
    return await watched.scrape()


@pytest.fixture
def samples(scrape: Scrape) -> Samples:
    """Give the values of each label of each sample by its name."""
    found: dict[str, dict[str, set[str]]] = {}
    for family in scrape.families.values():
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return found


def require(expression: str, samples: Samples) -> set[str]:
    """Hold an expression to what there is; give the names in it."""
    names = re.findall(NAME, expression)
    assert names, expression
    labels = set().union(SCRAPED_BY, *(samples[name] for name in names))
    for name, matchers in re.findall(rf"({NAME})\{{([^}}]*)\}}", expression):
        for label, value in re.findall(r'(\w+)=~?"([^"]*)"', matchers):
            if label not in SCRAPED_BY:
                has = samples[name][label]
                assert any(re.fullmatch(value, one) for one in has), (expression, label, value)
    for listed in re.findall(r"(?:by|on) \(([^)]*)\)", expression):
        assert {label.strip() for label in listed.split(",")} <= labels, expression
    return set(names)


def panels() -> list[dict[str, Any]]:
    """Give the dashboard's panels."""
    content: dict[str, list[dict[str, Any]]] = json.loads((TOP / "config" / "grafana.json").read_text())
    return content["panels"]


def queries() -> Iterator[tuple[str, str]]:
    """Give each expression of the dashboard, with its legend."""
    for panel in panels():
        for target in panel.get("targets", ()):
            yield target["expr"], target["legendFormat"]


async def test_the_readme_has_every_metric(scrape: Scrape) -> None:
    """The README's table of metrics has each that a daemon shows, with its labels, and no other."""
    text = (TOP / "README.md").read_text()
    table = text[text.index("| metric | labels |") :].partition("\n\n")[0]
    told = {}
    for line in table.splitlines()[2:]:
        names, labels = line.split("|")[1:3]
        for name in re.findall(r"`(\w+)`", names):
            told[name] = set(re.findall(r"`(\w+)`", labels))
    shown = {}
    for name, family in scrape.families.items():
        has = {label for sample in family.samples for label in sample.labels}
        shown[name + "_total" * (family.type == "counter")] = has - {"le"}
    assert told == shown


async def test_the_dashboard_asks_for_what_there_is(samples: Samples) -> None:
    """Each query names only metrics, labels and values that a daemon shows; each of c2cd's is on a panel."""
    asked = set()
    for expression, legend in queries():
        asked |= require(expression, samples)
        for label in re.findall(r"{{(\w+)}}", legend):
            assert label in SCRAPED_BY.union(*(samples[name] for name in re.findall(NAME, expression)))
    ours = {re.sub("_(bucket|count|sum)$", "", name) for name in samples if name.startswith("c2cd_")}
    assert {re.sub("_(bucket|count|sum)$", "", name) for name in asked if name.startswith("c2cd_")} == ours


def test_the_dashboard_is_whole() -> None:
    """Ids are unique, no panel lies on another or beyond the 24 columns, each has a title and its words."""
    dashboard = json.loads((TOP / "config" / "grafana.json").read_text())
    variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
    assert variables["datasource"]["query"] == "prometheus"
    assert "label_values(c2cd_build_info, instance)" in variables["instance"]["definition"]
    ids = [panel["id"] for panel in panels()]
    assert len(set(ids)) == len(ids) > 20
    places = []
    for panel in panels():
        at = panel["gridPos"]
        assert 0 <= at["x"] < at["x"] + at["w"] <= 24, panel["title"]
        places.append((range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"]), panel["title"]))
        assert panel["title"]
        if panel["type"] != "row":
            assert panel["description"].endswith("."), panel["title"]
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
            assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}
            refs = [target["refId"] for target in panel["targets"]]
            assert len(set(refs)) == len(refs)
    for (x, y, title), (other_x, other_y, other) in combinations(places, 2):
        assert not (set(x) & set(other_x) and set(y) & set(other_y)), (title, other)


async def test_the_alerts_ask_for_what_there_is(samples: Samples) -> None:
    """Each alert names only metrics, labels and values that a daemon shows, and says what to do."""
    text = (TOP / "config" / "prometheus-alerts.yml").read_text()
    expressions = re.findall(r"^ +expr: (.*)$", text, re.MULTILINE)
    assert len(expressions) == text.count("- alert: ") == text.count("summary: ") > 4
    for expression in expressions:
        require(expression, samples)
    for label in re.findall(r"\$labels\.(\w+)", text):
        assert any(label in labels for labels in samples.values())
