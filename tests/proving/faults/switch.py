"""Faults of Asterisk: it dies, stands still, is restarted or reloaded, or lets the daemon in no more."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.lab.configuration import Manager, manager_conf
from tests.proving.ground import Ground


async def kill_asterisk(ground: Ground, draw: Random) -> None:
    """Kill Asterisk, and start it again."""
    async with ground.harm("Asterisk is killed"):
        ground.switch_deaths.append(time.time())
        await ground.asterisk.kill()
        ground.deaths["asterisk"] += 1
        if draw.random() < 0.5:
            await asyncio.sleep(draw.uniform(0, 3))
        await ground.asterisk.start()


async def pause_asterisk(ground: Ground, draw: Random) -> None:
    """Stop the process for a moment or for long, and let it go on."""
    async with ground.harm("Asterisk stands still"):
        await ground.asterisk.pause()
        await asyncio.sleep(draw.uniform(*draw.choice([(0.1, 1.0), (2.0, 6.0), (9.0, 14.0)])))
        ground.asterisk.resume()


async def restart_asterisk(ground: Ground, draw: Random) -> None:
    """Have it restarted, at once or after it was told to wait for its calls and to take no new ones."""
    async with ground.harm("Asterisk is restarted"):
        if draw.random() < 0.5:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(draw.uniform(2, 10)):
                    await ground.asterisk.cli("core stop gracefully")  # which waits for the calls' ends
        ground.switch_deaths.append(time.time())
        await ground.asterisk.restart()


async def reload_asterisk(ground: Ground, _draw: Random) -> None:
    """Reload all of its configuration."""
    async with ground.harm("Asterisk is reloaded"):
        await ground.asterisk.cli("core reload")


async def disable_ami(ground: Ground, draw: Random) -> None:
    """Switch the manager interface off, and on again."""
    async with ground.harm("AMI is disabled"):
        await _configured(
            ground, manager_conf(ground.asterisk.ami_port, ground.asterisk.managers, enabled=False)
        )
        await asyncio.sleep(draw.uniform(0.5, 4))
        await _configured(ground, None)


async def change_secret(ground: Ground, draw: Random) -> None:
    """Change the AMI user's secret, cut the link, and change it back."""
    await _with_user(ground, draw, "the secret is changed", lambda user: replace(user, secret="another"))


async def reduce_rights(ground: Ground, draw: Random) -> None:
    """Take the right to originate away, cut the link, and give it back."""

    def reduced(user: Manager) -> Manager:
        section = user.section.replace("write = originate,reporting", "write = reporting")
        assert section != user.section
        return replace(user, section=section)

    await _with_user(ground, draw, "rights are reduced", reduced)


async def _with_user(ground: Ground, draw: Random, why: str, change: Callable[[Manager], Manager]) -> None:
    """Change the daemon's AMI user, have it log in again, and change it back."""
    async with ground.harm(why):
        managers = ground.asterisk.managers
        name = ground.asterisk.username
        other = {**managers, name: change(managers[name])}
        await _configured(ground, manager_conf(ground.asterisk.ami_port, other))
        ground.tap.cut()
        await asyncio.sleep(draw.uniform(1, 4))
        await _configured(ground, None)


async def _configured(ground: Ground, manager: str | None) -> None:
    """Have Asterisk read another manager.conf, or its own one again."""
    if manager is None:
        ground.asterisk.also.pop("manager.conf", None)
    else:
        ground.asterisk.also["manager.conf"] = manager
    ground.asterisk.configure()
    await ground.asterisk.cli("manager reload")
