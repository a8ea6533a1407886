"""The composition root: opens everything in order, tells systemd, waits, and closes in reverse."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from c2cd.calls.following import Follower
from c2cd.calls.gate import Gate
from c2cd.calls.hanging_up import HangUp
from c2cd.calls.ledger import Ledger
from c2cd.calls.placing import Placer
from c2cd.calls.ports import Journal
from c2cd.clock import Budget, Clock
from c2cd.config import Config, Http
from c2cd.guard.challenge import Challenges
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.guard.rules import Rules
from c2cd.guard.signing import Signer
from c2cd.guard.windows import DAY
from c2cd.logs.feed import Feed
from c2cd.logs.losses import LOST_LINES
from c2cd.model.proxies import read_proxies
from c2cd.reloading import Reloader
from c2cd.server.listening import listening, name_of
from c2cd.server.serving import Server
from c2cd.store.alone import alone_on
from c2cd.store.api_keys import ApiKeys
from c2cd.store.blocks import Blocks
from c2cd.store.buttons import Buttons
from c2cd.store.database import Database, open_database
from c2cd.store.denials import Denials
from c2cd.store.history import History
from c2cd.store.retention import Retention
from c2cd.store.signing_key import load_signing_key
from c2cd.store.statistics import Statistics
from c2cd.store.tokens import Tokens
from c2cd.switch.link import Link
from c2cd.systemd import feed_watchdog, notify
from c2cd.web.app import create_app
from c2cd.web.metrics import Watched, create_metrics_app
from c2cd.web.outcomes import Outcomes
from c2cd.web.repeating import Repeats
from c2cd.web.services import Services
from c2cd.web.streaming import Streams

log = logging.getLogger(__name__)

# From TERM to the end of the process, whatever goes on; systemd/c2cd.service has to wait longer.
LONGEST_STOP = 5.0
# Of that, at the end: for the last resort, for closing what is open, for writing what is known of calls, and
# for the answers of orders that were given up.
LAST_RESORT, CLOSING, WRITING, GIVING_UP = 0.3, 0.4, 0.9, 0.9
# A disk may hang for minutes, and c2cd goes on when it is back. After this it may be c2cd that hangs: then
# a new start is the better way out.
LONGEST_SILENCE = 300.0
# Connections to /metrics at once.
MOST_WATCHERS = 10


async def serve(
    config: Config,
    clock: Clock,
    journal: Journal,
    on_settled: Callable[[str], object] = lambda _: None,
    reloader: Reloader | None = None,
) -> None:
    """Run the daemon until SIGTERM or SIGINT, or until one of its tasks dies, which is raised.

    ``journal`` takes the lines of the event log. ``on_settled`` is called with the URL once the switch was
    found there or away. ``reloader`` reads the configuration again at SIGHUP, also at one that comes while
    it starts; a daemon that has none is ended by it.

    Raises ConfigError and StoreError where it can't start. A second signal stops it at once.
    """
    doorkeeper = Doorkeeper(clock, Rules.of(config))
    with (
        contextlib.nullcontext() if reloader is None else reloader.hearing(),
        alone_on(Path(config.store.path)),
        listening(config.http) as listener,
        contextlib.ExitStack() as also,
    ):
        async with open_database(Path(config.store.path), clock) as database, _stop_signals() as stop:
            history = History(database)
            link = Link(config.ami, clock)
            feed = Feed(clock, journal)
            ledger = Ledger(clock, history, feed, doorkeeper)
            gate = Gate(clock, config.ami.max_in_setup)
            follower = Follower(clock, link, ledger, gate)
            services = Services(
                clock=clock,
                database=database,
                buttons=Buttons(database),
                history=history,
                statistics=Statistics(database),
                denials=Denials(database, clock),
                tokens=Tokens(database),
                api_keys=ApiKeys(database),
                token_seconds=config.http.token_seconds,
                trusted_proxies=read_proxies(config.http.trusted_proxies),
                doorkeeper=doorkeeper,
                signer=Signer(load_signing_key(config.store.signing_key_path)),
                challenges=Challenges(clock),
                link=link,
                ledger=ledger,
                placer=Placer(clock, link, history, ledger, gate, doorkeeper),
                repeats=Repeats(clock),
                outcomes=Outcomes(),
                blocks=Blocks(database),
                hang_up=HangUp(clock, link),
                journal=feed,
                streams=Streams(config.http.max_connections),
            )
            doorkeeper.recall(await history.since(clock.wall() - DAY))
            if resumed := await ledger.resume():
                log.info("%d calls were open when c2cd last stopped: the switch will tell of them", resumed)
            retention = Retention(database, clock, config.history.keep_days)
            watched = Watched(services, gate, retention, LOST_LINES, clock.wall())
            servers = [*_open_servers(config.http, listener, watched, also)]
            gc.freeze()  # what is there now stays: the collector need not stop the loop to look through it
            async with asyncio.TaskGroup() as tasks:
                background = [
                    tasks.create_task(database.watch(), name="database"),
                    tasks.create_task(ledger.run(), name="history"),
                    tasks.create_task(retention.run(), name="retention"),
                    tasks.create_task(services.denials.run(), name="denials"),
                    tasks.create_task(follower.run(), name="events"),
                    tasks.create_task(follower.sweep(), name="sweep"),
                    tasks.create_task(_tell_settled(link, name_of(listener), on_settled), name="settled"),
                    tasks.create_task(feed_watchdog(clock, partial(_is_well, database)), name="watchdog"),
                ]
                if reloader is not None:
                    background.append(tasks.create_task(reloader.run(doorkeeper), name="reload"))
                linked = tasks.create_task(link.run(), name="link")
                status = tasks.create_task(_tell_status(link), name="status")
                fronts = []
                for place, server in servers:
                    fronts.append(tasks.create_task(server.serve([place]), name=name_of(place)))
                    log.info("listening on %s", name_of(place))
                notify("READY=1")
                await stop.wait()
                budget = Budget(clock, LONGEST_STOP - LAST_RESORT - CLOSING)
                status.cancel()
                notify("STOPPING=1", "STATUS=stopping: calls that live go on")
                log.info(
                    "stopping: calls that live go on; clicks denied so far: %s", _counted(doorkeeper.denials)
                )
                # No request more is taken. Those that have come whole are answered.
                for _, server in servers:
                    server.should_exit = True
                ledger.stop_waiting()
                feed.close()
                await budget.wait(fronts, reserved=WRITING + GIVING_UP)
                # Nothing more is ordered, and who waits for the switch is told that it is silent.
                _tell_given_up(link)
                linked.cancel()
                await budget.wait([linked, *fronts], reserved=WRITING)
                # Whoever waits for anything else is sent away.
                for _, server in servers:
                    server.abandon()
                for task in background:
                    task.cancel()
            await budget.wait([asyncio.ensure_future(services.placer.finish())])
            follower.finish()
            services.denials.finish()
            await ledger.drain(budget.left())
    log.info("stopped")


def _open_servers(
    http: Http, listener: socket.socket, watched: Watched, opened: contextlib.ExitStack
) -> Iterator[tuple[socket.socket, Server]]:
    """Give a server for each listener: the public one, which is open, the console's, and that of metrics."""
    services = watched.services
    is_shared = http.console_listen == http.listen
    app = create_app(services, http.cors_origins, has_console=is_shared)
    yield listener, Server(app, services.clock, http.max_connections)
    if http.console is not None and not is_shared:
        place = opened.enter_context(listening(http.console, "console_listen"))
        app = create_app(services, http.cors_origins, has_console=True)
        yield place, Server(app, services.clock, http.max_connections)
    if http.metrics is not None:
        place = opened.enter_context(listening(http.metrics, "metrics_listen"))
        yield place, Server(create_metrics_app(watched), services.clock, MOST_WATCHERS)


def _counted(denials: Mapping[str, int]) -> str:
    return ", ".join(f"{rule} {count}" for rule, count in denials.items() if count) or "none"


def _tell_given_up(link: Link) -> None:
    if link.orders_under_way:
        log.warning(
            "%d calls were ordered and the switch has not answered; the next start finds out about them",
            link.orders_under_way,
        )


async def _tell_settled(link: Link, url: str, on_settled: Callable[[str], object]) -> None:
    await link.settled.wait()
    on_settled(url)


async def _tell_status(link: Link) -> None:
    """Keep systemd's line of status true."""
    while True:
        link.turned.clear()
        words = "the switch is there" if link.away is None else f"the switch is away: {link.away}"
        notify(f"STATUS={words}")
        await link.turned.wait()


def _is_well(database: Database) -> bool:
    silent = database.silent_for()
    if silent < LONGEST_SILENCE:
        return True
    log.error("the database has not answered for %.0f s: systemd's watchdog is to start c2cd anew", silent)
    return False


@contextlib.asynccontextmanager
async def _stop_signals() -> AsyncIterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set; the second of them ends the process where it stands.

    So does the first, with 0, where after LONGEST_STOP it still has not ended.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def take() -> None:
        if stop.is_set():
            os._exit(1)
        stop.set()
        last_resort = threading.Timer(LONGEST_STOP - LAST_RESORT, _leave)
        last_resort.daemon = True
        last_resort.start()

    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, take)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _leave() -> None:
    """End the process from a thread of its own, with what is committed safe on the disk."""
    log.error("stopped without having closed everything, since it took too long")
    time.sleep(LAST_RESORT / 2)  # the logs are written by other threads
    os._exit(0)
