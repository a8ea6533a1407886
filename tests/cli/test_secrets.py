"""What is secret is seen by those alone whom it was given to."""

import re
from pathlib import Path

import httpx
import pytest

from tests.cli.host import Host
from tests.cli.test_serve import rewrite
from tests.process import Daemon, run_command
from tests.web.site import CONTACT, SECRET

# Beside these nothing needs to hold a secret: what the admin wrote, and the key that signs links.
OWN = {"c2cd.toml", "signing.key"}


async def made(daemon: Daemon, *arguments: str) -> str:
    """Run a command, and give what it prints: a secret."""
    code, out, err = await run_command(*arguments, "--config", str(daemon.config))
    assert (code, err) == (0, ""), err
    return out.strip()


async def use(daemon: Daemon, button_id: str, secret: str) -> None:
    """Send a secret in every place of a request in which one may stand, and in some in which none should."""
    url = f"/v2/accounts/acme/clicktocall/{button_id}"
    async with httpx.AsyncClient(base_url=daemon.url, timeout=20) as client:
        for ways in (
            {"headers": {"x-auth-token": secret}},
            {"headers": {"authorization": f"Bearer {secret}"}},
            {"params": {"auth_token": secret}},
            {"json": {"data": {"auth_token": secret, "contact": CONTACT}}},
            {"json": {"auth_token": secret, "data": {"signed": secret, "contact": CONTACT}}},
            {"params": {"signed": secret, "contact": CONTACT}},
            {"data": {"signed": secret}},
            {"content": f'{{"data": {{"auth_token": "{secret}"'},
        ):
            for path in (url, f"{url}/connect", f"{url}/history", f"{url}/sign"):
                await client.request("POST", path, **ways)
        await client.put("/v2/api_auth", json={"data": {"api_key": secret}})


@pytest.mark.parametrize("level", ["info", "debug"])
async def test_secrets_stand_nowhere_else(host: Host, level: str) -> None:
    """No token, API key, signed link or AMI secret is in a log, the database or the process list."""
    daemon = host.daemon
    rewrite(daemon, 'level = "info"', f'level = "{level}"')
    await daemon.start()
    await host.make_token()
    button_id = await daemon.create_button()
    key = await made(daemon, "apikey", "create", "--account", "acme")
    async with httpx.AsyncClient(base_url=daemon.url) as client:
        given = (await client.put("/v2/api_auth", json={"data": {"api_key": key}})).json()["auth_token"]
    secrets = [
        daemon.token,
        await daemon.make_token("connect"),
        key,
        given,
        await made(daemon, "sign", "--account", "acme", "--button", button_id, "--contact", CONTACT),
        "c2cd_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
        "c2cdkey_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456",
        "c2cds_aBcDeFgHiJkLmNoPqRsTuVwXyZ.0123456789",
    ]
    for secret in secrets:
        await use(daemon, button_id, secret)
    assert daemon._process is not None
    process = Path("/proc", str(daemon._process.pid))
    shown = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    await daemon.stop()
    kept = {file.name: file.read_bytes() for file in daemon.folder.iterdir() if file.name not in OWN}
    assert {"c2cd.db", "events.log", "messages.log"} <= kept.keys()
    assert CONTACT.encode() in kept["events.log"]
    kept["the process"] = shown
    for secret in [*secrets, SECRET, (daemon.folder / "signing.key").read_text().strip()]:
        for part in (secret, *(part for part in re.split(r"[._]", secret) if len(part) > 9)):
            found = [name for name, content in kept.items() if part.encode() in content]
            assert not found, f"{secret} is in {found}"
