"""``/metrics``: on a listener of its own, and what it counts is what happened."""

import asyncio
import os
import re
import sqlite3
from collections import Counter
from contextlib import closing

import httpx
import pytest

from c2cd.calls.causes import CAUSES
from c2cd.errors import C2cdError
from c2cd.guard.doorkeeper import RULES
from c2cd.switch.simulated import Message, _respond
from c2cd.web.metrics import VERSION
from c2cd.web.outcomes import OUTCOMES, Outcomes
from c2cd.web.refusals import Refusal
from tests.cli.host import Host
from tests.cli.scraped import Scrape, Watched, watch
from tests.cli.test_serve import refuse_to_serve, rewrite
from tests.process import eventually
from tests.switch.proxy import Proxy
from tests.web.site import CONTACT, LONG_TALK


def refuse(writer: asyncio.StreamWriter, action: Message) -> None:
    """Say no to an order."""
    _respond(writer, action, "Error", Message="No")


async def scrape_until(watched: Watched, name: str, value: float, **labels: str) -> Scrape:
    """Give the first scrape in which a sample has come to a value."""

    async def come() -> Scrape | None:
        scrape = await watched.scrape()
        return scrape if scrape.value(name, **labels) == value else None

    return await eventually(come, 20)


async def test_refused_clicks_are_counted_by_rule(host: Host) -> None:
    """Each refused click counts under its rule; each rule is there from the start; a dry run is no click."""
    watched = watch(host)
    await host.daemon.start()
    await host.make_token()
    start = await watched.scrape()
    denials = start.families["c2cd_clicks_denied"].samples
    assert {sample.labels["rule"]: sample.value for sample in denials} == dict.fromkeys(RULES, 0.0)
    button_id = await host.daemon.create_button(whitelist=["^44"])
    for contact in (CONTACT, CONTACT, "nobody", "44"):
        await host.daemon.click(button_id, contact)
    await host.daemon.click(button_id, "nobody", dry_run=True)
    after = await watched.scrape()
    assert after.labelled("c2cd_clicks_denied_total") == {("whitelist",): 2.0, ("number",): 1.0}
    assert after.labelled("c2cd_clicks_total") == {("denied",): 3.0, ("accepted",): 1.0}
    assert after.value("c2cd_dry_runs_total") == 1.0
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{host.daemon.url}/metrics")).status_code == 404
    assert await host.daemon.stop() == 0
    assert "clicks denied so far: number 1, whitelist 2" in host.daemon.messages


async def test_calls_are_counted_as_the_history_has_them(host: Host) -> None:
    """Ended calls by result and cause, their rings and their talk are those of the history's rows."""
    watched = watch(host)
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button(timeout=2)
    for contact in (CONTACT, "+1555486", "+1555603", "+1555404", "+1555480", CONTACT):
        await host.daemon.click(button_id, contact)
    scrape = await scrape_until(watched, "c2cd_calls_ended_total", 2, result="success")
    with closing(sqlite3.connect(f"file:{host.daemon.database}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT result, coalesce(cause, ''), ended_at - bridged_at, first_ringing_at FROM calls"
        ).fetchall()
    ended = Counter((cause, result) for result, cause, *_ in rows)
    assert len(ended) == 5  # a success, and four causes
    assert scrape.labelled("c2cd_calls_ended_total") == ended
    assert {sample.labels["cause"] for sample in scrape.families["c2cd_calls_ended"].samples} == {"", *CAUSES}
    talks = [talk for *_, talk, _ in rows if talk is not None]
    assert scrape.value("c2cd_talk_seconds_count") == len(talks) == 2
    assert abs(scrape.value("c2cd_talk_seconds_sum") - sum(talks)) < 0.01
    assert scrape.value("c2cd_click_to_ring_seconds_count") == sum(row[3] is not None for row in rows) > 0
    assert scrape.value("c2cd_click_to_originate_seconds_count") == len(host.switch.orders) == 6
    assert 0 < scrape.value("c2cd_click_to_originate_seconds_sum") < 6 * 5
    assert scrape.labelled("c2cd_calls_live") == {}
    assert scrape.value("c2cd_store_statements_total") > scrape.value("c2cd_store_commit_seconds_count") > 6
    assert scrape.value("c2cd_store_failed_commits_total") == 0


async def test_what_lives_is_counted_by_account_and_state(host: Host) -> None:
    """A call that goes on is live in its state, under its account; every account is there from the start."""
    watched = watch(host)
    await host.daemon.start()
    await host.make_token()
    button_id = await host.daemon.create_button()
    await host.daemon.click(button_id, f"+1555{LONG_TALK}")
    scrape = await watched.scrape()
    assert scrape.labelled("c2cd_calls_live") == {("acme", "bridged"): 1.0}
    assert len(scrape.families["c2cd_calls_live"].samples) == 4
    assert scrape.value("c2cd_calls_in_setup") == scrape.value("c2cd_clicks_waiting") == 0
    assert scrape.value("c2cd_calls_in_setup_limit") == 50


async def test_every_outcome_of_a_click(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a click comes to counts under its own name: repeated, malformed, refused by the switch, away."""
    proxy = Proxy(host.ami_port)
    async with proxy.listening() as port:
        rewrite(host.daemon, f"port = {host.ami_port}\n", f"port = {port}\n")
        rewrite(host.daemon, f"repeat_seconds = {0}\n", "repeat_seconds = 60\n")
        watched = watch(host)
        daemon = host.daemon
        await daemon.start()
        await host.make_token()
        button_id = await daemon.create_button()
        path = f"/{button_id}/connect"
        keyed = {"idempotency-key": "k"}
        for _ in range(2):
            await daemon.request("POST", path, {"contact": CONTACT}, headers=keyed)
        await daemon.request("POST", path, {"contact": "+15559999"}, headers=keyed)
        for _ in range(3):
            await daemon.click(button_id, "+15551235")
        await daemon.request("POST", path, {})
        with monkeypatch.context() as refusing:
            refusing.setattr(host.switch, "_originate", refuse)
            assert (await daemon.click(button_id, "+15551238")).status_code == 502
        scrape = await watched.scrape()
        assert scrape.labelled("c2cd_clicks_total") == {
            ("accepted",): 2.0,
            ("repeated_by_key",): 1.0,
            ("repeated_at_once",): 2.0,
            ("idempotency_key_reused",): 1.0,
            ("validation_error",): 1.0,
            ("switch_refused",): 1.0,
        }
        assert scrape.value("c2cd_switch_up") == scrape.value("c2cd_switch_sessions_total") == 1
        proxy.stall()
        assert (await daemon.click(button_id, "+15551236")).status_code == 504
        proxy.flow()
        proxy.refusing = True
        proxy.cut()
        await scrape_until(watched, "c2cd_switch_up", 0)
        assert (await daemon.click(button_id, "+15551237")).status_code == 503
        proxy.refusing = False
        await scrape_until(watched, "c2cd_switch_up", 1)
        scrape = await watched.scrape()
    assert scrape.value("c2cd_clicks_total", outcome="switch_silent") == 1
    assert scrape.value("c2cd_clicks_total", outcome="switch_unreachable") == 1
    assert scrape.value("c2cd_switch_sessions_total") == 2


def test_every_name_of_a_failure_is_an_outcome() -> None:
    """Whatever a click may raise has its outcome, which is there from the start."""

    def below(kind: type) -> set[type]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    elsewhere = {"configuration", "setup", "switch_error", "switch_forbids"}
    elsewhere |= {"conflict", "not_blocked", "not_unique"}
    names = {kind.name for kind in below(C2cdError) if issubclass(kind, C2cdError)}
    assert names - set(OUTCOMES) == elsewhere | {"link_used", "stopping"}  # the first of these is denied
    assert {kind.message for kind in below(Refusal) if issubclass(kind, Refusal)} & set(OUTCOMES) == {
        "click_under_way",
        "idempotency_key_reused",
    }


@pytest.mark.parametrize("error", [ValueError(), AttributeError("no such", name="order"), OSError()])
def test_what_nobody_foresaw_is_an_outcome(error: Exception) -> None:
    """An error that is none of ours counts as internal, whatever it is called."""
    outcomes = Outcomes()
    outcomes.failed(error)
    assert +outcomes.clicks == {"internal_error": 1}


async def test_events_of_others_are_dropped_and_counted(host: Host) -> None:
    """What the switch says of others' calls is counted as dropped; what is read, as read."""
    proxy = Proxy(host.ami_port)
    async with proxy.listening() as port:
        rewrite(host.daemon, f"port = {host.ami_port}\n", f"port = {port}\n")
        watched = watch(host)
        await host.daemon.start()
        start = await watched.scrape()
        foreign = b"Event: Hangup\r\nUniqueid: 170000.%d\r\nLinkedid: 170000.1\r\nCause: 16\r\n\r\n"
        proxy.interject(b"".join(foreign % number for number in range(1001)))
        dropped = start.value("c2cd_switch_messages_total", fate="dropped") + 1000  # the first one is read
        await scrape_until(watched, "c2cd_switch_messages_total", dropped, fate="dropped")


async def test_a_busy_gate_is_seen(host: Host) -> None:
    """Who holds a place and who waits for one are told while they do."""
    proxy = Proxy(host.ami_port)
    async with proxy.listening() as port:
        rewrite(host.daemon, f"port = {host.ami_port}\n", f"port = {port}\nmax_in_setup = 1\n")
        watched = watch(host)
        await host.daemon.start()
        await host.make_token()
        button_id = await host.daemon.create_button()
        proxy.stall()
        clicks = [host.daemon.click(button_id, f"+1555123{number}") for number in range(2)]
        clicking = asyncio.gather(*clicks)
        scrape = await scrape_until(watched, "c2cd_clicks_waiting", 1)
        assert scrape.value("c2cd_calls_in_setup") == scrape.value("c2cd_calls_in_setup_limit") == 1
        proxy.flow()
        await clicking


async def test_the_process_is_told_of(host: Host) -> None:
    """Version, start, CPU time, memory and descriptors are there, as the kernel has them."""
    watched = watch(host)
    await host.daemon.start()
    scrape = await watched.scrape()
    assert scrape.labelled("c2cd_build_info") == {(VERSION,): 1.0}
    assert scrape.value("process_cpu_seconds_total") > 0.05
    assert 20 << 20 < scrape.value("process_resident_memory_bytes") < 200 << 20
    fds = len(os.listdir(f"/proc/{host.daemon.pid}/fd"))  # noqa: PTH208 - a look into /proc
    assert abs(scrape.value("process_open_fds") - fds) <= 3
    assert scrape.value("process_max_fds") >= fds
    assert scrape.value("c2cd_log_lines_lost_total", log="events") == 0


async def test_names_are_as_prometheus_has_them(host: Host) -> None:
    """Names have their unit at the end, in its base, and counters _total; each has its help and a type."""
    watched = watch(host)
    await host.daemon.start()
    families = (await watched.scrape()).families
    for name, family in families.items():
        assert re.fullmatch(r"(c2cd|process)(_[a-z]+)+", name), name
        assert family.documentation.endswith("."), name
        assert family.type in {"counter", "gauge", "histogram"}, name
        assert not re.search(r"_(ms|millis|minutes|kb|mb|count|sum|bucket)(_|$)", name), name
        if family.type == "histogram":
            assert name.endswith("_seconds"), name
        for sample in family.samples:
            assert set(sample.labels) <= {
                *("rule", "outcome", "account", "state", "result", "cause", "fate", "log", "version", "le")
            }


async def test_a_place_that_is_taken(host: Host) -> None:
    """A listener that can't be had stops the start with its key."""
    rewrite(host.daemon, "[http]\n", f'[http]\nmetrics_listen = "127.0.0.1:{host.ami_port}"\n')
    assert "http.metrics_listen: can't listen on 127.0.0.1:" in await refuse_to_serve(host.daemon)
    rewrite(host.daemon, f'"127.0.0.1:{host.ami_port}"', '"nowhere"')
    assert "http.metrics_listen: expected HOST:PORT" in await refuse_to_serve(host.daemon, os.EX_CONFIG)
