"""``c2cd demo``: the whole daemon on a simulated switch and a temporary database, ready to click."""

import secrets
import tempfile
from pathlib import Path

import click

from c2cd.clock import Clock
from c2cd.config import Config, read_config
from c2cd.daemon import serve
from c2cd.logs.opening import open_logs
from c2cd.store.buttons import Buttons
from c2cd.store.database import open_database
from c2cd.store.tokens import Tokens
from c2cd.switch.simulated import SimulatedSwitch

ACCOUNT = "demo"
BUTTON = {"name": "Acme Sales", "extension": "1001", "outbound_callee_id_name": "Acme Support", "timeout": 10}


async def run_demo(port: int, clock: Clock) -> None:
    """Run until Ctrl-C. ConfigError where the port is taken."""
    secret = secrets.token_urlsafe(16)
    switch = SimulatedSwitch(clock, "c2cd", secret)
    with tempfile.TemporaryDirectory(prefix="c2cd-demo-") as folder:
        async with switch.listening() as ami_port:
            config = _config(Path(folder), port, ami_port, secret)
            button_id, token = await _prepare(config, clock)
            with open_logs("warning", "-") as journal:
                await serve(config, clock, journal, on_settled=lambda url: _tell(url, button_id, token))


def _config(folder: Path, port: int, ami_port: int, secret: str) -> Config:
    content = {
        "http": {"listen": (here := f"127.0.0.1:{port}"), "console_listen": here},
        "ami": {"port": ami_port, "username": "c2cd", "secret": secret},
        "store": {"path": str(folder / "demo.db")},
        "accounts": [
            {"id": ACCOUNT, "realm": "demo.example", "sip_uri_channel": "PJSIP/trunk/{uri}"},
        ],
    }
    return read_config(content, "c2cd demo")


async def _prepare(config: Config, clock: Clock) -> tuple[str, str]:
    async with open_database(Path(config.store.path)) as database:
        button = await Buttons(database).create(ACCOUNT, dict(BUTTON), clock.wall())
        token = await Tokens(database).create(ACCOUNT, "manage", clock.wall(), note="demo")
    return button.id, token


def _tell(url: str, button_id: str, token: str) -> None:
    button = f"{url}/v2/accounts/{ACCOUNT}/clicktocall/{button_id}"
    click.echo(
        f"""\
c2cd demo: the whole daemon on a SIMULATED switch. No phone rings, and nothing is kept.

The button:   {button}

Click it, from another terminal:

  curl -H 'X-Auth-Token: {token}' -d '{{"data": {{"contact": "+15551234"}}}}' '{button}/connect?blocking=true'

What became of it:

  curl -H 'X-Auth-Token: {token}' '{button}/history'

The console, where the token is to be typed in:   {url}/console/

Other ends of the number: …486 is busy, …603 declines, …404 is unallocated, …480 never answers,
…000 leads nowhere. Ctrl-C ends the demo. The event log, as it comes:
"""
    )
