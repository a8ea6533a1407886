"""Reads the configuration again while the daemon runs: at SIGHUP, which ``systemctl reload`` sends."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from c2cd.config import Config
from c2cd.errors import ConfigError
from c2cd.guard.doorkeeper import Doorkeeper
from c2cd.guard.rules import load_rules
from c2cd.logs.opening import Logs
from c2cd.systemd import notify

log = logging.getLogger(__name__)

# What holds from the next click on. All else is built into what runs, and waits for a restart.
RELOADED = {"accounts", "limits", "allow_open_buttons", "log"}


class Reloader:
    """Puts into place what a changed file says: all of it or, where anything in it is wrong, nothing.

    Either is said in the log. Calls that live, and what is counted of clicks, are not touched.
    """

    def __init__(self, path: Path, config: Config, logs: Logs) -> None:
        self._path = path
        self._config = config
        self._logs = logs
        self._asked = asyncio.Event()

    @contextlib.contextmanager
    def hearing(self) -> Iterator[None]:
        """Take SIGHUP for a wish while the block runs, in which ``run`` is to fulfil it."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGHUP)

    async def run(self, doorkeeper: Doorkeeper) -> None:
        """Reload whenever that is wished for, until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            notify("RELOADING=1")
            try:
                await self._reload(doorkeeper)
            except (ConfigError, OSError) as error:
                for fault in str(error).splitlines():
                    log.error("not reloaded, all stays as it was: %s", fault)  # noqa: TRY400 - for people
            notify("READY=1")

    async def _reload(self, doorkeeper: Doorkeeper) -> None:
        config, rules = await asyncio.to_thread(load_rules, self._path)
        change = partial(self._logs.change, mask_contacts=config.log.mask_contacts)
        await asyncio.to_thread(change, config.log.level, config.log.events)  # its disk may hang
        doorkeeper.rules = rules
        log.info("reloaded %s: accounts %s", self._path, ", ".join(rules.accounts))
        if waiting := list(_changed(self._config, config)):
            log.warning("not reloaded, since it takes a restart: %s", ", ".join(waiting))


def _changed(before: Config, after: Config) -> Iterator[str]:
    """Tell which keys differ that are not reloaded."""
    for name in Config.__struct_fields__:
        old, new = getattr(before, name), getattr(after, name)
        if name not in RELOADED:
            yield from (
                f"{name}.{key}" for key in old.__struct_fields__ if getattr(old, key) != getattr(new, key)
            )
