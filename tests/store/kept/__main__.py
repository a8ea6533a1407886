"""Keeps a database of the present schema: ``python -m tests.store.kept`` in a checkout of that commit.

It plays with a daemon on the simulated switch, kills it, and writes what is in its database as SQL beside
this file, by the number of the schema. The first line is the token that opens it. It leaves out what an older
c2cd did not have: the others were made by it too, each with the last commit of its schema.
"""

import asyncio
import contextlib
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from c2cd.clock import SystemClock
from c2cd.store.denials import WRITE_SECONDS
from c2cd.switch.simulated import SimulatedSwitch
from c2cd.switch.simulated_phones import Phone, phone_at

CONTACT, SIGNED, BUSY, NOWHERE = "+15551234", "+15551235", "+1555486", "+1555404"
VANISHES, RINGS_ON, TALKS_ON = "+1555480", "+15551480", "+1555777"
SECRET = "none-of-anybody"
_PORT = 18_733
_URL = f"http://127.0.0.1:{_PORT}/v2"
DOCUMENT = {
    "name": "Sales",
    "extension": "1001",
    "auth_required": True,
    "caller_id_number": "+15550000",
    "dial_first": "extension",
    "outbound_callee_id_name": "Acme, sales",
    "outbound_callee_id_number": "100",
    "throttle": 1000,
    "timeout": 20,
    "whitelist": ["^\\+1555"],
    "custom_application_vars": {"crm": "42"},
    "custom_sip_headers": {"X-Crm": "42"},
    "music_on_hold": {"media_id": "default"},
    "ringback": "%(2000,4000,440,480)",
    "a-field-of-others": {"deep": [1, None, "ü"]},
}


def _phone(number: str) -> Phone:
    usual = phone_at(number)
    return Phone(
        rings_after=0.01,
        answers_after=0.02,
        talks=600.0 if number.endswith("777") else 0.05,
        rings=usual.rings,
        answers=usual.answers,
        exists=usual.exists,
        refusal=usual.refusal,
        dial_status=usual.dial_status,
    )


async def _command(config: Path, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "c2cd", *arguments, "--config", str(config)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    return out.decode().strip() if process.returncode == 0 else ""


@contextlib.asynccontextmanager
async def _daemon(config: Path) -> Any:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "c2cd", "serve", "--config", str(config)
    )
    async with httpx.AsyncClient(timeout=60) as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"http://127.0.0.1:{_PORT}/readyz")).status_code == 200:
                    break
            await asyncio.sleep(0.1)
        yield client
    process.kill()
    await process.wait()


async def _play(folder: Path) -> str:
    """Have rows of every kind written, and give the token."""
    switch = SimulatedSwitch(SystemClock(), "c2cd", SECRET, phones=_phone)
    config = folder / "c2cd.toml"
    async with switch.listening() as ami_port:
        config.write_text(
            f'[http]\nlisten = "127.0.0.1:{_PORT}"\n[ami]\nport = {ami_port}\nsecret = "{SECRET}"\n'
            f'[store]\npath = "{folder}/c2cd.db"\n[log]\nevents = "{folder}/events"\n'
            '[[accounts]]\nid = "acme"\nrealm = "acme.example"\n'
        )
        token = ""
        async with _daemon(config) as http:
            token = await _command(config, "token", "create", "--account", "acme", "--note", "the CRM's")
            await _command(config, "token", "create", "--account", "acme", "--scope", "connect")
            old = await _command(config, "token", "create", "--account", "acme", "--note", "old")
            listed = await _command(config, "token", "list")
            await _command(config, "token", "revoke", listed.splitlines()[-1].split("\t")[0])
            key = await _command(config, "apikey", "create", "--account", "acme", "--note", "a client's")
            if key:
                await http.put(f"{_URL}/api_auth", json={"data": {"api_key": key}})
            block = ("--account", "acme", "--note", "asked for it")
            await _command(config, "block", "add", *block, "+15559999")
            await _command(config, "block", "add", *block, "--pattern", r"^\+1900")
            assert token
            assert old
            http.headers["x-auth-token"] = token
            below = f"{_URL}/accounts/acme/clicktocall"
            made = await http.put(below, json={"data": DOCUMENT})
            assert made.status_code == 201, made.text
            button = f"{below}/{made.json()['data']['id']}"
            removed = await http.put(below, json={"data": {"name": "Gone", "extension": "1002"}})
            await http.delete(f"{below}/{removed.json()['data']['id']}")
            signed = await http.post(f"{button}/sign", json={"data": {"contact": SIGNED, "minutes": 60}})

            async def click(contact: str, *, blocking: bool = True, **more: Any) -> None:
                data = {"contact": contact, "blocking": blocking, **more}
                headers = {"idempotency-key": f"key-{contact}"}
                answer = await http.post(f"{button}/connect", json={"data": data}, headers=headers)
                assert answer.status_code == 200, answer.text

            await http.post(f"{button}/connect", json={"data": {"contact": "+1666"}})  # denied
            for contact in (CONTACT, BUSY, NOWHERE):
                await click(contact)
            if signed.status_code < 300:
                (link,) = (value for name, value in signed.json()["data"].items() if name == "signed")
                await click(SIGNED, signed=link)
            await click(VANISHES, blocking=False)
            await asyncio.sleep(WRITE_SECONDS + 1.0)
        for playing in switch._playing:
            playing.cancel()
        async with _daemon(config) as http:  # what rang is gone, and unknown
            http.headers["x-auth-token"] = token
            await asyncio.sleep(1.0)
            answers = [await http.post(f"{button}/connect", json={"data": {"contact": RINGS_ON}})]
            answers.append(await http.post(f"{button}/connect", json={"data": {"contact": TALKS_ON}}))
            assert all(answer.status_code == 200 for answer in answers), [answer.text for answer in answers]
            await asyncio.sleep(1.0)
    return token


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as folder:
        token = asyncio.run(_play(Path(folder)))
        with contextlib.closing(sqlite3.connect(Path(folder) / "c2cd.db")) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            lines = [f"-- {token}", *database.iterdump(), f"PRAGMA user_version = {version};"]
    file = Path(__file__).with_name(f"{version:03}.sql")
    file.write_text("\n".join([*lines, ""]))
    print(file, file.stat().st_size)  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
