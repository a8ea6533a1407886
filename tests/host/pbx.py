"""The host's PBX, and its admin's and developer's work on it, as the README has them."""

import json
import re
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.lab.configuration import DIALPLAN, EXTENSIONS, Ports, pjsip_conf
from tests.lab.host import Done, Host
from tests.lab.phones import Phone
from tests.process import eventually

PORTS = Ports(ami=5038, sip=5080, extension_phone=5081, contact_phone=5082, rtp_first=10_000, rtp_last=10_999)
CONTACT = "+15551234567"
PROJECT = Path(__file__).parents[2]
# What the PBX's own admin has set up: an extension, a trunk, a dialplan. All else is as Debian ships it.
FILES = {
    "/etc/asterisk/pjsip.conf": pjsip_conf(PORTS),
    "/etc/asterisk/extensions.conf": EXTENSIONS + DIALPLAN.read_text(),
    # This host has no network: what pip would fetch is in a folder.
    "/etc/pip.conf": "[global]\nno-index = true\nfind-links = /srv/wheels\n",
}
C2CD = "/opt/c2cd/bin/c2cd"
SETUP = "setup --yes --account acme --realm acme.example --region US"


def lines_of(section: str) -> list[str]:
    """Give the README's blocks of shell lines under a heading, in their order."""
    text = (PROJECT / "README.md").read_text()
    under = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", under, re.MULTILINE | re.DOTALL)


class Pbx:
    """The host, from nothing to a service that clicks; ``said`` is what setup said."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.said = ""
        self.before: set[str] = set()
        self.token = ""

    async def set_up(self) -> None:
        """Install and set up c2cd by the README's lines, in a checkout, for an account; nobody is asked."""
        self.before = await self.files()
        install = lines_of("A real host")[0]
        assert f"{C2CD} setup" in install
        done = await self.host.shell(
            "cd /srv/checkout\n" + install.replace(f"{C2CD} setup", f"{C2CD} {SETUP}"), within=180
        )
        self.said = done.out
        self.token = re.findall(r"^TOKEN=(\S+)$", self.said, re.MULTILINE)[0]

    async def files(self) -> set[str]:
        """List every file and folder on the host's disk, but what is of the README's first line."""
        done = await self.host.run("find", "/", "-xdev", "-not", "-path", "/opt/c2cd*")
        return set(done.out.splitlines())

    async def c2cd(self, *arguments: str, ok: bool = True) -> Done:
        """Run a command of c2cd as the host's admin."""
        return await self.host.run(C2CD, *arguments, ok=ok)

    async def systemd(self, *properties: str) -> dict[str, str]:
        """Tell what systemd knows of the service."""
        done = await self.host.run("systemctl", "show", "c2cd", f"--property={','.join(properties)}")
        return dict(line.split("=", 1) for line in done.out.splitlines())

    async def wait_ready(self, within: float = 30) -> None:
        """Wait until a click would be placed."""

        async def is_ready() -> bool:
            command = ("curl", "-sf", "http://127.0.0.1:8000/readyz")
            return (await self.host.run(*command, ok=False)).code == 0

        await eventually(is_ready, within)

    async def ask(self, verb: str, path: str, data: object = None) -> Any:
        """Ask the API with the admin's token, and give what its answer holds."""
        words = ["curl", "-s", "-X", verb, "-H", f"X-Auth-Token: {self.token}"]
        if data is not None:
            words += ["-d", json.dumps({"data": data})]
        done = await self.host.run(*words, f"http://127.0.0.1:8000/v2/accounts/acme{path}")
        return json.loads(done.out)["data"]

    async def click(self, **button: object) -> str:
        """Make a button and click it; give the call's id."""
        made = await self.ask("PUT", "/clicktocall", {"name": "Sales", "extension": "1001", **button})
        clicked = await self.ask("POST", f"/clicktocall/{made['id']}/connect", {"contact": CONTACT})
        self.button: str = made["id"]
        call_id: str = clicked["call_id"]
        return call_id

    async def wait_call(self, call_id: str, state: str, within: float = 20) -> Any:
        """Give the history's item of a call of the last button as soon as it is in a state."""

        async def found() -> Any:
            item = await self.ask("GET", f"/clicktocall/{self.button}/history/{call_id}")
            return item if item.get("state") == state else None

        return await eventually(found, within)

    async def journal(self, *matches: str) -> list[str]:
        """Give the lines that the journal has of the service."""
        done = await self.host.run("journalctl", "-u", "c2cd", "-o", "cat", *matches)
        return done.out.splitlines()

    async def edit(self, file: str, old: str, new: str) -> None:
        """Change a file of the host, as its admin would by an editor."""
        text = (await self.host.run("cat", file)).out
        assert old in text
        await self.host.shell(f"printf %s {shlex.quote(text.replace(old, new, 1))} > {file}")


@dataclass(frozen=True)
class Phones:
    """The two phones, in the host's network; they are to be plugged in anew after a reboot."""

    extension: Phone
    contact: Phone

    @classmethod
    @asynccontextmanager
    async def of(cls, pbx: Pbx) -> AsyncIterator[Self]:
        """Have both listen while the block runs; each is answered after a short ringing."""
        inside = pbx.host.init
        async with (
            Phone(PORTS.extension_phone, network_of=inside) as extension,
            Phone(PORTS.contact_phone, network_of=inside) as contact,
        ):
            yield cls(extension, contact)
